"""Find the nearest earlier commit that would act: evaluate it, and compare it with what is to be rolled back."""

from dataclasses import replace

from nixdrift.comparison.lookup import component_named
from nixdrift.config import DeclaredComponent
from nixdrift.errors import NixdriftError, RepositoryError, UsageError
from nixdrift.judgement import Component
from nixdrift.model import StorePath, name_of
from nixdrift.pipeline.chronicle import Chronicle, open_chronicle
from nixdrift.pipeline.sides import traced
from nixdrift.repository import LineCommit, read_line
from nixdrift.request import RollbackRequest
from nixdrift.rollback import Candidate, Rollback, acts
from nixdrift.timeline.step import Step


def rollback(request: RollbackRequest) -> Rollback:
    """Find out which earlier commit would bring back another output of a component.

    Raises `NixdriftError` where that cannot be done.
    """
    with open_chronicle(request) as chronicle:
        if ".." in request.start:
            raise UsageError(f"not a revision: {request.start}", hint="a rollback starts from one commit")
        line = read_line(chronicle.session.user, request.start, most=request.most_commits)
        start = line.commits[0]
        earlier = line.earlier
        if not earlier:
            raise RepositoryError(f"{request.start} has no earlier commit", hint="a rollback needs one to go back to")
        component, derivation = _start(chronicle, start, request.component)
        if not component.is_root:
            chronicle = with_declared(chronicle, component.name, derivation)
        between: list[Candidate] = []
        target: Candidate | None = None
        others: tuple[str, ...] = ()
        # Going back is a change like any other: its base is the later commit, and its head the earlier one.
        steps = chronicle.steps([(start, one) for one in earlier])
        for commit, step in zip(earlier, steps, strict=False):
            candidate = _candidate(commit, step, derivation)
            if acts(candidate, is_effective=request.is_effective):
                target, others = candidate, _others(step, candidate)
                break
            between.append(candidate)
        return Rollback(
            component.name, start, target, tuple(between), others, request.is_effective, line.unseen, line.is_cut_off
        )


def _start(chronicle: Chronicle, start: LineCommit, name: str) -> tuple[Component, StorePath]:
    """Find the component that is to be rolled back, and its derivation; what does not evaluate has none."""
    commit = start.as_commit()
    saved = chronicle.library.get(commit)
    found = traced(chronicle.session, saved, chronicle.revision(commit), chronicle.config)
    component = component_named(name, found.components)
    if component.after is None:
        raise UsageError(f"several derivations are {component.name}", hint="name one by its attribute path")
    return component, component.after


def with_declared(chronicle: Chronicle, name: str, derivation: StorePath) -> Chronicle:
    """Give a chronicle that tells of a component inside of others at every step, whether it was touched or not."""
    declared = DeclaredComponent(name, derivation=name_of(derivation).removesuffix(".drv"))
    config = replace(chronicle.config, components={name: declared, **chronicle.config.components})
    return replace(chronicle, config=config, config_digest=f"{chronicle.config_digest} and {name}")


def _candidate(commit: LineCommit, step: Step | NixdriftError, derivation: StorePath) -> Candidate:
    """Give what became of the component, by what it is at the start: its name may have been another one."""
    if isinstance(step, NixdriftError):
        return Candidate(commit, gap=step.message)
    found = (one for one in step.components.values() if one.before is not None and one.before.derivation == derivation)
    return Candidate(commit, next(found, None))


def _others(step: Step | NixdriftError, candidate: Candidate) -> tuple[str, ...]:
    if isinstance(step, NixdriftError):
        return ()
    return tuple(sorted(one.name for one in step.components.values() if one.moved and one is not candidate.component))
