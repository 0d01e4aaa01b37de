"""The store directory of a dump: part of every path up to version 2 of the JSON, and to be inferred since."""

import re
from collections.abc import Iterator, Mapping

from nixdrift.derivation.records import Record
from nixdrift.derivation.shapes import Shape
from nixdrift.errors import IncompleteGraphError, InvalidInputError
from nixdrift.model import Derivation, output_path
from nixdrift.store.base32 import ALPHABET

DEFAULT_STORE_DIR = "/nix/store"

_FULL_PATH = re.compile(rf"(/[^\s\"':;,=]*)/[{ALPHABET}]{{32}}-")


def find_store_dir(shape: Shape, records: Mapping[str, Record]) -> str:
    """Find the store directory of a document: that of its first path, or what precedes one in its texts."""
    if shape.has_full_paths:
        first = next(iter(records), f"{DEFAULT_STORE_DIR}/")
        return first.rpartition("/")[0]
    return next(_mentioned_store_dirs(records), DEFAULT_STORE_DIR)


def _mentioned_store_dirs(records: Mapping[str, Record]) -> Iterator[str]:
    """Give what precedes store paths in environments, builders and arguments, the promised outputs first."""
    for texts_of in (_output_texts, _all_texts):
        for record in records.values():
            for text in texts_of(record):
                if isinstance(text, str) and (match := _FULL_PATH.match(text)):
                    yield match[1]


def _output_texts(record: Record) -> Iterator[object]:
    """Give the variables named like outputs, in which Nix puts their paths."""
    match record:
        case {"env": dict(env), "outputs": dict(outputs)}:
            yield from (env[name] for name in outputs if name in env)


def _all_texts(record: Record) -> Iterator[object]:
    match record:
        case {"env": dict(env), "builder": builder, "args": list(args)}:
            yield from (builder, *args, *env.values())


def check_store_dir(derivation: Derivation, store_dir: str) -> None:
    """Check base names against the environment, which has the full paths of outputs.

    Raises `IncompleteGraphError` where it says another directory, `InvalidInputError` where another path.
    """
    for name, output in derivation.outputs.items():
        said = derivation.env.get(name)
        if not said or (path := output_path(output)) is None or said == f"{store_dir}/{path}":
            continue
        if said.endswith(f"/{path}"):
            raise IncompleteGraphError(
                f"two store directories in one graph: {said} is not in {store_dir}",
                hint="compare derivations of one store only",
            )
        raise InvalidInputError(f"promises {path} as its output '{name}', while its environment says {said!r:.100}")
