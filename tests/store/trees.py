"""Arbitrary file trees, and how they are put on a disk."""

import os
from pathlib import Path
from typing import assert_never

from hypothesis import strategies as st

from nixdrift.store.nar import Directory, Node, Regular, Symlink

entry_names = st.one_of(
    st.sampled_from([b"a", b"a.b", b"a-b", b"a0", b"A", b".git", b"name with space", "é".encode(), b"\xff"]),
    st.binary(min_size=1, max_size=8).map(lambda name: name.replace(b"/", b"_").replace(b"\0", b"_")),
).filter(lambda name: name not in (b".", b".."))
files = st.builds(Regular, st.binary(max_size=40) | st.just(70_000).map(bytes), st.booleans())
symlinks = st.builds(
    Symlink, st.sampled_from([b"a", b"../a", b"/absolute/and/dangling", "ziel-é".encode(), b"\xfe", b"x" * 50])
)
nodes: st.SearchStrategy[Node] = st.recursive(
    files | symlinks, lambda child: st.builds(Directory, st.dictionaries(entry_names, child, max_size=5)), max_leaves=12
)


def lay_out(node: Node, path: Path) -> None:
    """Create a tree on the disk."""
    match node:
        case Regular(content, executable):
            path.write_bytes(content if isinstance(content, bytes) else content())
            path.chmod(0o755 if executable else 0o644)
        case Symlink(target):
            path.symlink_to(os.fsdecode(target))
        case Directory(entries):
            path.mkdir()
            for name, child in (entries if not callable(entries) else entries()).items():
                lay_out(child, path / os.fsdecode(name))
        case _:
            assert_never(node)
