"""Input sources that are of an earlier commit: what the rules about pins have in common."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from nixdrift.comparison.compare import Comparison, Evidence
from nixdrift.comparison.expressions import is_expression
from nixdrift.comparison.side import Side
from nixdrift.config import Config
from nixdrift.evaluation import Position
from nixdrift.history import History, Past
from nixdrift.judgement import ComponentJudgement, PathJudgement, Verdict
from nixdrift.model import Derivation, StorePath, name_of, source_name
from nixdrift.naming import root_names
from nixdrift.rules.locks import history_of
from nixdrift.rules.rule import is_missed
from nixdrift.sources.local import Evidence as SourceEvidence
from nixdrift.sources.proof import FLAKE_SOURCE
from nixdrift.tree import Tree, ancestors, is_below, join

_MOST_NEAR = 8
"""How many paths are asked about for one input source."""

_MOST_SOURCES = 16
"""How many input sources of a component are asked about."""


@dataclass(frozen=True)
class OldSource:
    """An input source of a derivation that is of an earlier commit, or of one of a checkout beside."""

    side: Side
    derivation: StorePath
    source: StorePath
    past: Past

    @cached_property
    def uses(self) -> tuple[str, ...]:
        """The repository paths that the derivation names in the source; all of it, if it names no part."""
        derivation = self.side.graph.derivations[self.derivation]
        inside = _mentions(derivation, f"{self.side.evaluation.store_dir}/{self.source}")
        # One that is named as a whole may be used as a whole.
        return tuple(sorted({join(self.past.path, path) for path in inside})) if all(inside) else (self.past.path,)

    @cached_property
    def own_paths(self) -> tuple[str, ...]:
        """Of what it uses, the directories that bear the derivation's name, if there are any; else all."""
        if self.past.beside is not None or self.uses != ("",):
            return self.uses
        return own_directories(self.side, self.derivation) or self.uses

    def differing(self, paths: Iterable[str], config: Config) -> tuple[str, ...]:
        """Give the files below some paths that the revision has otherwise: none of those that do not matter."""
        now = self.side.tree
        if now is None or self.past.beside is not None:
            return ()
        found = {file for path in paths for file in differing_files(self.past.tree, now, path)}
        return tuple(sorted(file for file in found if not is_unimportant(file, config)))

    @property
    def pinned_at(self) -> Position | None:
        """Where it is written what holds it: the hash, the commit, else the attribute that it is."""
        return self.past.pinned or self.past.named or self._attribute

    @property
    def _attribute(self) -> Position | None:
        places = self.side.evaluation.positions.get(self.derivation, {})
        env = self.side.graph.derivations[self.derivation].env
        return next((places[name] for name in sorted(places) if self.source in env.get(name, "")), None)

    @property
    def is_whole(self) -> bool:
        """Whether it is a whole tree under the name that Nix gives to what it fetches."""
        return not self.past.path and name_of(self.source) == FLAKE_SOURCE


def is_unimportant(path: str, config: Config) -> bool:
    """Tell whether a path is of a kind that need not reach an output."""
    return is_expression(path) or config.housekeeping.match(path) or config.ignore.match(path)


def _mentions(derivation: Derivation, source: str) -> tuple[str, ...]:
    """Give the paths in a source that a derivation names; ``""`` for the source itself, and where it names none."""
    texts = (*derivation.env.values(), *derivation.args, derivation.builder, derivation.structured_attrs or "")
    pattern = re.compile(rf"{re.escape(source)}(?![0-9A-Za-z+\-._?=])((?:/[^\s/\"':;,()\[\]{{}}<>|&$]+)*)")
    return tuple(sorted({found[1].lstrip("/") for text in texts for found in pattern.finditer(text)})) or ("",)


def differing_files(before: Tree, after: Tree, path: str) -> Iterator[str]:
    """Give the files at or below a path that two trees have otherwise."""
    if before.entries.get(path) != after.entries.get(path):
        files = {*before.files_below(path), *after.files_below(path)}
        yield from (file for file in files if before.entries.get(file) != after.entries.get(file))


def own_directories(side: Side, derivation: StorePath) -> tuple[str, ...]:
    """Give the directories that are named like a derivation, or like the root that it is, sorted."""
    name = side.graph.derivations[derivation].name
    roots = [root.name for root in side.evaluation.roots if root.drv_path == derivation]
    names = {one for root in [*roots, name] for one in root_names(root, name)}
    return tuple(sorted(path for name in names for path in side.directories_by_name.get(name, ())))


def old_sources(side: Side, evidence: Evidence, derivation: StorePath) -> Iterator[OldSource]:
    """Give the input sources of a derivation that are of an earlier commit."""
    history = history_of(side, evidence)
    if history is None or side.tree is None:
        return
    own = own_directories(side, derivation)
    for source in side.graph.derivations[derivation].input_sources:
        found = _look_up(side, history, source, own)
        if found is not None:
            yield OldSource(side, derivation, source, found)


def old_source_of(comparison: Comparison, judged: ComponentJudgement, path: PathJudgement) -> OldSource | None:
    """Give the input source of a component in which a changed path is as it was at an earlier commit."""
    side, component = comparison.after, judged.component.after
    history = history_of(side, comparison.evidence)
    changed = path.change.path
    if history is None or component is None or not (is_missed(path) or path.verdict is Verdict.UNPROVEN):
        return None
    for source in _candidates(comparison, component, changed):
        past = _look_up(side, history, source, [changed, *ancestors(changed)])
        if past is not None and past.beside is None and _is_behind(past, side, changed):
            takers = set(side.graph.direct_referrers(source)) & side.graph.closure([component])
            return OldSource(side, component if component in takers else min(takers), source, past)
    return None


def _is_behind(past: Past, side: Side, path: str) -> bool:
    now = side.tree.entries.get(path) if side.tree else None
    return is_below(path, past.path) and past.tree.entries.get(path) != now


def _candidates(comparison: Comparison, component: StorePath, path: str) -> list[StorePath]:
    """Give the input sources in a component's closure that may hold an earlier content of a path, its own first."""
    side, graph = comparison.after, comparison.after.graph
    own = graph.derivations[component].input_sources
    holders = {source.path for one in (comparison.before, side) for source in one.holders(path)}
    names = {above.rpartition("/")[2] for above in (path, *ancestors(path))} | {FLAKE_SOURCE}
    named = {source for name in names for source in graph.input_sources_by_name.get(name, ())}
    inside = (one for one in sorted((holders | named) - {*own}) if component in graph.referrers([one]))
    return [*own, *inside][:_MOST_SOURCES]


def _look_up(side: Side, history: History, source: StorePath, paths: Iterable[str]) -> Past | None:
    known = side.sources.get(source)
    if known is not None and known.evidence is SourceEvidence.STORE_PATH:
        return None
    named = side.tree.paths_by_name.get(source_name(source), ()) if side.tree else ()
    near = dict.fromkeys([*(known.origins if known else ()), *named, *paths])
    return history.find(source, [path for path in near if path][:_MOST_NEAR])
