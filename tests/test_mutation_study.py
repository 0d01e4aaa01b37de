"""A small mutation study with real Nix, and what must hold of any: that it asks, and that its table counts rightly."""

import random
from dataclasses import replace
from pathlib import Path

import orjson
import pytest

from nixdrift.changes import FILE_MODE
from tests.mutation.expressions import rendered
from tests.mutation.faults import FAULTS, FILE, FLAKE
from tests.mutation.merges import STEPS, merged
from tests.mutation.project import STYLES, State
from tests.mutation.runner import Answer, Found, answers
from tests.mutation.scenarios import COMINGS, COMPANIES, Question, about_faults, about_merges, first_state, scenario_of
from tests.mutation.table import Study, summary, table
from tests.mutation_study import MENDED, _read, _record, document

SEED = 1
SMALL = 4
"""How many components the project has that is judged here."""


@pytest.mark.parametrize("flavour", [FLAKE])  # `make mutation-study` asks of files as well
def test_every_fault_of_a_small_project_is_found_and_no_healthy_merge_is_flagged(
    flavour: str, newest_nix: Path
) -> None:
    project = first_state(SEED, SMALL)
    # Every fault comes up in one way at least, and every way in some fault.
    wrong = about_faults(project, flavour)[:: SMALL * len(COMINGS) * len(COMPANIES) - 1]
    asked = [*wrong, *about_merges(len(wrong))]
    assert len({one.fault for one in wrong}) >= len([one for one in FAULTS if flavour in one.flavours]) - 1

    found = list(answers(asked, SEED, project, newest_nix, flavour, processes=1))

    assert [str(one.question) for one in found] == [str(one) for one in asked]
    assert {str(one.question): (one.failure, one.false_alarms, one.verdict) for one in found if not one.is_right} == {}


def test_a_study_is_made_of_its_seed_alone() -> None:
    one, other = first_state(SEED, 10), first_state(SEED, 10)
    questions = [*about_faults(one, FILE)[::50], *about_merges(5)]

    assert one == other
    assert [scenario_of(each, SEED, one) for each in questions] == [
        scenario_of(each, SEED, other) for each in questions
    ]
    assert first_state(SEED + 1, 10) != one


def test_a_project_has_components_of_every_kind() -> None:
    project = first_state(SEED, 30)

    assert len({one.name for one in project.components}) == len({one.directory for one in project.components}) == 30
    assert {one.source.style for one in project.components} == {"whole", *STYLES}
    assert {one.placement for one in project.components} == {"top", "nix", "own"}
    assert {one.vendored for one in project.components} == {None, "lock", "source"}
    assert {bool(one.settings) for one in project.components} == {True, False}
    assert {one.is_root for one in project.components} == {one.is_declared for one in project.components}
    assert any(one.inputs for one in project.components)


def test_every_question_about_a_fault_changes_something_and_puts_the_fault_there() -> None:
    project = first_state(SEED, 6)

    for question in about_faults(project, FILE):
        scenario = scenario_of(question, SEED, project)
        (base, head) = (rendered(one, FILE) for one in (scenario.base, scenario.head))
        component = str(question.component)

        assert base != head
        assert scenario.head.component(component).source != project.component(component).source
        is_old = question.coming == COMINGS[0]
        assert (scenario.base.component(component).source == scenario.head.component(component).source) is is_old
        if question.company == COMPANIES[0] and is_old:
            # Alone: nothing but the component's own files.
            changed = {path for path in base.keys() | head.keys() if base.get(path) != head.get(path)}
            assert all(path.startswith(f"{project.component(component).directory}/") for path in changed)


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.__name__)
def test_every_step_of_a_healthy_merge_changes_something_of_some_project(step: object) -> None:
    project = first_state(SEED, 30)

    assert any(merged(random.Random(seed), project, [step])[0] != project for seed in range(3))  # type: ignore[list-item]


def test_a_healthy_merge_never_takes_less_than_what_is_not_declared_to_be_ignored() -> None:
    project, chance = first_state(SEED, 10), random.Random(SEED)
    for _ in range(100):
        project, _steps = merged(chance, project)

    for component in project.components:
        source, read = component.source, {component.settings, "README.md", "default.nix"}
        ignored = {one.rstrip("/") for one in component.ignored}
        assert set(source.left_out) <= ignored | read | {"docs"}
        assert source.root == component.directory


ALARM = Found("stale", "other", ("other/main.go",), "other did not change")
NAMING = Found("masked", "accounts", ("accounts/main.go",), "accounts was rebuilt")


def study_of(*found: Answer) -> Study:
    return Study("2.34", FILE, SEED, 1, found)


@pytest.mark.parametrize(
    ("fault", "merge", "is_perfect"),
    [
        ((NAMING,), (), True),
        ((), (), False),
        ((ALARM,), (), False),
        ((NAMING, ALARM), (), False),
        ((NAMING,), (ALARM,), False),
    ],
)
def test_a_study_is_perfect_if_all_is_found_and_nothing_else(
    fault: tuple[Found, ...], merge: tuple[Found, ...], is_perfect: bool
) -> None:
    about = Question(0, FAULTS[0], "accounts", COMINGS[0], COMPANIES[1])
    one = study_of(Answer(about, fault, "masked", 2), Answer(Question(0), merge, evaluations=3))

    assert one.is_perfect is is_perfect
    assert f"| {int(NAMING in fault)} of 1 | {int(bool(merge))} of 1 | {int(ALARM in fault)} of 1 | 0 | 5 |" in summary(
        [one]
    )
    shares = f"| 0 of 0 | {int(NAMING in fault)} of 1 | 0 of 0 | 0 of 0 |"
    assert f"| {FAULTS[0].name} {shares}" in table(one.answers)


def test_what_was_not_asked_or_not_judged_is_not_perfect() -> None:
    about = Answer(Question(0, FAULTS[0], "accounts", COMINGS[0], COMPANIES[0]), (NAMING,), "stale", 2)
    merge = Answer(Question(0), evaluations=2)

    assert study_of(about, merge).is_perfect
    assert not study_of().is_perfect
    assert not study_of(about).is_perfect
    assert not study_of(merge).is_perfect
    assert not study_of(about, replace(merge, failure="it throws")).is_perfect


def test_the_expressions_are_plain_files() -> None:
    state: State = first_state(SEED, 3)

    assert all(file.mode == FILE_MODE for path, file in rendered(state, FLAKE).items() if path.endswith(".nix"))


def test_the_document_says_how_much_was_asked_and_what_was_asked_again() -> None:
    question = about_merges(1)[0]
    whole = Study("2.34", FILE, SEED, SMALL, (Answer(question),))

    assert "every fault, in every component and way.\n" in document([whole])
    assert "one in 7 of all faults, components and ways.\n" in document([whole], 7)
    assert MENDED not in document([whole])
    assert MENDED in document([whole], is_mended=True)


def test_an_answer_is_read_as_it_was_written() -> None:
    question = about_faults(first_state(SEED, SMALL), FILE)[0]
    answer = Answer(question, (Found("filtered", "it", ("a", "b"), "message"),), "stale", 3, 0.5)
    record = orjson.loads(orjson.dumps(_record(answer, Study("2.34", FILE, SEED, SMALL, (answer,)))))

    assert _read(question, record) == answer
