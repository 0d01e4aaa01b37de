"""What is judged from snapshots is what was judged before, in every world, whatever is in it."""

from dataclasses import replace

from hypothesis import given

from nixdrift.comparison.compare import Comparison, Evidence, compare
from nixdrift.comparison.tracing import Tracer
from nixdrift.config import Config
from nixdrift.judgement import Verdict
from nixdrift.model import StorePath
from nixdrift.report import Report, render_json
from nixdrift.snapshot import Snapshot
from nixdrift.sources import Listing, Prover
from tests.drawn import Drawn, drawn_worlds
from tests.snapshot.saving import saved
from tests.worlds import STORE_DIR, World, report_of


def from_snapshots(world: World, base: Snapshot, head: Snapshot) -> Comparison:
    def listed(source: StorePath) -> Listing | None:
        found = head.listing(source, world.head_tree)
        return base.listing(source, world.base_tree) if found is None else found

    tracer = Tracer(Prover(world.read_blob, STORE_DIR), listed)
    evidence = Evidence(world.base_tree, world.head_tree, world.read_blob, tracer)
    return compare(base.evaluation, head.evaluation, world.changes, Config(), evidence)


def judged_both_ways(drawn: Drawn) -> tuple[Report, Report]:
    """Give the report of a world, and that from its snapshots when its store is gone."""
    with drawn.world() as world:
        known = world.report()
        base, head = (saved(*side, world) for side in ((world.base, world.base_tree), (world.head, world.head_tree)))
    bare = replace(world, store=None)
    return known, report_of(from_snapshots(bare, base, head), bare)


@given(drawn_worlds(may_be_rewired=True))
def test_a_world_is_judged_from_its_snapshots_to_the_byte_as_from_its_store(drawn: Drawn) -> None:
    known, found = judged_both_ways(replace(drawn, parts=tuple(replace(part, is_listed=True) for part in drawn.parts)))
    assert render_json(found) == render_json(known)


@given(drawn_worlds(may_be_rewired=True))
def test_where_the_store_lacks_a_source_the_verdict_is_the_same_or_was_open(drawn: Drawn) -> None:
    # What one snapshot proves, the other side may know, too: the pinned content of base, without its commit.
    known, found = (verdicts_of(report) for report in judged_both_ways(drawn))
    assert {path for path in known if known[path] is not Verdict.UNPROVEN} <= {
        path for path in found if found[path] is known.get(path)
    }


def verdicts_of(report: Report) -> dict[tuple[str, str], Verdict]:
    components = report.judgement.components
    return {(one.component.name, path.change.path): path.verdict for one in components for path in one.paths}
