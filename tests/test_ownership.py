"""Which component a changed path belongs to, and which paths belong to none."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from nixdrift.comparison.compare import compare
from nixdrift.errors import InvalidInputError
from nixdrift.judgement import Judgement, OwnershipKind
from nixdrift.model import StorePath
from tests.test_directories import NAMING
from tests.worlds import STACK, Expression, Files, Revision, configured, edited, make_world, path_verdicts, stack

Roots = Mapping[str, StorePath]


def apart(*names: str, taking: str = "platform") -> Expression:
    """Give roots that take one directory, whatever they are called."""

    def expression(revision: Revision) -> Roots:
        source = revision.source(taking)
        return {name: revision.derive(f"{name}-1.0", [source]) for name in names}

    return expression


def judged_after(expression: Expression, edit: Files, files: Files = STACK, config: str = "") -> Judgement:
    return make_world(expression, files, edited(files, edit)).judge(configured(config))


def owners(judgement: Judgement) -> dict[str, dict[str, str]]:
    """Path → component → evidence."""
    found: dict[str, dict[str, str]] = {}
    for one in judgement.components:
        for path in one.paths:
            found.setdefault(path.change.path, {})[one.component.name] = path.ownership.kind.value
    return found


def test_a_path_belongs_to_whatever_takes_it() -> None:
    judgement = judged_after(stack, {"goinstance/main.go": "new\n", "platform/new.txt": "new\n"})

    assert owners(judgement) == {
        "goinstance/main.go": {"goinstance": "proven"},
        "platform/new.txt": {"platform": "proven"},
    }


def test_a_path_that_several_take_belongs_to_each_of_them() -> None:
    judgement = judged_after(apart("a", "b"), {"platform/platform.txt": "new\n"})

    assert owners(judgement) == {"platform/platform.txt": {"a": "proven", "b": "proven"}}


def test_a_path_belongs_to_the_component_that_the_directory_is_named_after() -> None:
    judgement = judged_after(apart("go-instance"), {"goinstance/main.go": "new\n"})

    assert owners(judgement) == {"goinstance/main.go": {"go-instance": "inferred"}}


@pytest.mark.parametrize(("manifest", "content", "_name"), NAMING)
def test_a_path_belongs_to_the_component_that_a_manifest_above_it_names(
    manifest: str, content: str, _name: str
) -> None:
    files = {**STACK, f"services/one/{manifest}": content, "services/one/src/main": "old\n"}

    judgement = judged_after(apart("goinstance"), {"services/one/src/main": "new\n"}, files)

    assert owners(judgement) == {"services/one/src/main": {"goinstance": "inferred"}}


def test_the_nearest_directory_that_names_a_component_decides() -> None:
    files = {**STACK, "outer/inner/main.go": "old\n", "outer/main.go": "old\n"}
    edit = {"outer/inner/main.go": "new\n", "outer/main.go": "new\n"}

    assert owners(judged_after(apart("outer", "inner"), edit, files)) == {
        "outer/inner/main.go": {"inner": "inferred"},
        "outer/main.go": {"outer": "inferred"},
    }


def test_a_component_takes_what_is_proven_and_what_is_named_like_it() -> None:
    judgement = judged_after(apart("goinstance"), {"goinstance/main.go": "new\n", "platform/platform.txt": "new\n"})

    assert owners(judgement) == {
        "goinstance/main.go": {"goinstance": "inferred"},
        "platform/platform.txt": {"goinstance": "proven"},
    }


def test_declared_sources_are_instead_of_what_names_suggest() -> None:
    config = '[components.goinstance]\nsources = ["docs/**"]\n'
    edit = {"docs/operations.md": "new\n", "goinstance/main.go": "new\n", "platform/platform.txt": "new\n"}

    judgement = judged_after(apart("goinstance"), edit, config=config)

    assert owners(judgement) == {
        "docs/operations.md": {"goinstance": "declared"},
        "platform/platform.txt": {"goinstance": "proven"},
    }
    assert [one.paths for one in judgement.unclaimed] == [("goinstance/main.go",)]


def test_what_is_declared_wins_over_what_is_proven() -> None:
    config = '[components.platform]\nsources = ["platform/**"]\n'

    judgement = judged_after(stack, {"platform/platform.txt": "new\n"}, config=config)

    assert owners(judgement) == {"platform/platform.txt": {"platform": "declared"}}


@pytest.mark.parametrize("path", ["goinstance/main.go", "platform/platform.txt"])
def test_what_a_component_ignores_is_none_of_its_paths_whatever_the_evidence(path: str) -> None:
    config = f'[components.goinstance]\nignore = ["{path}"]\n'

    judgement = judged_after(apart("goinstance"), {path: "new\n"}, config=config)

    assert owners(judgement) == {}
    assert judgement.ignored == (path,)
    assert judgement.unclaimed == ()


def test_what_a_component_ignores_is_claimed_all_the_same_by_others_and_no_less_unclaimed_elsewhere() -> None:
    config = '[components.a]\nignore = ["platform/", "tools/"]\n'
    files = {**STACK, "tools/x.go": "old\n"}

    judgement = judged_after(apart("a", "b"), {"platform/platform.txt": "new\n", "tools/x.go": "new\n"}, files, config)

    assert owners(judgement) == {"platform/platform.txt": {"b": "proven"}}
    assert [one.paths for one in judgement.unclaimed] == [("tools/x.go",)]


def without_tests(revision: Revision) -> Roots:
    where = "goinstance" if revision.base is None else "new/goinstance"
    source = revision.source(where, "goinstance", keep=lambda path: not path.startswith("tests"))
    return {"goinstance": revision.derive("goinstance-1.0", [source])}


MOVED_TESTS = {"goinstance/tests/a.go": None, "new/goinstance/tests/a.go": "test\n"}


@pytest.mark.parametrize(
    ("former", "ignored"),
    [
        ('[components.goinstance]\nignore = ["/goinstance/tests/"]\n', True),
        ('ignore = ["/goinstance/tests/"]\n', True),
        ("", False),
    ],
)
def test_what_is_gone_is_ignored_if_base_ignored_it(former: str, ignored: bool) -> None:
    before = {**STACK, "goinstance/tests/a.go": "test\n"}
    main = {"goinstance/main.go": None, "new/goinstance/main.go": "package main // changed\n"}
    after = edited(before, {**MOVED_TESTS, **main})
    world = make_world(without_tests, before, after)
    config = configured('[components.goinstance]\nignore = ["/new/goinstance/tests/"]\n')

    evidence = replace(world.evidence(), base_config=configured(former))
    judgement = compare(world.base, world.head, world.changes, config, evidence).judgement

    assert ("goinstance/tests/a.go" in judgement.ignored) is ignored
    assert "new/goinstance/tests/a.go" in judgement.ignored


def test_what_head_has_is_not_ignored_just_because_base_ignored_it() -> None:
    world = make_world(apart("goinstance"), STACK, edited(STACK, {"goinstance/main.go": "new\n"}))

    evidence = replace(world.evidence(), base_config=configured('ignore = ["goinstance/"]\n'))
    judgement = compare(world.base, world.head, world.changes, configured(""), evidence).judgement

    assert owners(judgement) == {"goinstance/main.go": {"goinstance": "inferred"}}


def test_what_is_ignored_altogether_is_counted_and_belongs_to_nobody() -> None:
    judgement = judged_after(stack, {"platform/platform.txt": "new\n"}, config='ignore = ["platform/"]')

    assert owners(judgement) == {}
    assert judgement.ignored == ("platform/platform.txt",)
    assert judgement.census.ignored_paths == 1


def test_a_declaration_can_name_the_derivation_that_it_means() -> None:
    config = '[components.launcher]\nderivation = "goinstance-1.0"\nsources = ["docs/**"]\n'

    judgement = judged_after(apart("goinstance"), {"docs/operations.md": "new\n"}, config=config)

    assert owners(judgement) == {"docs/operations.md": {"goinstance": "declared"}}


def test_a_declaration_makes_a_component_of_a_derivation_inside() -> None:
    def expression(revision: Revision) -> Roots:
        helper = revision.derive("helper-1.0")
        return {"app": revision.derive("app-1.0", [], [helper])}

    config = '[components.helper]\nsources = ["docs/**"]\n'

    judgement = judged_after(expression, {"docs/operations.md": "new\n"}, config=config)

    assert {one.component.name for one in judgement.components} == {"app", "helper-1.0"}
    assert path_verdicts(judgement, "helper-1.0") == {"docs/operations.md": "stale"}


def test_a_declaration_of_what_neither_side_has_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="gone"):
        judged_after(stack, {}, config="[components.gone]\n")


@pytest.mark.parametrize("path", ["goinstance/README.md", "goinstance/docs/a.png", "LICENSE", ".github/ci.yml"])
def test_housekeeping_that_nothing_takes_is_counted_and_belongs_to_nobody(path: str) -> None:
    judgement = judged_after(apart("goinstance"), {path: "new\n"})

    assert owners(judgement) == {}
    assert judgement.housekeeping == (path,)
    assert judgement.unclaimed == ()


def test_housekeeping_that_is_taken_belongs_to_what_takes_it() -> None:
    judgement = judged_after(stack, {"goinstance/README.md": "new\n"})

    assert owners(judgement) == {"goinstance/README.md": {"goinstance": "proven"}}


@pytest.mark.parametrize("path", ["goinstance/default.nix", "flake.nix", "flake.lock"])
def test_an_expression_that_nothing_takes_is_counted_and_belongs_to_nobody(path: str) -> None:
    judgement = judged_after(apart("goinstance"), {path: "new\n"})

    assert owners(judgement) == {}
    assert judgement.expressions == (path,)


def test_a_filtered_source_owns_what_it_holds_and_not_what_it_leaves_out(tmp_path: Path) -> None:
    def expression(revision: Revision) -> Roots:
        keep = lambda path: not path.startswith("goinstance")  # noqa: E731
        return {"app": revision.derive("app-1.0", [revision.source("", "stack", keep=keep, is_listed=True)])}

    edit = {"goinstance/main.go": "new\n", "platform/platform.txt": "new\n"}
    judgement = make_world(expression, STACK, edited(STACK, edit), store=tmp_path).judge()

    assert owners(judgement) == {"platform/platform.txt": {"app": "proven"}}
    assert {one.kind for part in judgement.components for one in [p.ownership for p in part.paths]} == {
        OwnershipKind.PROVEN
    }


def test_unclaimed_paths_are_grouped_by_directory_with_the_manifests_that_would_build_them() -> None:
    files = {**STACK, "tools/go.mod": "module example.org/tools\n", "tools/a/x.go": "old\n", "Makefile": "all:\n"}
    edit = {"tools/a/x.go": "new\n", "tools/a/y.go": "new\n", "tools/z.go": "new\n", "misc/a.txt": "new\n"}

    judgement = judged_after(stack, edit, files)

    assert [(one.directory, one.paths, one.manifests) for one in judgement.unclaimed] == [
        ("misc", ("misc/a.txt",), ()),
        ("tools", ("tools/z.go",), ("tools/go.mod",)),
        ("tools/a", ("tools/a/x.go", "tools/a/y.go"), ("tools/go.mod",)),
    ]


def test_a_manifest_at_the_top_speaks_for_what_lies_beside_it() -> None:
    files = {**STACK, "go.mod": "module example.org/fleet\n"}

    judgement = judged_after(stack, {"main.go": "new\n", "misc/a.txt": "new\n"}, files)

    assert [(one.directory, one.manifests) for one in judgement.unclaimed] == [("", ("go.mod",)), ("misc", ())]


def test_a_manifest_that_was_deleted_still_says_that_something_was_built_there() -> None:
    files = {**STACK, "tools/go.mod": "module example.org/tools\n", "tools/main.go": "package main\n"}

    judgement = judged_after(stack, {"tools/go.mod": None}, files)  # type: ignore[dict-item]

    assert [one.manifests for one in judgement.unclaimed] == [("tools/go.mod",)]


def test_a_manifest_says_nothing_where_its_whole_directory_is_gone() -> None:
    files = {**STACK, "tools/go.mod": "module example.org/tools\n", "tools/a/main.go": "package main\n"}

    judgement = judged_after(stack, {"tools/go.mod": None, "tools/a/main.go": None}, files)  # type: ignore[dict-item]

    assert [(one.directory, one.manifests) for one in judgement.unclaimed] == [("tools", ()), ("tools/a", ())]


def test_a_copy_of_a_directory_belongs_to_nobody_just_because_its_content_is_an_input() -> None:
    files = {"services/a/src/main.go": "package main\n"}

    def only_a(revision: Revision) -> Roots:
        return {"a": revision.derive("a-1.0", [revision.source("services/a/src")])}

    judgement = judged_after(only_a, {"services/b/src/main.go": "package main\n", "services/b/go.mod": ""}, files)

    assert owners(judgement) == {}
    assert [path for unclaimed in judgement.unclaimed for path in unclaimed.paths] == [
        "services/b/go.mod",
        "services/b/src/main.go",
    ]


def test_a_directory_that_moved_still_belongs_to_what_takes_it() -> None:
    files = {"old/src/main.go": "package main\n"}

    def moved(revision: Revision) -> Roots:
        where = "old/src" if revision.base is None else "new/src"
        return {"a": revision.derive("a-1.0", [revision.source(where)])}

    judgement = judged_after(moved, {"old/src/main.go": None, "new/src/main.go": "package main\n"}, files)

    assert owners(judgement) == {"new/src/main.go": {"a": "proven"}, "old/src/main.go": {"a": "proven"}}
    assert path_verdicts(judgement, "a") == {"new/src/main.go": "unchanged", "old/src/main.go": "unchanged"}


NESTED = {"app/main.go": "package main\n", "app/test/m.txt": "one\n", "test/all.txt": "all\n", "pin/all.txt": "pin\n"}


def app_and_test(taking: str) -> Expression:
    def expression(revision: Revision) -> Roots:
        app = revision.derive("app-1.0", [revision.source("app")])
        return {"app": app, "test": revision.derive("test-1.0", [revision.source(taking)])}

    return expression


def test_a_directory_inside_of_a_component_is_not_of_one_that_takes_another_directory_of_that_name() -> None:
    judgement = judged_after(app_and_test("test"), {"app/test/m.txt": "two\n"}, NESTED)

    assert owners(judgement) == {"app/test/m.txt": {"app": "proven"}}


def test_a_directory_inside_of_a_component_may_be_of_one_that_takes_no_other_of_that_name() -> None:
    judgement = judged_after(app_and_test("pin"), {"app/test/m.txt": "two\n"}, NESTED)

    assert owners(judgement) == {"app/test/m.txt": {"app": "proven", "test": "inferred"}}


def test_a_directory_that_nobody_takes_is_of_what_is_named_like_it_though_it_takes_another_of_that_name() -> None:
    files = {**NESTED, "lib/test/m.txt": "one\n"}

    judgement = judged_after(app_and_test("test"), {"lib/test/m.txt": "two\n"}, files)

    assert owners(judgement) == {"lib/test/m.txt": {"test": "inferred"}}


@pytest.mark.parametrize("attribute", ["accounts", "packages.x86_64-linux.accounts"])
def test_a_component_that_does_not_evaluate_is_not_said_to_be_missing(attribute: str) -> None:
    def expression(revision: Revision) -> Roots:
        revision.fail(attribute)
        return apart("goinstance")(revision)

    judgement = judged_after(expression, {"platform/platform.txt": "new\n"}, config="[components.accounts]\n")

    assert [one.component.name for one in judgement.components] == ["goinstance"]
