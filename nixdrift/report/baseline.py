"""Findings that are known: a file of them, by which only new ones fail, and until when each counts."""

import difflib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import orjson

from nixdrift.changes import shown
from nixdrift.errors import InvalidInputError
from nixdrift.judgement import Finding
from nixdrift.report.escapes import clean

VERSION = 1

AUDIT, CHECK = "audit", "check"
"""Who finds something: an audit finds it for as long as it is there, a check only where it changes."""

_HOW_TO_WRITE = "write it anew: nixdrift baseline"
_TEXTS = ("fingerprint", "rule", "message", "command")
_KEYS = (*_TEXTS, "component", "paths", "expires")


@dataclass(frozen=True, slots=True)
class KnownFinding:
    """A finding that is known, as the file has it."""

    fingerprint: str
    rule: str
    component: str | None
    paths: tuple[str, ...]
    """As reports write them: unusual ones are quoted."""
    message: str
    command: str
    """Which command found it: ``check`` or ``audit``."""
    expires: date | None = None
    """The last day on which it is taken for known; None: there is none."""


@dataclass(frozen=True, slots=True)
class Settled:
    """What the known findings say of those that a command found."""

    known: Mapping[str, KnownFinding]
    """Fingerprint → the entry."""
    expired: Mapping[str, KnownFinding]
    """Found once more, but known no longer."""
    gone: tuple[KnownFinding, ...] | None
    """Found no more; None where that cannot be told."""


def known_finding(finding: Finding, command: str) -> KnownFinding:
    """Give a finding as an entry that does not expire."""
    paths = tuple(shown(path) for path in finding.paths)
    component = None if finding.component is None else clean(finding.component)
    return KnownFinding(finding.fingerprint, finding.rule, component, paths, clean(finding.message), command)


def settle(
    findings: Iterable[Finding], baseline: Sequence[KnownFinding], today: date, *, is_whole_audit: bool
) -> Settled:
    """Compare findings with the known ones.

    What an audit of a whole revision does not find any more is gone. A check finds only what changes: that it does
    not find something says nothing.
    """
    found = {one.fingerprint for one in findings}
    entries = {one.fingerprint: one for one in baseline}
    current = {mark: one for mark, one in entries.items() if mark in found}
    late = {mark: one for mark, one in current.items() if one.expires is not None and one.expires < today}
    absent = tuple(one for mark, one in entries.items() if mark not in found and one.command == AUDIT)
    known = {mark: one for mark, one in current.items() if mark not in late}
    return Settled(known, late, absent if is_whole_audit else None)


def new_findings(findings: Sequence[Finding], settled: Settled | None) -> tuple[Finding, ...]:
    """Give the findings that are not known."""
    return tuple(one for one in findings if settled is None or one.fingerprint not in settled.known)


def renewed(found: Iterable[KnownFinding], before: Iterable[KnownFinding], expires: date | None) -> list[KnownFinding]:
    """Give the entries of a new file: what was known before keeps its day, and what is new gets the one given."""
    days = {one.fingerprint: one.expires for one in before}
    # Later ones win: an audit's entry can be seen to be gone.
    latest = {one.fingerprint: one for one in found}
    return [replace(one, expires=days.get(mark, expires)) for mark, one in latest.items()]


def write_baseline(entries: Iterable[KnownFinding]) -> bytes:
    """Write known findings, sorted: the same ones give the same bytes."""
    document = {"version": VERSION, "findings": [entry_document(one) for one in in_file_order(entries)]}
    return orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def in_file_order(entries: Iterable[KnownFinding]) -> list[KnownFinding]:
    """Sort entries as the file has them."""
    return sorted(entries, key=lambda one: (one.rule, one.component or "", one.paths, one.fingerprint))


def entry_document(one: KnownFinding) -> dict[str, Any]:
    """Give an entry as JSON values; whoever wrote the file may have written anything in it."""
    return {
        "fingerprint": clean(one.fingerprint),
        "rule": clean(one.rule),
        "component": None if one.component is None else clean(one.component),
        "paths": [clean(path) for path in one.paths],
        "message": clean(one.message),
        "command": one.command,
        "expires": None if one.expires is None else one.expires.isoformat(),
    }


def parse_baseline(content: bytes, *, source: str) -> tuple[KnownFinding, ...]:
    """Read known findings.

    Raises `InvalidInputError` for what is none, with what is wrong in it.
    """
    match _json(content, source):
        case {"version": int(version), "findings": list(entries)}:
            if version != VERSION or isinstance(version, bool):
                raise _bad(f"{source} is version {version} of a baseline", "update nixdrift, or " + _HOW_TO_WRITE)
            return tuple(_entry(one, f"{source}, finding {number}") for number, one in enumerate(entries, start=1))
    raise _bad(f"{source} is no baseline")


def read_findings(content: bytes, *, source: str) -> tuple[KnownFinding, ...]:
    """Read the findings of a JSON report of a check or of an audit.

    Raises `InvalidInputError` for what is neither.
    """
    match _json(content, source):
        case {"census": dict(), "findings": list(found), "base": dict()}:
            command = CHECK
        case {"census": dict(), "findings": list(found), "map": list()}:
            command = AUDIT
        case _:
            hint = "give what `nixdrift check --format json` or `nixdrift audit --format json` wrote"
            raise _bad(f"{source} is no report of a check or an audit", hint)
    return tuple(_entries_of(found, command, source))


def _entries_of(found: list[Any], command: str, source: str) -> Iterator[KnownFinding]:
    names = [name for name in _KEYS if name not in {"command", "expires"}]
    for number, one in enumerate(found, start=1):
        where = f"{source}, finding {number}"
        if not isinstance(one, dict):
            raise _bad(f"{where}: not an object")
        yield _entry({**{name: one.get(name) for name in names}, "command": command}, where)


def _json(content: bytes, source: str) -> Any:
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise _bad(f"{source} is not JSON: {error}") from error


def _entry(value: Any, where: str) -> KnownFinding:
    if not isinstance(value, dict):
        raise _bad(f"{where}: not an object")
    for key in value:
        if key not in _KEYS:
            meant = difflib.get_close_matches(key, _KEYS, n=1)
            hint = f"did you mean {meant[0]}?" if meant else f"the keys here are {', '.join(_KEYS)}"
            raise _bad(f"{where}: unknown key {key:.80}", hint)
    for name in _TEXTS:
        if not isinstance(value.get(name), str):
            raise _bad(f"{where}: {name} is not a text")
    component, paths = value.get("component"), value.get("paths")
    if component is not None and not isinstance(component, str):
        raise _bad(f"{where}: component is not a text")
    if not isinstance(paths, list) or not all(isinstance(path, str) for path in paths):
        raise _bad(f"{where}: paths is not a list of texts")
    fingerprint, rule, message, command = (value[name] for name in _TEXTS)
    return KnownFinding(fingerprint, rule, component, tuple(paths), message, command, _day(value, where))


def _day(value: dict[str, Any], where: str) -> date | None:
    text = value.get("expires")
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except (TypeError, ValueError) as error:
        # What is nested deeply cannot even be shown.
        said = "no text" if isinstance(text, list | dict) else f"no date: {text!r:.80}"
        raise _bad(f"{where}: expires is {said}", "write it as 2030-12-31") from error


def _bad(message: str, hint: str = _HOW_TO_WRITE) -> InvalidInputError:
    return InvalidInputError(message, hint=hint)
