"""The pairs of the corpus once more: saved with real Nix, judged where there is none, and held against the first time."""

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from nixdrift.judgement import Verdict
from nixdrift.nix import NixSettings
from nixdrift.pipeline import check
from nixdrift.pipeline.snapshot import snapshot
from nixdrift.report import Report, document
from nixdrift.request import CheckRequest, RevisionRequest
from nixdrift.snapshot import write_snapshot
from nixdrift.store.base32 import ALPHABET

_DIGEST = re.compile(rf"[{ALPHABET}]{{32}}(?=-)")


def judge_from_snapshots(request: CheckRequest, directory: Path) -> Report:
    """Save both revisions that a request is about, and judge them without Nix and with an empty store."""
    files = []
    for name, revision in (("base", "HEAD" if request.worktree else "HEAD^1"), ("head", None if request.worktree else "HEAD")):
        asked = RevisionRequest(
            repository=request.repository,
            revision=revision,
            nix=request.nix,
            environment=request.environment,
            workspaces=request.workspaces,
        )
        file = directory / f"{name}.snapshot"
        file.write_bytes(write_snapshot(snapshot(asked)))
        files.append(str(file))
    base, head = files
    nowhere = directory / "nowhere"
    return check(
        CheckRequest(
            repository=request.repository,
            base_graph=(base,),
            head_graph=(head,),
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
    return _without_digests(found)


def _without_digests(value: Any) -> Any:
    match value:
        case str():
            return _DIGEST.sub("", value)
        case list():
            return [_without_digests(one) for one in value]
        case dict():
            return {key: _without_digests(one) for key, one in value.items()}
    return value


def decided_otherwise(live: Report, saved: Report) -> Mapping[tuple[str, str], tuple[Verdict, Verdict]]:
    """Give the changed paths of components that have one verdict live, and another one from snapshots."""
    one, other = _verdicts(live), _verdicts(saved)
    return {path: (one[path], other[path]) for path in one if one[path] is not other[path]}


def _verdicts(report: Report) -> Mapping[tuple[str, str], Verdict]:
    components = report.judgement.components
    return {(one.component.name, path.change.path): path.verdict for one in components for path in one.paths}


def asked_nix_once_more(live: Report) -> bool:
    """Tell whether commits that nobody made were evaluated to judge a pair: without Nix, that cannot be done."""
    return live.judgement.census.counterfactual_evaluations > 0
