"""The pairs of the corpus once more: saved with real Nix, and judged where there is none."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nixdrift.judgement import Verdict
from nixdrift.nix import NixSettings
from nixdrift.pipeline.check import check
from nixdrift.pipeline.snapshot import snapshot
from nixdrift.report import Report, document
from nixdrift.request import CheckRequest, RevisionRequest
from nixdrift.snapshot import write_snapshot
from nixdrift.store.base32 import ALPHABET

_DIGEST = re.compile(rf"[{ALPHABET}]{{32}}(?=-)")


def judge_from_snapshots(request: CheckRequest, directory: Path) -> Report:
    """Save both revisions that a request is about, and judge them without Nix and with an empty store."""
    head = None if request.worktree else request.head or "HEAD"
    base = request.base or (f"{head}^1" if head else "HEAD")
    files = directory / "base.snapshot", directory / "head.snapshot"
    for file, revision in zip(files, (base, head), strict=True):
        asked = RevisionRequest(
            repository=request.repository,
            revision=revision,
            roots=request.roots,
            file=request.file,
            arguments=request.arguments,
            nix=request.nix,
            environment=request.environment,
            workspaces=request.workspaces,
        )
        file.write_bytes(write_snapshot(snapshot(asked)))
    nowhere = directory / "nowhere"
    return check(
        CheckRequest(
            repository=request.repository,
            base_graph=(str(files[0]),),
            head_graph=(str(files[1]),),
            config=request.config,
            nix=NixSettings(store=nowhere),
            environment={"PATH": str(nowhere), "HOME": str(directory)},
            workspaces=request.workspaces,
        )
    )


def told(report: Report) -> Any:
    """Give all that a report says, but for what revisions are called, and for digests: they may hold the place."""
    found = document(report)
    for side in ("base", "head"):
        del found[side]["revision"]
    for finding in found["findings"]:
        if finding["rule"] == "unclaimed":
            # What else there is, and was not asked for, only Nix can tell.
            del finding["remedy"]
    return _without_digests({**found, "graph": _drawn(found["graph"])})


def _drawn(graph: Mapping[str, Any]) -> Any:
    """Give the affected graph whatever its nodes are sorted by: where names are the same, by digests."""
    nodes = [repr(_without_digests(node)) for node in graph["nodes"]]
    edges = [(nodes[edge["start"]], nodes[edge["end"]], edge["kind"]) for edge in graph["edges"]]
    return sorted(nodes), sorted(edges), graph["left_out"]


def _without_digests(value: Any) -> Any:
    match value:
        case str():
            return _DIGEST.sub("", value)
        case list() | tuple():
            return [_without_digests(one) for one in value]
        case dict():
            return {key: _without_digests(one) for key, one in value.items()}
    return value


def disagreements(live: Report, saved: Report) -> list[object]:
    """Give what is said otherwise from snapshots than live, and should not be.

    What only another evaluation decides is left open without Nix: it is not proven, and whatever it is, not healthy.
    """
    if live.judgement.census.counterfactual_evaluations == 0:
        return [] if told(live) == told(saved) else [told(live), told(saved)]
    one, other = _verdicts(live), _verdicts(saved)
    changed = {path for path in one.keys() | other.keys() if one.get(path) is not other.get(path)}
    decided = {path for path in changed if other.get(path) not in _OPEN}
    components = {name for name, _path in changed}
    said, saved_ones = (
        {finding.fingerprint: finding for finding in report.findings if finding.component not in components}
        for report in (live, saved)
    )
    return [(path, one.get(path), other.get(path)) for path in decided] + [
        (said.get(key), saved_ones.get(key)) for key in said.keys() ^ saved_ones.keys()
    ]


_OPEN = frozenset({Verdict.UNPROVEN, Verdict.UNKNOWN})


def _verdicts(report: Report) -> Mapping[tuple[str, str], Verdict]:
    components = report.judgement.components
    return {(one.component.name, path.change.path): path.verdict for one in components for path in one.paths}
