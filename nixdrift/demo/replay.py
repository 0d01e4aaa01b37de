"""Judge the incident merge by merge, and ask what was asked on the day: from what was recorded, or with real Nix."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from nixdrift.demo.incident import INCIDENT, Event
from nixdrift.nix import NixSettings
from nixdrift.pipeline.check import check
from nixdrift.report import Report
from nixdrift.repository.story import make_repository
from nixdrift.request import CheckRequest
from nixdrift.workspace import workspace

SYSTEM = "x86_64-linux"
"""The system that the stack is for; it is evaluated, not built, so any machine will do."""

_RECORDED = resources.files("nixdrift.demo") / "recorded"


@dataclass(frozen=True, slots=True)
class Stage:
    """The repository of the incident, and what was recorded of it."""

    repository: Path
    commits: tuple[str, ...]
    """Oldest first."""
    recorded: Path
    """``1.snapshot`` is the first commit's; lists of what was deployed. See ``fixtures/record-demo``."""
    is_live: bool
    """Whether the Nix on PATH evaluates; else the snapshots stand in for it."""
    workspaces: Path | None

    @property
    def nix(self) -> NixSettings:
        """How the stack is evaluated."""
        return NixSettings(system=SYSTEM)

    def snapshot(self, number: int) -> str:
        """Give the file that holds the snapshot of a commit, by its place in the story."""
        return str(self.recorded / f"{number + 1}.snapshot")

    def snapshots(self) -> tuple[str, ...]:
        """Give what stands in for the evaluation of all commits; live, nothing does."""
        return () if self.is_live else tuple(self.snapshot(number) for number in range(len(self.commits)))


@dataclass(frozen=True, slots=True)
class Merge:
    """One merge to main and what nixdrift says of it; the first has nothing to be compared with."""

    event: Event
    commit: str
    report: Report | None


@contextmanager
def open_stage(*, live: bool, workspaces: Path | None = None) -> Iterator[Stage]:
    """Make the repository, and remove it at the end of the block."""
    with ExitStack() as stack:
        directory = stack.enter_context(workspace(workspaces))
        recorded = stack.enter_context(resources.as_file(_RECORDED))
        commits = make_repository(directory / "stack", [event.chapter for event in INCIDENT])
        yield Stage(directory / "stack", tuple(commits), recorded, live, workspaces)


def replay(stage: Stage) -> Iterator[Merge]:
    """Judge each commit against the one before it."""
    yield Merge(INCIDENT[0], stage.commits[0], None)
    for number in range(1, len(stage.commits)):
        yield Merge(INCIDENT[number], stage.commits[number], _judge(stage, number))


def _judge(stage: Stage, number: int) -> Report:
    return check(
        CheckRequest(
            repository=stage.repository,
            base=stage.commits[number - 1],
            head=stage.commits[number],
            base_graph=() if stage.is_live else (stage.snapshot(number - 1),),
            head_graph=() if stage.is_live else (stage.snapshot(number),),
            nix=stage.nix,
            workspaces=stage.workspaces,
        )
    )
