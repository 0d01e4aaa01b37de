"""Generate a project: components in directories of their own, and a random graph of what is built from what."""

from collections.abc import Iterator
from random import Random

from tests.mutation.project import STYLES, Component, Source, State, text
from tests.worlds import File, executable, symlink

NAMES = [
    "accounts",
    "ledger",
    "invoices",
    "mailer",
    "search",
    "catalog",
    "checkout",
    "shipping",
    "inventory",
    "pricing",
    "reviews",
    "gateway",
    "scheduler",
    "launcher",
    "notifier",
    "reports",
    "archive",
    "importer",
    "exporter",
    "thumbnails",
    "sessions",
    "tokens",
    "audits",
    "metrics",
    "alerts",
    "billing",
    "coupons",
    "returns",
    "wishlist",
    "profiles",
    "uploads",
    "geocoder",
    "translator",
    "sitemap",
    "feeds",
    "presence",
    "webhooks",
    "quotas",
    "secrets",
    "relay",
]
PLACES = ("services", "services", "applications", "tools/internal")
SUFFIXES = ("go", "py", "rs", "c")
SHARED = ("shared/platform", "shared/protocol", "shared/theme")
OUTSIDE = ("docs", "tests")
"""What healthy filters leave out: documentation, and what is only run by hand."""


def generated(random: Random, components: int) -> State:
    """Give a project of some components."""
    files: dict[str, File] = dict(_common())
    made: list[Component] = []
    for number in range(components):
        turn, place = divmod(number, len(NAMES))
        # A digit would be a version.
        name = NAMES[place] + "-again" * turn
        component = _component(random, name, [one.name for one in made])
        files |= dict(_files(random, component))
        made.append(component)
    return State(tuple(made), dict(sorted(files.items())))


def another(random: Random, state: State) -> State:
    """Give a project with one more component."""
    name = next(f"{one}-extra" for one in NAMES if f"{one}-extra" not in {known.name for known in state.components})
    component = _component(random, name, [one.name for one in state.components])
    added = State((*state.components, component), state.files, state.comments, state.tools)
    return added.with_files(dict(_files(random, component)))


def _common() -> Iterator[tuple[str, File]]:
    yield "README.md", text("# The stack\n")
    yield "docs/operations.md", text("# Operations\n")
    yield ".gitignore", text("/result\n")
    yield ".github/workflows/ci.yml", text("on: push\n")
    for directory in SHARED:
        yield f"{directory}/version.txt", text(f"{directory} 1\n")
        yield f"{directory}/launch.sh", executable(f'#!/bin/sh\nexec {directory} "$@"\n')


def _component(random: Random, name: str, others: list[str]) -> Component:
    is_declared = random.random() < 0.15
    spelled = random.choice([name, name, name.title(), name.replace("-", "_")])
    directory = f"{random.choice(PLACES)}/{'unit-' + name[::-1] if is_declared else spelled}"
    settings = "config.json" if random.random() < 0.4 else None
    source = _source(random, directory, settings)
    ignored = [f"{one}/" for one in OUTSIDE if one in source.left_out]
    if is_declared:
        ignored = sorted({*ignored, "README.md", "docs/"})
    vendored = random.choice([None, None, "lock", "source"])
    return Component(
        name,
        directory,
        source,
        inputs=tuple(sorted(random.sample(others, min(len(others), random.randrange(4))))),
        shared=tuple(sorted(random.sample(SHARED, random.randint(1, 2)))),
        settings=settings,
        vendored=vendored,
        hash_of=f"{name} 1",
        is_root=random.random() < 0.8,
        placement=random.choice(["top", "top", "nix", "own"]),
        is_declared=is_declared,
        ignored=tuple(ignored),
    )


def _source(random: Random, directory: str, settings: str | None) -> Source:
    """Give a healthy way to take a directory."""
    if random.random() < 0.4:
        return Source("whole", directory)
    left_out = [*OUTSIDE, *(["config.json"] if settings and random.random() < 0.5 else [])]
    return Source(random.choice(STYLES), directory, tuple(left_out))


def _files(random: Random, component: Component) -> Iterator[tuple[str, File]]:
    name, path = component.name, component.path
    suffix = random.choice(SUFFIXES)
    yield path(f"main.{suffix}"), text(f"// {name}: main\n")
    yield path(f"library/client.{suffix}"), text(f"// {name}: client\n")
    yield path(f"library/inner/codec.{suffix}"), text(f"// {name}: codec\n")
    yield path("data/regions.txt"), text(f"{name}: eu, us\n")
    yield path("data/zones.txt"), text(f"{name}: a, b\n")
    yield path("launch.sh"), executable(f"#!/bin/sh\nexec {name}\n")
    yield path("README.md"), text(f"# {name}\n")
    yield path("docs/guide.md"), text(f"# How to use {name}\n")
    yield path(f"tests/main_test.{suffix}"), text(f"// {name}: test\n")
    if component.settings:
        yield path(component.settings), text(f'{{ "name": "{name}", "port": {random.randrange(1000, 9999)} }}\n')
    if component.vendored:
        yield path("go.mod"), text(f"module example.org/stack/{name}\n")
        yield path("go.sum"), text(f"example.org/library v1.0.0 h1:{name}\n")
    if random.random() < 0.3:
        yield path("data/empty"), text("")
        yield path("library/empty"), text("")
    if random.random() < 0.3:
        yield path("data/current"), symlink("regions.txt")
    if random.random() < 0.3:
        # The same text in two components, as copied boilerplate is.
        yield path("library/license.txt"), text("All rights reserved.\n")
        yield path("Makefile"), text("all:\n\ttrue\n")


SOURCES = ("main.", "library/", "data/", "launch.sh")
"""How the files are named, relative to a component's directory, that are nothing but sources of it."""


def sources_of(component: Component, state: State) -> list[str]:
    """Give the files of a component that every healthy way to take it takes, and no one else reads."""
    starts = tuple(component.path(one) for one in SOURCES)
    return [path for path in state.below(component.directory) if path.startswith(starts)]
