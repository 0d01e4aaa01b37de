"""Dumps, two of them together, and the store's own texts."""

from random import Random

from nixdrift.derivation.aterm import Known, read_derivation, read_outputs
from nixdrift.derivation.decoding import decode
from nixdrift.derivation.dumps import read_dump
from nixdrift.derivation.reader import read_checked, reader_of
from nixdrift.derivation.split import split
from nixdrift.derivation.stored import Texts
from nixdrift.derivation.twins import read_twins
from nixdrift.derivation.typed import read_usual
from nixdrift.graph import build_graph
from nixdrift.links import Links, links_of, outputs_of
from nixdrift.model import Dump, StorePath
from nixdrift.store.aterm import write_derivation
from tests.fuzzing.json_mutation import mutate
from tests.fuzzing.seeds import TWINS

_PATH = StorePath("00000000000000000000000000000000-fuzzed.drv")
_STORE_DIR = "/nix/store"


def read_a_dump(data: bytes) -> None:
    dump = read_dump(data, source="a dump")
    _hold_to_the_slow_reader(data)
    use(dump)


def use(dump: Dump) -> None:
    for path, derivation in dump.derivations.items():
        assert outputs_of(dump.derivations, path) == derivation.outputs
        write_derivation(derivation, dump.store_dir)
    build_graph(dump.derivations, source="a dump").closure(dump.derivations)


def _hold_to_the_slow_reader(data: bytes) -> None:
    """What is read in the usual way, the reader that takes anything reads just the same."""
    found = split(data)
    if found is None:
        return
    reader = reader_of(found, "a dump")
    for path, record in reader.records.items():
        usual = read_usual(path, record, reader.context, reader.shape)
        if usual is not None:
            key = f"{reader.context.paths.prefix}{path}"
            assert read_checked(key, decode(bytes(record), source=key), reader.context, reader.shape) == usual


def read_two_dumps(data: bytes) -> None:
    base, _separator, head = data.partition(TWINS)
    before, after = read_twins(("base", base), ("head", head))
    for dump in (before, after):
        _hold_to_the_links(links_of(dump.derivations), dump)
        use(dump)
    assert dict(before.derivations) == dict(read_dump(base, source="base").derivations)
    assert dict(after.derivations) == dict(read_dump(head, source="head").derivations)


def _hold_to_the_links(links: Links, dump: Dump) -> None:
    """What was read of all derivations first is what the whole of each says."""
    read = links_of(dict(dump.derivations))
    assert {path: set(taken) for path, taken in links.derivations.items()} == {
        path: set(taken) for path, taken in read.derivations.items()
    }
    assert (links.sources, links.systems, {*links.hashes}) == (read.sources, read.systems, {*read.hashes})


def damage_one_twin(data: bytes, random: Random) -> bytes:
    base, _separator, head = data.partition(TWINS)
    if random.random() < 0.5:
        return mutate(base, random) + TWINS + head
    changed = mutate(base, random)
    return changed + TWINS + (changed if random.random() < 0.5 else head)


def read_a_text(data: bytes) -> None:
    texts = Texts()
    head = texts.learn(_PATH, data, _STORE_DIR)
    stored = texts.of([_PATH])
    derivation = read_derivation(data, _PATH, Known(_STORE_DIR))
    assert read_outputs(data, _PATH, Known(_STORE_DIR)) == derivation.outputs
    assert stored[_PATH] == derivation
    assert (set(head.derivations), set(head.sources)) == (
        {*derivation.input_derivations},
        {*derivation.input_sources},
    )
    assert head.system == derivation.system
    written = write_derivation(derivation, _STORE_DIR)
    assert read_derivation(written, _PATH, Known(_STORE_DIR)) == derivation
