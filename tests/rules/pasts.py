"""Histories for the tests of rules: what is known of an input source or a commit, without a repository."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from nixdrift.comparison.compare import Comparison, compare
from nixdrift.config import Config
from nixdrift.evaluation import Position
from nixdrift.history import LoggedCommit, Past
from nixdrift.judgement import Finding
from nixdrift.model import StorePath
from nixdrift.rules import RULES, Inspection, apply_rules
from nixdrift.tree import Tree
from tests.worlds import Files, World, tree_of

TOP = "/home/somebody/stack"

OLD = "1" * 40
"""The commit that everything is pinned to."""


@dataclass
class Remembered:
    """A history that knows what it was told."""

    sources: Mapping[StorePath, Past] = field(default_factory=dict)
    commits: Mapping[str, Past] = field(default_factory=dict)
    remotes: frozenset[str] = frozenset()
    top: str = TOP
    asked: list[tuple[StorePath, tuple[str, ...]]] = field(default_factory=list)

    def find(self, source: StorePath, near: Iterable[str]) -> Past | None:
        self.asked.append((source, tuple(near)))
        return self.sources.get(source)

    def commit(self, revision: str, beside: str | None = None) -> Past | None:
        past = self.commits.get(revision)
        return past if past and (past.beside is None) == (beside is None) else None


def past(files: Files, path: str = "", *changed: str, **more: Any) -> Past:
    """Give the commit with some files, and later ones of which each changed one path."""
    since = tuple(
        LoggedCommit(f"{number:040}", f"change {number}", frozenset({one})) for number, one in enumerate(changed)
    )
    return Past(LoggedCommit(OLD, "old"), tree_of(files)[0], len(changed), since, path, **more)


def remembering(world: World, history: Remembered, config: Config | None = None) -> Comparison:
    """Compare the two sides of a world with a history."""
    evidence = replace(world.evidence(), history=lambda _tree: history)
    return compare(world.base, world.head, world.changes, config or Config(), evidence)


def found(world: World, history: Remembered, config: Config | None = None) -> tuple[Finding, ...]:
    """Give what the rules find between the two sides of a world."""
    return apply_rules(remembering(world, history, config))


def audited(world: World, history: Remembered, rule: str, config: Config | None = None) -> list[Finding]:
    """Give what one rule finds at the head of a world, looked at by itself."""
    comparison = remembering(world, history, config)
    (within,) = (one.within for one in RULES if one.id == rule)
    assert within is not None
    side = comparison.after
    everything = frozenset(side.graph.derivations), frozenset(world.head_tree.entries)
    return list(within(Inspection(side, comparison.config, comparison.evidence, *everything)))


def fired(findings: Iterable[Finding]) -> list[tuple[str, str, str | None, tuple[str, ...]]]:
    return [(one.rule, one.level.value, one.component, one.paths) for one in findings]


def at(path: str, line: int = 1) -> Position:
    return Position(path, line)


def tree(files: Files) -> Tree:
    return tree_of(files)[0]
