"""What a snapshot says beside its derivations, as plain JSON values, and back."""

import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, TypeVar

from nixdrift.changes import EXECUTABLE_MODE, FILE_MODE, SYMLINK_MODE, FileState
from nixdrift.evaluation import Evaluation, FailedAttribute, Position, Root
from nixdrift.links import links_of
from nixdrift.model import Derivation, StorePath
from nixdrift.snapshot.snapshot import LeftOut, Listed, Place, Proven, Question, Snapshot, Source
from nixdrift.sources.contents import Listing
from nixdrift.store.paths import is_store_path

Document = dict[str, Any]
Value = TypeVar("Value")


def _as(kind: type[Value], value: object) -> Value:
    # Not `isinstance`: a bool would do for an int.
    if type(value) is not kind:
        raise TypeError(f"{value!r:.60} is no {kind.__name__}")
    return value


_text = partial(_as, str)
_number = partial(_as, int)

_OBJECT_ID = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_MODES = frozenset({FILE_MODE, EXECUTABLE_MODE, SYMLINK_MODE})


def encode(snapshot: Snapshot) -> Document:
    """Give everything but the derivations."""
    evaluation, question, place = snapshot.evaluation, snapshot.question, snapshot.place
    return {
        "commit": snapshot.commit,
        "tree": snapshot.tree,
        "flake": snapshot.is_flake,
        "nix": evaluation.nix_version,
        "system": evaluation.system,
        "store": evaluation.store_dir,
        "top": evaluation.top,
        "place": {"name": place.name, "digest": place.digest},
        "asked": {
            "directory": question.directory,
            "file": question.file,
            "roots": list(question.roots),
            "arguments": dict(question.arguments),
            "options": [list(option) for option in question.options],
            "impure": question.impure,
            **({"variables": list(question.variables)} if question.variables else {}),
            **({"restricted": True} if question.restricted else {}),
        },
        "roots": [
            {"name": root.name, "derivation": root.drv_path, "position": _position(root.position)}
            for root in evaluation.roots
        ],
        "failed": [{"name": one.name, "message": one.message} for one in evaluation.failed],
        "positions": {
            path: {attribute: _position(place) for attribute, place in places.items()}
            for path, places in evaluation.positions.items()
        },
        "sources": {path: _source(source) for path, source in snapshot.sources.items()},
    }


def _position(position: Position | None) -> list[object] | None:
    return None if position is None else [position.path, position.line]


def _source(source: Source) -> Document:
    match source:
        case Proven(origins):
            return {"origins": list(origins)}
        case Listed(files):
            return {"files": {path: f"{state.mode} {state.object_id}" for path, state in files.items()}}
        case LeftOut(files):
            return {"left_out": files}


def decode(document: Document, derivations: Mapping[StorePath, Derivation]) -> Snapshot:
    """Read what `encode` gave.

    Raises ValueError, KeyError or TypeError where it is something else, or does not fit the derivations.
    """
    evaluation = Evaluation(
        store_dir=_text(document["store"]),
        roots=tuple(_read_root(one) for one in _as(list, document["roots"])),
        derivations=derivations,
        failed=tuple(
            FailedAttribute(_text(one["name"]), _text(one["message"])) for one in _as(list, document["failed"])
        ),
        nix_version=_maybe(_text, document["nix"]),
        system=_maybe(_text, document["system"]),
        positions={
            _store_path(path): {name: _read_position(place) for name, place in _as(dict, places).items()}
            for path, places in _as(dict, document["positions"]).items()
        },
        top=_maybe(_text, document["top"]),
        of_flake=_as(bool, document["flake"]),
    )
    place = document["place"]
    snapshot = Snapshot(
        evaluation,
        _maybe(_object_id, document["commit"]),
        _object_id(document["tree"]),
        _as(bool, document["flake"]),
        _read_question(document["asked"]),
        Place(_maybe(_text, place["name"]), _maybe(_text, place["digest"])),
        {_store_path(path): _read_source(source) for path, source in _as(dict, document["sources"]).items()},
    )
    _check_whole(snapshot)
    return snapshot


def _check_whole(snapshot: Snapshot) -> None:
    """Raise ValueError where something is mentioned and not there."""
    derivations = snapshot.evaluation.derivations
    links = links_of(derivations)
    inputs = set().union(*links.derivations.values())
    for path in sorted({*inputs, *(root.drv_path for root in snapshot.evaluation.roots)} - derivations.keys()):
        raise ValueError(f"{path} is not in it")
    sources = set().union(*links.sources.values())
    for path in sorted(sources ^ snapshot.sources.keys()):
        raise ValueError(f"it does not say what the input source {path} is, or of what")


def _read_root(value: Any) -> Root:
    path = _store_path(value["derivation"])
    return Root(_text(value["name"]), path, _maybe(_read_position, value["position"]))


def _read_position(value: Any) -> Position:
    path, line = _as(list, value)
    return Position(_text(path), _number(line))


def _read_question(value: Any) -> Question:
    return Question(
        _text(value["directory"]),
        _maybe(_text, value["file"]),
        _texts(value["roots"]),
        {name: _text(text) for name, text in _as(dict, value["arguments"]).items()},
        tuple((_text(name), _text(text)) for name, text in _as(list, value["options"])),
        _as(bool, value["impure"]),
        _texts(value.get("variables", [])),
        _as(bool, value.get("restricted", False)),
    )


def _read_source(value: Any) -> Source:
    match value:
        case {"origins": origins}:
            return Proven(tuple(_path_within(path) for path in _texts(origins)))
        case {"files": files}:
            return Listed(_read_listing(_as(dict, files)))
        case {"left_out": files}:
            return LeftOut(_maybe(_number, files))
    raise ValueError(f"{value!r:.60} is no source")


def _read_listing(files: Mapping[str, object]) -> Listing:
    return {_path_within(path): _read_state(_text(state)) for path, state in files.items()}


def _path_within(path: str) -> str:
    if path.startswith("/") or ".." in path.split("/"):
        raise ValueError(f"{path!r:.80} leads out of what it is in")
    return path


def _read_state(text: str) -> FileState:
    mode, _space, object_id = text.partition(" ")
    if mode not in _MODES:
        raise ValueError(f"{mode!r:.20} is no mode of a file")
    return FileState(mode, _object_id(object_id))


def _texts(values: object) -> tuple[str, ...]:
    return tuple(_text(text) for text in _as(list, values))


def _object_id(value: object) -> str:
    text = _text(value)
    if _OBJECT_ID.fullmatch(text) is None:
        raise ValueError(f"{text!r:.80} is no object id")
    return text


def _store_path(value: object) -> StorePath:
    text = _text(value)
    if not is_store_path(text):
        raise ValueError(f"{text!r:.80} is no store path")
    return StorePath(text)


def _maybe(read: Callable[[object], Value], value: object) -> Value | None:
    return None if value is None else read(value)
