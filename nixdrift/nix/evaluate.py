"""Evaluate one revision: from a flake's URL or an expression file to its roots and their closures."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import orjson

from nixdrift.derivation.stored import Texts
from nixdrift.errors import EvaluationError
from nixdrift.evaluation import Evaluation, FailedAttribute, Position, Root
from nixdrift.model import StorePath
from nixdrift.nix.attributes import flake_candidates, format_attribute_path, is_at_or_below, usual_flake_starts
from nixdrift.nix.closures import closures
from nixdrift.nix.program import Nix
from nixdrift.nix.restriction import Restriction, restriction_to
from nixdrift.nix.walk import AttributePath, Found, Start, Walk, nix_string

HOW_TO_TRACE = "Nix says more with --show-trace: nix eval .#ATTRIBUTE, or nix-instantiate FILE -A ATTRIBUTE"


@dataclass(frozen=True, slots=True)
class FlakeSource:
    """A flake, locked to one revision by its URL."""

    url: str


@dataclass(frozen=True, slots=True)
class FileSource:
    """An expression file, checked out, and the arguments for the function in it."""

    top: Path
    """The directory of the checkout."""
    file: Path
    arguments: Mapping[str, str]
    """Argument name → Nix expression."""


@dataclass(frozen=True, slots=True)
class Evaluated:
    """An evaluation, and the attributes asked for that do not exist in this revision."""

    evaluation: Evaluation
    missing: tuple[str, ...]
    tree: str | None = None
    """The store path of a flake's own tree, where Nix told it."""


def evaluate(
    nix: Nix,
    source: FlakeSource | FileSource,
    attributes: Sequence[AttributePath],
    known: Texts,
    *,
    whole: bool = False,
) -> Evaluated:
    """Evaluate the attributes asked for, or the usual ones, and read the closures of what they are.

    Raises `EvaluationError` where nothing evaluates; with ``whole``, where Nix stops at anything.
    """
    walk = _flake_walk(nix, source) if isinstance(source, FlakeSource) else _file_walk(nix, source)
    found = _in_flake(walk, nix, attributes) if walk.is_flake else _in_file(walk, attributes, whole=whole)
    roots = tuple(sorted((_root(one, source) for one in found if one.drv_path), key=lambda root: root.name))
    failures = [one for one in found if one.kind == "failed" or _is_stray_function(one, attributes)]
    failed = tuple(_failure(one, source) for one in failures)
    for one, failure in zip(failures, failed, strict=True):
        if not one.path:
            raise EvaluationError(f"{failure.name} does not evaluate: {failure.message}", hint=HOW_TO_TRACE)
    if failed and not roots:
        raise EvaluationError(f"nothing evaluates; {failed[0].name}: {failed[0].message}", hint=HOW_TO_TRACE)
    derivations = closures(nix, (root.drv_path for root in roots), known)
    evaluation = Evaluation(
        nix.store_dir, roots, derivations, failed, nix.version, nix.system, positions=_positions(found)
    )
    missing = [format_attribute_path(one.path) for one in found if one.kind == "missing" and attributes]
    return Evaluated(evaluation, tuple(missing), next(iter(walk.trees), None))


def attributes_beside(
    nix: Nix, source: FlakeSource | FileSource, attributes: Sequence[AttributePath]
) -> tuple[str, ...]:
    """List what could have been asked for in place of some attributes, as far as that costs no evaluation of it."""
    if isinstance(source, FlakeSource):
        starts = usual_flake_starts(nix.settings.system or nix.system)
        places = {start.path[: start.path.index("*")] if "*" in start.path else start.path for start in starts}
        walk = _flake_walk(nix, source)
    else:
        places = {path[:end] for path in attributes for end in range(len(path)) if "*" not in path[:end]}
        walk = _file_walk(nix, source)
    return tuple(sorted(format_attribute_path(path) for path in walk.names(sorted(places))))


def _is_stray_function(one: Found, attributes: Sequence[AttributePath]) -> bool:
    """Tell whether there is a function where a derivation was asked for; in a set, it is something to build with."""
    return one.kind == "function" and (not one.path or any(_ends_with(one.path, path) for path in attributes))


def own_source(nix: Nix, flake: FlakeSource) -> str | None:
    """Give the store path of a flake's own tree, or None where the flake cannot be read."""
    text = f"(builtins.getFlake {nix_string(flake.url)}).sourceInfo.outPath"
    purity = () if nix.settings.impure else ("--option", "pure-eval", "true")
    finished = nix.call("nix-instantiate", "--eval", "--json", *purity, "-", stdin=text.encode())
    try:
        path = orjson.loads(finished.stdout)
    except orjson.JSONDecodeError:
        return None
    return path if isinstance(path, str) else None


def _in_flake(walk: Walk, nix: Nix, attributes: Sequence[AttributePath]) -> list[Found]:
    system = nix.settings.system or nix.system
    if not attributes:
        return walk.find(usual_flake_starts(system))
    candidates = [flake_candidates(path, system) for path in attributes]
    found = walk.find([start for group in candidates for start in group])
    return [one for group in candidates for one in _first_that_exists(group, found)]


def _flake_walk(nix: Nix, source: FlakeSource) -> Walk:
    flake = f"builtins.getFlake {nix_string(source.url)}"
    return Walk(nix, flake, not nix.settings.impure, nix.directory, is_flake=True)


def _first_that_exists(group: Sequence[Start], found: Sequence[Found]) -> list[Found]:
    for start in group:
        below = [one for one in found if is_at_or_below(one.path, start.path) and one.kind != "missing"]
        if below:
            return below
    return [Found(group[-1].path, "missing")]


def _ends_with(path: AttributePath, pattern: AttributePath) -> bool:
    return is_at_or_below(path[-len(pattern) :], pattern)


def _in_file(walk: Walk, attributes: Sequence[AttributePath], *, whole: bool) -> list[Found]:
    return walk.find([Start(path) for path in attributes] or [Start(())], whole=whole)


def _file_walk(nix: Nix, source: FileSource) -> Walk:
    restriction = restriction_to(nix, source.top) if nix.settings.restrict else Restriction()
    return Walk(nix, _called(source), pure=False, directory=source.file.parent, restriction=restriction)


def _called(source: FileSource) -> str:
    """Write the expression that imports a file and calls the function in it, as ``nix-build`` does.

    Source: https://nix.dev/manual/nix/latest/command-ref/nix-build#description
    """
    given = " ".join(f"{nix_string(name)} = ({text});" for name, text in source.arguments.items())
    return (
        f"(let file = import (/. + {nix_string(str(source.file))}); given = {{ {given} }}; "
        "formals = builtins.functionArgs file; in if !(builtins.isFunction file) then file "
        "else file (if formals == { } then given else builtins.intersectAttrs formals given))"
    )


def _root(one: Found, source: FlakeSource | FileSource) -> Root:
    return Root(_name(one, source), _base_name(str(one.drv_path)), Position(*one.position) if one.position else None)


def _positions(found: Iterable[Found]) -> Mapping[StorePath, Mapping[str, Position]]:
    """Give the places of every derivation; what is a root and an attribute of another is known by both."""
    positions: dict[StorePath, dict[str, Position]] = {}
    for one in found:
        for path, places in one.places:
            known = {attribute: Position(*place) for attribute, place in places.items()}
            positions.setdefault(_base_name(path), {}).update(known)
    return positions


def _base_name(path: str) -> StorePath:
    return StorePath(path.rpartition("/")[2])


def _failure(one: Found, source: FlakeSource | FileSource) -> FailedAttribute:
    message = one.message or "a function that takes more than --arg and --argstr give it"
    return FailedAttribute(_name(one, source), message)


def _name(one: Found, source: FlakeSource | FileSource) -> str:
    if one.path:
        return format_attribute_path(one.path)
    return source.file.name if isinstance(source, FileSource) else "the flake"
