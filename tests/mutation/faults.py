"""The wiring faults of causes 1 to 5 and 9: each is a way to take a component's directory that misses changes of it.

Causes 2 and 3 are how the others come: together with what moves the component, and by the very commit that is judged.
"""

import posixpath
from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random

from tests.mutation.edits import ANY, IN_PLACE, delete, edit_some, edit_sources, modify
from tests.mutation.generator import OUTSIDE, SHARED, sources_of
from tests.mutation.project import ALLOWING, DENYING, Component, Source, State, text

FILE = "file"
FLAKE = "flake"


@dataclass(frozen=True)
class Fault:
    """One fault: what it is, and where it can be expressed."""

    cause: str
    """Its number in the list of causes."""
    kind: str
    """How it is written."""
    scope: str
    """What it misses: ``directory``, ``file`` or ``new file``."""
    flavours: tuple[str, ...] = (FILE, FLAKE)

    @property
    def name(self) -> str:
        """Give what it is called in a table."""
        return f"{self.kind}: {self.scope}"


_TEXTS = {
    "builtins.path with sha256": (
        'builtins.path {{ name = "{base}"; path = @TOP@/{directory}; sha256 = "@NAR:0:{directory}@"; }}'
    ),
    "builtins.storePath": 'builtins.storePath "@STORE:0:{directory}@"',
    "literal store path": '"@STORE:0:{directory}@"',
    "fetchGit by URL": 'builtins.fetchGit {{ url = "file://@REPOSITORY@"; rev = "@COMMIT:0@"; }} + "/{directory}"',
    "fetchGit by path": 'builtins.fetchGit {{ url = @TOP@; rev = "@COMMIT:0@"; }} + "/{directory}"',
    "toString of a path": "toString @TOP@/{directory}",
    "path added to a string": 'toString @TOP@/. + "/{directory}"',
    "absolute path of the host": '"/srv/checkouts/stack/{directory}"',
    "unsafeDiscardStringContext": 'builtins.unsafeDiscardStringContext "${{@TOP@/{directory}}}"',
}

FAULTS: Sequence[Fault] = (
    *(Fault("1", style, "directory") for style in (*DENYING, *ALLOWING) if style != "paths"),
    *(Fault("1", style, "file") for style in (*DENYING, *ALLOWING)),
    *(Fault("1", style, "new file") for style in (*DENYING, *ALLOWING)),
    Fault("4", "builtins.path with sha256", "directory"),
    # Pure evaluation knows no store path that it has not made.
    Fault("4", "builtins.storePath", "directory", (FILE,)),
    Fault("4", "literal store path", "directory"),
    Fault("5", "fetchGit by URL", "directory"),
    Fault("5", "fetchGit by path", "directory", (FILE,)),
    Fault("9", "toString of a path", "directory"),
    Fault("9", "path added to a string", "directory"),
    Fault("9", "absolute path of the host", "directory"),
    Fault("9", "unsafeDiscardStringContext", "directory"),
)


@dataclass(frozen=True)
class Injected:
    """A fault in a component: how that takes its directory now, and the files whose changes are missed."""

    source: Source
    missed: tuple[str, ...]
    """Of the files that there are."""


def inject(random: Random, fault: Fault, component: Component, state: State) -> Injected:
    """Put a fault into a component, given the files that there are."""
    own = tuple(sources_of(component, state))
    if fault.kind in _TEXTS:
        filled = _TEXTS[fault.kind].format(directory=component.directory, base=posixpath.basename(component.directory))
        return Injected(Source("verbatim", text=filled), own)
    match fault.scope:
        case "directory":
            return Injected(_without_directory(random, fault.kind, component), own)
        case "file":
            file = random.choice([path for path in own if path != component.path("launch.sh")])
            return Injected(_without_file(fault.kind, component, file, own), (file,))
        case _:
            return Injected(_without_new(fault.kind, component, own), own)


def _without_directory(random: Random, style: str, component: Component) -> Source:
    """Take what is around a component's directory, and not the directory itself."""
    if style in ALLOWING:
        kept = tuple(random.sample(SHARED, random.randint(1, len(SHARED))))
        return Source(style, "", kept=tuple(sorted(kept)))
    top = component.directory.split("/")[0]
    if random.random() < 0.5:
        return Source(style, top, (component.directory.removeprefix(f"{top}/"),))
    rest = (".git", ".github", ".gitignore", "docs", "nix", "default.nix", "flake.nix", "nixdrift.toml", "README.md")
    return Source(style, "", (component.directory, *rest))


def _without_file(style: str, component: Component, file: str, own: Sequence[str]) -> Source:
    relative = [path.removeprefix(f"{component.directory}/") for path in own]
    missed = file.removeprefix(f"{component.directory}/")
    if style in DENYING:
        return Source(style, component.directory, (*OUTSIDE, missed))
    return Source(style, component.directory, kept=tuple(one for one in relative if one != missed))


NEW = "added"
"""How a filter names what it leaves out by mistake, if it says what it leaves out."""


def _without_new(style: str, component: Component, own: Sequence[str]) -> Source:
    if style in DENYING:
        return Source(style, component.directory, (*OUTSIDE, NEW, f"library/{NEW}", f"data/{NEW}.txt"))
    relative = [path.removeprefix(f"{component.directory}/") for path in own]
    return Source(style, component.directory, kept=tuple(relative))


def miss(
    random: Random, fault: Fault, component: Component, missed: Sequence[str], state: State, *, may_delete: bool = True
) -> State:
    """Change something of a component that a fault in it misses.

    A file that a filter comes to leave out is not deleted in the same merge: then nothing would be missed.
    """
    before = state.files
    while state.files == before:
        if fault.scope == "new file":
            state = _add(random, component, state)
        else:
            edits = ANY if fault.scope == "directory" else (*IN_PLACE, delete) if may_delete else IN_PLACE
            state = edit_some(random, state, [path for path in missed if path in state.files], edits)
    return state


def _add(random: Random, component: Component, state: State) -> State:
    place = random.choice([NEW, f"library/{NEW}", f"data/{NEW}.txt"])
    content = random.choice([f"new {random.randrange(10**9)}\n", ""])
    below = f"{place}/{random.choice(['one', 'two'])}.txt" if place == f"library/{NEW}" else place
    return state.with_files({component.path(below): text(content)})


def bundle(random: Random, fault: Fault, component: Component, missed: Sequence[str], state: State) -> State:
    """Change what moves a component whatever is missed: what it is built from, and what its filter keeps."""
    ways = [_bump, *([_edit_input] if component.inputs else []), *([_set] if component.settings else []), _edit_shared]
    for way in random.sample(ways, random.randint(1, 2)):
        state = way(random, component, state)
    if fault.cause == "1" and random.random() < 0.5:
        state = _edit_rest(random, fault, component, missed, state)
    return state


def _bump(random: Random, component: Component, state: State) -> State:
    return state.with_component(replace(state.component(component.name), version=f"1.{random.randrange(1, 99)}"))


def _edit_input(random: Random, component: Component, state: State) -> State:
    return edit_sources(random, state, state.component(random.choice(component.inputs)))


def _edit_shared(random: Random, component: Component, state: State) -> State:
    return edit_some(random, state, sorted(state.below(random.choice(component.shared))), (modify,))


def _set(random: Random, component: Component, state: State) -> State:
    settings = f'{{ "name": "{component.name}", "port": {random.randrange(10000, 99999)} }}\n'
    return state.with_files({component.path(component.settings or ""): text(settings)})


def _edit_rest(random: Random, fault: Fault, component: Component, missed: Sequence[str], state: State) -> State:
    if fault.scope == "directory":
        return edit_some(random, state, [path for one in SHARED for path in state.below(one)], (modify,))
    rest = [path for path in sources_of(component, state) if path not in missed or fault.scope == "new file"]
    return edit_some(random, state, [path for path in rest if NEW not in path] or list(missed), (modify,), most=1)
