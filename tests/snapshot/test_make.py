"""What a snapshot says of the input sources, and of the place where it was evaluated."""

from dataclasses import replace
from pathlib import Path

import pytest

from nixdrift.errors import IncompleteGraphError, InvalidInputError
from nixdrift.model import StorePath, name_of
from nixdrift.snapshot import (
    EvaluatedRevision,
    LeftOut,
    Listed,
    Place,
    Proven,
    Question,
    Snapshot,
    check_place,
    check_same_question,
    place_of,
    take_snapshot,
)
from tests.snapshot.saving import NOWHERE, evaluated
from tests.worlds import STACK, Files, Revision, World, make_world

RUN = NOWHERE / "run"


def filtered(revision: Revision) -> dict[str, StorePath]:
    source = revision.source("goinstance", keep=lambda path: path != "main.go", is_listed=revision.store is not None)
    platform = revision.derive("platform-1.0", [revision.source("platform")])
    return {"goinstance": revision.derive("goinstance-1.0", [source], [platform])}


def taken(world: World) -> Snapshot:
    return take_snapshot(evaluated(world.base, world.base_tree, world))


def by_name(snapshot: Snapshot) -> dict[str, object]:
    return {name_of(path): source for path, source in snapshot.sources.items()}


def test_a_source_is_proven_or_listed(tmp_path: Path) -> None:
    world = make_world(filtered, STACK, STACK, store=tmp_path)
    known = by_name(taken(world))
    state = world.base_tree.entries["goinstance/data/regions.txt"]
    assert known == {"platform": Proven(("platform",)), "goinstance": Listed({"data/regions.txt": state})}


def test_a_source_that_is_not_at_hand_is_left_out() -> None:
    assert by_name(taken(make_world(filtered, STACK, STACK)))["goinstance"] == LeftOut(None)


MANY: Files = {f"goinstance/{number}": f"{number}" for number in range(5)} | {
    "goinstance/main.go": "m",
    "platform/file": "x",
}


def test_a_source_of_too_many_files_is_left_out_with_their_number(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = make_world(filtered, MANY, MANY, store=tmp_path)
    monkeypatch.setattr("nixdrift.snapshot.make.MOST_FILES", 4)
    assert by_name(taken(world))["goinstance"] == LeftOut(5)
    monkeypatch.setattr("nixdrift.snapshot.make.MOST_FILES", 5)
    assert isinstance(by_name(taken(world))["goinstance"], Listed)


def two_filtered(revision: Revision) -> dict[str, StorePath]:
    def keep(path: str) -> bool:
        return path != "0"

    sources = [revision.source(name, keep=keep, is_listed=True) for name in ("goinstance", "platform")]
    return {"both": revision.derive("both-1.0", sources)}


def test_of_too_many_files_in_all_the_large_sources_are_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {
        f"{name}/{number}": f"{name} {number}"
        for name, most in (("goinstance", 6), ("platform", 4))
        for number in range(most)
    }
    world = make_world(two_filtered, files, files, store=tmp_path)
    monkeypatch.setattr("nixdrift.snapshot.make.MOST_FILES_IN_ALL", 7)
    known = by_name(taken(world))
    assert isinstance(known["platform"], Listed)
    assert known["goinstance"] == LeftOut(5)


# Where it was evaluated


def placed(env: dict[str, str], files: Files = STACK, store: Path | None = None, name: str = "platform") -> Snapshot:
    def expression(revision: Revision) -> dict[str, StorePath]:
        source = revision.source("platform", name, keep=lambda path: path != "left out", is_listed=store is not None)
        return {"platform": revision.derive("platform-1.0", [source], env=env)}

    return taken(make_world(expression, files, files, store=store))


def test_what_was_evaluated_does_not_usually_depend_on_the_place() -> None:
    assert placed({"version": "1"}).place == Place()


def test_a_derivation_that_holds_the_path_binds_a_snapshot_to_the_place() -> None:
    snapshot = placed({"src": f"{RUN}/worktree/stack/goinstance"})
    assert snapshot.place == Place(None, place_of(RUN, "stack").digest)


@pytest.mark.parametrize(("path", "is_bound"), [("platform/.git", True), ("platform/file", False)])
def test_a_source_with_a_linked_worktrees_own_file_binds_a_snapshot_to_the_place(
    path: str, is_bound: bool, tmp_path: Path
) -> None:
    files: Files = {**STACK, "platform/left out": "", path: f"gitdir: {RUN}/repository/.git/worktrees/stack\n"}
    assert (placed({}, files, tmp_path).place.digest is not None) is is_bound


def test_a_text_that_was_made_of_the_path_binds_a_snapshot_to_the_place(tmp_path: Path) -> None:
    snapshot = take_snapshot(evaluated_with_text(tmp_path, f"{RUN}/worktree/stack"))
    assert snapshot.place.digest == place_of(RUN, "stack").digest
    assert take_snapshot(evaluated_with_text(tmp_path, "of something else")).place == Place()


def evaluated_with_text(store: Path, text: str) -> EvaluatedRevision:
    def expression(revision: Revision) -> dict[str, StorePath]:
        source = StorePath("00000000000000000000000000000000-text")
        return {"platform": revision.derive("platform-1.0", [source])}

    (store / "00000000000000000000000000000000-text").write_text(text)
    world = make_world(expression, STACK, STACK, store=store)
    return evaluated(world.base, world.base_tree, world)


def test_a_source_that_is_named_like_the_checkout_binds_a_snapshot_to_the_name() -> None:
    assert placed({}, name="stack").place == Place("stack", None)


def test_where_the_files_lay_is_kept_only_if_a_derivation_says_it() -> None:
    top = f"{RUN}/worktree/stack"
    for env, kept in (({"src": f"{top}/goinstance"}, top), ({"src": "/elsewhere"}, None)):
        found = evaluated_of(env)
        assert take_snapshot(replace(found, evaluation=replace(found.evaluation, top=top))).evaluation.top == kept


def evaluated_of(env: dict[str, str]) -> EvaluatedRevision:
    world = make_world(lambda revision: {"x": revision.derive("x-1.0", env=env)}, STACK, STACK)
    return evaluated(world.base, world.base_tree, world)


HERE, THERE = place_of(Path("/here"), "stack"), place_of(Path("/there"), "stack")
CALLED = place_of(Path("/here"), "other")


@pytest.mark.parametrize(
    ("base", "head"),
    [
        (Place(), Place()),
        (HERE, HERE),
        # What only one side takes in differs between them, wherever it was evaluated.
        (HERE, Place()),
        (Place(), THERE),
        (Place("stack"), THERE),
    ],
)
def test_places_that_cannot_make_a_difference_are_accepted(base: Place, head: Place) -> None:
    check_place(base, head)


@pytest.mark.parametrize(
    ("base", "head", "words"),
    [
        (HERE, THERE, "at different places"),
        (HERE, CALLED, "directories of different names"),
        (Place("a"), Place("b"), "a, b"),
    ],
)
def test_places_that_can_make_a_difference_are_refused(base: Place, head: Place, words: str) -> None:
    with pytest.raises(IncompleteGraphError, match=words) as refused:
        check_place(base, head)
    assert refused.value.hint


def test_snapshots_of_different_questions_are_refused() -> None:
    one = placed({})
    other = replace(one, question=Question(roots=("goinstance",)))
    check_same_question(one, one)
    with pytest.raises(IncompleteGraphError, match="in different ways: with no options, and with -A goinstance"):
        check_same_question(one, other)


def test_snapshots_that_disagree_about_a_source_are_refused(tmp_path: Path) -> None:
    one = taken(make_world(filtered, STACK, STACK, store=tmp_path))
    path = next(path for path, source in one.sources.items() if isinstance(source, Listed))
    other = replace(one, sources={**one.sources, path: Listed({})})
    with pytest.raises(InvalidInputError, match=f"disagree about what is in {path}"):
        check_same_question(one, other)
    check_same_question(one, replace(one, sources={**one.sources, path: LeftOut(None)}))
