"""What nixdrift reads and recomputes, beside what Nix has."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields

from nixdrift.derivation.decoding import decode
from nixdrift.derivation.dumps import read_dump
from nixdrift.derivation.reader import context_of, read_checked
from nixdrift.derivation.split import split
from nixdrift.derivation.stored import Texts
from nixdrift.derivation.twins import read_twins
from nixdrift.errors import NixdriftError
from nixdrift.links import Linked, Links, links_of
from nixdrift.model import Derivation, Dump, StorePath, output_path
from nixdrift.store.aterm import write_derivation
from nixdrift.store.nar import Node, Regular, nar_digest
from nixdrift.store.outputs import drv_path, output_paths

from .evaluated import Evaluated


@dataclass(frozen=True, slots=True)
class Compared:
    """How much was compared."""

    derivations: int = 0
    records: int = 0
    """Derivations that were read from JSON as well."""
    derivation_paths: int = 0
    output_paths: int = 0
    """Those of outputs that have one before they are built."""
    sources: int = 0
    """Store paths of sources."""
    archives: int = 0
    """NAR hashes, of sources and of the files of derivations."""

    def __add__(self, other: "Compared") -> "Compared":
        return Compared(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(Compared)))


def compare(found: Evaluated, expected: Mapping[StorePath, Node], store_dir: str) -> tuple[Compared, list[str]]:
    """Compare all that one release made of a project: how much that was, and each disagreement in words."""
    try:
        texts = Texts()
        for path, text in found.texts.items():
            texts.learn(path, text, store_dir)
        stored = texts.of(found.texts)
        derivations = dict(stored)
        faults = [
            *_read_faults(found, derivations),
            *_text_faults(found, derivations, store_dir),
            *_path_faults(derivations, store_dir),
            *_source_faults(found, expected),
        ]
        if _plain(stored.links) != _plain(links_of(derivations)):
            faults.append("what derivations take differs when it is read alone")
    except NixdriftError as error:
        return Compared(), [f"refused: {error}"]
    outputs = [output_path(output) for one in derivations.values() for output in one.outputs.values()]
    records = 0 if found.dump is None else len(derivations)
    known = sum(path is not None for path in outputs)
    return Compared(len(derivations), records, len(derivations), known, len(expected), len(found.held)), faults


def _read_faults(found: Evaluated, derivations: Mapping[StorePath, Derivation]) -> Iterator[str]:
    """Hold the JSON against the store's own files."""
    if found.dump is None:
        return
    dump = read_dump(found.dump, source="JSON")
    twin, _ = read_twins(("JSON", found.dump), ("JSON", found.dump))
    heads = twin.derivations
    for path in sorted({*derivations, *dump.derivations}):
        expected = derivations.get(path)
        if dump.derivations.get(path) != expected:
            yield f"{path}: {dump.derivations.get(path)} in the JSON, {expected} in the store"
        if path in heads and heads[path] != expected:
            yield f"{path} differs when it is read with another dump"
        if expected is not None and isinstance(heads, Linked) and heads.outputs(path) != expected.outputs:
            yield f"{path}: its outputs differ when they are read alone"
    for path, derivation in _read_slowly(found.dump):
        if derivation != derivations.get(path):
            yield f"{path} differs when its record is read by the reader that takes anything: {derivation}"
    if _plain(links_of(heads)) != _plain(links_of(derivations)):
        yield "what the records of the JSON take differs when it is read alone"


def _read_slowly(dump: bytes) -> Iterator[tuple[StorePath, Derivation]]:
    """Read each record with the reader of whatever is out of the ordinary, which must agree about the rest."""
    records = split(dump)
    if records is None:
        return
    context = context_of(records.shape, records.store_dir)
    for key, record in records.records.items():
        derivation = read_checked(key, decode(bytes(record), source=key), context, records.shape)
        yield derivation.drv_path, derivation


def _plain(links: Links) -> tuple[object, ...]:
    """Give what derivations take in one kind of collection, for they are compared."""
    hashes = {path: tuple(found) for path, found in links.hashes.items()}
    return dict(links.derivations), dict(links.sources), links.systems, hashes


def _text_faults(found: Evaluated, derivations: Mapping[StorePath, Derivation], store_dir: str) -> Iterator[str]:
    """Write every derivation anew, and hold it against the store's file and what the store knows of it."""
    for path, derivation in derivations.items():
        text = write_derivation(derivation, store_dir)
        if text != found.texts[path]:
            yield f"{path} is written as {text!r}, and is {found.texts[path]!r}"
        if found.held[path].references != {*derivation.input_sources, *derivation.input_derivations}:
            yield f"{path} takes other things than the store says: {sorted(found.held[path].references)}"


def _path_faults(derivations: Mapping[StorePath, Derivation], store_dir: str) -> Iterator[str]:
    """Compute the path of every derivation and output."""
    computed = output_paths(Dump(store_dir, derivations))
    for path, derivation in derivations.items():
        promised = {name: output_path(output) for name, output in derivation.outputs.items()}
        if computed[path] != promised:
            yield f"{path} promises {promised}; computed: {computed[path]}"
        if drv_path(derivation, store_dir) != path:
            yield f"{path} is computed as {drv_path(derivation, store_dir)}"


def _source_faults(found: Evaluated, expected: Mapping[StorePath, Node]) -> Iterator[str]:
    """Hold what is in the store against what is to be there, and the hash of every archive."""
    known: dict[StorePath, Node] = {**expected, **{path: Regular(text) for path, text in found.texts.items()}}
    for path in sorted({*known, *found.held}):
        if path not in found.held:
            yield f"{path} is computed, and not in the store"
        elif path not in known:
            yield f"{path} is in the store, and not computed"
        elif nar_digest(known[path]).hex() != found.held[path].nar_digest:
            yield f"{path} has another archive: {found.held[path].nar_digest}"
