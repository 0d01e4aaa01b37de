"""What builders are given, files of any kind, and what a cache keeps that others may write to."""

import zlib
from collections.abc import Iterator

from nixdrift.cache.records import Records, sealed
from nixdrift.cache.storage import Entry
from nixdrift.changes import FILE_MODE, FileState
from nixdrift.comparison.mentions import Mentions
from nixdrift.explanation.fields import _attributes as attributes_explained
from nixdrift.graph import build_graph
from nixdrift.model import Derivation, StorePath
from nixdrift.parity.fields import structured
from nixdrift.parity.files import parse_file
from nixdrift.probe.perturbation import perturbed
from tests.fuzzing.seeds import TWINS

_PATH = StorePath("00000000000000000000000000000000-fuzzed.drv")


def read_attributes(data: bytes) -> None:
    """Read structured attributes, which a derivation holds as a text of any content."""
    text = data.decode("utf-8", "surrogateescape")
    derivation = Derivation(_PATH, "fuzzed", "x", "/bin/sh", (), {"text": text}, text, {}, (), {})
    graph = build_graph({_PATH: derivation}, source="a dump")
    Mentions(graph, "/nix/store", "/home/user/project").of(_PATH)
    attributes_explained(derivation)
    structured(derivation)


def read_a_file(data: bytes) -> None:
    name, _separator, content = data.partition(TWINS)
    parse_file(content)
    assert perturbed(name.decode("utf-8", "replace"), FileState(FILE_MODE, "0" * 40), content).content != content


class OneEntry:
    """A storage in which there is one content, whatever is asked for."""

    described = "a cache"

    def __init__(self, data: bytes) -> None:
        self._data = data

    def read(self, name: str, *, is_use: bool = True) -> bytes | None:
        return self._data

    def has(self, name: str) -> bool:
        return True

    def write(self, name: str, content: bytes) -> None:
        raise OSError

    def remove(self, name: str) -> None:
        raise OSError

    def entries(self) -> Iterator[Entry]:
        return iter(())


def read_a_cache_entry(data: bytes) -> None:
    """Read an entry whose seal is true, whatever it holds."""
    for content in (data, zlib.compress(data)):
        Records(OneEntry(sealed("kind/key", content))).load_value("kind", "key")
