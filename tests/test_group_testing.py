"""Group testing finds, for every subject, just the paths that matter to it, in few questions."""

from collections.abc import Mapping

from hypothesis import given
from hypothesis import strategies as st

from nixdrift.group_testing import NOTHING, Answer, Effect, Failure, Outcome, Paths, decide, most_questions

MOVED = Outcome(Effect.EFFECTIVE)

PATHS = st.frozensets(st.integers(0, 40).map(lambda number: f"file-{number:02}"), max_size=24)


@st.composite
def worlds(draw: st.DrawFn) -> tuple[Mapping[str, Paths], Mapping[str, Paths]]:
    """Draw what is asked about some subjects, and which paths really matter to each."""
    asked = draw(st.dictionaries(st.sampled_from("abc"), PATHS, min_size=1))
    every = sorted(frozenset[str]().union(*asked.values()))
    subset = st.frozensets(st.sampled_from(every)) if every else st.just(frozenset[str]())
    return asked, {name: draw(subset) for name in asked}


class Oracle:
    """Answers truly, and counts how often it is asked."""

    def __init__(self, matters: Mapping[str, Paths], kind: Answer = MOVED) -> None:
        self.matters = matters
        self.kind = kind
        self.asked = 0

    def __call__(self, paths: Paths) -> Mapping[str, Answer]:
        self.asked += 1
        return {name: self.kind if paths & matter else NOTHING for name, matter in self.matters.items()}


@given(worlds())
def test_every_question_is_answered_truly(drawn: tuple[Mapping[str, Paths], Mapping[str, Paths]]) -> None:
    asked, matters = drawn

    answers = decide(asked, Oracle(matters), limit=10_000)

    assert answers == {
        (name, path): MOVED if path in matters[name] else NOTHING for name in asked for path in asked[name]
    }


@given(worlds(), st.integers(0, 12))
def test_with_too_few_questions_nothing_untrue_is_said(
    drawn: tuple[Mapping[str, Paths], Mapping[str, Paths]], limit: int
) -> None:
    asked, matters = drawn
    oracle = Oracle(matters)

    answers = decide(asked, oracle, limit=limit)

    assert oracle.asked <= limit
    assert all((answer == MOVED) == (path in matters[name]) for (name, path), answer in answers.items())


@given(PATHS, st.integers(0, 3))
def test_the_number_of_questions_grows_with_the_logarithm_of_what_does_not_matter(paths: Paths, number: int) -> None:
    matter = frozenset(sorted(paths)[:number])
    oracle = Oracle({"a": matter})

    decide({"a": paths}, oracle, limit=10_000)

    assert oracle.asked <= most_questions(len(paths), len(matter))


def test_one_question_suffices_where_nothing_matters() -> None:
    oracle = Oracle({"a": frozenset(), "b": frozenset()})

    decide({"a": frozenset("xyz"), "b": frozenset("vwx")}, oracle, limit=10)

    assert oracle.asked == 1


def test_a_failure_is_traced_to_the_path_that_makes_it() -> None:
    broken = Failure("it does not parse")

    answers = decide({"a": frozenset("uvwxyz")}, Oracle({"a": frozenset("w")}, broken), limit=100)

    assert {path for (_name, path), answer in answers.items() if answer == broken} == {"w"}


def test_nothing_is_asked_where_there_is_no_question() -> None:
    oracle = Oracle({})

    assert decide({}, oracle, limit=10) == {}
    assert oracle.asked == 0
