"""Sources of a component changed, and its output did not.

What was changed cannot be in what is built: deploying it deploys what was there before, and so does rolling it
back. The usual causes are a filter that leaves the path out, a source that is pinned, and a path that the
expression mentions as a string and not as a path.

Silent for documentation and housekeeping that no input source holds, for paths that `nixdrift.toml` ignores, for
Nix expressions, and for content that only moved within the repository.
"""

from collections.abc import Iterator

from nixdrift.judgement import ComponentJudgement, Finding, Judgement, Level, OwnershipKind, Verdict
from nixdrift.rules.rule import Rule, component_finding, listed, paths_with


def _findings(judgement: Judgement) -> Iterator[Finding]:
    for judged in judgement.components:
        paths = paths_with(judged, Verdict.STALE)
        if paths:
            names = [path.change.path for path in paths]
            message = f"{judged.component.name} did not change, though its sources did: {listed(names)}"
            remedy = wiring_remedy(judged, names)
            yield component_finding("stale", Level.ERROR, judged, paths, message=message, remedy=remedy)


def wiring_remedy(judged: ComponentJudgement, paths: list[str]) -> str:
    """Say what connects some paths to a component."""
    position = judged.component.position
    where = f" (defined at {position.path}:{position.line})" if position else ""
    inferred = any(path.ownership.kind is OwnershipKind.INFERRED for path in judged.paths)
    remedy = f"make {listed(paths)} an input of {judged.component.name}{where}: as a path, and past every filter"
    if inferred:
        remedy += f"; or, if it is none of its sources, say so in nixdrift.toml (components.{_key(judged)}.ignore)"
    return remedy


def _key(judged: ComponentJudgement) -> str:
    name = judged.component.name
    return f'"{name}"' if "." in name or '"' in name else name


STALE = Rule("stale", Level.ERROR, "sources changed, the output did not", _findings)
