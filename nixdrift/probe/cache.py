"""What earlier probes learnt of the same files, evaluated in the same way: a file for each tree, made as one."""

import hashlib
import os
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from nixdrift.probe.facts import Fact, Facts, Kind

_VERSION = 1


@dataclass(frozen=True, slots=True)
class ProbeCache:
    """The facts about one tree; without a directory there are none, and none are kept."""

    directory: Path | None
    key: str

    def load(self) -> Facts:
        """Give what is known; a file that is damaged, or of another version, is nothing."""
        with suppress(OSError, ValueError, KeyError, TypeError):
            document = orjson.loads(self._file().read_bytes())
            if document["version"] == _VERSION and document["digest"] == _digest(document["facts"]):
                return {
                    (name, path): Fact(Kind(kind), detail or None) for name, path, kind, detail in document["facts"]
                }
        return {}

    def store(self, facts: Facts) -> None:
        """Keep what is known; where that cannot be done, it will be found out again."""
        lasting = ((question, fact) for question, fact in facts.items() if fact.kind is not Kind.OPEN)
        known = sorted([name, path, fact.kind.value, fact.detail or ""] for (name, path), fact in lasting)
        with suppress(OSError, TypeError):
            document = {"version": _VERSION, "digest": _digest(known), "facts": known}
            self._write(orjson.dumps(document))

    def _file(self) -> Path:
        if self.directory is None:
            raise FileNotFoundError
        return self.directory / f"{self.key}.json"

    def _write(self, content: bytes) -> None:
        target = self._file()
        target.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(prefix=".new-", dir=target.parent)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
            Path(name).replace(target)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise


def _digest(facts: Any) -> str:
    return hashlib.sha256(orjson.dumps(facts)).hexdigest()


def cache_key(parts: Sequence[object]) -> str:
    """Give the name of what follows from some values, and from nothing else."""
    return hashlib.sha256(repr((_VERSION, *parts)).encode("utf-8", "surrogatepass")).hexdigest()[:32]
