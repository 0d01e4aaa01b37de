"""Find the commit from which changes of a component's sources stopped reaching its output: by bisection, with proof."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from nixdrift import __version__
from nixdrift.cache import key_of
from nixdrift.comparison.counterfactual import Counterfactual
from nixdrift.comparison.ownership import is_expression
from nixdrift.errors import NixdriftError
from nixdrift.judgement import Verdict
from nixdrift.pipeline.chronicle import Chronicle
from nixdrift.pipeline.laboratory import Laboratory
from nixdrift.pipeline.probe import Question, learn
from nixdrift.pipeline.sides import traced
from nixdrift.probe.facts import Fact, Kind
from nixdrift.probe.plan import plan_for
from nixdrift.repository import LineCommit
from nixdrift.timeline.step import StepComponent
from nixdrift.timeline.timeline import HARMFUL, ComponentHistory, Introduced, Proof, Stop

_KIND = "facts"

_MOST_EVALUATIONS = 16
"""How often one commit is evaluated, with the path changed, to find out about it."""

_REACHING = {
    Kind.INPUT: "it is an input, and a change of it moves the output",
    Kind.READ: "evaluation reads it, and a change of it moves the output",
}
_NOT_REACHING = {
    Kind.INERT: "evaluated with it changed, the component is the same",
    Kind.PINNED: "an input source holds it as it was once, and does not follow it",
}


@dataclass(frozen=True, slots=True)
class _Answer:
    """What is known of a path and a component at one commit."""

    is_broken: bool | None
    """Whether both are there and changes of the path do not reach the component; None: it cannot be told."""
    evidence: str


def with_introduction(chronicle: Chronicle, stops: Sequence[Stop], history: ComponentHistory) -> ComponentHistory:
    """Add to a component's history since when changes of its sources do not reach it; without harm, nothing."""
    if not history.harmed or chronicle.counterfactual is Counterfactual.NEVER:
        return history
    last = history.harmed[-1][0]
    healthy = [commit for commit, one in history.touched if one.verdict is Verdict.REBUILT and commit.time <= last.time]
    order = [commit.commit for commit, _one in history.rows]
    start = max(
        (order.index(one.commit) for one in healthy if order.index(one.commit) < order.index(last.commit)), default=-1
    )
    first, harmed = next((commit, one) for commit, one in history.harmed if order.index(commit.commit) > start)
    path = next((one.path for one in harmed.paths if one.verdict in HARMFUL and not is_expression(one.path)), None)
    if path is None:
        return history
    every = list(_evaluated(stops))
    after = [one.commit for one in every].index(first.commit)
    before = [one.commit for one in every].index(order[start]) if start >= 0 else 0
    return replace(history, introduced=_Search(chronicle, history.name, path, every).between(before, after, harmed))


def _evaluated(stops: Sequence[Stop]) -> Iterator[LineCommit]:
    """Give the commits that evaluate, oldest first, with the one that the first step starts from."""
    for stop in stops:
        if stop.step is not None and stop.since is not None and stop is next(one for one in stops if one.step):
            yield stop.since
        if stop.gap is None:
            yield stop.commit


@dataclass(frozen=True)
class _Search:
    chronicle: Chronicle
    component: str
    path: str
    commits: Sequence[LineCommit]
    """Oldest first."""

    def between(self, lowest: int, highest: int, harmed: StepComponent) -> Introduced:
        """Find the first commit at which it is broken, between two places of the line; it is at the second one."""
        if not self.chronicle.library.has_nix:
            proof = Proof(self.commits[highest], harmed.reason)
            return Introduced(self.path, proof, None, "without Nix it cannot be told whether it was so before")
        answer = self._answer(lowest)
        if answer.is_broken:
            doubt = (
                None
                if self.commits[lowest].parent is None
                else "it may have been so before: nothing earlier was looked at"
            )
            return Introduced(self.path, self._proof(lowest, answer), None, doubt)
        low, high = lowest, highest
        while True:
            middle = self._middle(low, high)
            if middle is None:
                break
            low, high = (low, middle) if self._answer(middle).is_broken else (middle, high)
        doubt = None
        if answer.is_broken is None and low == lowest:
            doubt = f"what it was at {self.commits[low].commit[:10]} cannot be told: {answer.evidence}"
        elif high - low > 1:
            doubt = f"{high - low - 1} commits between the two cannot be told"
        found = self._answer(high)
        return Introduced(self.path, self._proof(high, found), self._proof(low, self._answer(low)), doubt)

    def _middle(self, low: int, high: int) -> int | None:
        """Give the place nearest to the middle at which it can be told; None: there is none."""
        middle = (low + high) // 2
        places = sorted(range(low + 1, high), key=lambda place: abs(place - middle))
        return next((place for place in places if self._answer(place).is_broken is not None), None)

    def _proof(self, place: int, answer: _Answer) -> Proof:
        return Proof(self.commits[place], answer.evidence)

    def _answer(self, place: int) -> _Answer:
        commit = self.commits[place]
        try:
            return _answer(_known(self.chronicle, commit, self.component, self.path))
        except NixdriftError as error:
            return _Answer(None, error.message)


def _answer(fact: Fact | None) -> _Answer:
    if fact is None:
        return _Answer(False, "the component or the path was not there")
    if fact.kind in _REACHING:
        return _Answer(False, _REACHING[fact.kind])
    if fact.kind in _NOT_REACHING:
        return _Answer(True, _NOT_REACHING[fact.kind])
    if fact.kind is Kind.FROZEN:
        return _Answer(True, f"the fixed output of {fact.detail} hides it")
    return _Answer(None, fact.detail or "it cannot be told")


def _known(chronicle: Chronicle, commit: LineCommit, component: str, path: str) -> Fact | None:
    """Give what a change of a path does to a component at a commit; None: one of them is not there."""
    records = chronicle.records(commit.as_commit())
    key = key_of(
        {
            "tool": __version__,
            "commit": chronicle.library.key(commit.as_commit()),
            "config": chronicle.config_digest,
            "component": component,
            "path": path,
        }
    )
    kept = records.load_value(_KIND, key) if records else None
    match kept:
        case {"fact": None}:
            return None
        case {"fact": [str(kind), detail]}:
            return Fact(Kind(kind), detail)
    found = _fact(chronicle, commit, component, path)
    if records is not None and (found is None or found.kind is not Kind.OPEN):
        records.store_value(_KIND, key, {"fact": None if found is None else [found.kind.value, found.detail]})
    return found


def _fact(chronicle: Chronicle, commit: LineCommit, name: str, path: str) -> Fact | None:
    saved = chronicle.library.get(commit.as_commit())
    revision = chronicle.revision(commit.as_commit())
    if path not in revision.tree.entries:
        return None
    with chronicle.library.pool.evaluator(fixed=saved.is_bound) as evaluator:
        store, config = evaluator.nix.physical_store, chronicle.config
        found = traced(evaluator.session, saved, revision, config, store)
        component = found.named(name)
        if component is None:
            return None
        plan = plan_for(found.side, component, path)
        facts: dict[Question, Fact] = {one: Fact(Kind.FROZEN, barrier) for one, barrier in plan.frozen.items()}
        laboratory = Laboratory(evaluator, found.tracer, revision, found.side, found.components)
        learn(laboratory, plan, config, facts, _MOST_EVALUATIONS)
        return facts.get((component.name, path), Fact(Kind.OPEN, "it is an expression"))
