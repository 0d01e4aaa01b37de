"""A changed path is an input, but a fixed output hash hides it.

A fixed-output derivation is built again only when its declared hash changes. An error where the change reaches the
component in no other way. Where what is built from it also takes the path directly, a fixed output that merely
inherits the sources is as it should be; a lock file, for which the hash stands, is a warning all the same.
"""

from collections.abc import Iterator, Sequence

from nixdrift.judgement import ComponentJudgement, Finding, Judgement, Level, PathJudgement, Verdict
from nixdrift.manifests import is_lock_file
from nixdrift.rules.rule import Rule, component_finding, listed, paths_with


def _findings(judgement: Judgement) -> Iterator[Finding]:
    for judged in judgement.components:
        paths = paths_with(judged, Verdict.FROZEN)
        lost = [path for path in paths if not path.delivered_by]
        locked = [path for path in paths if path.delivered_by and is_lock_file(path.change.path)]
        if lost:
            yield _finding(judged, lost, Level.ERROR)
        if locked:
            yield _finding(judged, locked, Level.WARNING)


def _finding(judged: ComponentJudgement, paths: Sequence[PathJudgement], level: Level) -> Finding:
    names = listed(path.change.path for path in paths)
    barrier = next((step.name for step in paths[0].trace if step.kind == "break"), judged.component.name)
    message = f"{judged.component.name} takes {names}, but the fixed output hash of {barrier} did not change"
    remedy = f"refresh the hash of {barrier}, so that it is built from what it is given now"
    return component_finding("frozen", level, judged, paths, message=message, remedy=remedy)


FROZEN = Rule("frozen", Level.ERROR, "an input, but a fixed output hash hides it", _findings)
