"""A changed path is an input, but a fixed output hash hides it.

A fixed-output derivation is built again only when its declared hash changes. An error where the change reaches the
component in no other way; a warning where it does, and the path is a lock file, for which the hash stands.

Fires:

- a component is a fixed output, or is built from one alone, and its sources changed while the hash stayed
- a lock file changed, and the hash of the dependencies that are fetched by it did not

Stays silent:

- a fixed output merely inherits the sources, and what is built from it also takes the path directly
- the hash changed, too

Usual remedy: refresh the hash.
"""

from collections.abc import Sequence

from nixdrift.comparison.compare import Comparison
from nixdrift.judgement import ComponentJudgement, Level, PathJudgement, Verdict
from nixdrift.manifests import is_lock_file
from nixdrift.rules.rule import Explanation, Rule, changed_paths


def _explain(_comparison: Comparison, judged: ComponentJudgement, path: PathJudgement) -> Explanation | None:
    if path.verdict is not Verdict.FROZEN or (path.delivered_by and not is_lock_file(path.change.path)):
        return None
    name = barrier(judged, path)
    remedy = f"refresh the hash of {name}, so that it is built from what it is given now"
    return Explanation(remedy, level=Level.WARNING if path.delivered_by else Level.ERROR)


def _message(judged: ComponentJudgement, paths: Sequence[PathJudgement]) -> str:
    name = barrier(judged, paths[0])
    return f"{judged.component.name} takes {changed_paths(paths)}, but the fixed output hash of {name} did not change"


def barrier(judged: ComponentJudgement, path: PathJudgement) -> str:
    """Give the name of the fixed-output derivation that hides a path."""
    return next((step.name for step in path.trace if step.kind == "break"), judged.component.name)


FROZEN = Rule("frozen", Level.ERROR, "an input, but a fixed output hash hides it", explain=_explain, message=_message)
