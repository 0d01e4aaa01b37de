"""A changed path is an input, but a fixed output hash hides it.

A fixed-output derivation is built again only when its declared hash changes. What it takes reaches the component in no
other way. Lock files, for which such a hash stands, are the business of `vendored`.

Fires:

- a component is a fixed output, or is built from one alone, and its sources changed while the hash stayed

Stays silent:

- a fixed output merely inherits the sources, and what is built from it also takes the path directly
- vendored dependencies inherit sources that are no lock files of theirs
- the hash changed, too

Usual remedy: refresh the hash.
"""

from collections.abc import Sequence

from nixdrift.comparison.compare import Comparison
from nixdrift.judgement import ComponentJudgement, Level, PathJudgement, Verdict
from nixdrift.rules.rule import Explanation, Rule, changed_paths
from nixdrift.rules.vendored import is_no_news


def _explain(comparison: Comparison, judged: ComponentJudgement, path: PathJudgement) -> Explanation | None:
    if path.verdict is not Verdict.FROZEN or path.delivered_by or is_no_news(comparison, judged.component, path.change):
        return None
    if _is_beside_the_point(comparison, judged, path):
        return None
    name = barrier(judged, path)
    return Explanation(f"refresh the hash of {name}, so that it is built from what it is given now")


def _is_beside_the_point(comparison: Comparison, judged: ComponentJudgement, path: PathJudgement) -> bool:
    """Tell whether vendored dependencies merely inherit a path that they are not made from."""
    own = judged.component.after
    if own is None or all(step.store_path != own for step in path.trace):
        return False
    origins = comparison.vendored_after.origins(own)
    return origins.is_certain and not origins.has(path.change.path)


def _message(judged: ComponentJudgement, paths: Sequence[PathJudgement]) -> str:
    name = barrier(judged, paths[0])
    return f"{judged.component.name} takes {changed_paths(paths)}, but the fixed output hash of {name} did not change"


def barrier(judged: ComponentJudgement, path: PathJudgement) -> str:
    """Give the name of the fixed-output derivation that hides a path."""
    return next((step.name for step in path.trace if step.kind == "break"), judged.component.name)


FROZEN = Rule("frozen", Level.ERROR, "an input, but a fixed output hash hides it", explain=_explain, message=_message)
