"""What the page says, in the order in which it says it: plain values for the template."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from nixdrift.formats.html.components import component_rows
from nixdrift.formats.html.differing import differing
from nixdrift.formats.html.drawing import drawing
from nixdrift.judgement import Census, Finding, Verdict
from nixdrift.report import Report, RevisionInfo, document
from nixdrift.report.baseline import Settled, in_file_order, new_findings
from nixdrift.report.escapes import clean
from nixdrift.report.page import counted, some

_MOST_NAMES = 3


def content(report: Report) -> Mapping[str, Any]:
    """Give all that the page shows of a report."""
    whole = document(report)
    rows, left_out = component_rows(whole["components"])
    places = {row["name"]: row["place"] for row in rows}
    differences = differing(whole["differences"], {one["component"] for one in whole["findings"]})
    return {
        "tool": whole["tool"],
        "state": _state(report),
        "sentence": _sentence(report),
        "base": _revision(report.base, "base"),
        "head": _revision(report.head, "head"),
        "verdicts": _verdicts(report),
        "new": [one for one in whole["findings"] if not one["known"]],
        "known": [one for one in whole["findings"] if one["known"]],
        "expired": {one["fingerprint"]: one["expires"] for one in (whole["baseline"] or {}).get("expired", ())},
        "gone": _gone(report.settled),
        "failed": _failed(whole["failed"]),
        "rows": rows,
        "left_out": left_out,
        "places": places,
        "differences": differences,
        "difference_places": {one["component"]: one["place"] for one in differences["shown"]},
        "graph": drawing(whole["graph"]),
        "lists": _lists(whole),
        "census": _census(report.judgement.census),
    }


def _state(report: Report) -> str:
    """Give in a word how the page is to be taken."""
    new = new_findings(report.findings, report.settled)
    if new:
        return max((one.level for one in new), key=lambda level: level.severity).value
    return "incomplete" if _not_evaluated(report) else "clean"


def _not_evaluated(report: Report) -> int:
    return max(report.judgement.census.roots_failed, len(report.failed_base), len(report.failed_head))


def _sentence(report: Report) -> str:
    """Give the verdict in one sentence."""
    new = new_findings(report.findings, report.settled)
    word = "new finding" if report.settled else "finding"
    missing = _not_evaluated(report)
    names = some(list(dict.fromkeys(clean(one.component) for one in new if one.component)), _MOST_NAMES)
    if names and all(_is_broken(one) for one in new):
        said = f"{'A change does' if len(new) == 1 else 'Changes do'} not reach {names}"
    elif len(new) == 1:
        said = _begun(clean(new[0].message), new[0].component)
    elif new:
        said = counted(len(new), word) + (f" in {names}" if names else "")
    else:
        said = f"No {word}s{_how_sure(report, missing)}"
    return f"{said}; {counted(missing, 'attribute')} did not evaluate" if missing else said


def _how_sure(report: Report, missing: int) -> str:
    """Give what no findings mean: nothing is called fine of which that is not known."""
    judged = [one.verdict for one in report.judgement.components]
    unsure = [verdict for verdict in judged if verdict in {Verdict.UNPROVEN, Verdict.UNKNOWN}]
    if unsure:
        return f"; of {counted(len(unsure), 'component')} it is not known whether changes reached them"
    if missing or not judged or any(verdict.severity > Verdict.REBUILT.severity for verdict in judged):
        return f" in the {counted(len(judged), 'judged component')}"
    return ": no change was lost on its way"


def _begun(sentence: str, component: str | None) -> str:
    """Begin a sentence as one begins, unless it is with the name of a component."""
    return sentence if component else sentence[:1].upper() + sentence[1:]


def _is_broken(finding: Finding) -> bool:
    return finding.component is not None and any(step.kind == "break" for step in finding.trace)


def _revision(info: RevisionInfo, side: str) -> Mapping[str, str | None]:
    return {
        "side": side,
        "revision": (info.commit or side)[:10] if info.revision in {None, info.commit} else clean(str(info.revision)),
        "commit": info.commit,
        "tree": info.tree,
        "evaluated": ", ".join(_evaluated(info)),
    }


def _evaluated(info: RevisionInfo) -> Iterator[str]:
    if info.nix_version:
        yield f"Nix {clean(info.nix_version)}"
    if info.system:
        yield clean(info.system)


def _verdicts(report: Report) -> Sequence[Mapping[str, Any]]:
    """Give how many components have each verdict, worst first, and where its part of the bar is, in per mille."""
    counts = Counter(one.verdict for one in report.judgement.components)
    worst_first = sorted(counts, key=lambda verdict: -verdict.severity)
    widths = _widths([counts[verdict] for verdict in worst_first])
    starts = [sum(widths[:place]) for place in range(len(widths))]
    return [
        {"name": verdict.value, "number": counts[verdict], "start": start, "width": width}
        for verdict, start, width in zip(worst_first, starts, widths, strict=True)
    ]


def _widths(numbers: Sequence[int]) -> list[float]:
    """Share 1,000 by numbers, so that the least of them is still to be seen."""
    least = 12
    rest, total = 1000 - least * len(numbers), sum(numbers)
    return [round(least + rest * number / total, 2) for number in numbers]


def _gone(settled: Settled | None) -> Sequence[Mapping[str, str]]:
    gone = in_file_order(settled.gone or ()) if settled else ()
    return [{"rule": clean(one.rule), "message": clean(one.message)} for one in gone]


def _failed(failed: Sequence[Mapping[str, str]]) -> Sequence[Mapping[str, str]]:
    # A report has what Nix says in one line, the ends of lines escaped; here they are ends of lines again.
    return [{**one, "message": one["message"].replace("\\n", "\n")} for one in failed]


def _lists(whole: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """Give the changed paths that no component was judged by, by what was made of them."""
    unclaimed = [path for one in whole["unclaimed"] for path in one["paths"]]
    kinds = (
        ("unclaimed path", "no component claims it", unclaimed),
        ("Nix expression", "judged by what it evaluates to", whole["expressions"]),
        ("housekeeping path", "no component is built from such", whole["housekeeping"]),
        ("ignored path", "nixdrift.toml says so", whole["ignored"]),
    )
    return [{"name": counted(len(paths), noun), "why": why, "paths": paths} for noun, why, paths in kinds if paths]


def _census(census: Census) -> Sequence[Mapping[str, Any]]:
    """Give what was looked at, in the order of the way from a change to a finding."""
    rows = (
        ("changed paths", census.changed_paths),
        ("mapped to components", census.mapped_paths),
        ("unclaimed", census.unclaimed_paths),
        ("Nix expressions", census.expression_paths),
        ("housekeeping", census.housekeeping_paths),
        ("ignored", census.ignored_paths),
        ("roots at base", census.roots_base),
        ("roots at head", census.roots_head),
        ("roots not evaluated", census.roots_failed),
        ("components", census.components),
        ("derivations at base", census.derivations_base),
        ("derivations at head", census.derivations_head),
        ("counterfactual evaluations", census.counterfactual_evaluations),
    )
    return [{"name": name, "number": number} for name, number in rows]
