"""Arbitrary snapshots, as hypothesis draws them: odd texts and paths, every kind of output, any store directory."""

from collections.abc import Mapping
from dataclasses import replace

from hypothesis import strategies as st

from nixdrift.changes import EXECUTABLE_MODE, FILE_MODE, SYMLINK_MODE, FileState
from nixdrift.evaluation import Evaluation, FailedAttribute, Position, Root
from nixdrift.model import Derivation, StorePath
from nixdrift.snapshot import LeftOut, Listed, Place, Proven, Question, Snapshot
from nixdrift.store.outputs import drv_path
from tests.derivation.strategies import derivations, store_dirs, stray_texts, texts, uses

object_ids = st.binary(min_size=20, max_size=20).map(bytes.hex) | st.binary(min_size=32, max_size=32).map(bytes.hex)
counts = st.integers(0, 10**6)
strange = texts | stray_texts
positions = st.builds(Position, strange, counts)
states = st.builds(FileState, st.sampled_from([FILE_MODE, EXECUTABLE_MODE, SYMLINK_MODE]), object_ids)
within = strange.filter(lambda path: not path.startswith("/") and ".." not in path.split("/"))
sources = st.one_of(
    st.builds(Proven, st.lists(within, max_size=3).map(tuple)),
    st.builds(Listed, st.dictionaries(within, states, max_size=4)),
    st.builds(LeftOut, st.none() | counts),
)
questions = st.builds(
    Question,
    strange,
    st.none() | strange,
    st.lists(strange, max_size=2).map(tuple),
    st.dictionaries(strange, strange, max_size=2),
    st.lists(st.tuples(strange, strange), max_size=2).map(tuple),
    st.booleans(),
    st.lists(strange, max_size=2).map(tuple),
    st.booleans(),
)


@st.composite
def graphs(draw: st.DrawFn, store_dir: str) -> Mapping[StorePath, Derivation]:
    """Draw one to four derivations with the derivation paths that they have, each made from earlier ones."""
    made: dict[StorePath, Derivation] = {}
    for raw in draw(st.lists(derivations(store_dir, values=stray_texts), min_size=1, max_size=4)):
        chosen = draw(st.sets(st.sampled_from(sorted(made)), max_size=2)) if made else ()
        drawn = replace(raw, input_derivations={path: draw(uses) for path in sorted(chosen)})
        path = drv_path(drawn, store_dir)
        made[path] = replace(drawn, drv_path=path)
    return made


@st.composite
def snapshots(draw: st.DrawFn) -> Snapshot:
    store_dir = draw(store_dirs)
    known = draw(graphs(store_dir))
    paths = st.sampled_from(sorted(known))
    is_flake = draw(st.booleans())
    evaluation = Evaluation(
        store_dir,
        tuple(draw(st.lists(st.builds(Root, strange, paths, st.none() | positions), max_size=3))),
        known,
        tuple(draw(st.lists(st.builds(FailedAttribute, strange, strange), max_size=2))),
        draw(st.none() | strange),
        draw(st.none() | strange),
        draw(st.dictionaries(paths, st.dictionaries(strange, positions, max_size=2), max_size=2)),
        draw(st.none() | strange),
        is_flake,
    )
    return Snapshot(
        evaluation,
        draw(st.none() | object_ids),
        draw(object_ids),
        is_flake,
        draw(questions),
        Place(draw(st.none() | strange), draw(st.none() | strange)),
        {path: draw(sources) for path in sorted({one for each in known.values() for one in each.input_sources})},
    )
