"""Evaluations from dumps: files that ``nix derivation show`` wrote, and the roots in them."""

import difflib
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from nixdrift.derivation.decoding import HOW_TO_DUMP
from nixdrift.derivation.dumps import merge_dumps, read_dump
from nixdrift.derivation.twins import read_twins
from nixdrift.errors import IncompleteGraphError, InvalidInputError, UsageError
from nixdrift.evaluation import Evaluation, Root
from nixdrift.links import links_of, unreferred
from nixdrift.model import Derivation, Dump, StorePath, derivation_name
from nixdrift.naming import without_version

STDIN = "-"


def read_input(path: str) -> bytes:
    """Read a file, or standard input for ``-``.

    Raises `InvalidInputError` where it cannot be read.
    """
    try:
        return sys.stdin.buffer.read() if path == STDIN else Path(path).read_bytes()
    except OSError as error:
        raise InvalidInputError(
            f"cannot read {path}: {error.strerror}", hint="name a file that you may read, or - for standard input"
        ) from error


def read_graph(files: Mapping[str, bytes], roots: Sequence[str]) -> Evaluation:
    """Read the dumps of one revision, given with their names.

    Without ``roots``, the derivations that nobody refers to are the roots.
    """
    with _saying_how_to_dump():
        dump = merge_dumps([read_dump(data, source=named(file)) for file, data in files.items()])
    return _evaluation(dump, files, roots)


def read_both_graphs(
    base: Mapping[str, bytes], head: Mapping[str, bytes], roots: Sequence[str]
) -> tuple[Evaluation, Evaluation]:
    """Read the dumps of two revisions; of what both have no more is read than is asked for."""
    if len(base) > 1 or len(head) > 1:
        return read_graph(base, roots), read_graph(head, roots)
    one, other = (next((named(file), data) for file, data in files.items()) for files in (base, head))
    with _saying_how_to_dump():
        before, after = read_twins(one, other)
    return _evaluation(before, base, roots), _evaluation(after, head, roots)


@contextmanager
def _saying_how_to_dump() -> Iterator[None]:
    try:
        yield
    except InvalidInputError as error:
        raise type(error)(error.message, hint=error.hint or HOW_TO_DUMP) from error


def _evaluation(dump: Dump, files: Mapping[str, bytes], roots: Sequence[str]) -> Evaluation:
    if not dump.derivations:
        raise InvalidInputError(f"{named(next(iter(files)))}: no derivations in it", hint=HOW_TO_DUMP)
    found = _chosen(dump, roots) if roots else _unreferred(dump.derivations)
    return Evaluation(dump.store_dir, tuple(found), dump.derivations)


def named(file: str) -> str:
    """Give what messages call an input."""
    return "standard input" if file == STDIN else file


def _unreferred(derivations: Mapping[StorePath, Derivation]) -> Iterable[Root]:
    return (Root(derivation_name(path), path) for path in unreferred(links_of(derivations)))


def _chosen(dump: Dump, roots: Sequence[str]) -> Iterable[Root]:
    for root in roots:
        for path in sorted(dump.derivations):
            if root in _known_as(dump.store_dir, path):
                yield Root(root if not root.startswith("/") else derivation_name(path), path)


def _known_as(store_dir: str, path: StorePath) -> tuple[str, ...]:
    name = derivation_name(path)
    return name, without_version(name), path, f"{store_dir}/{path}"


def check_roots(base: Evaluation, head: Evaluation, roots: Sequence[str]) -> None:
    """Raise `UsageError` for a root that neither side has, with the name that was meant as far as can be guessed."""
    for root in roots:
        known = {one for side in (base, head) for path in side.derivations for one in _known_as(side.store_dir, path)}
        if root not in known:
            raise UsageError(f"neither graph has a derivation named {root!r}", hint=_suggestion(root, known, head))


def _suggestion(root: str, known: Iterable[str], head: Evaluation) -> str:
    meant = difflib.get_close_matches(root, known, n=1)
    if meant:
        return f"did you mean {meant[0]}?"
    names = sorted({one.name for one in _unreferred(head.derivations)})
    return f"head has {', '.join(names[:5])}" + (", …" if len(names) > 5 else "")


def check_one_project(base: Evaluation, head: Evaluation) -> None:
    """Raise `IncompleteGraphError` where two graphs have nothing in common: they are not of one project."""
    if base.derivations.keys() & head.derivations.keys() or _stems(base) & _stems(head):
        return
    raise IncompleteGraphError(
        "base and head graph have neither a derivation nor the name of a root in common",
        hint="are both dumps of the same project? name the roots to compare: --root",
    )


def _stems(evaluation: Evaluation) -> set[str]:
    return {without_version(derivation_name(root.drv_path)) for root in evaluation.roots}
