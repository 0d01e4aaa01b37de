"""Sources of a component changed, and its output did not.

What was changed cannot be in what is built: deploying it deploys what was there before, and so does rolling it
back. This rule speaks where no other one knows the cause.

Fires:

- a filter leaves the changed path out
- the source is pinned to what it once was
- the expression mentions the path as a string, and not as a path

Stays silent:

- the path is documentation or housekeeping, and no input source holds it
- `nixdrift.toml` ignores the path
- the path is a Nix expression, unless it is declared as a source
- content only moved within the repository, to where it was taken from before

Usual remedy: make the path an input of the component, or have `nixdrift.toml` ignore it.
"""

from collections.abc import Sequence

from nixdrift.changes import shown
from nixdrift.comparison.compare import Comparison
from nixdrift.judgement import ComponentJudgement, Level, OwnershipKind, PathJudgement, Verdict
from nixdrift.rules.rule import Explanation, Rule, changed_paths, component_key


def _explain(_comparison: Comparison, judged: ComponentJudgement, path: PathJudgement) -> Explanation | None:
    return Explanation(wiring_remedy(judged, path)) if path.verdict is Verdict.STALE else None


def _message(judged: ComponentJudgement, paths: Sequence[PathJudgement]) -> str:
    return f"{judged.component.name} did not change, though its sources did: {changed_paths(paths)}"


def wiring_remedy(judged: ComponentJudgement, path: PathJudgement) -> str:
    """Say what connects a path to a component."""
    position = judged.component.position
    where = f" (defined at {shown(position.path)}:{position.line})" if position else ""
    remedy = f"make it an input of {judged.component.name}{where}: as a path, and past every filter"
    return remedy + or_declare(judged, path)


def or_declare(judged: ComponentJudgement, path: PathJudgement) -> str:
    """Say how to declare that a path is none of a component's, where it is neither declared nor proven that it is."""
    if path.ownership.kind not in {OwnershipKind.NAMED, OwnershipKind.INFERRED}:
        return ""
    key = component_key(judged)
    return f"; or, if it is none of its sources, say so in nixdrift.toml (components.{key}.ignore)"


STALE = Rule("stale", Level.ERROR, "sources changed, the output did not", explain=_explain, message=_message)
