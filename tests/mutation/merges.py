"""Healthy merges: what people change in a project whose wiring is right, and stays so."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from random import Random

from tests.mutation.edits import edit_some, edit_sources, modify
from tests.mutation.generator import OUTSIDE, SHARED, another, sources_of
from tests.mutation.project import DENYING, STYLES, Component, Source, State, is_below, text

Step = Callable[[Random, State], State]


def _any(random: Random, state: State) -> Component:
    return random.choice(state.components)


def edit_one(random: Random, state: State) -> State:
    """Edit the sources of a component."""
    return edit_sources(random, state, _any(random, state))


def edit_several(random: Random, state: State) -> State:
    """Edit the sources of several components."""
    for component in random.sample(state.components, min(len(state.components), random.randint(2, 4))):
        state = edit_sources(random, state, component)
    return state


def edit_shared(random: Random, state: State) -> State:
    """Edit what several components take."""
    return edit_some(random, state, sorted(state.below(random.choice(SHARED))), (modify,))


def edit_dependency_too(random: Random, state: State) -> State:
    """Edit a component and what it is built from."""
    component = _any(random, state)
    for name in component.inputs:
        state = edit_sources(random, state, state.component(name))
    return edit_sources(random, state, component)


def edit_documentation(random: Random, state: State) -> State:
    """Edit documentation and housekeeping."""
    component = _any(random, state)
    places = ["docs/operations.md", "README.md", ".gitignore", ".github/workflows/ci.yml"]
    places += [component.path("README.md"), component.path("docs/guide.md")]
    return edit_some(random, state, [path for path in places if path in state.files], (modify,))


def edit_tests(random: Random, state: State) -> State:
    """Edit tests, whether they are sources or ignored."""
    paths = [path for path in state.files if "/tests/" in path]
    return edit_some(random, state, paths, (modify,)) if paths else state


def remark(random: Random, state: State) -> State:
    """Write a comment into the expression."""
    return replace(state, comments=(f"Remark {random.randrange(10**6)}.",))


def add_tool(random: Random, state: State) -> State:
    """Add a function that nothing uses."""
    return replace(state, tools=(*state.tools, f"unused{random.randrange(10**6)} = name: name;"))


def bump(random: Random, state: State) -> State:
    """Give a component another version, with or without an edit of it."""
    component = replace(_any(random, state), version=f"{random.randrange(1, 9)}.{random.randrange(9)}")
    state = state.with_component(component)
    return edit_sources(random, state, component) if random.random() < 0.5 else state


def depend(random: Random, state: State) -> State:
    """Let a component take another one, or one no more."""
    number = random.randrange(1, len(state.components))
    component, earlier = state.components[number], [one.name for one in state.components[:number]]
    inputs = {*component.inputs} ^ {random.choice(earlier)}
    return state.with_component(replace(component, inputs=tuple(sorted(inputs))))


def share(random: Random, state: State) -> State:
    """Let a component take another shared directory as well."""
    component = _any(random, state)
    return state.with_component(replace(component, shared=tuple(sorted({*component.shared, random.choice(SHARED)}))))


def configure(random: Random, state: State) -> State:
    """Edit a file that evaluation reads."""
    having = [one for one in state.components if one.settings]
    if not having:
        return state
    component = random.choice(having)
    settings = f'{{ "name": "{component.name}", "port": {random.randrange(10000, 99999)} }}\n'
    return state.with_files({component.path(component.settings or ""): text(settings)})


def lock(random: Random, state: State) -> State:
    """Edit a lock file, and refresh the hash that stands for it."""
    having = [one for one in state.components if one.vendored]
    if not having:
        return state
    component = random.choice(having)
    version = random.randrange(10**6)
    state = state.with_files({component.path("go.sum"): text(f"example.org/library v1.0.{version} h1:x\n")})
    return state.with_component(replace(component, hash_of=f"{component.name} {version}"))


def widen(random: Random, state: State) -> State:
    """Let a filter keep what it has left out."""
    filtered = [one for one in state.components if one.source.left_out]
    if not filtered:
        return state
    component = random.choice(filtered)
    left_out = tuple(one for one in component.source.left_out if random.random() < 0.5)
    return state.with_component(_with_source(component, replace(component.source, left_out=left_out)))


def filter_otherwise(random: Random, state: State) -> State:
    """Write a filter in another way, or take a directory as a whole."""
    component = _any(random, state)
    style, source = random.choice(["whole", *STYLES]), component.source
    left_out = () if style == "whole" else source.left_out
    return state.with_component(_with_source(component, Source(style, source.root, left_out)))


def _with_source(component: Component, source: Source) -> Component:
    ignored = {f"{one}/" for one in OUTSIDE if one in source.left_out}
    if component.is_declared:
        ignored |= {"README.md", "docs/"}
    return replace(component, source=source, ignored=tuple(sorted(ignored)))


def narrow(random: Random, state: State) -> State:
    """Leave documentation and tests out of a source, and say so in nixdrift.toml."""
    component = _any(random, state)
    left_out = tuple(sorted({*component.source.left_out, *OUTSIDE}))
    return state.with_component(_with_source(component, Source(random.choice(DENYING), component.directory, left_out)))


def set_variable(random: Random, state: State) -> State:
    """Give a component another variable."""
    component = _any(random, state)
    return state.with_component(replace(component, variables=(("level", f'"{random.randrange(10**6)}"'),)))


def add_component(random: Random, state: State) -> State:
    """Add a component."""
    return another(random, state)


def remove_component(random: Random, state: State) -> State:
    """Remove a component and all of its files."""
    component = _any(random, state)
    if len(state.components) < 3:
        return state
    kept = tuple(
        replace(one, inputs=tuple(name for name in one.inputs if name != component.name))
        for one in state.components
        if one.name != component.name
    )
    gone = dict.fromkeys(state.below(component.directory))
    return replace(state, components=kept).with_files(gone)


def move_directory(random: Random, state: State) -> State:
    """Move a component's directory to another place, with all that names it."""
    component = _any(random, state)
    base = component.directory.rpartition("/")[2]
    place = random.choice(["services", "applications", "tools/internal", "moved"])
    directory = f"{place}/{base}"
    if any(is_below(path, directory) for path in state.files):
        return state
    moved = replace(component, directory=directory, source=replace(component.source, root=directory))
    edits = {
        f"{directory}{path.removeprefix(component.directory)}": state.files[path] for path in _below(state, component)
    }
    return state.with_component(moved).with_files({**dict.fromkeys(_below(state, component)), **edits})


def _below(state: State, component: Component) -> list[str]:
    return list(state.below(component.directory))


def move_expression(random: Random, state: State) -> State:
    """Write a component's expression in another file."""
    component = _any(random, state)
    return state.with_component(replace(component, placement=random.choice(["top", "nix"])))


def move_file(random: Random, state: State) -> State:
    """Move a file from one component to another, or copy it there."""
    if len(state.components) < 2:
        return state
    one, other = random.sample(state.components, 2)
    path = random.choice(sources_of(one, state))
    target = other.path(f"library/from-{one.name}.txt")
    edits = {target: state.files[path]}
    is_copied = random.random() < 0.5 or path == one.path("launch.sh")
    return state.with_files(edits if is_copied else {path: None, **edits})


STEPS: Sequence[Step] = (
    edit_one,
    edit_several,
    edit_shared,
    edit_dependency_too,
    edit_documentation,
    edit_tests,
    remark,
    add_tool,
    bump,
    depend,
    share,
    configure,
    lock,
    widen,
    filter_otherwise,
    narrow,
    set_variable,
    add_component,
    remove_component,
    move_directory,
    move_expression,
    move_file,
)


def merged(random: Random, state: State, steps: Sequence[Step] = STEPS) -> tuple[State, tuple[str, ...]]:
    """Make one healthy merge of one to four steps, and tell which."""
    before, taken = state, ()
    while state == before:
        chosen = random.choices(steps, k=random.randint(1, 4))
        for step in chosen:
            state = step(random, state)
        taken = tuple(step.__name__ for step in chosen)
    return state, taken
