"""Judge the incident merge by merge: from the recorded graphs, or with the Nix on PATH."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from importlib import resources
from pathlib import Path

from nixdrift.demo.incident import INCIDENT, Event
from nixdrift.nix import NixSettings
from nixdrift.pipeline import check
from nixdrift.report import Report
from nixdrift.repository.story import make_repository
from nixdrift.request import CheckRequest
from nixdrift.workspace import workspace

RECORDED = resources.files("nixdrift.demo") / "recorded"
"""What ``nix derivation show --recursive`` of Nix 2.34 wrote for every commit: ``1.json`` is the first one's."""

ROOTS = ("fleet", "goinstance", "image", "platform")
"""The roots of the stack: a dump does not say which of its derivations somebody asked for."""

SYSTEM = "x86_64-linux"
"""The system that the stack is for; it is evaluated, not built, so any machine will do."""


@dataclass(frozen=True, slots=True)
class Merge:
    """One merge to main and what nixdrift says of it; the first has nothing to be compared with."""

    event: Event
    commit: str
    report: Report | None


def replay(*, live: bool, workspaces: Path | None = None) -> Iterator[Merge]:
    """Make the repository, and judge each commit against the one before it."""
    with workspace(workspaces) as directory:
        commits = make_repository(directory / "stack", [event.chapter for event in INCIDENT])
        yield Merge(INCIDENT[0], commits[0], None)
        for number in range(1, len(commits)):
            report = _judge(directory / "stack", commits, number, live, workspaces)
            yield Merge(INCIDENT[number], commits[number], report)


def _judge(repository: Path, commits: list[str], number: int, live: bool, workspaces: Path | None) -> Report:
    base, head = commits[number - 1], commits[number]
    request = CheckRequest(
        repository=repository,
        base=base,
        head=head,
        roots=ROOTS,
        nix=NixSettings(system=SYSTEM),
        workspaces=workspaces,
    )
    if live:
        return check(request)
    with ExitStack() as stack:
        graphs = [stack.enter_context(resources.as_file(RECORDED / f"{which}.json")) for which in (number, number + 1)]
        return check(replace(request, base_graph=(str(graphs[0]),), head_graph=(str(graphs[1]),)))
