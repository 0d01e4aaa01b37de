"""A line of commits, step by step: evaluate what is not known, judge every step, find what broke."""

import difflib
from collections.abc import Iterator, Sequence
from itertools import pairwise

from nixdrift.errors import EvaluationError, NixdriftError, UsageError
from nixdrift.nix import HOW_TO_TRACE
from nixdrift.pipeline.chronicle import Chronicle, open_chronicle
from nixdrift.pipeline.introduction import with_introduction
from nixdrift.pipeline.library import Gaps
from nixdrift.progress import Progress
from nixdrift.report.page import some
from nixdrift.repository import Line, LineCommit, read_line
from nixdrift.request import HistoryRequest
from nixdrift.timeline.timeline import ComponentHistory, HistoryCensus, Stop, Timeline, component_histories


def history(request: HistoryRequest) -> Timeline:
    """Tell what became of every component along a line of commits.

    Raises `NixdriftError` where that cannot be done.
    """
    with open_chronicle(request) as chronicle:
        line = read_line(chronicle.session.user, request.revisions, since=request.since, most=request.most_commits)
        stops = stops_of(chronicle, line)
        chosen = _chosen(component_histories(stops), request.components)
        found = tuple(with_introduction(chronicle, stops, one) for one in chosen)
        gaps = sum(stop.gap is not None for stop in stops)
        setting, evaluations = chronicle.library.setting, chronicle.library.evaluations
        census = HistoryCensus(len(stops), gaps, line.left_out, evaluations, line.is_cut_off)
        return Timeline(tuple(stops), found, census, setting.nix_version, setting.system)


def stops_of(chronicle: Chronicle, line: Line) -> list[Stop]:
    """Judge every step of a line, oldest first; the base of the line is not among them."""
    commits = [*reversed(line.earlier), line.commits[0]]
    gaps = _evaluate(chronicle, commits)
    if len(gaps) == len(commits):
        first = commits[0]
        raise EvaluationError(
            f"none of {len(commits)} commits evaluates; {first.commit[:10]}: {gaps[first.commit]}", hint=HOW_TO_TRACE
        )
    return list(_stops(chronicle, commits, gaps, line.base))


def _evaluate(chronicle: Chronicle, commits: Sequence[LineCommit]) -> Gaps:
    """Evaluate the commits that are needed: those of steps that are not known."""
    pairs = pairwise(commits)
    every = [one.as_commit() for one in commits]
    chronicle.library.look_at(every)
    unknown = {
        commit.commit
        for base, head in pairs
        if chronicle.known_step(base.as_commit(), head.as_commit()) is None
        for commit in (base, head)
    }
    missing = [one for one in every if one.commit in unknown or len(every) == 1]
    if not missing:
        return {}
    with chronicle.workers() as workers:
        return chronicle.library.fill(missing, workers)


def _stops(chronicle: Chronicle, commits: Sequence[LineCommit], gaps: Gaps, base: LineCommit | None) -> Iterator[Stop]:
    since: LineCommit | None = None
    for number, commit in enumerate(commits, start=1):
        chronicle.request.progress(Progress("comparing commits", number, len(commits)))
        if commit.commit in gaps:
            if commit is not base:
                yield Stop(commit, gap=gaps[commit.commit])
            continue
        if commit is not base:
            yield _stop(chronicle, since, commit)
        since = commit


def _stop(chronicle: Chronicle, since: LineCommit | None, commit: LineCommit) -> Stop:
    if since is None:
        return Stop(commit)
    try:
        return Stop(commit, since, chronicle.step(since.as_commit(), commit.as_commit()))
    except NixdriftError as error:
        return Stop(commit, since, gap=f"cannot be compared with {since.commit[:10]}: {error.message}")


def _chosen(found: Sequence[ComponentHistory], names: Sequence[str]) -> Sequence[ComponentHistory]:
    """Give the components that were named, by their names, the last parts of these, or their aliases."""
    if not names:
        return found
    chosen: dict[str, ComponentHistory] = {}
    for name in names:
        meant = [one for one in found if name in known_as(one)]
        if not meant:
            raise UsageError(f"no such component in these commits: {name}", hint=_hint(name, found))
        chosen |= {one.name: one for one in meant}
    return [chosen[name] for name in sorted(chosen)]


def _hint(name: str, found: Sequence[ComponentHistory]) -> str:
    if not found:
        return "one commit has none to be compared with: give more"
    meant = difflib.get_close_matches(name, sorted({known for one in found for known in known_as(one)}), n=1)
    return f"did you mean {meant[0]}?" if meant else f"the components are {some(sorted(one.name for one in found), 5)}"


def known_as(history: ComponentHistory) -> frozenset[str]:
    """Give the names by which people know a component."""
    aliases = {alias for _commit, one in history.rows if one is not None for alias in one.aliases}
    names = {history.name, *aliases}
    return frozenset(names | {name.rpartition(".")[2] for name in names})
