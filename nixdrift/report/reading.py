"""Read a JSON report again: what was evaluated in one job may be shown in another."""

import os
from collections.abc import Iterable, Iterator
from dataclasses import astuple, dataclass, replace
from datetime import date
from typing import TypeVar

import msgspec

from nixdrift.affected_graph import AffectedGraph
from nixdrift.changes import Change, ChangeKind, unquoted
from nixdrift.difference import FieldDifference, InputDifference, OwnDifferences, SourceDifference
from nixdrift.errors import InvalidInputError
from nixdrift.evaluation import FailedAttribute, Position
from nixdrift.judgement import (
    Census,
    Component,
    ComponentJudgement,
    Finding,
    Judgement,
    Moved,
    Ownership,
    OwnershipKind,
    Pairing,
    PathJudgement,
    TraceStep,
    UnclaimedDirectory,
    Verdict,
)
from nixdrift.model import StorePath
from nixdrift.report.baseline import KnownFinding, Settled
from nixdrift.report.report import VERSION, Report, RevisionInfo

Shape = TypeVar("Shape")

_HINT = "give what `nixdrift check --format json` wrote"


@dataclass(frozen=True, slots=True)
class _Tool:
    name: str
    version: str


@dataclass(frozen=True, slots=True)
class _Head:
    """What tells by whom a document was written."""

    version: int
    tool: _Tool


@dataclass(frozen=True, slots=True)
class _Owner:
    evidence: OwnershipKind
    reason: str


@dataclass(frozen=True, slots=True)
class _Path:
    path: str
    change: ChangeKind
    owner: _Owner
    verdict: Verdict
    reason: str
    trace: tuple[TraceStep, ...]
    delivered_by: tuple[str, ...]

    def judgement(self) -> PathJudgement:
        change = Change(_path(self.path), self.change)
        ownership = Ownership(self.owner.evidence, self.owner.reason)
        return PathJudgement(change, ownership, self.verdict, self.reason, self.trace, self.delivered_by)


@dataclass(frozen=True, slots=True)
class _Side:
    derivation: StorePath
    outputs: dict[str, StorePath | None]


@dataclass(frozen=True, slots=True)
class _Component:
    name: str
    aliases: tuple[str, ...]
    is_root: bool
    verdict: Verdict
    reason: str
    pairing: Pairing
    moved: Moved
    moved_by: tuple[str, ...]
    position: Position | None
    before: _Side | None
    after: _Side | None
    changed_paths: tuple[_Path, ...]

    def judgement(self) -> ComponentJudgement:
        before, after = (None if side is None else side.derivation for side in (self.before, self.after))
        component = Component(
            self.name,
            self.pairing,
            before,
            after,
            self.aliases,
            _position(self.position),
            is_root=self.is_root,
        )
        return ComponentJudgement(
            component,
            self.verdict,
            self.reason,
            self.moved,
            tuple(path.judgement() for path in self.changed_paths),
            self.moved_by,
            self.before.outputs if self.before else {},
            self.after.outputs if self.after else {},
        )


@dataclass(frozen=True, slots=True)
class _Failed:
    side: str
    attribute: str
    message: str


@dataclass(frozen=True, slots=True)
class _Finding(Finding):
    known: bool
    known_until: date | None

    def finding(self) -> Finding:
        return replace(self, paths=_paths(self.paths), location=_position(self.location))

    def entry(self) -> KnownFinding:
        return KnownFinding(
            self.fingerprint, self.rule, self.component, self.paths, self.message, "check", self.known_until
        )


@dataclass(frozen=True, slots=True)
class _Baseline:
    known: int
    expired: tuple[KnownFinding, ...]
    gone: tuple[KnownFinding, ...] | None


@dataclass(frozen=True, slots=True)
class _Source:
    name: str
    before: tuple[str, ...] | None
    after: tuple[str, ...] | None
    changed_paths: tuple[str, ...]

    def difference(self) -> SourceDifference:
        before, after = (None if paths is None else _paths(paths) for paths in (self.before, self.after))
        return SourceDifference(self.name, before, after, _paths(self.changed_paths))


@dataclass(frozen=True, slots=True)
class _Difference:
    component: str
    fields: tuple[FieldDifference, ...]
    sources: tuple[_Source, ...]
    inputs: tuple[InputDifference, ...]

    def differences(self) -> OwnDifferences:
        return OwnDifferences(self.fields, tuple(source.difference() for source in self.sources), self.inputs)


@dataclass(frozen=True, slots=True)
class _Document:
    base: RevisionInfo
    head: RevisionInfo
    census: Census
    components: tuple[_Component, ...]
    unclaimed: tuple[UnclaimedDirectory, ...]
    ignored: tuple[str, ...]
    housekeeping: tuple[str, ...]
    expressions: tuple[str, ...]
    failed: tuple[_Failed, ...]
    baseline: _Baseline | None
    findings: tuple[_Finding, ...]
    differences: tuple[_Difference, ...]
    graph: AffectedGraph | None

    def report(self) -> Report:
        """Give the report that was written."""
        return Report(
            self.base,
            self.head,
            self._judgement(),
            tuple(one.finding() for one in self.findings),
            failed_base=self._failed("base"),
            failed_head=self._failed("head"),
            settled=self._settled(),
            differences={one.component: one.differences() for one in self.differences},
            graph=self.graph,
        )

    def _judgement(self) -> Judgement:
        return Judgement(
            tuple(one.judgement() for one in self.components),
            tuple(
                UnclaimedDirectory(_path(one.directory), _paths(one.paths), _paths(one.manifests))
                for one in self.unclaimed
            ),
            ignored=_paths(self.ignored),
            housekeeping=_paths(self.housekeeping),
            expressions=_paths(self.expressions),
            census=self.census,
        )

    def _failed(self, side: str) -> tuple[FailedAttribute, ...]:
        return tuple(FailedAttribute(one.attribute, one.message) for one in self.failed if one.side == side)

    def _settled(self) -> Settled | None:
        if self.baseline is None:
            return None
        known = {one.fingerprint: one.entry() for one in self.findings if one.known}
        return Settled(known, {one.fingerprint: one for one in self.baseline.expired}, self.baseline.gone)


def read_report(content: bytes, *, source: str) -> Report:
    """Read what `render_json` wrote.

    Raises `InvalidInputError` for what is no report, is incomplete, or is of a version that is not known.
    """
    head = _decoded(content, _Head, source)
    if head.tool.name != "nixdrift":
        raise InvalidInputError(f"{source} is no report: {head.tool.name} wrote it", hint=_HINT)
    if head.version != VERSION:
        raise InvalidInputError(
            f"{source} is version {head.version} of a report, and this nixdrift knows version {VERSION}",
            hint=f"nixdrift {head.tool.version} wrote it, and can render it",
        )
    found = _decoded(content, _Document, source)
    _check_graph(found.graph, source)
    _check_numbers(found, source)
    return found.report()


def _decoded(content: bytes, shape: type[Shape], source: str) -> Shape:
    try:
        return msgspec.json.decode(content, type=shape)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InvalidInputError(f"{source} is no report of a check: {error}", hint=_HINT) from error


def _check_graph(graph: AffectedGraph | None, source: str) -> None:
    places = range(len(graph.nodes)) if graph else range(0)
    for edge in graph.edges if graph else ():
        if edge.start not in places or edge.end not in places:
            raise InvalidInputError(f"{source}: an edge of its graph leads to no node", hint=_HINT)


def _check_numbers(found: _Document, source: str) -> None:
    """Refuse numbers that count nothing, of which those beyond 64 bits could not be written again."""
    for number in _numbers(found):
        if not 0 <= number < 1 << 63:
            raise InvalidInputError(f"{source}: a number in it counts nothing", hint=_HINT)


def _numbers(found: _Document) -> Iterator[int]:
    yield from astuple(found.census)
    places = (*(one.position for one in found.components), *(one.location for one in found.findings))
    yield from (place.line for place in places if place is not None)
    if found.baseline is not None:
        yield found.baseline.known
    if found.graph is not None:
        yield found.graph.left_out
        yield from (node.number for node in found.graph.nodes)


def _path(text: str) -> str:
    return os.fsdecode(unquoted(os.fsencode(text)))


def _paths(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(map(_path, texts))


def _position(position: Position | None) -> Position | None:
    return None if position is None else Position(_path(position.path), position.line)
