"""Find the commit from which changes of a component's sources stopped reaching its output: by bisection, with proof."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from nixdrift import __version__
from nixdrift.cache import key_of
from nixdrift.comparison.expressions import is_expression
from nixdrift.comparison.mode import Counterfactual
from nixdrift.errors import NixdriftError
from nixdrift.pipeline.chronicle import Chronicle
from nixdrift.probe.facts import Fact, Kind
from nixdrift.progress import Progress
from nixdrift.repository import LineCommit
from nixdrift.timeline.breaks import Answer, Bisection, evaluated_commits, last_break
from nixdrift.timeline.timeline import ComponentHistory, Introduced, Proof, Stop

_KIND = "facts"

_REACHING = {
    Kind.INPUT: "it is an input, and a change of it moves the output",
    Kind.READ: "evaluation reads it, and a change of it moves the output",
}
_NOT_REACHING = {
    Kind.INERT: "evaluated with it changed, the component is the same",
    Kind.PINNED: "an input source holds it as it was once, and does not follow it",
}


def with_introduction(chronicle: Chronicle, stops: Sequence[Stop], history: ComponentHistory) -> ComponentHistory:
    """Add to a component's history since when changes of its sources do not reach it; without harm, nothing."""
    found = last_break(history, is_expression=is_expression)
    if found is None or chronicle.counterfactual is Counterfactual.NEVER:
        return history
    if not chronicle.library.has_nix:
        proof = Proof(found.harmed, found.reason)
        doubt = "without Nix it cannot be told whether it was so before"
        return replace(history, introduced=Introduced(found.path, proof, None, doubt))

    def ask(commit: LineCommit) -> Answer:
        chronicle.request.progress(Progress(f"looking for what broke {history.name}: {commit.commit[:10]}"))
        try:
            return _answer(_known(chronicle, commit, history.name, found.path))
        except NixdriftError as error:
            return Answer(None, error.message)

    is_cut_off = chronicle.session.user.is_shallow
    search = Bisection(found, evaluated_commits(stops), cache(ask), is_cut_off)
    return replace(history, introduced=search.introduced())


def _answer(fact: Fact | None) -> Answer:
    if fact is None:
        return Answer(False, "the component or the path was not there")
    if fact.kind in _REACHING:
        return Answer(False, _REACHING[fact.kind])
    if fact.kind in _NOT_REACHING:
        return Answer(True, _NOT_REACHING[fact.kind])
    if fact.kind is Kind.FROZEN:
        return Answer(True, f"the fixed output of {fact.detail} hides it")
    return Answer(None, fact.detail or "it cannot be told")


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
    # What is kept needs none of all that finds out.
    from nixdrift.pipeline.influence import influence

    found = influence(chronicle, commit, component, path)
    if records is not None and (found is None or found.kind is not Kind.OPEN):
        records.store_value(_KIND, key, {"fact": None if found is None else [found.kind.value, found.detail]})
    return found
