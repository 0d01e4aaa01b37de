"""One evaluation for all attributes, and the way to the attribute that fails where Nix stops at it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from pathlib import Path

import orjson

from nixdrift.errors import EvaluationError, UnansweredError
from nixdrift.nix.messages import is_no_answer, message_of
from nixdrift.nix.process import Finished
from nixdrift.nix.program import TRY_NIX, Nix
from nixdrift.nix.restriction import Restriction

AttributePath = tuple[str, ...]

Place = tuple[str, int]
"""A file as Nix names it, and a line."""

Places = tuple[tuple[str, Mapping[str, Place]], ...]
"""Derivation path → attribute → where it is written."""

MESSAGES_ASKED_FOR = 20
"""How many failing attributes are evaluated once more, each alone, for what Nix says of them."""


@dataclass(frozen=True, slots=True)
class Start:
    """Where to look, and how many levels of sets are looked into without ``recurseForDerivations``."""

    path: AttributePath
    enter: int = 1


@dataclass(frozen=True, slots=True)
class Found:
    """What lies at one attribute path."""

    path: AttributePath
    kind: str
    """``derivation``, ``failed``, ``missing``, ``set`` or ``recursive`` (not entered), ``function``, ``other``."""
    drv_path: str | None = None
    position: Place | None = None
    names: AttributePath = ()
    message: str | None = None
    places: Places = ()


@dataclass(frozen=True, slots=True)
class Walk:
    """A value to be walked: the Nix expression that gives it, and the Nix that evaluates it."""

    nix: Nix
    root: str
    pure: bool
    directory: Path
    """Where relative paths in the expression start."""
    is_flake: bool = False
    """Whether the value is what ``builtins.getFlake`` gives."""
    restriction: Restriction = field(default_factory=Restriction)
    """What keeps the expression to its own files."""
    trees: set[str] = field(default_factory=set)
    """Gets the store path of a flake's own tree with the first answer: to ask for it alone is a process of its own."""

    def find(self, starts: Sequence[Start], *, whole: bool = False) -> list[Found]:
        """List what lies below some attribute paths; one that Nix cannot get past is reported as failed.

        With ``whole``, raises `EvaluationError` where there is such a one. Raises `UnansweredError` where Nix was
        killed at one, or lacked room: nobody knows then whether it evaluates.
        """
        found = self._whole(starts) if whole else self._isolated(tuple(starts))
        return _with_messages(self, _distinct(found))

    def _whole(self, starts: Sequence[Start]) -> list[Found]:
        finished = self._evaluate(starts)
        _refuse_unanswered(finished, starts[0].path)
        if finished.status != 0:
            raise EvaluationError(message_of(finished.stderr))
        return self._read(finished)

    def names(self, paths: Iterable[AttributePath]) -> list[AttributePath]:
        """List the attributes of some sets; none where Nix stops at one of them."""
        listed = self._evaluate([Start(path) for path in paths], shallow=True)
        found = self._read(listed) if listed.status == 0 else []
        return [(*one.path, name) for one in found for name in one.names if name != "recurseForDerivations"]

    def _isolated(self, starts: tuple[Start, ...]) -> Iterator[Found]:
        """Evaluate all at once; where Nix stops, halve until what it stops at stands alone, then go below it."""
        if not starts:
            return
        finished = self._evaluate(starts)
        if finished.status == 0:
            yield from self._read(finished)
        elif len(starts) > 1:
            middle = len(starts) // 2
            yield from self._isolated(starts[:middle])
            yield from self._isolated(starts[middle:])
        else:
            yield from self._below(starts[0], finished)

    def _below(self, start: Start, failure: Finished) -> Iterator[Found]:
        listed = self._evaluate((start,), shallow=True)
        _refuse_unanswered(listed, start.path)
        found = self._read(listed) if listed.status == 0 else []
        sets = [one for one in found if one.kind == "recursive" or (one.kind == "set" and start.enter > 0)]
        if not any(one.names for one in sets):
            _refuse_unanswered(failure, start.path)
            yield Found(start.path, "failed", message=message_of(failure.stderr))
            return
        yield from (one for one in found if one not in sets)
        inside = (Start((*one.path, name), start.enter - 1) for one in sets for name in one.names)
        yield from self._isolated(tuple(inside))

    def message(self, path: AttributePath) -> str | None:
        """Ask Nix why one attribute fails."""
        finished = self._evaluate((Start(path, enter=0),), guarded=False)
        _refuse_unanswered(finished, path)
        return message_of(finished.stderr) if finished.status != 0 else None

    def _evaluate(self, starts: Sequence[Start], *, guarded: bool = True, shallow: bool = False) -> Finished:
        asked = orjson.dumps([{"path": start.path, "enter": start.enter} for start in starts]).decode()
        tree = "root.sourceInfo.outPath" if self.is_flake else "null"
        text = (
            f"let root = {self.root}; in {{ tree = {tree}; found = ({_walk_expression()}) {{ "
            f"inherit root; starts = builtins.fromJSON {nix_string(asked)}; "
            f"guarded = {_boolean(guarded)}; shallow = {_boolean(shallow)}; }}; }}"
        )
        purity = ("--option", "pure-eval", "true") if self.pure else ()
        return self.nix.call(
            "nix-instantiate",
            *("--eval", "--strict", "--json", "--read-write-mode", *purity, *self.restriction.arguments, "-"),
            stdin=text.encode("utf-8", "surrogateescape"),
            directory=self.directory,
            options=self.restriction.options,
        )

    def _read(self, finished: Finished) -> list[Found]:
        tree, found = _parse(finished.stdout)
        self.trees.update([tree] if tree else [])
        return found


def _refuse_unanswered(finished: Finished, path: AttributePath) -> None:
    if finished.was_killed or (finished.status != 0 and is_no_answer(finished.stderr)):
        what = ".".join(path) or "what there is"
        raise UnansweredError(f"{message_of(finished.stderr)} while it evaluated {what}", hint=_LACK)


_LACK = "is there enough memory and disk? the system ends what takes too much"


def _with_messages(walk: Walk, found: Sequence[Found]) -> list[Found]:
    silent = [one.path for one in found if one.kind == "failed" and one.message is None]
    messages = {path: walk.message(path) for path in silent[:MESSAGES_ASKED_FOR]}
    default = f"fails to evaluate (Nix was asked for the reasons of the first {MESSAGES_ASKED_FOR})"
    return [
        one
        if one.kind != "failed" or one.message
        else Found(one.path, "failed", position=one.position, message=messages.get(one.path) or default)
        for one in found
    ]


def _distinct(found: Iterable[Found]) -> list[Found]:
    return list({one.path: one for one in found}.values())


def _parse(output: bytes) -> tuple[str | None, list[Found]]:
    """Read what Nix answers: the store path of a flake's own tree, and what was found."""
    try:
        answer = orjson.loads(output)
        return answer["tree"], [_found(record) for record in answer["found"]]
    except (orjson.JSONDecodeError, KeyError, TypeError) as error:
        raise UnansweredError(f"Nix gave no list of attributes: {output[:80]!r}", hint=TRY_NIX) from error


def _found(record: dict[str, object]) -> Found:
    match record:
        case {"path": list(path), "kind": str(kind)}:
            drv_path = record.get("drvPath")
            names = record.get("names")
            return Found(
                tuple(str(name) for name in path),
                kind,
                drv_path if isinstance(drv_path, str) else None,
                _place(record.get("position")),
                tuple(str(name) for name in names) if isinstance(names, list) else (),
                places=tuple(_places(record.get("places"))),
            )
    raise TypeError(record)


def _place(value: object) -> Place | None:
    match value:
        case {"file": str(file), "line": int(line)}:
            return file, line
        case _:
            return None


def _places(value: object) -> Iterator[tuple[str, Mapping[str, Place]]]:
    for one in value if isinstance(value, list) else ():
        match one:
            case {"drvPath": str(path), "places": dict(places)}:
                known = {str(name): _place(place) for name, place in places.items()}
                yield path, {name: place for name, place in known.items() if place is not None}


@cache
def _walk_expression() -> str:
    return resources.files("nixdrift.nix").joinpath("walk.nix").read_text(encoding="utf-8")


def _boolean(value: bool) -> str:
    return "true" if value else "false"


def nix_string(text: str) -> str:
    """Write a string literal of the Nix language; nothing in it can end it or be interpolated."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("${", "\\${")
    return '"' + escaped.replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t") + '"'
