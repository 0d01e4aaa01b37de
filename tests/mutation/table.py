"""Write what a study found as Markdown."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tests.mutation.faults import FAULTS
from tests.mutation.runner import Answer
from tests.mutation.scenarios import COMINGS, COMPANIES

CAUSES = {
    "1": "a filter leaves something out",
    "4": "the content is pinned",
    "5": "fetched from an older commit",
    "9": "a path is taken as a string",
}


@dataclass(frozen=True)
class Study:
    """The answers of one release to one flavour of one project."""

    release: str
    flavour: str
    seed: int
    components: int
    answers: tuple[Answer, ...]

    @property
    def faulty(self) -> tuple[Answer, ...]:
        """Give the answers about faults."""
        return tuple(one for one in self.answers if one.question.fault is not None)

    @property
    def healthy(self) -> tuple[Answer, ...]:
        """Give the answers about healthy merges."""
        return tuple(one for one in self.answers if one.question.fault is None)

    @property
    def failures(self) -> tuple[Answer, ...]:
        """Give what could not be judged: it counts neither as found nor as silent."""
        return tuple(one for one in self.answers if one.failure is not None)

    @property
    def is_perfect(self) -> bool:
        """Whether there were questions of both kinds, and every answer is right."""
        return bool(self.faulty) and bool(self.healthy) and all(one.is_right for one in self.answers)


def summary(studies: Sequence[Study]) -> str:
    """Write a line for every release and flavour."""
    lines = [
        "| Nix | project | faults found | false alarms in healthy merges | beside a fault | not judged | evaluations |",
        "|---|---|---|---|---|---|---|",
    ]
    for one in studies:
        found = sum(bool(answer.naming) for answer in one.faulty)
        flagged = sum(bool(answer.false_alarms) for answer in one.healthy)
        astray = sum(bool(answer.false_alarms) for answer in one.faulty)
        evaluations = sum(answer.evaluations for answer in one.answers)
        lines.append(
            f"| {one.release} | {one.flavour} | {_of(found, len(one.faulty))} | {_of(flagged, len(one.healthy))} "
            f"| {_of(astray, len(one.faulty))} | {len(one.failures)} | {evaluations:,} |"
        )
    return "\n".join(lines) + "\n"


def table(answers: Sequence[Answer]) -> str:
    """Write, for every fault: how often it was found, by which rules, and with which verdicts."""
    columns = [f"{coming}, {company}" for coming in COMINGS for company in COMPANIES]
    lines = [f"| fault | {' | '.join(columns)} | rules | verdicts |", f"|---|{'---|' * (len(columns) + 2)}"]
    cause = ""
    for fault in FAULTS:
        mine = [one for one in answers if one.question.fault == fault]
        if not mine:
            continue
        if fault.cause != cause:
            cause = fault.cause
            lines.append(f"| **{cause}: {CAUSES[cause]}** |{' |' * (len(columns) + 2)}")
        lines.append(f"| {fault.name} | {' | '.join(_shares(mine))} | {_rules(mine)} | {_verdicts(mine)} |")
    return "\n".join(lines) + "\n"


def _shares(answers: Sequence[Answer]) -> Iterable[str]:
    for coming in COMINGS:
        for company in COMPANIES:
            mine = [one for one in answers if (one.question.coming, one.question.company) == (coming, company)]
            yield _of(sum(bool(one.naming) for one in mine), len(mine))


def _of(part: int, whole: int) -> str:
    return f"{part:,} of {whole:,}"


def _rules(answers: Iterable[Answer]) -> str:
    return _counted(rule for one in answers for rule in {found.rule for found in one.naming})


def _verdicts(answers: Iterable[Answer]) -> str:
    return _counted(one.verdict or "not judged" for one in answers)


def _counted(words: Iterable[str]) -> str:
    counts = Counter(words)
    return ", ".join(f"{word} {counts[word]}" for word in sorted(counts, key=lambda word: (-counts[word], word)))


def steps_table(answers: Sequence[Answer]) -> str:
    """Write how often each step was a part of a healthy merge."""
    counts = Counter(step for one in answers for step in set(one.steps))
    return ", ".join(f"{step.replace('_', ' ')} {counts[step]}" for step in sorted(counts)) + "\n"


def details(answers: Iterable[Answer]) -> str:
    """Write what went wrong, one line each: to be looked into."""
    return "".join(f"- {line}\n" for one in answers for line in _details(one))


def _details(answer: Answer) -> Iterable[str]:
    name = answer.question
    if answer.failure is not None:
        yield f"not judged: {name}: {answer.failure}"
    if answer.question.fault is not None and not answer.naming:
        yield f"missed: {name} (verdict: {answer.verdict or 'none'})"
    for found in answer.false_alarms:
        yield f"false alarm: {name}: {found.rule}: {found.message}"
