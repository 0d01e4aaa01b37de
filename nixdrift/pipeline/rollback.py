"""Find the nearest earlier commit that would act: evaluate it, and compare it with what is to be rolled back."""

from nixdrift.errors import NixdriftError, RepositoryError, UsageError
from nixdrift.pipeline.chronicle import open_chronicle
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
        # Going back is a change like any other: its base is the later commit, and its head the earlier one.
        steps = chronicle.steps([(start, one) for one in earlier])
        for commit, step in zip(earlier, steps, strict=False):
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
