"""Edits of the files of a component: each is a small change that a person makes, random but for the seed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from random import Random

from tests.mutation.generator import sources_of
from tests.mutation.project import Component, State, text
from tests.worlds import FILE_MODE, File, symlink

EXECUTABLE = "100755"
LINK = "120000"

Edit = Callable[[Random, State, str], State]
"""What is done to one file, by its path."""


def modify(random: Random, state: State, path: str) -> State:
    """Add a line to a file; a link comes to point elsewhere."""
    file = state.files[path]
    if file.mode == LINK:
        return state.with_files({path: symlink(f"elsewhere-{random.randrange(10**6)}")})
    return state.with_files({path: replace(file, content=file.content + b"// %d\n" % random.randrange(10**6))})


def rewrite(random: Random, state: State, path: str) -> State:
    """Put another text into a file."""
    return state.with_files({path: text(f"{random.randrange(10**9)}\n")})


def empty(_random: Random, state: State, path: str) -> State:
    """Leave nothing in a file."""
    return state.with_files({path: File(b"", state.files[path].mode if state.files[path].mode != LINK else FILE_MODE)})


def delete(_random: Random, state: State, path: str) -> State:
    """Delete a file."""
    return state.with_files({path: None})


def rename(random: Random, state: State, path: str) -> State:
    """Give a file another name in its directory."""
    directory, _, name = path.rpartition("/")
    return state.with_files({path: None, f"{directory}/renamed-{random.randrange(10**6)}-{name}": state.files[path]})


def change_mode(_random: Random, state: State, path: str) -> State:
    """Set or clear the owner's executable bit; a link becomes a file."""
    file = state.files[path]
    return state.with_files({path: replace(file, mode=EXECUTABLE if file.mode == FILE_MODE else FILE_MODE)})


def make_link(random: Random, state: State, path: str) -> State:
    """Let a link take the place of a file."""
    return state.with_files({path: symlink(f"somewhere-{random.randrange(10**6)}")})


def make_directory(random: Random, state: State, path: str) -> State:
    """Let a directory take the place of a file."""
    return state.with_files({path: None, f"{path}/part-{random.randrange(10**6)}": state.files[path]})


def add_beside(random: Random, state: State, path: str) -> State:
    """Add a file beside another one: a new text, nothing, or a copy."""
    directory = path.rpartition("/")[0]
    content = random.choice([text(f"new {random.randrange(10**9)}\n"), text(""), state.files[path]])
    return state.with_files({f"{directory}/added-{random.randrange(10**6)}.txt": content})


IN_PLACE: Sequence[Edit] = (modify, modify, rewrite, empty, change_mode, make_link)
"""Edits after which a file is still there."""
ANY: Sequence[Edit] = (*IN_PLACE, delete, rename, add_beside, make_directory)


def swap(random: Random, state: State, paths: Sequence[str]) -> State:
    """Let two files change places."""
    one, other = random.sample(list(paths), 2)
    return state.with_files({one: state.files[other], other: state.files[one]})


def edit_some(random: Random, state: State, paths: Sequence[str], edits: Sequence[Edit] = ANY, most: int = 3) -> State:
    """Edit some of some files, each in one way."""
    for path in random.sample(list(paths), random.randint(1, min(most, len(paths)))):
        state = random.choice(edits)(random, state, path)
    return state


def edit_sources(random: Random, state: State, component: Component) -> State:
    """Edit a component's own sources, so that they differ."""
    before = state.files
    while state.files == before:
        paths = sources_of(component, state)
        # No edit empties a directory that an allow-list names, nor deletes all that there is.
        kept = [path for path in paths if path != component.path("launch.sh")]
        state = edit_some(random, state, kept) if random.random() < 0.9 else swap(random, state, kept)
    return state


def replaced_files(before: State, after: State) -> Mapping[str, File | None]:
    """Give what leads from the files of one state to those of another."""
    paths = before.files.keys() | after.files.keys()
    return {path: after.files.get(path) for path in paths if before.files.get(path) != after.files.get(path)}
