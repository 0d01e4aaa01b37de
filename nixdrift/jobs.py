"""What ``nix-eval-jobs`` printed: one line of JSON for every attribute that it evaluated, or failed to.

| field        | in       | what it is                                                             |
|--------------|----------|------------------------------------------------------------------------|
| ``attr``     | all      | the attribute path as a text, quoted by other rules in each release    |
| ``attrPath`` | later    | the same in its parts: what counts, where it is there                  |
| ``drvPath``  | all      | the full path of the derivation; not of an attribute that fails        |
| ``system``   | all      | the system that it is built on                                         |
| ``error``    | all      | Nix's message; an aggregate job that lacks a part has ``drvPath`` too  |
| ``fatal``    | newest   | true: nothing was evaluated after this one                             |

All else is left unread: ``name``, ``outputs`` (null where a path is not known), ``inputDrvs``, ``meta``, ``isCached``,
``cacheStatus``, ``neededBuilds``, ``neededSubstitutes``, ``constituents``, ``namedConstituents``,
``globConstituents``, ``requiredSystemFeatures``, ``extraValue``, ``warnings``, ``traces`` and what is yet to come.
Source: https://github.com/NixOS/nix-eval-jobs (``src/response.cc``, ``src/drv.cc``).
"""

import codecs
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial

import orjson

from nixdrift.deployment.store_dirs import OneStore
from nixdrift.derivation.decoding import decode_strictly
from nixdrift.derivation.faults import kind_of
from nixdrift.dumps import named
from nixdrift.errors import IncompleteGraphError, InvalidInputError, UsageError
from nixdrift.model import StorePath
from nixdrift.nix import (
    AttributePath,
    flake_candidates,
    format_attribute_path,
    is_at_or_below,
    parse_attribute_path,
)

HOW_TO_EVALUATE = (
    "write it with `nix-eval-jobs --gc-roots-dir DIR --flake .#packages > FILE`, and see that it ends well"
)
_ONE_LINE_EACH = "an attribute has one line: were two evaluations appended to one file?"

_KEYS = (b'"attr"', b'"attrPath"', b'"drvPath"', b'"error"')


@dataclass(frozen=True, slots=True)
class Job:
    """An attribute that was evaluated: to a derivation, or to an error."""

    path: AttributePath
    """Relative to what was evaluated; empty: that itself."""
    drv_path: StorePath | None = None
    """None: it does not evaluate."""
    error: str = ""
    """What Nix says where it does not."""
    system: str | None = None


@dataclass(frozen=True, slots=True)
class JobList:
    """All that ``nix-eval-jobs`` printed of one revision, in that order."""

    jobs: tuple[Job, ...]
    store_dir: str | None
    """None: nothing evaluates."""

    def below(self, prefix: AttributePath) -> "JobList":
        """Give the same jobs with what was evaluated before each attribute path."""
        return replace(self, jobs=tuple(replace(job, path=(*prefix, *job.path)) for job in self.jobs))

    def select(self, patterns: Iterable[AttributePath]) -> tuple["JobList", tuple[str, ...]]:
        """Give the jobs at or below some attribute paths, and those of the paths at which there are none."""
        wanted = {pattern: self._at(pattern) for pattern in patterns}
        chosen = {job.path for found in wanted.values() for job in found}
        missing = tuple(format_attribute_path(pattern) for pattern, found in wanted.items() if not found)
        return replace(self, jobs=tuple(job for job in self.jobs if job.path in chosen)), missing

    def _at(self, pattern: AttributePath) -> tuple[Job, ...]:
        """Give the jobs at an attribute path: where Nix would look for it in a flake, best first, for any system."""
        systems = sorted({job.system for job in self.jobs if job.system})
        places = [*((one.path,) for one in flake_candidates(pattern, "*")), [(system, *pattern) for system in systems]]
        for alike in places:
            if found := tuple(job for job in self.jobs if any(is_at_or_below(job.path, place) for place in alike)):
                return found
        return ()


def read_jobs(files: Mapping[str, bytes]) -> JobList:
    """Read the lines that ``nix-eval-jobs`` printed of one revision, from files that are given with their names.

    Raises `InvalidInputError` where a file is empty, cut off or something else, where an attribute is there twice, or
    derivations are of two stores; `IncompleteGraphError` where they say themselves that attributes are missing.
    """
    store = OneStore()
    jobs: dict[AttributePath, Job] = {}
    for file, data in files.items():
        for where, line in _lines(data, named(file)):
            job = _job(_record(line, where), store, where)
            if job.path in jobs:
                raise _refusal(where, f"has {shown(job.path)} once more", _ONE_LINE_EACH)
            jobs[job.path] = job
    return JobList(tuple(jobs.values()), store.store_dir)


def shown(path: AttributePath) -> str:
    """Write an attribute path for a message."""
    return format_attribute_path(path) or "the whole expression"


def _refusal(where: str, complaint: str, hint: str = HOW_TO_EVALUATE) -> InvalidInputError:
    return InvalidInputError(f"{where} {complaint}", hint=hint)


def _lines(data: bytes, source: str) -> Iterator[tuple[str, bytes]]:
    """Give the lines that are not blank, each with its place.

    A last line without an end is refused, even where it can be read: nobody knows what was to follow it.
    """
    *whole, rest = data.removeprefix(codecs.BOM_UTF8).split(b"\n")
    lines = [(f"{source}: line {number}", line) for number, line in enumerate(whole, 1) if line.strip()]
    if rest.strip():
        raise _refusal(f"{source} is cut off:", f"its last line, {len(whole) + 1}, has no end")
    if not lines:
        raise _refusal(source, "is empty")
    yield from lines


def _record(line: bytes, where: str) -> Mapping[str, object]:
    try:
        record = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise _refusal(where, f"is no JSON: {error}") from None
    if any(line.count(key) > 1 for key in _KEYS):
        # Of a key that is there twice, orjson keeps the last; within a value, the same word may well be there.
        _refuse_doubles(line, where)
    if not isinstance(record, dict):
        raise _refusal(where, f"holds {kind_of(record)}, not an object")
    return record


def _refuse_doubles(line: bytes, where: str) -> None:
    try:
        decode_strictly(line, source=where)
    except InvalidInputError as error:
        raise InvalidInputError(error.message, hint=HOW_TO_EVALUATE) from error


def _job(record: Mapping[str, object], store: OneStore, where: str) -> Job:
    path = _path(record, where)
    error, drv_path = (_text(record, key, where) for key in ("error", "drvPath"))
    if error is not None:
        if record.get("fatal") is True:
            raise IncompleteGraphError(
                f"{where}: the evaluation was given up at {shown(path)}: {error.strip()}",
                hint="what would have come after it is not there: evaluate once more",
            )
        return Job(path, error=error)
    if drv_path is None:
        raise _refusal(where, f"has neither 'drvPath' nor 'error' for {shown(path)}")
    found = store.read(drv_path, partial(_refusal, where))
    if not found.endswith(".drv"):
        raise _refusal(where, f"has no derivation as 'drvPath' of {shown(path)}: {found}")
    return Job(path, found, system=_text(record, "system", where))


def _text(record: Mapping[str, object], key: str, where: str) -> str | None:
    value = record.get(key)
    if value is not None and not isinstance(value, str):
        raise _refusal(where, f"has {kind_of(value)} as '{key}', not a text")
    return value


def _path(record: Mapping[str, object], where: str) -> AttributePath:
    parts = record.get("attrPath")
    if isinstance(parts, list) and all(isinstance(part, str) for part in parts):
        return tuple(parts)
    if parts is not None:
        raise _refusal(where, "has an 'attrPath' that is no list of texts")
    text = _text(record, "attr", where)
    if text is None:
        raise _refusal(where, "names no attribute: it has neither 'attrPath' nor 'attr'")
    try:
        return parse_attribute_path(text)
    except UsageError:
        raise _refusal(where, f"names no attribute: {text!r:.100}") from None
