"""The table of components: one row each, worst first; of very many unchanged ones only some."""

from collections.abc import Mapping, Sequence
from typing import Any

from nixdrift.judgement import Verdict
from nixdrift.report.page import some

MOST_ROWS = 8000
"""More rows than this no page has, whatever their verdicts."""
MOST_UNCHANGED = 2000

Component = Mapping[str, Any]


def component_rows(components: Sequence[Component]) -> tuple[Sequence[Mapping[str, Any]], int]:
    """Give the rows, and how many components are left out."""
    ranked = sorted(components, key=lambda one: (-_severity(one), one["name"]))
    differing = sum(1 for one in ranked if one["verdict"] != Verdict.UNCHANGED.value)
    kept = ranked[: min(MOST_ROWS, differing + MOST_UNCHANGED)]
    return [_row(one, place) for place, one in enumerate(kept)], len(ranked) - len(kept)


def _severity(component: Component) -> int:
    return Verdict(component["verdict"]).severity


def _row(component: Component, place: int) -> Mapping[str, Any]:
    return {
        "place": place,
        "severity": _severity(component),
        "name": component["name"],
        "aliases": component["aliases"],
        "verdict": component["verdict"],
        "because": _because(component),
        "position": component["position"],
        "paths": component["changed_paths"],
        "before": _derivation(component["before"]),
        "after": _derivation(component["after"]),
    }


def _because(component: Component) -> str:
    verdict = Verdict(component["verdict"])
    if verdict is Verdict.UNCHANGED:
        return ""
    if verdict in {Verdict.RIPPLED, Verdict.REBUILT}:
        return "moved by " + (some(component["moved_by"]) or "its own definition")
    return str(component["reason"])


def _derivation(side: Mapping[str, Any] | None) -> str | None:
    return None if side is None else str(side["derivation"])
