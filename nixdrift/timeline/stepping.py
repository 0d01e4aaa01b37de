"""From a comparison to what a timeline tells of it."""

from nixdrift.comparison.compare import Comparison
from nixdrift.judgement import ComponentJudgement, Finding, PathJudgement
from nixdrift.timeline.step import Ship, Step, StepComponent, StepFinding, StepPath


def step_of(comparison: Comparison, findings: tuple[Finding, ...]) -> Step:
    """Give what a timeline tells of a comparison."""
    failed = {one.name for side in (comparison.before, comparison.after) for one in side.evaluation.failed}
    return Step(
        {one.component.name: _component(one) for one in comparison.judgement.components},
        tuple(
            StepFinding(one.rule, one.level.value, one.component, one.message, one.reason, one.remedy)
            for one in findings
        ),
        tuple(sorted(failed)),
        comparison.judgement.census.unclaimed_paths,
    )


def _component(judged: ComponentJudgement) -> StepComponent:
    component = judged.component
    before, after = component.before, component.after
    return StepComponent(
        component.name,
        component.aliases,
        component.is_root,
        judged.verdict,
        judged.reason,
        None if before is None else Ship(before, dict(judged.outputs_before)),
        None if after is None else Ship(after, dict(judged.outputs_after)),
        tuple(map(_path, judged.paths)),
        tuple(judged.causes),
    )


def _path(judged: PathJudgement) -> StepPath:
    change = judged.change
    return StepPath(change.path, change.kind.value, judged.verdict, judged.reason, bool(judged.delivered_by))
