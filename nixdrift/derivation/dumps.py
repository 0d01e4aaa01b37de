"""Dumps of derivations: one file → `Dump`, several → one."""

from collections.abc import Iterator, Mapping, Sequence

from nixdrift.derivation.decoding import collector_off, decode, decode_strictly
from nixdrift.derivation.reader import context_of, read_checked, reader_of
from nixdrift.derivation.records import Record
from nixdrift.derivation.shapes import Shape, shape_of
from nixdrift.derivation.split import split
from nixdrift.derivation.store_dirs import DEFAULT_STORE_DIR, find_store_dir
from nixdrift.errors import IncompleteGraphError, InvalidInputError
from nixdrift.model import Derivation, Dump, StorePath


def read_dump(data: bytes, *, source: str) -> Dump:
    """Read what ``nix derivation show`` or ``nix show-derivation`` printed, in any of its shapes.

    ``source`` is what error messages call it: a file name. Without derivations, the store directory is
    ``/nix/store``.

    Raises `InvalidInputError` where it is something else, damaged, of an unknown version, or holds a
    derivation twice; `IncompleteGraphError` where its paths are in two store directories.
    """
    with collector_off():
        found = split(data)
        if found is not None:
            reader = reader_of(found, source)
            return Dump(found.store_dir, {path: reader.read(path) for path in reader.records})
        # There is something about it: read slowly, it is told what.
        shape, records = shape_of(decode(data, source=source), source=source)
        _refuse_doubles(data, shape, records, source)
        try:
            store_dir = find_store_dir(shape, records)
            return Dump(store_dir, dict(_read_records(shape, records, store_dir)))
        except InvalidInputError as error:
            raise type(error)(f"{source}: {error.message}", hint=error.hint) from None


def merge_dumps(dumps: Sequence[Dump]) -> Dump:
    """Put dumps together; the same derivation may be in several of them, with the same record.

    Raises `InvalidInputError` where two records of a derivation differ, `IncompleteGraphError` where the
    dumps are of two store directories.
    """
    store_dirs = sorted({dump.store_dir for dump in dumps if dump.derivations})
    if len(store_dirs) > 1:
        raise IncompleteGraphError(
            f"two store directories in one graph: {' and '.join(store_dirs)}",
            hint="compare derivations of one store only",
        )
    merged: dict[StorePath, Derivation] = {}
    for dump in dumps:
        for path, derivation in dump.derivations.items():
            if merged.setdefault(path, derivation) != derivation:
                raise InvalidInputError(f"two dumps disagree about {path}: a derivation has one record")
    return Dump(store_dirs[0] if store_dirs else DEFAULT_STORE_DIR, merged)


def _read_records(
    shape: Shape, records: Mapping[str, Record], store_dir: str
) -> Iterator[tuple[StorePath, Derivation]]:
    context = context_of(shape, store_dir)
    for key, record in records.items():
        derivation = read_checked(key, record, context, shape)
        yield derivation.drv_path, derivation


def _refuse_doubles(data: bytes, shape: Shape, records: Mapping[str, Record], source: str) -> None:
    """Refuse a document with two records under one path, of which decoding silently keeps the last.

    Every record has the shape's marker once as a key, and inside a longer text its quotes would be escaped.
    So where the document has as many markers as decoding kept records, none was dropped. A different number
    may be harmless (a variable of that name), and only then is the slow way worth its time.
    """
    if data.count(shape.marker) != len(records):
        decode_strictly(data, source=source)
