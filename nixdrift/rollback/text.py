"""A rollback for people: what would do nothing, what would act, and what else that takes back."""

from rich.console import Console
from rich.text import Text

from nixdrift.changes import shown
from nixdrift.judgement import Verdict
from nixdrift.report.escapes import clean
from nixdrift.report.page import counted, new_page, some, text_of
from nixdrift.rollback.result import Candidate, Rollback
from nixdrift.timeline.text import called, when


def rollback_text(found: Rollback, *, width: int = 100, color: bool = False) -> str:
    """Write a rollback for a person; ``width`` is in characters."""
    page = new_page(width=width, color=color)
    name = clean(found.component)
    page.print(Text.assemble((name, "bold"), f" at {called(found.start)}"), soft_wrap=True)
    _print_start(page, found)
    for one in found.between:
        page.print(_line(_word(one), one, _what(one)), soft_wrap=True)
    if found.target is not None:
        page.print(_line(Text("acts", "bold green"), found.target, clean(found.target.commit.subject)), soft_wrap=True)
    _print_target(page, found)
    return text_of(page)


def _print_start(page: Console, found: Rollback) -> None:
    first = found.between[0] if found.between else None
    if first is not None and first.gap is None and first.differing:
        paths = some([shown(path) for path in first.differing])
        page.print(f"it changed {paths}, and the output stayed the same: to deploy it did nothing", soft_wrap=True)


def _line(word: Text, one: Candidate, said: str) -> Text:
    word.pad_right(6 - len(word.plain))
    return Text.assemble(word, one.commit.commit[:10], f" {when(one.commit)}  {said}")


def _word(one: Candidate) -> Text:
    return Text("no-op", "red") if one.gap is None else Text("gap", "yellow")


def _what(one: Candidate) -> str:
    if one.gap is not None:
        return clean(one.gap)
    if one.component is None or one.component.after is None:
        return f"{clean(one.commit.subject)} (it was not there)"
    if not one.component.moved:
        differs = f" (the same output, though {some([shown(p) for p in one.differing])} differs)"
        return clean(one.commit.subject) + (differs if one.differing else "")
    return f"{clean(one.commit.subject)} (differs, but not by {some([shown(path) for path in one.hidden])})"


def _print_target(page: Console, found: Rollback) -> None:
    if found.target is None:
        page.print(f"no rollback acts: {_looked_at(found)}", style="red", soft_wrap=True)
        return
    target = found.target
    page.print(
        f"roll back {counted(len(found.between) + 1, 'commit')}, to {called(target.commit)}",
        style="bold",
        soft_wrap=True,
    )
    if target.component is not None:
        verdict = target.component.verdict
        page.print(f"  {_why(target, verdict)}", soft_wrap=True)
    others = some([clean(name) for name in found.others], 8)
    page.print(f"  it changes, too: {others}" if found.others else "  it changes nothing else", soft_wrap=True)


def _why(target: Candidate, verdict: Verdict) -> str:
    paths = some([shown(path) for path in target.hidden])
    if target.hidden and verdict in {Verdict.UNPROVEN, Verdict.UNKNOWN}:
        return f"its output differs; whether {paths} is in it cannot be told"
    if target.hidden:
        return f"its output differs{_causes(target)}, but {paths} was not in it"
    if target.differing:
        return f"its output differs, and {some([shown(path) for path in target.differing])} goes back, too"
    return f"its output differs{_causes(target)}, and none of its own sources does"


def _causes(target: Candidate) -> str:
    causes = target.component.causes if target.component else ()
    return f" by {some([clean(name) for name in causes])}" if causes else ""


def _looked_at(found: Rollback) -> str:
    number = counted(len(found.between), "earlier commit")
    if found.is_cut_off:
        return f"{number} looked at; the clone is shallow, and what came before is not here"
    if found.left_out:
        return f"{number} looked at, {found.left_out:,} more left out (--max-count)"
    return f"{number}, and that is all there are"
