"""The evaluations that a comparison in a repository finds in the cache, and keeps there: those of commits.

They are the snapshots that `nixdrift history` keeps, under the same names. Only what is judged alike with and without
the cache is used: where anything failed, was asked for and does not exist, depends on the place, or could not be
listed, Nix is asked again.
"""

import logging
from dataclasses import dataclass, field

from nixdrift.cache import Records, storage_at
from nixdrift.errors import EvaluationError, InvalidInputError
from nixdrift.model import StorePath
from nixdrift.nix import Evaluated
from nixdrift.pipeline.entries import KIND, Entries
from nixdrift.pipeline.graphs import Saved
from nixdrift.pipeline.session import Evaluator, Revision
from nixdrift.pipeline.setting import Setting, setting_of
from nixdrift.pipeline.snapshot import snapshot_of
from nixdrift.request import CheckRequest
from nixdrift.snapshot import LeftOut, Place, Snapshot, write_snapshot

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Kept:
    """The evaluations of a repository's commits that are kept from run to run."""

    request: CheckRequest
    evaluator: Evaluator
    setting: Setting
    records: Records
    _written: dict[StorePath, bytes] = field(default_factory=dict, repr=False)
    _found: dict[str, Saved | None] = field(default_factory=dict, repr=False)

    def find(self, revision: Revision) -> Saved | None:
        """Give a revision that was evaluated before, or None."""
        if self.request.refreshes or not self._lasts(revision):
            return None
        name = revision.commit.commit
        if name not in self._found:
            self._found[name] = self._load(revision)
        return self._found[name]

    def _load(self, revision: Revision) -> Saved | None:
        entries = Entries(self.setting, self.evaluator.known, self.request.warn)
        for place in (Place(), Place(self.setting.place.name)):
            saved = entries.load(self.records, self._key(revision, place), revision.commit)
            if saved is not None and self._is_whole(saved.snapshot):
                return saved
        return None

    def note(self, kind: str, revision: Revision) -> None:
        """Keep that something is so of a revision, however often it is evaluated."""
        if self._lasts(revision):
            self.records.store_value(kind, self._key(revision, Place()), True)

    def has_note(self, kind: str, revision: Revision) -> bool:
        """Tell whether that was noted."""
        if self.request.refreshes or not self._lasts(revision):
            return False
        return self.records.load_value(kind, self._key(revision, Place())) is True

    def keep(self, revision: Revision, evaluated: Evaluated) -> None:
        """Keep what a revision evaluates to for other runs; where that cannot be done, it is said."""
        if not self._lasts(revision) or evaluated.missing or evaluated.evaluation.failed:
            return
        try:
            snapshot = snapshot_of(self.evaluator, revision, evaluated.evaluation)
            if self._is_whole(snapshot):
                self.records.store(KIND, self._key(revision, snapshot.place), write_snapshot(snapshot, self._written))
        except InvalidInputError as error:
            # Too large, or of a kind that cannot be written: that is no reason not to judge.
            _LOG.info("cache: not kept: %s", error.message)

    def _is_whole(self, snapshot: Snapshot) -> bool:
        """Tell whether a snapshot is as good as asking Nix again, at any place."""
        return (
            snapshot.place.digest is None
            and not snapshot.evaluation.failed
            and not any(isinstance(source, LeftOut) for source in snapshot.sources.values())
            and not Saved("", snapshot).answer(self.setting.project).missing
        )

    def _lasts(self, revision: Revision) -> bool:
        """Tell whether a revision will evaluate to the same tomorrow, and will be the same commit."""
        project, entry = self.setting.project, self.setting.project.entry(revision.tree)
        if revision.commit.onto is not None or entry is None:
            return False
        changing = self.setting.changing[0 if project.is_flake(entry) else 1]
        if changing is not None:
            _LOG.info("cache: not used: %s", changing)
        # What lies below a star is not known from what was found there.
        return changing is None and not any("*" in path for path in project.attributes)

    def _key(self, revision: Revision, place: Place) -> str:
        project = self.setting.project
        is_flake = project.is_flake(project.entry(revision.tree) or "")
        return self.setting.key(revision.commit, is_flake=is_flake, place=place)


@dataclass(frozen=True)
class Watched(Evaluator):
    """An evaluator that notes what does not evaluate."""

    failures: list[str] = field(default_factory=list, repr=False)
    """The revisions of which something did not."""

    def evaluate(self, revision: Revision, *, whole: bool = False) -> Evaluated | None:
        """Evaluate a revision, or give None where there is nothing to evaluate in it."""
        try:
            found = super().evaluate(revision, whole=whole)
        except EvaluationError:
            self.failures.append(revision.commit.revision)
            raise
        if found and found.evaluation.failed:
            self.failures.append(revision.commit.revision)
        return found


def watched(evaluator: Evaluator) -> Watched:
    """Give an evaluator that notes what does not evaluate, and is the same otherwise."""
    return Watched(
        evaluator.session, evaluator.project, evaluator.nix, evaluator.known, evaluator.answers, evaluator.other
    )


def open_kept(request: CheckRequest, evaluator: Evaluator) -> Kept | None:
    """Open the cache, or give None where it is not to be used.

    A directory in which nothing can be kept may still be read.
    """
    if not request.keeps:
        return None
    return Kept(request, evaluator, setting_of(evaluator), Records(storage_at(request.cache), request.warn))
