"""Dumps of derivations: one file → `Dump`, several → one."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from nixdrift.derivation.caches import StorePaths, Uses
from nixdrift.derivation.decoding import collector_off, decode, decode_strictly
from nixdrift.derivation.faults import first_fault
from nixdrift.derivation.records import Context, Record, read_record
from nixdrift.derivation.shapes import Shape, shape_of
from nixdrift.derivation.store_dirs import DEFAULT_STORE_DIR, check_store_dir, find_store_dir
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


def context_of(shape: Shape, store_dir: str) -> Context:
    """Give what the records of a dump are read with."""
    prefix = f"{store_dir}/" if shape.has_full_paths else ""
    return Context(store_dir, StorePaths(prefix), StorePaths(prefix, ".drv"), Uses(), shape.inputs_of)


def read_checked(key: str, record: Any, context: Context, shape: Shape) -> Derivation:
    """Read one record of a dump.

    Raises `InvalidInputError` with what is wrong with it, as `read_dump` does.
    """
    try:
        derivation = read_record(key, record, context)
        if shape.version is not None:
            _check_version(record, shape.version)
            check_store_dir(derivation, context.store_dir)
    except IncompleteGraphError:
        raise
    except InvalidInputError as error:
        raise InvalidInputError(f"{key}: {first_fault(key, record, context, error.message)}") from None
    except RecursionError:
        raise InvalidInputError(f"{key}: is nested too deeply") from None
    except (KeyError, TypeError, AttributeError, ValueError):
        raise InvalidInputError(f"{key}: {first_fault(key, record, context)}") from None
    return derivation


def _check_version(record: Mapping[str, Any], version: int) -> None:
    if record.get("version") != version:
        raise InvalidInputError(f"says version {record.get('version')!r} where version {version} is due")


def _refuse_doubles(data: bytes, shape: Shape, records: Mapping[str, Record], source: str) -> None:
    """Refuse a document with two records under one path, of which decoding silently keeps the last.

    Every record has the shape's marker once as a key, and inside a longer text its quotes would be escaped.
    So where the document has as many markers as decoding kept records, none was dropped. A different number
    may be harmless (a variable of that name), and only then is the slow way worth its time.
    """
    if data.count(shape.marker) != len(records):
        decode_strictly(data, source=source)
