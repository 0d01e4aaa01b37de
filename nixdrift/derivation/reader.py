"""Reads the records of a dump, each when it is asked for, and as much of it as is asked for."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from nixdrift.derivation.caches import StorePaths, Uses
from nixdrift.derivation.decoding import decode
from nixdrift.derivation.faults import first_fault
from nixdrift.derivation.records import Context, read_output, read_record
from nixdrift.derivation.shapes import Shape
from nixdrift.derivation.split import Split
from nixdrift.derivation.store_dirs import check_store_dir
from nixdrift.derivation.typed import NOT_USUAL, NestedHead, head_reader, read_outputs, read_usual
from nixdrift.errors import IncompleteGraphError, InvalidInputError
from nixdrift.links import Links, joined, links_of
from nixdrift.model import Derivation, Output, StorePath, derivation_name
from nixdrift.store.hashes import read_hash

_HEX = re.compile("[0-9a-f]*")


@dataclass(frozen=True, slots=True)
class Reader:
    """What reads the records of one dump."""

    shape: Shape
    context: Context
    records: Mapping[StorePath, msgspec.Raw]
    source: str

    def read(self, path: StorePath) -> Derivation:
        """Read all of a derivation."""
        record = self.records[path]
        found = read_usual(path, record, self.context, self.shape)
        if found is not None:
            return found
        key = f"{self.context.paths.prefix}{path}"
        try:
            return read_checked(key, decode(bytes(record), source=key), self.context, self.shape)
        except InvalidInputError as error:
            raise type(error)(f"{self.source}: {error.message}", hint=error.hint) from None

    def links(self, paths: Iterable[StorePath]) -> Links:
        """Read what some derivations take, and little more of them."""
        drv_paths, source_paths, bare = self.context.drv_paths, self.context.paths, self.context.bare
        derivations: dict[StorePath, tuple[StorePath, ...]] = {}
        sources: dict[StorePath, tuple[StorePath, ...]] = {}
        hashes: dict[StorePath, Sequence[str]] = {}
        systems: set[str] = set()
        unusual: dict[StorePath, Derivation] = {}
        read, version = head_reader(self.shape), self.shape.version
        for path in paths:
            try:
                record = read(self.records[path])
                inputs = record.inputs if isinstance(record, NestedHead) else record
                written = [one.hash for one in record.outputs.values() if one.hash is not None]
                if record.version != version or (written and not all(map(_is_digest, written))):
                    unusual[path] = self.read(path)
                    continue
                declared = [one if "-" not in one else read_hash(one)[1] for one in written]
                taken = tuple([drv_paths[one] for one in inputs.drvs])
                systems.add(bare[record.system])
                sources[path] = tuple(sorted([source_paths[one] for one in inputs.srcs])) if inputs.srcs else ()
            except NOT_USUAL:
                # It may be text that is no UTF-8; if it is worse, this says so.
                unusual[path] = self.read(path)
                continue
            derivations[path] = taken
            if declared:
                hashes[path] = declared
        return joined(Links(derivations, sources, frozenset(systems), hashes), links_of(unusual))

    def outputs(self, path: StorePath) -> Mapping[str, Output]:
        """Read what a derivation promises."""
        try:
            name, promises = derivation_name(path), read_outputs(self.records[path]).outputs
            return {output: read_output(output, promise, name, self.context) for output, promise in promises.items()}
        except NOT_USUAL:
            # Whatever it is, the reader of the whole says it.
            return self.read(path).outputs


def _is_digest(written: str) -> bool:
    """Tell whether a hash says by itself what it is, as Nix writes it in these dumps: in hexadecimal, or SRI."""
    return written.startswith("sha256-") or _HEX.fullmatch(written) is not None


def reader_of(dump: Split, source: str, context: Context | None = None) -> Reader:
    """Give what reads the records of a dump: with a context, where another one was read with it.

    Raises `InvalidInputError` where a key of it is no path of a derivation.
    """
    context = context or context_of(dump.shape, dump.store_dir)
    drv_paths = context.drv_paths
    try:
        records = {drv_paths[key]: record for key, record in dump.records.items()}
    except InvalidInputError as error:
        raise type(error)(f"{source}: {error.message}", hint=error.hint) from None
    return Reader(dump.shape, context, records, source)


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
