"""Snapshots: their files, and files whose first line is true whatever they hold."""

import hashlib
import zlib

from nixdrift.graph import build_graph
from nixdrift.snapshot import Snapshot, read_snapshot, write_snapshot
from tests.fuzzing.seeds import texts_of_snapshot

_TEXTS = texts_of_snapshot()

_GZIP = 31
_LARGEST = 1 << 24


def read_a_file(data: bytes) -> None:
    _use(read_snapshot(data, source="a snapshot", largest=_LARGEST))


def read_a_content(content: bytes) -> None:
    read_a_file(sealed(content))


def read_a_document(document: bytes) -> None:
    read_a_content(document + b"\n" + _TEXTS)


def sealed(content: bytes) -> bytes:
    """Give the file of a snapshot that holds something."""
    packer = zlib.compressobj(zlib.Z_BEST_SPEED, wbits=_GZIP)
    digest = hashlib.sha256(content).hexdigest()
    return f"nixdrift snapshot 1 {len(content)} {digest}\n".encode() + packer.compress(content) + packer.flush()


def _use(snapshot: Snapshot) -> None:
    derivations = snapshot.evaluation.derivations
    graph = build_graph(derivations, source="a snapshot")
    for path in derivations:
        assert graph.outputs(path) == derivations[path].outputs
    str(snapshot.question)
    assert read_snapshot(write_snapshot(snapshot), source="a snapshot") == snapshot
