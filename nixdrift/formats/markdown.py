"""GitHub Flavored Markdown: the summary of a job, or a comment; it is never longer than GitHub takes."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from nixdrift.changes import shown
from nixdrift.formats.findings import not_evaluated, open_findings, place
from nixdrift.formats.markdown_escapes import code, prose
from nixdrift.formats.mermaid import fenced
from nixdrift.judgement import ComponentJudgement, Finding, Verdict
from nixdrift.report import Report
from nixdrift.report.page import counted, some
from nixdrift.report.text import revision_text

# GitHub takes 1024 KiB for all that the steps of a job write; the rest is for what others write.
_MOST_BYTES = 900_000
_MOST_FINDINGS = 50
_MOST_COMPONENTS = 100
_MOST_OTHERS = 20
_SIGNS = {"error": "❌", "warning": "⚠️", "note": "💡"}


def render(report: Report) -> bytes:
    """Write a report as Markdown: the verdict first, then what to do about it, then all else."""
    return _fitting([_verdict(report), *_blocks(report)]).encode()


def _blocks(report: Report) -> Iterator[str]:
    """Give the parts in their order; each stands for itself, so that the last ones can be left out."""
    found = open_findings(report)
    yield from _overview(found, report)
    if found and report.graph and report.graph.nodes:
        yield fenced(report)
    yield from _failures(report)
    yield from (_details(one, report) for one in found[:_MOST_FINDINGS])
    yield from _components(report)
    yield from _known(report)
    yield _census(report)


def _fitting(blocks: Sequence[str]) -> str:
    """Join blocks as long as there is room, and say how many there is none for."""
    text, left_out = "", 0
    for block in blocks:
        if left_out or len((text + block).encode()) > _MOST_BYTES:
            left_out += 1
        else:
            text += block + "\n"
    return text + (f"*{counted(left_out, 'more part')} left out: the report is too long.*\n" if left_out else "")


def _verdict(report: Report) -> str:
    judgement, new = report.judgement, open_findings(report)
    known = len(report.findings) - len(new)
    failed = len(not_evaluated(report)) or judgement.census.roots_failed
    counts = Counter(one.verdict for one in judgement.components)
    worst = sorted(counts, key=lambda verdict: -verdict.severity)
    word = "new finding" if report.settled else "finding"
    parts = [counted(len(new), word) if new else f"no {word}s"]
    parts += [f"{known:,} known"] if known else []
    parts += [f"{failed:,} not evaluated"] if failed else []
    sign = "⚠️" if new or failed else "✅"
    revisions = f"{code(revision_text(report.base, 'base'))} → {code(revision_text(report.head, 'head'))}"
    verdicts = ", ".join(f"{counts[verdict]:,} {verdict.value}" for verdict in worst)
    components = counted(len(judgement.components), "component") + (f": {verdicts}" if verdicts else "")
    return f"## {sign} nixdrift: {', '.join(parts)}\n\n{revisions} · {components}\n"


def _overview(found: Sequence[Finding], report: Report) -> Iterator[str]:
    if not found:
        return
    rows = [(_level(one), _component(one), prose(one.message), _at(one, report)) for one in found[:_MOST_FINDINGS]]
    more = _more(len(found) - len(rows), "finding")
    yield _table(("", "component", "finding", "at"), rows) + more


def _level(one: Finding) -> str:
    return f"{_SIGNS[one.level.value]} {code(one.rule)}"


def _component(one: Finding) -> str:
    return "" if one.component is None else code(one.component)


def _at(one: Finding, report: Report) -> str:
    where = place(one, report)
    return code(f"{shown(where.path)}:{where.line}")


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _more(number: int, noun: str) -> str:
    return f"\n*and {counted(number, f'more {noun}')}; the JSON report lists all*\n" if number > 0 else ""


def _folded(summary: str, content: str) -> str:
    # The blank lines end the HTML, so that what is inside is Markdown again.
    return f"<details><summary>{summary}</summary>\n\n{content}\n</details>\n"


def _details(one: Finding, report: Report) -> str:
    lines = [f"**what**: {prose(one.message)}", f"**why**: {prose(one.reason)}"]
    if len(one.trace) > 1:
        lines.append("**trace**: " + _trace(one))
    lines.append(f"**do**: {prose(one.remedy)}")
    if one.paths:
        lines.append("**paths**: " + _names([shown(path) for path in one.paths]))
    if report.settled and (entry := report.settled.expired.get(one.fingerprint)):
        lines.append(f"known until {entry.expires}, and no longer")
    summary = f"{_SIGNS[one.level.value]} {code(one.rule)} {_component(one)}".rstrip()
    return _folded(summary, "".join(f"- {line}\n" for line in lines))


def _trace(one: Finding) -> str:
    steps = [f"{'✗ ' if step.kind == 'break' else ''}{code(step.name)}" for step in one.trace[:_MOST_OTHERS]]
    return " → ".join(steps)


def _names(names: Sequence[str]) -> str:
    more = len(names) - _MOST_OTHERS
    return ", ".join(map(code, names[:_MOST_OTHERS])) + (f" and {more:,} more" if more > 0 else "")


def _failures(report: Report) -> Iterator[str]:
    failed = not_evaluated(report)
    if failed:
        rows = [(one.side, code(one.name), prose(one.message)) for one in failed[:_MOST_OTHERS]]
        more = _more(len(failed) - len(rows), "attribute")
        yield "### Not evaluated, and so not judged\n\n" + _table(("side", "attribute", "Nix says"), rows) + more


def _components(report: Report) -> Iterator[str]:
    moved = [one for one in report.judgement.components if one.verdict is not Verdict.UNCHANGED]
    ranked = sorted(moved, key=lambda one: (-one.verdict.severity, one.component.name))
    if ranked:
        rows = [(one.verdict.value, code(one.component.name), _because(one)) for one in ranked[:_MOST_COMPONENTS]]
        content = _table(("verdict", "component", "because of"), rows) + _more(len(ranked) - len(rows), "component")
        yield _folded(f"{counted(len(ranked), 'component')} not unchanged", content)


def _because(judged: ComponentJudgement) -> str:
    paths = [shown(path.change.path) for path in judged.paths if path.verdict is judged.verdict]
    names = list(judged.causes) if judged.verdict in {Verdict.RIPPLED, Verdict.REBUILT} else []
    return _names((names or paths)[:3]) or prose(judged.reason)


def _known(report: Report) -> Iterator[str]:
    entries = report.settled.known if report.settled else {}
    known = [one for one in report.findings if one.fingerprint in entries]
    if known:
        rows = [(_level(one), _component(one), prose(one.message)) for one in known[:_MOST_FINDINGS]]
        content = _table(("", "component", "finding"), rows) + _more(len(known) - len(rows), "finding")
        yield _folded(f"{counted(len(known), 'known finding')}", content)


def _census(report: Report) -> str:
    census = report.judgement.census
    kinds = (
        f"{census.mapped_paths:,} mapped, {census.unclaimed_paths:,} unclaimed, {census.expression_paths:,} of Nix, "
        f"{census.housekeeping_paths:,} housekeeping, {census.ignored_paths:,} ignored"
    )
    lines = [
        f"{counted(census.changed_paths, 'changed path')}: {kinds}",
        f"roots: {census.roots_base:,} → {census.roots_head:,}, {census.roots_failed:,} not evaluated",
        f"derivations: {census.derivations_base:,} → {census.derivations_head:,}",
    ]
    unclaimed = [f"{shown(one.directory)}/" for one in report.judgement.unclaimed]
    lines += [f"unclaimed: {some([code(name) for name in unclaimed], _MOST_OTHERS)}"] if unclaimed else []
    return _folded("What was looked at", "".join(f"- {line}\n" for line in lines))
