"""One revision by itself: evaluate it, trace all of its sources, and see what can be seen in it alone."""

from dataclasses import dataclass, replace

from nixdrift.audit import AuditReport, Inventory, audit_findings, take_inventory
from nixdrift.comparison.compare import Evidence
from nixdrift.comparison.directories import Directories
from nixdrift.comparison.discovery import components_of
from nixdrift.comparison.links import Links
from nixdrift.comparison.ownership import Owners
from nixdrift.comparison.side import Side
from nixdrift.comparison.tracing import Tracer
from nixdrift.config import Config
from nixdrift.graph import build_graph
from nixdrift.judgement import Finding
from nixdrift.model import StorePath
from nixdrift.pipeline.known import read_known, settled
from nixdrift.pipeline.session import open_evaluator, open_session, read_project_of
from nixdrift.progress import Progress
from nixdrift.report import RevisionInfo
from nixdrift.request import RevisionRequest
from nixdrift.rules import Inspection
from nixdrift.tree import Tree


@dataclass(frozen=True)
class Audited:
    """One revision with all that is known of it, and what was found while there was a repository to ask."""

    side: Side
    owners: Owners
    inventory: Inventory
    findings: tuple[Finding, ...]
    revision: RevisionInfo

    def report(self) -> AuditReport:
        """Put together what is reported."""
        return AuditReport(self.revision, self.inventory, self.findings)


def audit(request: RevisionRequest) -> AuditReport:
    """Audit one revision.

    Raises `NixdriftError` where that cannot be done.
    """
    known = read_known(request)
    report = audited(request).report()
    is_whole = not request.roots and not report.inventory.failed
    return replace(report, settled=settled(request, known, report.findings, is_whole_audit=is_whole))


def audited(request: RevisionRequest, *, config: Config | None = None) -> Audited:
    """Take the inventory of one revision, and apply the rules that need no other.

    ``config`` is used instead of the one that the request or the repository has.

    Raises `NixdriftError` where that cannot be done.
    """
    with open_session(request) as session:
        project = read_project_of(session)
        config = session.config() if config is None else config
        revision, everything = map(session.revision, session.commits(project, request.revision))
        evaluator = open_evaluator(session, project)
        request.progress(Progress(f"evaluating {revision.commit.revision}", 1, 1))
        evaluation = evaluator.evaluate_something(revision)
        request.progress(Progress("tracing the sources"))
        tracer = session.tracer(evaluator.nix.store_dir, evaluator.nix.physical_store)
        graph = build_graph(evaluation.derivations, source=revision.commit.revision)
        files = session.files(revision, is_working_tree=request.revision is None)
        side = tracer.trace_alone(Side(evaluation, graph, revision.tree, {}, files=files))
        history = session.history(tracer, revision)
        evidence = Evidence(revision.tree, revision.tree, session.private.blob, tracer, history=history)
        return audit_side(side, everything.tree, config, evidence, revision.info(evaluation))


def audit_side(side: Side, everything: Tree, config: Config, evidence: Evidence, info: RevisionInfo) -> Audited:
    """Audit a revision whose sources have been traced; ``everything`` is what lies there, seen by Nix or not."""
    trees = [tree for tree in (side.tree, everything) if tree is not None]
    paths = frozenset(path for tree in trees for path in tree.files_below(""))
    components = components_of(side, config)
    links = Links(side.tree, evidence.read_blob)
    owners = Owners(side, side, components, config, Directories(trees, evidence.read_blob), links)
    inventory = take_inventory(side, owners, paths, config, _unlisted(side, evidence.tracer))
    names = {one.after: one.name for one in components if one.after is not None}
    inspection = Inspection(side, config, evidence, frozenset(side.graph.derivations), paths, names)
    return Audited(side, owners, inventory, audit_findings(inspection, inventory), info)


def _unlisted(side: Side, tracer: Tracer | None) -> frozenset[StorePath]:
    """Give the input sources of which nothing is known: neither is their store path proven, nor are they at hand."""
    listed = tracer.list_source if tracer else None
    untraced = side.graph.input_sources - side.sources.keys()
    return frozenset(source for source in untraced if listed is None or listed(source) is None)
