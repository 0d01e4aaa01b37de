"""The closures of evaluated derivations: from the store's own files where they lie here, else by asking Nix."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from nixdrift.derivation.dumps import read_dump
from nixdrift.derivation.stored import Stored, Texts
from nixdrift.errors import IncompleteGraphError, UnansweredError
from nixdrift.model import Derivation, StorePath
from nixdrift.nix.messages import message_of
from nixdrift.nix.program import TRY_NIX, Nix

_ARGUMENT_BYTES = 100_000
"""How much of a command line one call may fill; the system's own limit is at least 128 KiB."""


def closures(nix: Nix, roots: Iterable[StorePath], known: Texts) -> Mapping[StorePath, Derivation]:
    """Give every derivation that the roots are built from, themselves included.

    ``known`` holds what was read before, and gets the new ones: a derivation path is a content address, so what base
    and head share is read once.
    """
    wanted = list(dict.fromkeys(roots))
    if all((nix.physical_store / path).is_file() for path in wanted):
        return closures_in_store(nix.physical_store, nix.store_dir, wanted, known)
    return _from_nix(nix, wanted)


def closures_in_store(
    directory: Path,
    store_dir: str,
    roots: Iterable[StorePath],
    known: Texts,
    *,
    hint: str = "was the store collected during the run? run again",
) -> Stored:
    """Give the same from the files of a store that lies in a directory, without any Nix.

    Raises `IncompleteGraphError` with a hint where a derivation is not there.
    """
    closure: dict[StorePath, None] = {}
    pending = list(roots)
    while pending:
        path = pending.pop()
        if path in closure:
            continue
        head = known.head(path) or known.learn(path, _content(f"{directory}/{path}", hint), store_dir)
        closure[path] = None
        pending += [one for one in head.derivations if one not in closure]
    return known.of(closure)


def _content(file: str, hint: str) -> bytes:
    try:
        with open(file, "rb", buffering=0) as content:  # noqa: PTH123 - one of tens of thousands
            return content.read()
    except OSError as error:
        raise IncompleteGraphError(f"a store derivation is gone: {file} ({error.strerror})", hint=hint) from error


def _from_nix(nix: Nix, roots: Sequence[StorePath]) -> dict[StorePath, Derivation]:
    closure: dict[StorePath, Derivation] = {}
    for chunk in chunks([f"{nix.store_dir}/{root}" for root in roots]):
        closure.update(read_dump(show(nix, chunk), source="nix derivation show").derivations)
    return closure


def show(nix: Nix, paths: Sequence[str]) -> bytes:
    """Give what ``nix derivation show -r`` prints, by the name that this release knows it by."""
    finished = nix.call("nix", "derivation", "show", "-r", *paths)
    if finished.status != 0 and "not a recognised command" in finished.stderr:
        finished = nix.call("nix", "show-derivation", "-r", *paths)
    if finished.status != 0:
        raise UnansweredError(f"Nix cannot show its derivations: {message_of(finished.stderr)}", hint=TRY_NIX)
    return finished.stdout


def chunks(paths: Sequence[str]) -> Iterable[list[str]]:
    """Divide paths so that each part fits on a command line."""
    chunk: list[str] = []
    size = 0
    for path in paths:
        if chunk and size + len(path) > _ARGUMENT_BYTES:
            yield chunk
            chunk, size = [], 0
        chunk.append(path)
        size += len(path) + 1
    if chunk:
        yield chunk
