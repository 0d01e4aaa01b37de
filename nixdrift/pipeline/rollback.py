"""Find the nearest earlier commit that would act: evaluate it, and compare it with what is to be rolled back."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack

from nixdrift.errors import NixdriftError, RepositoryError, UsageError
from nixdrift.pipeline.chronicle import Chronicle, jobs_of, open_chronicle
from nixdrift.repository import LineCommit, read_line
from nixdrift.request import RollbackRequest
from nixdrift.rollback import Candidate, Rollback, acts
from nixdrift.timeline.step import Step, StepComponent


def rollback(request: RollbackRequest) -> Rollback:
    """Find out which earlier commit would bring back another output of a component.

    Raises `NixdriftError` where that cannot be done.
    """
    with open_chronicle(request) as chronicle:
        if ".." in request.start:
            raise UsageError(f"not a revision: {request.start}", hint="a rollback starts from one commit")
        line = read_line(chronicle.session.user, request.start, most=request.most_commits)
        start = line.commits[0]
        # What does not evaluate itself cannot be compared with anything.
        chronicle.library.get(start.as_commit())
        earlier = [*line.commits[1:], *([line.base] if line.base else [])]
        if not earlier:
            raise RepositoryError(f"{request.start} has no earlier commit", hint="a rollback needs one to go back to")
        between: list[Candidate] = []
        others: tuple[str, ...] = ()
        target, name = None, request.component
        for commit, step in steps_back(chronicle, start, earlier):
            candidate, name = _candidate(commit, step, request.component, name)
            if acts(candidate, is_effective=request.is_effective):
                target = candidate
                others = _others(step, name)
                break
            between.append(candidate)
        if target is None and all(one.component is None and one.gap is None for one in between):
            raise UsageError(f"no such component: {request.component}", hint="`nixdrift audit` lists what there is")
        return Rollback(
            name, start, target, tuple(between), others, request.is_effective, line.left_out, line.is_cut_off
        )


def steps_back(
    chronicle: Chronicle, start: LineCommit, earlier: Sequence[LineCommit]
) -> Iterator[tuple[LineCommit, Step | NixdriftError]]:
    """Compare a commit with each of some earlier ones, the nearest first; what is not asked for is not evaluated.

    Going back is a change like any other: its base is the later commit, and its head the earlier one.
    """
    size = jobs_of(chronicle.request)
    base = start.as_commit()
    with ExitStack() as stack:
        workers = None
        for place in range(0, len(earlier), size):
            group = [one.as_commit() for one in earlier[place : place + size]]
            unknown = [one for one in group if chronicle.known_step(base, one) is None]
            if unknown:
                workers = workers or stack.enter_context(chronicle.workers())
                chronicle.library.fill([*unknown, base], workers)
            for one in earlier[place : place + size]:
                yield one, _step(chronicle, start, one)


def _step(chronicle: Chronicle, base: LineCommit, head: LineCommit) -> Step | NixdriftError:
    try:
        return chronicle.step(base.as_commit(), head.as_commit())
    except NixdriftError as error:
        return error


def _candidate(commit: LineCommit, step: Step | NixdriftError, asked: str, name: str) -> tuple[Candidate, str]:
    if isinstance(step, NixdriftError):
        return Candidate(commit, gap=step.message), name
    found = named(step, asked)
    return Candidate(commit, found), found.name if found else name


def named(step: Step, name: str) -> StepComponent | None:
    """Give the component that people mean by a name, or None; raises `UsageError` where it may be several."""
    for is_meant in (_is_called, _ends_with):
        found = [one for one in step.components.values() if is_meant(one, name)]
        if len(found) == 1:
            return found[0]
        if found:
            names = ", ".join(sorted(one.name for one in found)[:5])
            raise UsageError(f"several components are called {name}", hint=f"say which: {names}")
    return None


def _is_called(one: StepComponent, name: str) -> bool:
    return name in (one.name, *one.aliases)


def _ends_with(one: StepComponent, name: str) -> bool:
    return name in {known.rpartition(".")[2] for known in (one.name, *one.aliases)}


def _others(step: Step | NixdriftError, name: str) -> tuple[str, ...]:
    if isinstance(step, NixdriftError):
        return ()
    return tuple(sorted(one.name for one in step.components.values() if one.moved and one.name != name))
