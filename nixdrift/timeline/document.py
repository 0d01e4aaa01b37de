"""A timeline as plain JSON values, described by ``schema.json`` beside this file."""

from collections.abc import Iterable
from dataclasses import asdict
from importlib import resources

from nixdrift.report.document import TOOL, Document, clean, paths_document, with_shared_definitions, written
from nixdrift.repository import LineCommit
from nixdrift.timeline.step import Ship, StepComponent
from nixdrift.timeline.timeline import ComponentHistory, Introduced, Proof, Run, Stop, Timeline

VERSION = 1
"""The version of the JSON report; it grows when a consumer would have to change."""


def timeline_json(timeline: Timeline) -> bytes:
    """Write a timeline as JSON: the same gives the same bytes, however much of it was known before."""
    census = asdict(timeline.census)
    # How much had to be evaluated is of the run, and not of the commits.
    del census["evaluations"]
    document = {
        "version": VERSION,
        "tool": TOOL,
        "nix_version": timeline.nix_version,
        "system": timeline.system,
        "census": census,
        "commits": [_stop(stop) for stop in timeline.stops],
        "components": [_component(one) for one in timeline.components],
    }
    return written(document)


def timeline_schema() -> bytes:
    """Give the JSON Schema of a timeline."""
    return with_shared_definitions(resources.files("nixdrift.timeline").joinpath("schema.json").read_bytes())


def commit_document(commit: LineCommit) -> Document:
    """Write a commit."""
    return {"commit": commit.commit, "tree": commit.tree, "time": commit.time, "subject": clean(commit.subject)}


def _stop(stop: Stop) -> Document:
    step = stop.step
    return {
        **commit_document(stop.commit),
        "since": stop.since and stop.since.commit,
        "gap": stop.gap and clean(stop.gap),
        "failed": [clean(name) for name in step.failed] if step else [],
        "unclaimed": step.unclaimed if step else 0,
        "findings": [{name: value and clean(value) for name, value in asdict(one).items()} for one in step.findings]
        if step
        else [],
    }


def _component(history: ComponentHistory) -> Document:
    return {
        "name": clean(history.name),
        "steps": [_row(commit, one) for commit, one in history.rows if one is not None],
        "runs": _runs(history.runs),
        "introduced": _introduced(history.introduced),
        "repaired": history.repaired and history.repaired.commit,
    }


def _row(commit: LineCommit, one: StepComponent) -> Document:
    return {
        "commit": commit.commit,
        "verdict": one.verdict.value,
        "moved": one.moved,
        "reason": clean(one.reason),
        "paths": [
            {
                "path": paths_document([path.path])[0],
                "change": path.change,
                "verdict": path.verdict.value,
                "reason": clean(path.reason),
            }
            for path in one.paths
        ],
        "causes": [clean(name) for name in one.causes],
    }


def _runs(runs: Iterable[Run]) -> list[Document]:
    return [
        {
            "first": run.commits[0].commit,
            "last": run.commits[-1].commit,
            "commits": len(run.commits),
            **ship_document(run.ship),
        }
        for run in runs
    ]


def ship_document(ship: Ship | None) -> Document:
    """Write what a component is at a commit."""
    return {"derivation": ship and ship.derivation, "outputs": None if ship is None else dict(ship.outputs)}


def _introduced(found: Introduced | None) -> Document | None:
    if found is None:
        return None
    return {
        "path": paths_document([found.path])[0],
        "first": _proof(found.first),
        "last": found.last and _proof(found.last),
        "doubt": found.doubt and clean(found.doubt),
    }


def _proof(proof: Proof) -> Document:
    return {**commit_document(proof.commit), "evidence": clean(proof.evidence)}
