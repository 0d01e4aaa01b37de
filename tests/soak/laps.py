"""A lap: a commit, and what users ask about it, with what has to be answered."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from tests.command import Outcome
from tests.corpus import FLAVOURS, git
from tests.holding import broken, state_of
from tests.soak.growth import Figure
from tests.soak.place import Place
from tests.soak.steps import STEPS, Step, commit

CACHE = 128 << 10
"""How many bytes are left of the cache whenever it is pruned."""
PRUNED_EVERY = 20

_JSON = ("--format", "json")
_MEMORY = 2.0
"""What memory may differ by: more than two runs of one command do, and less than a twentieth of what one takes."""


@dataclass
class Lap:
    """What came of a lap."""

    number: int
    figures: dict[str, float] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Visit:
    """A project at a step."""

    place: Place
    flavour: str
    step: Step
    number: int
    lap: Lap

    @property
    def repository(self) -> Path:
        """The project's repository."""
        return self.place.repositories[self.flavour]

    def ask(self, name: str, *arguments: object, status: int = 0) -> Outcome:
        """Run a command, note its memory, and hold its exit status against what it has to be."""
        done, memory = self.place.run(self.flavour, *arguments)
        self.lap.figures[f"memory of `{name}`"] = memory
        if done.status != status:
            self.wrong(name, f"exit status {done.status}: {done.stderr[-500:]}")
        elif done.stderr:
            self.wrong(name, done.stderr[-500:])
        return done

    def expect(self, name: str, said: object, right: object) -> None:
        """Note an answer that is not the right one."""
        if said != right:
            self.wrong(name, f"{said}, and not {right}")

    def wrong(self, name: str, text: str) -> None:
        """Note that something is wrong."""
        self.lap.wrong.append(f"lap {self.number}, {self.flavour}, {self.step.name}, {name}: {text}")


def _judged(visit: Visit, name: str, done: Outcome, verdicts: Mapping[str, str], rules: frozenset[str]) -> None:
    """Hold a report against what is right."""
    if done.stdout:
        visit.expect(name, done.verdicts, verdicts)
        visit.expect(name, _grave(done.report), rules)


def _grave(report: Any) -> frozenset[str]:
    return frozenset(one["rule"] for one in report["findings"] if one["level"] != "note")


def _check(visit: Visit) -> None:
    step = visit.step
    done = visit.ask("check", "check", "--base", "HEAD~1", "--head", "HEAD", *_JSON, status=1 if step.rules else 0)
    _judged(visit, "check", done, step.verdicts, step.rules)


def _worktree(visit: Visit) -> None:
    """Judge a change and a new file that are not committed, and are no more afterwards."""
    (visit.repository / "goinstance" / "main.go").write_text(f"not committed at {visit.number}\n")
    (visit.repository / "goinstance" / "new.go").write_text("new\n")
    git(visit.repository, "add", "goinstance/new.go")
    before = state_of(visit.repository)
    wired = visit.step.wired
    done = visit.ask("check --worktree", "check", "--worktree", *_JSON, status=0 if wired else 1)
    verdicts = {**dict.fromkeys(visit.step.there, "unchanged"), "goinstance": "rebuilt" if wired else "stale"}
    _judged(visit, "check --worktree", done, verdicts, frozenset() if wired else frozenset({"stale"}))
    visit.lap.wrong += broken(visit.place.nixdrift, visit.repository, before)
    git(visit.repository, "restore", "--staged", "--worktree", ".")


def _audit(visit: Visit) -> None:
    """Ask whose each path is: what is not wired is told by its name alone, and nothing is a finding by itself."""
    done = visit.ask("audit", "audit", *_JSON)
    if done.stdout:
        said = {
            (owner["component"].rpartition(".")[2], owner["evidence"])
            for region in done.report["map"]
            for owner in region["owners"]
        }
        inferred = set() if visit.step.wired else {"goinstance"}
        visit.expect("audit", said, {(name, "inferred" if name in inferred else "proven") for name in visit.step.there})
        visit.expect("audit", _grave(done.report), frozenset())


def _history(visit: Visit) -> None:
    """Follow the newest six commits, the last of which is what was judged."""
    done = visit.ask("history", "history", "--max-count", 6, *_JSON)
    if done.stdout:
        report = done.report
        last = report["commits"][-1]["commit"]
        said = {
            one["name"].rpartition(".")[2]: step["verdict"]
            for one in report["components"]
            for step in one["steps"]
            if step["commit"] == last
        }
        visit.expect("history", said, visit.step.verdicts)


def _affected(visit: Visit) -> None:
    done = visit.ask("affected", "affected")
    said = {line.split("\t")[0].rpartition(".")[2]: line.split("\t")[2] for line in done.stdout.decode().splitlines()}
    moved = {name: one for name, one in visit.step.verdicts.items() if one not in {"unchanged", "stale", "removed"}}
    visit.expect("affected", said, moved)


def _snapshot(visit: Visit) -> None:
    """Save head, and judge it from there."""
    file = visit.place.directory / "head.snapshot"
    visit.ask("snapshot", "snapshot", "--output", file)
    status = 1 if visit.step.rules else 0
    done = visit.ask("check of a snapshot", "check", "--head-graph", file, *_JSON, status=status)
    _judged(visit, "check of a snapshot", done, visit.step.verdicts, visit.step.rules)
    file.unlink(missing_ok=True)


_OTHERS: tuple[Callable[[Visit], None], ...] = (_worktree, _audit, _history, _affected, _snapshot)
"""One of these in every lap. Their number and that of the steps have no divisor in common: all meet all."""

_COMMANDS = ("check", "check --worktree", "audit", "history", "affected", "snapshot", "check of a snapshot")

FIGURES = (
    *(Figure(f"memory of `{name}`", "MB", _MEMORY, 1e6) for name in _COMMANDS),
    Figure("cache entries", most=None),
    Figure("cache", "kB", most=None, scale=1e3),
    Figure("cache after pruning", "kB", None, 1e3),
    Figure("cache entries that a lap adds", most=0.5),
    Figure("bytes that a lap adds to the cache", "kB", 2, 1e3),
    Figure("other files of the home"),
    Figure("all of them", "bytes"),
    Figure("runs at work or left"),
    Figure("processes"),
    Figure("worktrees"),
    Figure("the shared store", "kB", None, 1e3),
)


def lap(place: Place, number: int) -> Lap:
    """Commit something, ask about it, and measure what is there afterwards."""
    flavour, count = FLAVOURS[number % len(FLAVOURS)], number // len(FLAVOURS)
    done = Lap(number)
    visit = Visit(place, flavour, STEPS[count % len(STEPS)], number, done)
    other = _OTHERS[count % len(_OTHERS)]
    commit(visit.step, visit.repository, number)
    earlier = place.measure()
    if other is _worktree:
        other(visit)
    before = state_of(visit.repository)
    _check(visit)
    if other is not _worktree:
        other(visit)
    done.wrong += broken(place.nixdrift, visit.repository, before)
    now = place.measure()
    done.figures |= now
    done.figures["cache entries that a lap adds"] = now["cache entries"] - earlier["cache entries"]
    done.figures["bytes that a lap adds to the cache"] = now["cache"] - earlier["cache"]
    if number % PRUNED_EVERY == PRUNED_EVERY - 1:
        place.prune(CACHE)
        done.figures["cache after pruning"] = left = place.measure()["cache"]
        if left > CACHE:
            done.wrong.append(f"lap {number}: {left:,} bytes are left of the cache after pruning, and not {CACHE:,}")
    return done


def laps(place: Place) -> Iterator[Lap]:
    """Give laps without end."""
    number = 0
    while True:
        yield lap(place, number)
        number += 1


def written(done: Lap) -> bytes:
    """Write a lap as a line of JSON."""
    return orjson.dumps({"lap": done.number, "figures": done.figures, "wrong": done.wrong}) + b"\n"
