"""Judge pairs of commits by their snapshots; what was judged once is kept."""

import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

from nixdrift import __version__
from nixdrift.cache import DirectoryStorage, Records, key_of, open_storage
from nixdrift.comparison.mode import Counterfactual
from nixdrift.config import Config
from nixdrift.errors import NixdriftError
from nixdrift.pipeline.entries import lasts
from nixdrift.pipeline.graphs import Saved
from nixdrift.pipeline.library import Library
from nixdrift.pipeline.pool import Pool
from nixdrift.pipeline.session import Revision, Session, open_session
from nixdrift.pipeline.staff import open_workers
from nixdrift.pipeline.workers import Workers
from nixdrift.progress import Progress
from nixdrift.repository import Commit, LineCommit
from nixdrift.request import LineRequest
from nixdrift.timeline.step import VERSION, Step, decode, encode

_KIND = "steps"


@dataclass
class Chronicle:
    """What became of the components between any two commits of a repository."""

    session: Session
    library: Library
    config: Config
    config_digest: str
    counterfactual: Counterfactual
    _steps: dict[tuple[str, str], Step] = field(default_factory=dict, repr=False)
    """What became of the components between two commits, of what was kept."""
    _revisions: dict[str, Revision] = field(default_factory=dict, repr=False)

    @property
    def request(self) -> LineRequest:
        """What was asked."""
        return self.library.request

    @contextmanager
    def workers(self) -> Iterator[Workers]:
        """Open what evaluates many commits."""
        with open_workers(self.request, self.library.pool, self.library.setting, jobs_of(self.request)) as workers:
            yield workers

    def revision(self, commit: Commit) -> Revision:
        """Give a commit with its tree, which the next comparison may ask for again."""
        if commit.commit not in self._revisions:
            while len(self._revisions) > 2:
                self._revisions.pop(next(iter(self._revisions)))
            self._revisions[commit.commit] = self.session.revision(commit)
        return self._revisions[commit.commit]

    def known_step(self, base: Commit, head: Commit) -> Step | None:
        """Give what became of the components, if it was judged before."""
        if (base.commit, head.commit) not in self._steps:
            found = None if self.request.refreshes else self._kept_step(base, head)
            if found is None:
                return None
            self._steps[base.commit, head.commit] = found
        return self._steps[base.commit, head.commit]

    def _kept_step(self, base: Commit, head: Commit) -> Step | None:
        records = self.records(base, head)
        if records is None:
            return None
        for place in (None, self.session.user.top.name):
            found = records.load_value(_KIND, self._key(base, head, place))
            if found is not None:
                try:
                    return decode(found)
                except (ValueError, KeyError, TypeError):
                    self.request.warn("a step in the cache is not as nixdrift writes it: it is made again")
        return None

    def step(self, base: Commit, head: Commit) -> Step:
        """Give what became of the components from one commit to another.

        Raises a `NixdriftError` where one of them does not evaluate.
        """
        known = self.known_step(base, head)
        if known is not None:
            return known
        former, latter = self.library.get(base), self.library.get(head)
        found = self._judged(base, head, former, latter)
        places = {former.snapshot.place, latter.snapshot.place}
        records = self.records(base, head)
        is_lasting = lasts(former.snapshot) and lasts(latter.snapshot)
        if records is not None and is_lasting and all(place.digest is None for place in places):
            name = next((place.name for place in places if place.name), None)
            records.store_value(_KIND, self._key(base, head, name), encode(found))
        return found

    def steps(self, pairs: Sequence[tuple[LineCommit, LineCommit]]) -> Iterator[Step | NixdriftError]:
        """Give what became of the components between some pairs of commits, one after the other.

        What is not asked for is not evaluated, but for a few commits ahead. A pair of which one commit does not
        evaluate gives the error.
        """
        size = jobs_of(self.request)
        commits = [(base.as_commit(), head.as_commit()) for base, head in pairs]
        with ExitStack() as stack:
            workers = None
            for place, (base, head) in enumerate(commits):
                self.request.progress(Progress("comparing commits", place + 1, len(commits)))
                if place % size == 0:
                    group = commits[place : place + size]
                    unknown = [pair for pair in group if self.known_step(*pair) is None]
                    if unknown:
                        workers = workers or stack.enter_context(self.workers())
                        self.library.fill(list(dict.fromkeys(one for pair in unknown for one in pair)), workers)
                try:
                    yield self.step(base, head)
                except NixdriftError as error:
                    yield error

    def _judged(self, base: Commit, head: Commit, former: Saved, latter: Saved) -> Step:
        # What is known needs none of all that judges, which takes longer to import than to read a long line.
        from nixdrift.pipeline.judging import judged

        ends = (self.revision(base), former), (self.revision(head), latter)
        if self.counterfactual is Counterfactual.NEVER or not self.library.has_nix:
            return judged(self.session, *ends, self.config)
        with self.library.pool.evaluator(fixed=former.is_bound or latter.is_bound) as evaluator:
            return judged(self.session, *ends, self.config, decide=(evaluator, self.counterfactual))

    def records(self, *commits: Commit) -> Records | None:
        """Give where something that follows from some commits is kept; None: nowhere."""
        return self.library.lasting if all(self.library.lasts(one) for one in commits) else None

    def _key(self, base: Commit, head: Commit, name: str | None) -> str:
        return key_of(
            {
                "version": VERSION,
                "tool": __version__,
                "base": self.library.key(base),
                "head": self.library.key(head),
                "name": name,
                "config": self.config_digest,
                "counterfactual": self.counterfactual.value,
            }
        )


def jobs_of(request: LineRequest) -> int:
    """Tell how many commits are evaluated at a time."""
    return request.jobs or min(4, os.cpu_count() or 1)


@contextmanager
def open_chronicle(request: LineRequest) -> Iterator[Chronicle]:
    """Open a repository, and the cache of what is known of its commits.

    Raises a `NixdriftError` where one of them cannot be used.
    """
    with ExitStack() as stack:
        lasting = Records(open_storage(request.cache), request.warn) if request.keeps else None
        session = stack.enter_context(open_session(request))
        pool = stack.enter_context(Pool(request))
        own = Records(DirectoryStorage(session.directory / "evaluated"))
        library = Library(request, session, pool, lasting, own)
        yield Chronicle(session, library, session.config(), session.config_digest(), request.counterfactual)
