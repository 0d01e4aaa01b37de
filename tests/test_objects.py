"""What git would record of a listed source: the ids are git's own."""

from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nixdrift.changes import EXECUTABLE_MODE, FILE_MODE, TREE_MODE, FileState
from nixdrift.model import StorePath
from nixdrift.sources import list_source, object_of
from tests.corpus import commit_all, git

# Git sorts a directory as if its name ended with a slash.
NAMES = ("a", "a.b", "a-b", "a0", "A", "with space", "größe", "new\nline", "latin-\udce9")


@pytest.mark.parametrize("object_format", ["sha1", "sha256"])
def test_a_directory_has_the_id_that_git_gives_its_tree(object_format: str, tmp_path: Path) -> None:
    source = tmp_path / f"{'0' * 32}-source"
    for name in NAMES:
        (source / name / "inner" / name).mkdir(parents=True)
        (source / name / "inner" / name / "file").write_text(name.encode("utf-8", "replace").decode())
        (source / f"{name}.x").write_text("x")
    (source / "empty" / "inside").mkdir(parents=True)
    (source / "link").symlink_to("nowhere")
    (source / "run").write_text("#!/bin/sh\n")
    (source / "run").chmod(0o755)
    git(source, "init", "--quiet", f"--object-format={object_format}")
    commit_all(source, "all")

    listing = list_source(tmp_path, StorePath(source.name), object_format)

    # What git keeps for itself is no content.
    assert listing is not None
    assert ".git/config" in listing
    assert object_of(listing, object_format) == FileState(TREE_MODE, git(source, "rev-parse", "HEAD^{tree}"))


def test_a_single_file_is_its_own_blob() -> None:
    state = FileState(EXECUTABLE_MODE, "1" * 40)

    assert object_of({"": state}, "sha1") == state


@pytest.mark.parametrize("listing", [{}, {".git": FileState(FILE_MODE, "1" * 40)}])
def test_nothing_is_no_object(listing: dict[str, FileState]) -> None:
    assert object_of(listing, "sha1") is None


def test_a_tree_may_be_deeper_than_python_s_stack() -> None:
    found = object_of({"/".join(["d"] * 3000): FileState(FILE_MODE, "1" * 40)}, "sha1")

    assert found is not None
    assert found.mode == TREE_MODE


paths = st.lists(st.sampled_from(["a", "b", "c"]), min_size=1, max_size=3).map("/".join)
states = st.builds(FileState, st.sampled_from([FILE_MODE, EXECUTABLE_MODE]), st.sampled_from(["1" * 40, "2" * 40]))


@settings(max_examples=50)
@given(st.dictionaries(paths, states, min_size=1, max_size=5), st.randoms())
def test_an_object_follows_from_what_is_there_and_not_from_its_order(
    files: dict[str, FileState], random: Random
) -> None:
    listing = {path: one for path, one in files.items() if not any(other.startswith(f"{path}/") for other in files)}
    shuffled = list(listing.items())
    random.shuffle(shuffled)

    assert object_of(dict(shuffled), "sha1") == object_of(listing, "sha1")
    changed = {path: FileState(one.mode, "3" * 40) for path, one in listing.items()}
    assert object_of(changed, "sha1") != object_of(listing, "sha1")
