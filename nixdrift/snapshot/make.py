"""From an evaluated revision to its snapshot: what is known of every input source, and of where it was evaluated."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from nixdrift.derivation.stored import Stored
from nixdrift.evaluation import Evaluation
from nixdrift.links import links_of
from nixdrift.model import Derivation, StorePath, name_of
from nixdrift.snapshot.snapshot import LeftOut, Listed, Place, Proven, Question, Snapshot, Source, place_of
from nixdrift.sources.contents import StoredSources
from nixdrift.sources.local import LocalSource

MOST_FILES = 20_000
"""How many files of one input source are listed; what has more is as good as never made from a repository."""

MOST_FILES_IN_ALL = 200_000
"""How many files of all input sources are listed, the small sources first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluatedRevision:
    """A revision that was evaluated, and what of it is at hand."""

    evaluation: Evaluation
    commit: str | None
    """None: a working tree."""
    tree: str
    is_flake: bool
    question: Question
    directory: Path
    """What the evaluation may have taken in: the run's own directory."""
    name: str
    """The base name of the checkout in it."""
    proven: Mapping[StorePath, LocalSource]
    """The input sources that are proven by the tree alone."""
    stored: StoredSources


def take_snapshot(found: EvaluatedRevision) -> Snapshot:
    """Give the snapshot of a revision: the same for the same revision, evaluated in the same way."""
    evaluation = found.evaluation
    sources = dict(_sources(found))
    normal = replace(
        evaluation,
        roots=tuple(sorted(evaluation.roots, key=lambda root: (root.name, root.drv_path))),
        failed=tuple(sorted(evaluation.failed, key=lambda one: (one.name, one.message))),
        of_flake=found.is_flake,
        top=evaluation.top if evaluation.top and _mentioned(evaluation.top, evaluation.derivations) else None,
    )
    place = _place(found, sources)
    return Snapshot(normal, found.commit, found.tree, found.is_flake, found.question, place, sources)


def _sources(found: EvaluatedRevision) -> Iterator[tuple[StorePath, Source]]:
    every = set().union(*links_of(found.evaluation.derivations).sources.values())
    for source in every & found.proven.keys():
        yield source, Proven(found.proven[source].origins)
    counted = {source: found.stored.count(source) for source in every - found.proven.keys()}
    left = MOST_FILES_IN_ALL
    for source, files in sorted(counted.items(), key=lambda one: (one[1] or 0, one[0])):
        listing = None if files is None or files > min(MOST_FILES, left) else found.stored.list(source)
        left -= len(listing or ())
        yield source, LeftOut(files) if listing is None else Listed(listing)


def _place(found: EvaluatedRevision, sources: Mapping[StorePath, Source]) -> Place:
    """Tell what the evaluation took in from where the files lay."""
    where = str(found.directory)
    unproven = (path for path, source in sources.items() if not isinstance(source, Proven))
    takes_path = _mentioned(where, found.evaluation.derivations) or any(
        found.stored.mentions(path, where) for path in unproven
    )
    takes_name = not found.is_flake and any(name_of(path) == found.name for path in sources)
    place = place_of(found.directory, found.name)
    return Place(place.name if takes_name else None, place.digest if takes_path else None)


def _mentioned(path: str, derivations: Mapping[StorePath, Derivation]) -> bool:
    holding = derivations.holding(path) if isinstance(derivations, Stored) else derivations.values()
    return any(path in text for one in holding for text in _texts(one))


def _texts(derivation: Derivation) -> Iterator[str]:
    yield derivation.builder
    yield from derivation.args
    yield from derivation.env.values()
    yield derivation.structured_attrs or ""
