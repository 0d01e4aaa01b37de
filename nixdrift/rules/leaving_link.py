"""A symbolic link in a component's source leads out of it.

Nix copies a link as it is, and not what it leads to. Where that is no part of the same source, the link leads nowhere
in what is built, and a change of what it leads to changes nothing. `src = ./link` takes the link alone.

Fires:

- a path changes that such a link leads to, itself or by way of other links
- a component comes to take a link out of its source, to something in the repository (a note)

Stays silent:

- the link leads to something in the same source
- the component takes what the link leads to in another way
- the link leads out of the repository
- what it leads to is documentation or housekeeping

Usual remedy: make what the link leads to an input of its own, or take a directory that holds both.
"""

from collections.abc import Iterator

from nixdrift.changes import shown
from nixdrift.comparison.compare import Comparison
from nixdrift.comparison.links import Links
from nixdrift.comparison.ownership import leaves
from nixdrift.judgement import ComponentJudgement, Finding, Level, PathJudgement, Verdict
from nixdrift.model import StorePath
from nixdrift.rules.inspection import Inspection
from nixdrift.rules.rule import Explanation, Rule, finding, is_missed
from nixdrift.rules.stale import or_declare


def _explain(comparison: Comparison, judged: ComponentJudgement, path: PathJudgement) -> Explanation | None:
    if not (is_missed(path) or path.verdict is Verdict.UNPROVEN):
        return None
    owners = comparison.owners
    link = next((link for one, link in owners.linking(path.change.path) if one == judged.component), None)
    if link is None:
        return None
    target = owners.links.places(link)[-1]
    reason = f"{shown(link)} is a link to {shown(target)}, and leads nowhere in what is built"
    return Explanation(_remedy(target, link) + or_declare(judged, path), reason)


def _within(inspection: Inspection) -> Iterator[Finding]:
    side = inspection.side
    links = Links(side.tree, inspection.evidence.read_blob)
    for link in links.all:
        target = links.places(link)[-1]
        is_there = side.tree is not None and target in side.tree.entries
        matters = not any(inspection.config.housekeeping.match(path) for path in (link, target))
        for taker in _left_by(inspection, link, links) if is_there and matters else ():
            name = inspection.name(taker)
            yield finding(
                LEAVING_LINK.id,
                Level.NOTE,
                name,
                [link],
                message=f"{name} takes the link {shown(link)}, and not {shown(target)}, which it leads to",
                reason="Nix copies a link as it is: outside of its source it leads nowhere",
                remedy=_remedy(target, link),
                location=inspection.position(taker, "src"),
            )


def _left_by(inspection: Inspection, link: str, links: Links) -> Iterator[StorePath]:
    """Give the derivations that take a link, and take what it leads to in no way."""
    side = inspection.side
    places = links.places(link)
    left = (source for source in side.holders(link) if leaves(source, link, places))
    takers = {taker for source in left for taker in side.graph.direct_referrers(source.path)}
    for taker in sorted(takers & inspection.derivations):
        sources = (side.sources.get(path) for path in side.graph.derivations[taker].input_sources)
        if not any(source is not None and source.covers(places[-1]) for source in sources):
            yield taker


def _remedy(target: str, link: str) -> str:
    return f"make {shown(target)} an input of its own, or take a directory that holds it and {shown(link)}"


LEAVING_LINK = Rule(
    "leaving-link", Level.WARNING, "a link in its source leads out of it", explain=_explain, within=_within
)
