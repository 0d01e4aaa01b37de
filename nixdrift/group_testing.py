"""Adaptive group testing: ask about many paths at once, and halve only where something answers.

An oracle is asked what becomes of some subjects (components) if a set of paths is changed together. Where nothing
happens to a subject, none of the paths matters to it; where something does, the set is halved until one path stands
alone. To find k paths that matter among n that do not takes about k log n questions.
"""

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum

Paths = frozenset[str]


class Effect(Enum):
    """What becomes of a subject if some paths change."""

    NONE = "none"
    """It is the same derivation."""
    HIDDEN = "hidden"
    """Its derivation differs, and its output does not: a fixed output stands between."""
    EFFECTIVE = "effective"
    """Its output differs, or it is gone."""


@dataclass(frozen=True, slots=True)
class Failure:
    """That with these changes there is nothing to look at, and why."""

    message: str


@dataclass(frozen=True, slots=True)
class Undecidable:
    """That nothing follows from any change for this subject, and why."""

    message: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one subject."""

    effect: Effect
    barrier: str | None = None
    """For a hidden effect: the name of the fixed-output derivation that hides it."""


Answer = Outcome | Failure | Undecidable
Oracle = Callable[[Paths], Mapping[str, Answer]]
"""Paths that are changed together → subject → what becomes of it."""

Answers = Mapping[tuple[str, str], Answer]
"""Subject, path → what a change of this path alone does to it."""


def decide(questions: Mapping[str, Paths], ask: Oracle, *, limit: int) -> Answers:
    """Find for every subject what each of its paths does to it, with at most ``limit`` questions to the oracle.

    What is left then is not in the answers.
    """
    found: dict[tuple[str, str], Answer] = {}
    groups = deque([frozenset[str]().union(*questions.values())])
    while groups and limit > 0:
        group = groups.popleft()
        if not group:
            continue
        limit -= 1
        answers = ask(group)
        left = set()
        for subject, path in _open(questions, group, found):
            answer = answers[subject]
            if len(group) == 1 or answer == NOTHING or isinstance(answer, Undecidable):
                found[subject, path] = answer
            else:
                left.add(path)
        groups.extend(_halves(left))
    return found


NOTHING = Outcome(Effect.NONE)


def _open(questions: Mapping[str, Paths], group: Paths, found: Answers) -> Iterator[tuple[str, str]]:
    for subject, paths in questions.items():
        yield from ((subject, path) for path in paths & group if (subject, path) not in found)


def _halves(paths: set[str]) -> Iterator[Paths]:
    # Neighbours stay together: what lies in one directory is often read together, or not at all.
    ordered = sorted(paths)
    middle = len(ordered) // 2
    yield from (frozenset(half) for half in (ordered[:middle], ordered[middle:]) if half)


def most_questions(paths: int, that_matter: int) -> int:
    """Give an upper bound on the questions that `decide` asks about some paths of which a few matter."""
    if not paths:
        return 0
    depth = (paths - 1).bit_length()
    return min(2 * paths - 1, 1 + 2 * that_matter * depth) if that_matter else 1
