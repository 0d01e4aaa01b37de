"""Worlds as snapshots: what `nixdrift snapshot` makes of an evaluated revision, without Nix."""

from pathlib import Path

from nixdrift.comparison.side import Side
from nixdrift.comparison.tracing import Tracer
from nixdrift.evaluation import Evaluation
from nixdrift.graph import build_graph
from nixdrift.snapshot import EvaluatedRevision, Question, Snapshot, read_snapshot, take_snapshot, write_snapshot
from nixdrift.sources import Prover, StoredSources
from nixdrift.tree import Tree
from tests.worlds import STORE_DIR, World

NOWHERE = Path("/nowhere")


def evaluated(evaluation: Evaluation, tree: Tree, world: World) -> EvaluatedRevision:
    """Give one side of a world as a revision that has just been evaluated."""
    side = Side(evaluation, build_graph(evaluation.derivations, source="the world"), tree, {})
    return EvaluatedRevision(
        evaluation=evaluation,
        commit=None,
        tree=tree.entries[""].object_id,
        is_flake=False,
        question=Question(),
        directory=NOWHERE / "run",
        name="stack",
        proven=Tracer(Prover(world.read_blob, STORE_DIR)).trace_alone(side).sources,
        stored=StoredSources(world.store or NOWHERE, "sha1"),
    )


def saved(evaluation: Evaluation, tree: Tree, world: World) -> Snapshot:
    """Give one side of a world as it is read again from its snapshot."""
    return read_snapshot(write_snapshot(take_snapshot(evaluated(evaluation, tree, world))), source="the world")
