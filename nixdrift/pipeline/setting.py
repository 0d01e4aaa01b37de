"""What an evaluation follows from beside the commit, and the names of snapshots in the cache that follow from both."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace

from nixdrift import __version__
from nixdrift.cache import key_of
from nixdrift.nix import surroundings_of
from nixdrift.pipeline.graphs import Saved
from nixdrift.pipeline.session import Evaluator, Session
from nixdrift.pipeline.snapshot import question_of
from nixdrift.project import Project
from nixdrift.repository import Commit
from nixdrift.snapshot import VERSION, Place, Question, Snapshot, place_of
from nixdrift.workspace import fixed_directory

_GIVEN = "it rests on snapshots that were given"


@dataclass(frozen=True)
class Setting:
    """One way to evaluate the commits of a repository."""

    project: Project
    question: Question
    nix_version: str
    system: str
    store_dir: str
    is_shallow: bool
    place: Place
    """Where what takes in its place is evaluated."""
    surroundings: tuple[tuple[str, ...], tuple[str, ...]]
    """Of flakes, and of expression files."""
    changing: tuple[str | None, str | None]
    """What may change from one day to the next; the same."""

    def key(self, commit: Commit, *, is_flake: bool, place: Place | None = None) -> str:
        """Give the name of the snapshot of a commit.

        The commit is in it and not only its tree: a flake may read its own revision and time, and an expression
        file may ask git.
        """
        return key_of(
            {
                "schema": VERSION,
                "tool": __version__,
                "commit": commit.commit,
                "tree": commit.tree,
                "shallow": self.is_shallow,
                "nix": self.nix_version,
                "system": self.system,
                "store": self.store_dir,
                "asked": asdict(self.question.of(is_flake=is_flake)),
                "around": self.surroundings[0 if is_flake else 1],
                "place": asdict(place or Place()),
            }
        )

    def places(self) -> Iterator[Place]:
        """Give what a snapshot that can be used here may have taken of its place, in the order of how usual it is."""
        name, digest = self.place.name, self.place.digest
        yield from (Place(), Place(name), Place(None, digest), Place(name, digest))

    def is_like(self, other: "Setting") -> bool:
        """Tell whether another one, at any place, evaluates in the same way, as far as this one is known."""
        if self.changing == (_GIVEN, _GIVEN):
            other = replace(other, project=self.project, surroundings=self.surroundings, changing=self.changing)
        return replace(other, place=self.place) == self

    def answers(self, snapshot: Snapshot, commit: Commit) -> bool:
        """Tell whether a snapshot is what its name says."""
        evaluation = snapshot.evaluation
        found = (snapshot.commit, snapshot.tree, snapshot.question, evaluation.nix_version, evaluation.system)
        wanted = (
            commit.commit,
            commit.tree,
            self.question.of(is_flake=snapshot.is_flake),
            self.nix_version,
            self.system,
        )
        return found == wanted and evaluation.store_dir == self.store_dir


def setting_of(evaluator: Evaluator) -> Setting:
    """Tell how an evaluator evaluates."""
    nix, session, project = evaluator.nix, evaluator.session, evaluator.project
    around = [surroundings_of(nix, is_flake=is_flake) for is_flake in (True, False)]
    system = nix.settings.system or nix.system
    return Setting(
        project,
        question_of(project, nix.settings),
        nix.version,
        system,
        nix.store_dir,
        session.user.is_shallow,
        place_of(fixed_directory(session.request.workspaces), session.user.top.name),
        (around[0].places, around[1].places),
        (around[0].changing, around[1].changing),
    )


def given_setting(session: Session, saved: Saved) -> Setting:
    """Tell how a snapshot was evaluated; nothing is kept of what is compared with one that somebody gave."""
    evaluation = saved.snapshot.evaluation
    request = saved.adopted(session.request, evaluates=False)
    return Setting(
        saved.project(request),
        saved.snapshot.question,
        evaluation.nix_version or "",
        evaluation.system or "",
        evaluation.store_dir,
        session.user.is_shallow,
        place_of(fixed_directory(session.request.workspaces), session.user.top.name),
        ((), ()),
        (_GIVEN, _GIVEN),
    )
