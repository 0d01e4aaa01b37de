"""The rule `vendored`: when it fires, and when it stays silent."""

from collections.abc import Mapping

import pytest

from nixdrift.judgement import Finding
from nixdrift.manifests import LOCK_FILES
from nixdrift.model import StorePath
from nixdrift.rules import apply_rules
from nixdrift.vendoring import ECOSYSTEMS, ecosystems_of
from tests.worlds import STORE_DIR, Expression, Files, Revision, World, edited, make_world, path_verdicts

FILES: Files = {
    "goinstance/main.go": "package main\n",
    "goinstance/go.mod": "module example.org/goinstance\n\nrequire example.org/launch v1.0.0\n",
    "goinstance/go.sum": "example.org/launch v1.0.0 h1:x=\n",
    "goinstance/package-lock.json": '{ "left": "1.0.0" }\n',
    "other/go.sum": "example.org/other v1.0.0 h1:x=\n",
    "lib/lib.go": "package lib\n",
}
REPLACING = edited(FILES, {"goinstance/go.mod": "replace example.org/lib => ../lib\n"})
SUM = {"goinstance/go.sum": "example.org/launch v1.1.0 h1:y=\n"}
BLANK = {"goinstance/go.sum": "\nexample.org/launch v1.0.0 h1:x=\n"}
LIB = {"lib/lib.go": "package lib // changed\n"}


def vendoring(
    taken: str | None = "goinstance",
    *,
    name: str = "goinstance-1.0-go-modules",
    attribute: str = "goModules",
    direct: str | None = "goinstance",
    fixed: str = "modules",
    env: Mapping[str, str] | None = None,
) -> Expression:
    """Let goinstance take a directory, and vendored dependencies that take one themselves."""

    def expression(revision: Revision) -> Mapping[str, StorePath]:
        sources = [revision.source(taken, "stack")] if taken is not None else []
        modules = revision.derive(name, sources, fixed=fixed, env=env)
        own = [revision.source(direct, "stack")] if direct is not None else []
        made = revision.derivations[modules].env["out"]
        assert made.startswith(STORE_DIR)
        built = revision.derive("goinstance-1.0", own, [modules], env={attribute: made, **(env or {})})
        return {"goinstance": built}

    return expression


def found(world: World) -> list[tuple[str, str, str | None, tuple[str, ...]]]:
    return [_told(one) for one in apply_rules(world.compare()) if one.level.value != "note"]


def _told(one: Finding) -> tuple[str, str, str | None, tuple[str, ...]]:
    return one.rule, one.level.value, one.component, one.paths


MODULES, GOINSTANCE = "goinstance-1.0-go-modules", "goinstance"

FIRES = [
    ("the modules inherit the sources", vendoring(), FILES, SUM, [("warning", MODULES)]),
    ("nothing else takes it", vendoring(direct=None), FILES, SUM, [("error", GOINSTANCE), ("error", MODULES)]),
    ("the modules take nothing", vendoring(None), FILES, SUM, [("warning", GOINSTANCE)]),
    ("they are known by their name", vendoring(None, attribute="deps"), FILES, SUM, [("warning", GOINSTANCE)]),
    ("by an attribute", vendoring(None, name="deps"), FILES, SUM, [("warning", GOINSTANCE)]),
    ("a lock file comes", vendoring(None), edited(FILES, {"goinstance/go.sum": None}), SUM, [("warning", GOINSTANCE)]),
    (
        "a lock file goes",
        vendoring(direct=None),
        FILES,
        {"goinstance/go.sum": None},
        [("error", GOINSTANCE), ("error", MODULES)],
    ),
    (
        "a replaced module",
        vendoring("", direct="", env={"modRoot": "./goinstance"}),
        REPLACING,
        LIB,
        [("warning", MODULES)],
    ),
    (
        "a replaced module, and modules that take nothing",
        vendoring(None, direct="", env={"modRoot": "goinstance"}),
        REPLACING,
        LIB,
        [("warning", GOINSTANCE)],
    ),
    (
        "the lock file of the root that is told",
        vendoring("", direct="", env={"sourceRoot": "stack/goinstance"}),
        FILES,
        SUM,
        [("warning", MODULES)],
    ),
]

SILENT = [
    ("sources that are no lock files", vendoring(), FILES, {"goinstance/main.go": "package launch\n"}),
    ("sources of vendored dependencies alone", vendoring("", env={"modRoot": "goinstance"}), FILES, LIB),
    ("another lock file", vendoring("", direct="", env={"modRoot": "goinstance"}), FILES, {"other/go.sum": "x"}),
    ("a lock file of another kind", vendoring(), FILES, {"goinstance/package-lock.json": "{}"}),
    ("the same, not taken", vendoring(None), FILES, {"goinstance/package-lock.json": "{}"}),
    ("layout", vendoring(), FILES, {"goinstance/go.mod": "module a\nrequire (\n example.org/launch v1.0.0 // x\n)\n"}),
    ("layout, not taken", vendoring(None), FILES, BLANK),
    (
        "layout, and taken by nothing else",
        vendoring(direct=None),
        FILES,
        {"goinstance/go.sum": "\n" + str(FILES["goinstance/go.sum"])},
    ),
    ("an ordinary name", vendoring(None, name="deps", attribute="deps"), FILES, SUM),
    (
        "modules that are downloaded",
        vendoring("", direct="", env={"modRoot": "goinstance", "proxyVendor": "1"}),
        REPLACING,
        LIB,
    ),
]


@pytest.mark.parametrize(
    ("expression", "before", "edits", "expected"), [one[1:] for one in FIRES], ids=[one[0] for one in FIRES]
)
def test_it_fires(
    expression: Expression, before: Files, edits: Mapping[str, str | None], expected: list[tuple[str, str]]
) -> None:
    world = make_world(expression, before, edited(before, edits))

    assert found(world) == [("vendored", level, name, tuple(edits)) for level, name in expected]


@pytest.mark.parametrize(("expression", "before", "edits"), [one[1:] for one in SILENT], ids=[one[0] for one in SILENT])
def test_it_stays_silent(expression: Expression, before: Files, edits: Mapping[str, str | None]) -> None:
    assert found(make_world(expression, before, edited(before, edits))) == []


@pytest.mark.parametrize("taken", ["goinstance", None])
def test_it_stays_silent_where_the_hash_changed_too(taken: str | None) -> None:
    refreshed = vendoring(taken, fixed="new modules")

    assert found(make_world(vendoring(taken), FILES, edited(FILES, SUM), new_expression=refreshed)) == []


def moving(where: str, at_head: str, *, source: bool) -> Expression:
    """Take a directory, or the whole repository, of which goinstance is another part at head."""

    def expression(revision: Revision) -> Mapping[str, StorePath]:
        path = (where if revision.base is None else at_head) if source else ""
        taken = revision.source(path, "stack")
        modules = revision.derive(MODULES, [taken], fixed="modules")
        return {"goinstance": revision.derive("goinstance-1.0", [taken], [modules])}

    return expression


MOVED = {
    "goinstance/go.sum": None,
    "goinstance/go.mod": None,
    "goinstance/main.go": None,
    "new/goinstance/go.sum": FILES["goinstance/go.sum"],
    "new/goinstance/go.mod": FILES["goinstance/go.mod"],
    "new/goinstance/main.go": "package main // changed\n",
}


def test_it_stays_silent_where_a_lock_file_moved_with_the_directory_that_is_taken() -> None:
    world = make_world(moving("goinstance", "new/goinstance", source=True), FILES, edited(FILES, MOVED))

    assert path_verdicts(world.judge(), MODULES)["new/goinstance/go.sum"] == "frozen"
    assert found(world) == []


@pytest.mark.parametrize(
    ("source", "edits"),
    [(False, MOVED), (True, {**MOVED, "new/goinstance/go.sum": "example.org/launch v2.0.0 h1:z=\n"})],
    ids=["to another place of what is taken", "with another content"],
)
def test_it_fires_where_a_lock_file_moved_and_is_another_one(source: bool, edits: Mapping[str, str | None]) -> None:
    world = make_world(moving("goinstance", "new/goinstance", source=source), FILES, edited(FILES, edits))

    assert {(rule, name) for rule, _level, name, _paths in found(world)} == {("vendored", MODULES)}
    assert any("new/goinstance/go.sum" in paths for _rule, _level, _name, paths in found(world))


def test_a_path_that_no_output_holds_is_another_rules_business() -> None:
    world = make_world(vendoring(None, direct="lib"), FILES, edited(FILES, SUM))

    assert path_verdicts(world.judge(), "goinstance") == {"goinstance/go.sum": "stale"}
    assert {rule for rule, *_rest in found(world)} == {"stale"}


def test_every_lock_file_of_a_package_manager_is_known_as_one() -> None:
    locks = {name for one in ECOSYSTEMS for name in one.locks}

    assert locks - LOCK_FILES == {"requirements.txt"}


@pytest.mark.parametrize(
    ("name", "attributes", "lock"),
    [
        ("goinstance-1.0-go-modules", "", "go.sum"),
        ("go-modules-goinstance-1.0", "", "go.mod"),
        ("engine-1.0-vendor-staging", "", "Cargo.lock"),
        ("web-1.0-npm-deps", "", "package-lock.json"),
        ("x", "pnpmDeps", "pnpm-lock.yaml"),
        ("x", "yarnOfflineCache", "yarn.lock"),
        ("x", "node_modules", "bun.lock"),
        ("x-pip-deps", "", "requirements-dev.txt"),
    ],
)
def test_vendored_dependencies_are_recognised(name: str, attributes: str, lock: str) -> None:
    known = ecosystems_of(name, frozenset(attributes.split()))

    assert any(one.is_lock(f"a/{lock}") for one in known)


def test_an_attribute_says_more_than_a_name() -> None:
    (known,) = ecosystems_of("x-vendor", frozenset({"cargoDeps"}))

    assert known.locks == ("Cargo.lock",)
    assert len(ecosystems_of("x-vendor")) > 1
    assert ecosystems_of("x") == ()
