"""The snapshots of a repository's commits: from files, from the cache, else evaluated now."""

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from nixdrift.cache import Records
from nixdrift.dumps import read_input
from nixdrift.errors import EvaluationError, NixdriftError, UsageError
from nixdrift.pipeline.entries import KIND, Entries, lasts
from nixdrift.pipeline.graphs import Saved
from nixdrift.pipeline.pool import Pool
from nixdrift.pipeline.session import Session, open_evaluator, read_project_of
from nixdrift.pipeline.setting import Setting, given_setting, setting_of
from nixdrift.pipeline.workers import Workers, evaluated
from nixdrift.progress import Progress
from nixdrift.repository import Commit, holding
from nixdrift.request import LineRequest
from nixdrift.snapshot import read_snapshot

_MOST_AT_HAND = 4
"""How many snapshots are held in memory: a comparison needs two, and one of them next time, too."""

Gaps = Mapping[str, str]
"""Commit → why it could not be evaluated."""


@dataclass
class Library:
    """Gives the snapshot of a commit; what had to be evaluated is kept."""

    request: LineRequest
    session: Session
    pool: Pool
    lasting: Records | None
    """Where snapshots are kept for other runs; None: nowhere."""
    own: Records
    """Where they are kept for this run only."""
    evaluations: int = 0
    _at_hand: OrderedDict[str, Saved] = field(default_factory=OrderedDict, repr=False)
    _is_flake: dict[str, bool] = field(default_factory=dict, repr=False)
    _keys: dict[str, str] = field(default_factory=dict, repr=False)
    _said: set[str] = field(default_factory=set, repr=False)

    @cached_property
    def setting(self) -> Setting:
        """How commits are evaluated here; where snapshots are given, as these were."""
        for saved in self.given.values():
            return given_setting(self.session, saved)
        # With the run's own repository: where nothing is to be evaluated, no other one is made.
        return setting_of(open_evaluator(self.session, read_project_of(self.session)))

    @cached_property
    def has_nix(self) -> bool:
        """Whether anything can be evaluated: with snapshots there may be no need to."""
        if not self.given:
            return True
        try:
            with self.pool.evaluator():
                return True
        except EvaluationError as error:
            self.request.warn(f"{error.message}: what only evaluation could decide stays open")
            return False

    @cached_property
    def given(self) -> Mapping[str, Saved]:
        """Commit → its snapshot from a file."""
        found: dict[str, Saved] = {}
        for file in self.request.snapshots:
            snapshot = read_snapshot(read_input(file), source=file, known=self.pool.known)
            if snapshot.commit is None:
                raise UsageError(f"{file} is a snapshot of a working tree", hint="give snapshots of commits")
            found[snapshot.commit] = Saved(file, snapshot)
        return found

    def key(self, commit: Commit) -> str:
        """Give what stands for the evaluation of a commit, wherever it is done."""
        if commit.commit not in self._keys:
            self._keys[commit.commit] = self.setting.key(commit, is_flake=self._flake(commit))
        return self._keys[commit.commit]

    def lasts(self, commit: Commit) -> bool:
        """Tell whether what the commit evaluates to will be the same tomorrow; say once why it may not."""
        changing = self.setting.changing[0 if self._flake(commit) else 1]
        if changing is not None and not self.given and changing not in self._said:
            self._said.add(changing)
            self.request.warn(f"nothing is kept for the next run: {changing}")
        return changing is None

    def look_at(self, commits: Iterable[Commit]) -> None:
        """Find out at once which of many commits have a flake."""
        unknown = [one for one in commits if one.commit not in self._is_flake]
        if not unknown:
            return
        project = self.setting.project
        trees = holding(self.session.user, unknown, project.places)
        for commit, tree in zip(unknown, trees, strict=True):
            self._is_flake[commit.commit] = project.is_flake(project.entry(tree) or "")

    def _flake(self, commit: Commit) -> bool:
        self.look_at([commit])
        return self._is_flake[commit.commit]

    def find(self, commit: Commit) -> Saved | None:
        """Give the snapshot of a commit that was evaluated before, or None."""
        if commit.commit in self._at_hand:
            self._at_hand.move_to_end(commit.commit)
            return self._at_hand[commit.commit]
        found = self.given.get(commit.commit) or self._kept(commit)
        return None if found is None else self._held(commit, found)

    def _held(self, commit: Commit, saved: Saved) -> Saved:
        self._at_hand[commit.commit] = saved
        if len(self._at_hand) > _MOST_AT_HAND:
            self._at_hand.popitem(last=False)
        return saved

    def _kept(self, commit: Commit) -> Saved | None:
        entries = Entries(self.setting, self.pool.known, self.request.warn)
        found = (entries.load(records, key, commit) for records, key in self._places(commit))
        return next((saved for saved in found if saved is not None), None)

    def _places(self, commit: Commit) -> Iterator[tuple[Records, str]]:
        """Give where the snapshot of a commit may be, and under which names."""
        is_flake = self._flake(commit)
        keys = [self.setting.key(commit, is_flake=is_flake, place=one) for one in self.setting.places()]
        yield from ((self.own, key) for key in keys)
        if self.lasting is not None and not self.request.refreshes and self.lasts(commit):
            yield from ((self.lasting, key) for key in keys)

    def fill(self, commits: Sequence[Commit], workers: Workers) -> Gaps:
        """Evaluate those of some commits that were not, and keep each as soon as it is there.

        Gives those that do not evaluate.
        """
        self.look_at(commits)
        missing = [one for one in commits if not self._has(one)]
        self.request.progress(_progress(0, len(missing)))
        gaps: dict[str, str] = {}
        for number, (commit, outcome) in enumerate(workers.evaluate(missing), start=1):
            if isinstance(outcome, NixdriftError):
                gaps[commit.commit] = outcome.message.removeprefix(f"{commit.revision}: ")
            else:
                self._keep(commit, outcome)
            self.request.progress(_progress(number, len(missing)))
        return gaps

    def get(self, commit: Commit) -> Saved:
        """Give the snapshot of a commit: where it was not evaluated, or what was kept is damaged, evaluate it now.

        Raises a `NixdriftError` where it does not evaluate.
        """
        found = self.find(commit)
        if found is not None:
            return found
        self.request.progress(Progress(f"evaluating {commit.revision}"))
        outcome = evaluated(self.pool, commit)
        if isinstance(outcome, NixdriftError):
            raise outcome
        return self._held(commit, self._keep(commit, outcome))

    def _has(self, commit: Commit) -> bool:
        if commit.commit in self._at_hand or commit.commit in self.given:
            return True
        return any(records.has(KIND, key) for records, key in self._places(commit))

    def _keep(self, commit: Commit, content: bytes) -> Saved:
        snapshot = read_snapshot(content, source=f"the evaluation of {commit.revision}", known=self.pool.known)
        self.evaluations += 1
        key = self.setting.key(commit, is_flake=self._flake(commit), place=snapshot.place)
        lasting = self.lasting if self.lasts(commit) and lasts(snapshot) else None
        kept = lasting is not None and lasting.store(KIND, key, content)
        if not kept or self.request.refreshes:
            self.own.store(KIND, key, content)
        return Saved(f"the snapshot of {commit.revision}", snapshot)


def _progress(done: int, every: int) -> Progress:
    return Progress("evaluating commits", done, every) if every else Progress("reading what is known")
