"""The verdict table, line by line, on worlds in which it is known what is right."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from nixdrift.changes import Change, ChangeKind
from nixdrift.comparison.compare import Evidence, compare
from nixdrift.comparison.verdicts import VERDICTS
from nixdrift.config import Config
from nixdrift.judgement import Moved, Pairing, Seen, Verdict
from nixdrift.model import StorePath
from tests.worlds import (
    STACK,
    Expression,
    File,
    Revision,
    World,
    configured,
    edited,
    executable,
    judged,
    make_world,
    path_verdicts,
    stack,
    submodule,
    symlink,
    verdicts,
)

Roots = Mapping[str, StorePath]

CHANGED_CODE = {"goinstance/main.go": "package main // changed\n"}
CHANGED_PLATFORM = {"platform/platform.txt": "two\n"}


def stack_with(goinstance_source: "Expression | None" = None, **options: str) -> Expression:
    """Give the stack with another source for goinstance, or none."""

    def expression(revision: Revision) -> Roots:
        platform = revision.derive("platform-1.0", [revision.source("platform")])
        sources = goinstance_source(revision).values() if goinstance_source else ()
        goinstance = revision.derive("goinstance-1.0", sources, [platform], **options)  # type: ignore[arg-type]
        return {"platform": platform, "goinstance": goinstance}

    return expression


def only_data(revision: Revision) -> Roots:
    """Take goinstance without its code, and let nobody list what was taken."""
    return {"src": revision.source("goinstance", keep=lambda path: path.startswith("data"))}


def only_data_and_code(revision: Revision) -> Roots:
    """Take goinstance without its documentation, and let nobody list what was taken."""
    return {"src": revision.source("goinstance", keep=lambda path: path != "README.md")}


def only_data_listed(revision: Revision) -> Roots:
    return {"src": revision.source("goinstance", keep=lambda path: path.startswith("data"), is_listed=True)}


def pinned(revision: Revision) -> Roots:
    """Take goinstance as it was at base, for ever."""
    return {"src": (revision.base or revision).source("goinstance")}


def changed(expression: Expression, *edits: Mapping[str, "File | str | None"], store: Path | None = None) -> World:
    after = STACK
    for edit in edits:
        after = edited(after, edit)
    return make_world(expression, STACK, after, store=store)


def test_the_table_has_a_verdict_for_everything_that_can_be_found_out() -> None:
    assert set(VERDICTS) == {(moved, seen) for moved in Moved for seen in Seen}


def test_what_did_not_move_is_never_taken_for_rebuilt() -> None:
    assert Verdict.REBUILT not in {verdict for (moved, _seen), verdict in VERDICTS.items() if moved is Moved.NO}


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        ({}, {"goinstance": "unchanged", "platform": "unchanged"}),
        (CHANGED_CODE, {"goinstance": "rebuilt", "platform": "unchanged"}),
        ({"goinstance/main.go": None}, {"goinstance": "rebuilt", "platform": "unchanged"}),
        ({"goinstance/new.go": "new\n"}, {"goinstance": "rebuilt", "platform": "unchanged"}),
        ({"goinstance/main.go": executable("package main\n")}, {"goinstance": "rebuilt", "platform": "unchanged"}),
        ({"goinstance/main.go": symlink("other.go")}, {"goinstance": "rebuilt", "platform": "unchanged"}),
        (CHANGED_PLATFORM, {"goinstance": "rippled", "platform": "rebuilt"}),
        ({**CHANGED_CODE, **CHANGED_PLATFORM}, {"goinstance": "rebuilt", "platform": "rebuilt"}),
        ({"docs/operations.md": "# New\n"}, {"goinstance": "unchanged", "platform": "unchanged"}),
    ],
    ids=["nothing", "code", "deleted", "added", "chmod", "symlink", "dependency", "both", "docs"],
)
def test_a_component_that_takes_its_directory_is_rebuilt_by_every_kind_of_change(
    edit: Mapping[str, File | str | None], expected: Mapping[str, str]
) -> None:
    assert verdicts(changed(stack, edit).judge()) == expected


@pytest.mark.parametrize(
    ("source", "edit", "expected"),
    [
        (None, CHANGED_CODE, "stale"),
        (only_data, CHANGED_CODE, "stale"),
        (only_data, {"goinstance/main.go": None}, "stale"),
        (pinned, CHANGED_CODE, "stale"),
        (pinned, {"goinstance/main.go": None}, "stale"),
        (None, {**CHANGED_CODE, **CHANGED_PLATFORM}, "masked"),
        (None, {"goinstance/main.go": None, **CHANGED_PLATFORM}, "masked"),
        (pinned, {**CHANGED_CODE, **CHANGED_PLATFORM}, "masked"),
        (pinned, {"goinstance/main.go": None, **CHANGED_PLATFORM}, "masked"),
    ],
)
def test_a_change_that_is_no_input_is_stale_alone_and_masked_together_with_another(
    source: Expression | None, edit: Mapping[str, File | str | None], expected: str
) -> None:
    judgement = changed(stack_with(source), edit).judge()

    assert verdicts(judgement)["goinstance"] == expected
    assert path_verdicts(judgement, "goinstance") == {"goinstance/main.go": expected}


@pytest.mark.parametrize("edit", [CHANGED_CODE, {"goinstance/main.go": None}, {"goinstance/new.go": "new\n"}])
@pytest.mark.parametrize(("elsewhere", "expected"), [({}, "stale"), (CHANGED_PLATFORM, "masked")])
def test_a_pinned_source_is_found_out_by_its_listing_too(
    edit: Mapping[str, File | str | None], elsewhere: Mapping[str, str], expected: str, tmp_path: Path
) -> None:
    def pinned_and_listed(revision: Revision) -> Roots:
        return {"src": (revision.base or revision).source("goinstance", is_listed=True)}

    judgement = changed(stack_with(pinned_and_listed), edit, elsewhere, store=tmp_path).judge()

    assert verdicts(judgement)["goinstance"] == expected


@pytest.mark.parametrize("edit", [CHANGED_CODE, {"goinstance/main.go": None}, {"goinstance/new.go": "new\n"}])
def test_a_filtered_source_that_is_the_same_on_both_sides_cannot_hold_the_change_though_nobody_lists_it(
    edit: Mapping[str, File | str | None],
) -> None:
    """The store path is a content address: what did not differ needs no listing, however much else moved."""
    judgement = changed(stack_with(only_data), edit, CHANGED_PLATFORM).judge()

    assert verdicts(judgement)["goinstance"] == "masked"


def test_each_path_is_judged_by_itself_and_the_worst_one_speaks_for_the_component(tmp_path: Path) -> None:
    world = changed(stack_with(only_data_listed), CHANGED_CODE, {"goinstance/data/regions.txt": "us\n"}, store=tmp_path)

    judgement = world.judge()

    assert path_verdicts(judgement, "goinstance") == {
        "goinstance/main.go": "masked",
        "goinstance/data/regions.txt": "rebuilt",
    }
    assert verdicts(judgement)["goinstance"] == "masked"


def test_a_change_is_unproven_while_a_source_that_differs_cannot_be_listed() -> None:
    world = changed(stack_with(only_data), CHANGED_CODE, {"goinstance/data/regions.txt": "us\n"})

    assert set(path_verdicts(world.judge(), "goinstance").values()) == {"unproven"}


def test_a_removed_path_is_unproven_where_only_base_has_a_source_that_cannot_be_listed() -> None:
    """It may have been in there, and left the output with it."""

    def whole(revision: Revision) -> Roots:
        return {"src": revision.source("goinstance")}

    before = edited(STACK, {"goinstance/README.md": "# Read me\n"})
    after = edited(before, {"goinstance/main.go": None})
    world = make_world(stack_with(only_data_and_code), before, after, new_expression=stack_with(whole))

    assert path_verdicts(world.judge(), "goinstance") == {"goinstance/main.go": "unproven"}


def test_a_change_is_unproven_where_evaluation_itself_made_a_difference_that_nothing_explains() -> None:
    """What ``readFile`` takes leaves no input source: the variable differs, and it may be because of the change."""

    def reads(revision: Revision) -> Roots:
        text = revision.blobs[revision.tree.entries["goinstance/main.go"].object_id].decode()
        return {"goinstance": revision.derive("goinstance-1.0", env={"code": text})}

    assert verdicts(changed(reads, CHANGED_CODE).judge()) == {"goinstance": "unproven"}


def test_what_is_only_rebuilt_by_a_proven_input_elsewhere_is_masked_and_not_unproven() -> None:
    def expression(revision: Revision) -> Roots:
        lower = revision.derive("lower-1.0", [revision.source("platform")])
        middle = revision.derive("middle-1.0", [], [lower])
        return {"goinstance": revision.derive("goinstance-1.0", [], [middle])}

    assert verdicts(changed(expression, CHANGED_CODE, CHANGED_PLATFORM).judge())["goinstance"] == "masked"


def test_a_source_that_is_new_to_a_component_is_traced_though_nothing_in_it_changed() -> None:
    """What it holds is known by its store path; what chose it is not: a file that was read may have."""

    def taking(path: str) -> Expression:
        return lambda revision: {"goinstance": revision.derive("goinstance-1.0", [revision.source(path, "src")])}

    files = {**STACK, "one/src/a": "1\n", "two/src/a": "2\n"}
    world = make_world(taking("one/src"), files, edited(files, CHANGED_CODE), new_expression=taking("two/src"))

    judged = world.judge()
    assert verdicts(judged) == {"goinstance": "unproven"}
    assert "by what evaluation read" in judged.components[0].reason


def test_a_version_that_the_expression_changed_moves_a_component_without_touching_it() -> None:
    def newer(revision: Revision) -> Roots:
        platform = revision.derive("platform-1.0", [revision.source("platform")])
        goinstance = revision.derive("goinstance-1.1", [revision.source("goinstance")], [platform])
        return {"platform": platform, "goinstance": goinstance}

    judgement = make_world(stack, STACK, STACK, new_expression=newer).judge()

    assert verdicts(judgement) == {"goinstance": "rippled", "platform": "unchanged"}


# Fixed outputs


def vendored(declared: str, *, also_directly: bool = False) -> Expression:
    """Give goinstance built from modules whose hash is declared, and maybe from its sources too."""

    def expression(revision: Revision) -> Roots:
        source = revision.source("goinstance")
        modules = revision.derive("goinstance-modules", [source], fixed=declared)
        taken = [source] if also_directly else []
        return {"goinstance": revision.derive("goinstance-1.0", taken, [modules])}

    return expression


def test_what_is_behind_a_fixed_output_whose_hash_was_not_refreshed_is_frozen() -> None:
    judgement = changed(vendored("modules"), CHANGED_CODE).judge()

    assert verdicts(judgement) == {"goinstance": "frozen", "goinstance-modules": "frozen"}


def test_a_fixed_output_whose_hash_was_refreshed_lets_the_change_through() -> None:
    after = edited(STACK, CHANGED_CODE)
    world = make_world(vendored("modules"), STACK, after, new_expression=vendored("new modules"))

    assert verdicts(world.judge()) == {"goinstance": "rebuilt", "goinstance-modules": "rebuilt"}


def test_a_frozen_path_names_the_components_that_take_it_by_another_way() -> None:
    judgement = changed(vendored("modules", also_directly=True), CHANGED_CODE).judge()

    assert verdicts(judgement) == {"goinstance": "rebuilt", "goinstance-modules": "frozen"}
    assert [path.delivered_by for path in judged(judgement, "goinstance-modules").paths] == [("goinstance",)]


def test_a_file_that_is_gone_is_delivered_by_what_took_it_at_base_and_does_not_at_head() -> None:
    judgement = changed(vendored("modules", also_directly=True), {"goinstance/data/regions.txt": None}).judge()

    assert verdicts(judgement) == {"goinstance": "rebuilt", "goinstance-modules": "frozen"}
    assert [path.delivered_by for path in judged(judgement, "goinstance-modules").paths] == [("goinstance",)]


def test_a_file_that_is_gone_is_not_delivered_by_what_holds_it_all_the_same() -> None:
    def expression(revision: Revision) -> Roots:
        modules = revision.derive("goinstance-modules", [revision.source("goinstance")], fixed="modules")
        platform = revision.derive("platform-1.0", [revision.source("platform")])
        taken = (revision.base or revision).source("goinstance")
        return {"goinstance": revision.derive("goinstance-1.0", [taken], [modules, platform])}

    judgement = changed(expression, {"goinstance/data/regions.txt": None}, CHANGED_PLATFORM).judge()

    assert verdicts(judgement)["goinstance-modules"] == "frozen"
    assert [path.delivered_by for path in judged(judgement, "goinstance-modules").paths] == [()]


def test_what_is_frozen_stays_frozen_when_the_component_moves_for_another_reason() -> None:
    def expression(revision: Revision) -> Roots:
        modules = revision.derive("goinstance-modules", [revision.source("goinstance")], fixed="modules")
        platform = revision.derive("platform-1.0", [revision.source("platform")])
        return {"goinstance": revision.derive("goinstance-1.0", [], [modules, platform]), "platform": platform}

    judgement = changed(expression, CHANGED_CODE, CHANGED_PLATFORM).judge()

    assert verdicts(judgement) == {"goinstance": "frozen", "goinstance-modules": "frozen", "platform": "rebuilt"}
    assert judged(judgement, "goinstance").moved is Moved.YES


def test_what_may_be_behind_a_fixed_output_and_cannot_be_listed_is_neither_stale_nor_frozen() -> None:
    def expression(revision: Revision) -> Roots:
        modules = revision.derive("goinstance-modules", only_data(revision).values(), fixed="modules")
        return {"goinstance": revision.derive("goinstance-1.0", [], [modules])}

    world = changed(expression, CHANGED_CODE, {"goinstance/data/regions.txt": "us\n"})

    assert verdicts(world.judge()) == {"goinstance": "unproven"}


# Outputs that are known only after a build


def floating(revision: Revision) -> Roots:
    platform = revision.derive("platform-1.0", [revision.source("platform")], floating=True)
    goinstance = revision.derive("goinstance-1.0", [revision.source("goinstance")], [platform])
    return {"platform": platform, "goinstance": goinstance}


@pytest.mark.parametrize(
    ("edit", "platform", "goinstance"),
    [
        ({}, "unchanged", "unchanged"),
        (CHANGED_PLATFORM, "unknown", "unknown"),
        (CHANGED_CODE, "unchanged", "unknown"),
    ],
)
def test_a_floating_output_is_judged_by_its_derivation_where_that_decides(
    edit: Mapping[str, File | str | None], platform: str, goinstance: str
) -> None:
    judgement = changed(floating, edit).judge()

    assert verdicts(judgement) == {"platform": platform, "goinstance": goinstance}


def test_a_change_that_is_no_input_of_a_floating_output_is_stale_while_its_derivation_is_the_same() -> None:
    def expression(revision: Revision) -> Roots:
        return {"goinstance": revision.derive("goinstance-1.0", only_data(revision).values(), floating=True)}

    assert verdicts(changed(expression, CHANGED_CODE).judge()) == {"goinstance": "stale"}


def test_a_change_that_is_no_input_of_a_deferred_output_is_masked_by_what_else_differs() -> None:
    def expression(revision: Revision) -> Roots:
        platform = revision.derive("platform-1.0", [revision.source("platform")], floating=True)
        return {"platform": platform, "goinstance": revision.derive("goinstance-1.0", [], [platform])}

    judgement = changed(expression, CHANGED_CODE, CHANGED_PLATFORM).judge()

    assert verdicts(judgement) == {"platform": "unknown", "goinstance": "masked"}
    assert judged(judgement, "goinstance").moved is Moved.UNKNOWN


# On one side only


def only_platform(revision: Revision) -> Roots:
    return {"platform": revision.derive("platform-1.0", [revision.source("platform")])}


def failing(name: str) -> Expression:
    def expression(revision: Revision) -> Roots:
        revision.fail(name)
        return only_platform(revision)

    return expression


def test_a_component_that_only_head_has_is_added_and_one_that_only_base_has_is_removed() -> None:
    world = make_world(only_platform, STACK, edited(STACK, CHANGED_CODE), new_expression=stack)

    assert verdicts(world.judge()) == {"goinstance": "added", "platform": "unchanged"}
    assert verdicts(world.swapped().judge()) == {"goinstance": "removed", "platform": "unchanged"}


@pytest.mark.parametrize("attribute", ["goinstance", "packages"])
def test_a_component_whose_root_failed_on_the_other_side_is_unknown(attribute: str) -> None:
    """Of a set that does not evaluate, none of what it holds can be told."""
    name = "goinstance" if attribute == "goinstance" else "packages.goinstance"

    def whole(revision: Revision) -> Roots:
        roots = dict(stack(revision))
        return {"platform": roots["platform"], name: roots["goinstance"]}

    world = make_world(whole, STACK, STACK, new_expression=failing(attribute))

    assert verdicts(world.judge()) == {name: "unknown", "platform": "unchanged"}
    assert verdicts(world.swapped().judge()) == {name: "unknown", "platform": "unchanged"}
    assert judged(world.judge(), name).moved is Moved.UNKNOWN


@pytest.mark.parametrize("edit", [CHANGED_CODE, {"goinstance/main.go": None}, {"goinstance/new.go": "new\n"}])
def test_a_component_whose_root_failed_on_the_other_side_is_unproven_when_touched(
    edit: Mapping[str, File | str | None],
) -> None:
    world = make_world(stack, STACK, edited(STACK, edit), new_expression=failing("goinstance"))

    for way in (world, world.swapped()):
        assert verdicts(way.judge())["goinstance"] == "unproven"
        assert set(path_verdicts(way.judge(), "goinstance").values()) == {"unproven"}


def test_what_only_a_failed_root_is_built_from_is_unknown_too() -> None:
    def with_modules(revision: Revision) -> Roots:
        modules = revision.derive("modules-1.0", [revision.source("goinstance")])
        platform = revision.derive("platform-1.0", [revision.source("platform")])
        return {"platform": platform, "goinstance": revision.derive("app-1.0", [], [modules])}

    after = edited(STACK, CHANGED_CODE)
    world = make_world(with_modules, STACK, after, new_expression=failing("goinstance"))

    assert verdicts(world.judge()) == {"goinstance": "unproven", "modules-1.0": "unproven", "platform": "unchanged"}


def test_a_failed_root_is_not_taken_for_renamed_to_another_root_of_the_same_name() -> None:
    def other(revision: Revision) -> Roots:
        revision.fail("goinstance")
        roots = dict(stack(revision))
        return {"platform": roots["platform"], "copy": roots["goinstance"]}

    world = make_world(stack, STACK, edited(STACK, CHANGED_CODE), new_expression=other)

    found = verdicts(world.judge())

    assert found["goinstance"] == "unproven"
    assert found["copy"] == "added"


def test_a_root_that_failed_on_both_sides_is_no_component() -> None:
    world = make_world(failing("goinstance"), STACK, edited(STACK, CHANGED_PLATFORM))

    assert verdicts(world.judge()) == {"platform": "rebuilt"}
    assert world.judge().census.roots_failed == 1


# Which became which


def twins(first: Iterable[str], second: Iterable[str]) -> Expression:
    """Give an application of two parts that share a name, each taking some directories."""

    def expression(revision: Revision) -> Roots:
        parts = [
            revision.derive("part-1.0", [revision.source(path) for path in taken], env={"n": str(number)})
            for number, taken in enumerate((first, second))
        ]
        return {"app": revision.derive("app-1.0", [], parts)}

    return expression


def test_where_which_became_which_cannot_be_told_and_matters_a_touched_component_is_unproven() -> None:
    world = changed(twins(["goinstance", "platform"], ["platform"]), CHANGED_CODE, CHANGED_PLATFORM)

    part = judged(world.judge(), "part")

    assert (part.verdict, part.component.pairing) == (Verdict.UNPROVEN, Pairing.AMBIGUOUS)
    assert (part.component.before, part.component.after) == (None, None)


def test_where_which_became_which_cannot_be_told_and_no_path_of_theirs_changed_it_is_unknown() -> None:
    """One output is as it was and one is another: it depends on which is which whether both moved or neither did."""

    def parts(*contents: str, at: str) -> Expression:
        def expression(revision: Revision) -> Roots:
            made = [
                revision.derive("part-1.0", [revision.source("platform")], fixed=content, env={"made": at})
                for content in contents
            ]
            return {"app": revision.derive("app-1.0", [], made)}

        return expression

    before, after = parts("one", "two", at="base"), parts("one", "three", at="head")
    world = make_world(before, STACK, edited(STACK, CHANGED_CODE), new_expression=after)

    part = judged(world.judge(configured("[components.part]")), "part")

    assert (part.verdict, part.component.pairing) == (Verdict.UNKNOWN, Pairing.AMBIGUOUS)


def test_where_every_way_in_which_one_may_have_become_the_other_agrees_that_is_the_verdict() -> None:
    world = changed(twins(["goinstance"], ["goinstance", "platform"]), CHANGED_CODE)

    part = judged(world.judge(), "part")

    assert (part.verdict, part.component.pairing) == (Verdict.REBUILT, Pairing.AMBIGUOUS)


def test_two_roots_that_are_one_derivation_are_one_component_with_an_alias() -> None:
    def expression(revision: Revision) -> Roots:
        path = revision.derive("goinstance-1.0", [revision.source("goinstance")])
        return {"default": path, "goinstance": path}

    judgement = changed(expression, CHANGED_CODE).judge()

    assert [(one.component.name, one.component.aliases) for one in judgement.components] == [
        ("goinstance", ("default",))
    ]


# What is in the content


def test_content_that_only_moved_within_the_repository_is_not_stale() -> None:
    def expression(revision: Revision) -> Roots:
        where = "code/goinstance" if "code" in revision.tree.entries else "goinstance"
        return {"goinstance": revision.derive("goinstance-1.0", [revision.source(where)])}

    before = {path: content for path, content in STACK.items() if path.startswith("goinstance/")}
    after = {f"code/{path}": content for path, content in before.items()}
    judgement = make_world(expression, before, after).judge()

    added = {path: verdict for path, verdict in path_verdicts(judgement, "goinstance").items() if "code" in path}
    assert verdicts(judgement) == {"goinstance": "unchanged"}
    assert set(added.values()) == {"unchanged"}


def test_a_file_that_moved_is_held_though_another_one_has_its_content() -> None:
    def expression(revision: Revision) -> Roots:
        where = "goinstance" if revision.base is None else "new/goinstance"
        taken = [revision.source(f"{where}/Makefile"), revision.source(f"{where}/data")]
        return {"goinstance": revision.derive("goinstance-1.0", taken)}

    before = {**STACK, "goinstance/Makefile": "all:\n", "platform/Makefile": "all:\n"}
    moved = {path.replace("goinstance/", "new/goinstance/"): file for path, file in before.items()}

    judgement = make_world(expression, before, moved).judge()

    assert set(path_verdicts(judgement, "goinstance").values()) == {"unchanged", "stale"}
    # Nothing takes it, be it here or there.
    assert [path for path, verdict in path_verdicts(judgement, "goinstance").items() if verdict == "stale"] == [
        "goinstance/main.go",
        "new/goinstance/main.go",
    ]


def test_a_copy_of_what_another_component_takes_is_not_held_because_of_its_content() -> None:
    def expression(revision: Revision) -> Roots:
        return {"goinstance": revision.derive("goinstance-1.0", [revision.source("platform/Makefile")])}

    before = {**STACK, "goinstance/Makefile": "old:\n", "platform/Makefile": "all:\n"}

    judgement = make_world(expression, before, edited(before, {"goinstance/Makefile": "all:\n"})).judge()

    assert verdicts(judgement) == {"goinstance": "stale"}


SETTINGS = {"goinstance/settings.json": "{}\n"}
MOVED = dict.fromkeys((*SETTINGS, "goinstance/main.go")) | {
    "new/goinstance/settings.json": "{}\n",
    "new/goinstance/main.go": "package main // changed\n",
}


def moving(keep_before: tuple[str, ...], keep_after: tuple[str, ...], at_head: str = "new/goinstance") -> Expression:
    """Give goinstance, made from some files of its directory, which is another one at head."""

    def expression(revision: Revision) -> Roots:
        where, kept = ("goinstance", keep_before) if revision.base is None else (at_head, keep_after)
        source = revision.source(where, "goinstance", keep=lambda path: path in kept, is_listed=True)
        return {"goinstance": revision.derive("goinstance-1.0", [source])}

    return expression


@pytest.mark.parametrize(
    ("expression", "edits", "verdict"),
    [
        (moving(("main.go",), ("main.go",)), MOVED, "rebuilt"),
        # It has another content.
        (moving(("main.go",), ("main.go",)), {**MOVED, "new/goinstance/settings.json": "[]\n"}, "unproven"),
        # It was taken before, and is not any more.
        (moving(("main.go", "settings.json"), ("main.go",)), MOVED, "unproven"),
        # It came to another place within.
        (
            moving(("main.go",), ("main.go",)),
            {**MOVED, "new/goinstance/settings.json": None, "new/goinstance/data/settings.json": "{}\n"},
            "unproven",
        ),
        # The directory that is taken is the same.
        (moving(("main.go",), ("main.go", "new.go"), "goinstance"), {**MOVED, "goinstance/main.go": "new\n"}, "masked"),
    ],
    ids=["moved", "edited", "was taken", "another place", "another directory"],
)
def test_what_no_source_held_is_no_news_where_it_moves_with_all_that_is_taken(
    expression: Expression, edits: Mapping[str, str | None], verdict: str, tmp_path: Path
) -> None:
    before = {**STACK, **SETTINGS}
    world = make_world(expression, before, edited(before, edits), store=tmp_path)

    assert verdicts(world.judge()) == {"goinstance": verdict}


def test_what_is_declared_and_filtered_is_found_where_it_has_moved_to(tmp_path: Path) -> None:
    def expression(revision: Revision) -> Roots:
        where = "unit-one" if revision.base is None else "new/unit-one"
        source = revision.source(where, "goinstance", keep=lambda path: path != "README.md", is_listed=True)
        return {"goinstance": revision.derive("goinstance-1.0", [source])}

    before = {**STACK, "unit-one/main.go": "package one\n", "unit-one/README.md": "# One\n"}
    moved = {path.replace("unit-one/", "new/unit-one/"): file for path, file in before.items()}
    world = make_world(expression, before, moved, store=tmp_path)

    judgement = world.judge(configured('[components.goinstance]\nsources = ["/new/unit-one/main.go"]\n'))

    assert path_verdicts(judgement, "goinstance") == {
        "new/unit-one/main.go": "unchanged",
        "unit-one/main.go": "unchanged",
    }


def test_the_commit_of_a_submodule_is_in_nobodys_output() -> None:
    """Nix sees an empty directory in its place, so moving the link on changes nothing."""
    before = edited(STACK, {"goinstance/vendor": submodule("1" * 40)})
    after = edited(STACK, {"goinstance/vendor": submodule("2" * 40)})

    assert verdicts(make_world(stack, before, after).judge()) == {"goinstance": "stale", "platform": "unchanged"}


def test_a_link_is_taken_as_a_link_so_a_change_of_its_target_is_an_input() -> None:
    before = edited(STACK, {"goinstance/latest": symlink("v1")})
    after = edited(STACK, {"goinstance/latest": symlink("v2")})

    assert verdicts(make_world(stack, before, after).judge())["goinstance"] == "rebuilt"


def test_a_change_behind_a_link_that_leads_out_of_the_source_is_no_input() -> None:
    before = edited(STACK, {"goinstance/shared": symlink("../shared"), "shared/goinstance/limits": "1\n"})
    after = edited(before, {"shared/goinstance/limits": "2\n"})

    assert path_verdicts(make_world(stack, before, after).judge(), "goinstance") == {
        "shared/goinstance/limits": "stale"
    }


@pytest.mark.parametrize("path", ["goinstance/default.nix", "goinstance/flake.lock"])
def test_an_expression_acts_by_evaluation_and_is_no_stale_source(path: str) -> None:
    world = changed(stack_with(only_data), {path: "{ }\n"})

    judgement = world.judge()

    assert verdicts(judgement) == {"goinstance": "unchanged", "platform": "unchanged"}
    assert judgement.expressions == (path,)


def test_an_expression_that_is_declared_as_a_source_can_be_stale() -> None:
    config = configured('[components.goinstance]\nsources = ["goinstance/**"]\n')
    world = changed(stack_with(only_data), {"goinstance/default.nix": "{ }\n"})

    assert verdicts(world.judge(config))["goinstance"] == "stale"


def test_an_expression_that_a_source_holds_rebuilds_like_any_file() -> None:
    assert verdicts(changed(stack, {"goinstance/default.nix": "{ }\n"}).judge())["goinstance"] == "rebuilt"


def test_without_trees_a_component_that_moved_is_unproven_and_one_that_did_not_is_stale() -> None:
    changes = [Change("goinstance/main.go", ChangeKind.MODIFIED)]
    moved, still = changed(stack, CHANGED_CODE), changed(stack_with(only_data), CHANGED_CODE)

    for world, expected in ((moved, "unproven"), (still, "stale")):
        judgement = compare(world.base, world.head, changes, Config(), Evidence()).judgement
        assert verdicts(judgement)["goinstance"] == expected


def test_evaluations_that_cannot_be_compared_are_refused() -> None:
    world = changed(stack, CHANGED_CODE)
    for other in (
        replace(world.head, nix_version="2.8.0"),
        replace(world.head, system="aarch64-linux"),
        replace(world.head, store_dir="/other/store"),
    ):
        with pytest.raises(Exception, match="base and head"):
            replace(world, head=other).judge()
