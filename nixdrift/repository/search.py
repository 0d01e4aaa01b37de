"""Search one repository's commits for the one that an input source was taken from."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from nixdrift.changes import EXECUTABLE_MODE, FILE_MODE, SYMLINK_MODE, FileState
from nixdrift.evaluation import Position
from nixdrift.history import MOST_COMMITS, Past
from nixdrift.model import StorePath, name_of, source_name
from nixdrift.repository import log
from nixdrift.repository.git import Git
from nixdrift.sources import Listing, Prover
from nixdrift.sources.proof import FLAKE_SOURCE
from nixdrift.tree import Tree, join

_MOST_PROVEN = 64
"""How many versions of a path are hashed for one source whose files cannot be listed."""


@dataclass(frozen=True, slots=True)
class Listed:
    """An input source, and what its files are."""

    source: StorePath
    listing: Listing
    state: FileState
    """The object that git would make of them."""


@dataclass(frozen=True)
class Search:
    """One repository's commits, seen from one of them."""

    repo: Git
    tip: str
    read_named: Callable[[], Mapping[str, Position]]
    """What gives the commits that the revision's files name, whether this repository has them or not, and where."""
    prover: Prover | None = None
    """What hashes this repository's objects; None: only listed sources are found."""
    beside: str | None = None

    def listed(self, source: Listed, paths: Sequence[str]) -> Past | None:
        """Find the commit whose tree, or one of whose paths, has the very content of a listed source.

        Among those that have, one that is named speaks before the newest.
        """
        for path in paths:
            newest = self._matching(self._logged, path, source)
            # The files are searched for names only where there is something to be named.
            if newest or is_fetched(source.source):
                found = self._matching(self._named, path, source) or newest
                if found:
                    return self.past(found, path)
        return None

    def _matching(self, commits: Sequence[str], path: str, source: Listed) -> str | None:
        versions = self._versions(commits, path)
        return next((commit for commit, object_id in versions if object_id == source.state.object_id), None)

    def part(self, source: Listed) -> Past | None:
        """Find a named commit that has all of a fetched source's files: Nix leaves out what is not for export."""
        for commit in self._named if is_fetched(source.source) else ():
            if "" not in source.listing and holds(self._tree(commit), source.listing):
                return self.past(commit, "")
        return None

    def proven(self, source: StorePath, paths: Sequence[str]) -> Past | None:
        """Find the commit of which a source that is not at hand is the tree, or one of some paths, by its store path.

        Whole trees are hashed only of commits that are named.
        """
        if self.prover is None:
            return None
        for commit, path, object_id in self._places(paths):
            for tree in self._trees_at(object_id):
                if self.prover.prove(tree, [""], [source], [name_of(source)]):
                    return self.past(commit, path)
        return None

    def _places(self, paths: Sequence[str]) -> Iterator[tuple[str, str, str]]:
        """Give what is worth to be hashed: what is named, and the newest commit with each version of a path."""
        for path in paths:
            commits = [self._named, self._logged] if path else [self._named]
            newest: dict[str, str] = {}
            for commit, object_id in (version for some in commits for version in self._versions(some, path)):
                newest.setdefault(object_id, commit)
            yield from ((commit, path, object_id) for object_id, commit in list(newest.items())[:_MOST_PROVEN])

    def _trees_at(self, object_id: str) -> Iterator[Tree]:
        """Give what an object may be: a tree, or a file with one of the modes that a file can have."""
        ((_id, kind),) = log.objects(self.repo, [object_id])
        if kind == "tree":
            yield log.tree_of(self.repo, object_id)
        elif kind == "blob":
            yield from (Tree({"": FileState(mode, object_id)}) for mode in (FILE_MODE, EXECUTABLE_MODE, SYMLINK_MODE))

    def _versions(self, commits: Sequence[str], path: str) -> Sequence[tuple[str, str]]:
        """Give commit and object of a path, of those commits that have it."""
        key = commits is self._logged, path
        if key not in self._known:
            found = log.objects(self.repo, [_name(commit, path) for commit in commits])
            pairs = ((commit, object_id) for commit, (object_id, _kind) in zip(commits, found, strict=True))
            self._known[key] = tuple(pair for pair in pairs if pair[1])
        return self._known[key]

    @cached_property
    def _known(self) -> dict[tuple[bool, str], Sequence[tuple[str, str]]]:
        return {}

    def past(self, commit: str, path: str) -> Past | None:
        """Describe a commit as it is seen from the revision; None where there is no such commit."""
        if next(log.objects(self.repo, [f"{commit}^{{commit}}"])) == ("", ""):
            return None
        own = log.with_paths(self.repo, log.commits(self.repo, commit, 1))
        later = log.commits(self.repo, self.tip, MOST_COMMITS, without=commit)
        behind = len(later) if len(later) < MOST_COMMITS else log.count(self.repo, self.tip, commit)
        since = log.with_paths(self.repo, later)
        return Past(own[0], self._tree(commit), behind, since, path, self.read_named().get(commit), beside=self.beside)

    def _tree(self, commit: str) -> Tree:
        if commit not in self._trees:
            ((object_id, _kind),) = log.objects(self.repo, [_name(commit, "")])
            self._trees[commit] = log.tree_of(self.repo, object_id)
        return self._trees[commit]

    @cached_property
    def _trees(self) -> dict[str, Tree]:
        return {}

    @cached_property
    def _logged(self) -> tuple[str, ...]:
        return tuple(commit for commit, _tree, _subject in log.commits(self.repo, self.tip, MOST_COMMITS))

    @cached_property
    def _named(self) -> tuple[str, ...]:
        candidates = sorted(self.read_named())
        kinds = log.objects(self.repo, candidates)
        return tuple(one for one, (_id, kind) in zip(candidates, kinds, strict=True) if kind == "commit")


def is_fetched(source: StorePath) -> bool:
    """Tell whether a source has the name that Nix gives to what it fetches."""
    return source_name(source) == FLAKE_SOURCE


def _name(commit: str, path: str) -> str:
    return f"{commit}:{path}" if path else f"{commit}^{{tree}}"


def holds(tree: Tree, listing: Mapping[str, FileState], below: str = "") -> bool:
    """Tell whether a tree has all files of a listing, in their places below a directory."""
    return all(tree.entries.get(join(below, path)) == state for path, state in listing.items())


def asked(paths: Iterable[str]) -> tuple[str, ...]:
    """Give the paths that can be asked for, the whole tree first; a line break would end the question."""
    return tuple(dict.fromkeys(["", *(path for path in paths if "\n" not in path)]))
