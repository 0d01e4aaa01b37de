"""Ask git about the files of a revision: their attributes, and what it ignores."""

import os
from collections.abc import Iterable, Iterator

from nixdrift.changes import TREE_MODE
from nixdrift.file_facts import ARCHIVE_ATTRIBUTES, FileFacts
from nixdrift.repository.git import call
from nixdrift.repository.private import PrivateRepository
from nixdrift.repository.revisions import Commit
from nixdrift.tree import Tree

_ATTRIBUTES_FILE = ".gitattributes"


def file_facts(private: PrivateRepository, commit: Commit, tree: Tree, *, is_working_tree: bool = False) -> FileFacts:
    """Gather what git says of the files of a commit; of the working tree that it is made from also what is ignored."""
    left_out, rewritten = _exported_otherwise(private, commit, tree)
    return FileFacts(left_out, rewritten, tuple(sorted(private.ignored())) if is_working_tree else ())


def _exported_otherwise(
    private: PrivateRepository, commit: Commit, tree: Tree
) -> tuple[frozenset[str], frozenset[str]]:
    files = (path for path in tree.entries if path.rpartition("/")[2] == _ATTRIBUTES_FILE)
    texts = (private.blob(tree.entries[path].object_id) for path in files if tree.entries[path].mode != TREE_MODE)
    if not any(b"export-" in text for text in texts):
        return frozenset(), frozenset()
    index = str(private.directory / ".git" / "nixdrift-attributes-index")
    # The attributes of a commit, whatever the work tree says: git reads those of an index.
    with private.repo.custom_environment(GIT_INDEX_FILE=index):
        call(private.repo, "read-tree", commit.tree)
        asked = ("check-attr", "-z", "--stdin", "--cached", *ARCHIVE_ATTRIBUTES)
        answer = call(private.repo, *asked, stdin=_records(tree))
    found = set(_set_attributes(answer))
    ignore, subst = (frozenset(path for path, one in found if one == name) for name in ARCHIVE_ATTRIBUTES)
    return ignore, subst


def _records(tree: Tree) -> bytes:
    """Write all paths; a pattern may be for directories only, which git knows by their slash."""
    names = (f"{path}/" if state.mode == TREE_MODE else path for path, state in tree.entries.items() if path)
    return b"".join(os.fsencode(name) + b"\0" for name in names)


def _set_attributes(answer: bytes) -> Iterator[tuple[str, str]]:
    fields: Iterable[bytes] = answer.split(b"\0")
    for path, attribute, value in zip(*[iter(fields)] * 3, strict=False):
        if value == b"set":
            yield os.fsdecode(path).rstrip("/"), attribute.decode()
