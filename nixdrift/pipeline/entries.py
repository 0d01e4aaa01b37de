"""The snapshots in a cache, each of which is read only if it is what its name says."""

from collections.abc import Callable
from dataclasses import dataclass

from nixdrift.cache import Records
from nixdrift.derivation.stored import Texts
from nixdrift.errors import InvalidInputError
from nixdrift.nix import may_pass
from nixdrift.pipeline.graphs import Saved
from nixdrift.pipeline.setting import Setting
from nixdrift.repository import Commit
from nixdrift.snapshot import Snapshot, read_snapshot

KIND = "snapshots"


def lasts(snapshot: Snapshot) -> bool:
    """Tell whether a commit will evaluate to the same another time: not where the network was not there."""
    return not any(may_pass(one.message) for one in snapshot.evaluation.failed)


@dataclass(frozen=True)
class Entries:
    """Reads what was kept of commits that are evaluated in one way."""

    setting: Setting
    known: Texts
    """The derivations that were read before; it gets the new ones."""
    warn: Callable[[str], None]

    def load(self, records: Records, key: str, commit: Commit) -> Saved | None:
        """Give the snapshot of a commit, or None where it was not kept or, which is said, cannot be used."""
        data = records.load(KIND, key)
        if data is None:
            return None
        name = f"the cache entry {KIND}/{key[:12]}"
        try:
            snapshot = read_snapshot(data, source="the cache", known=self.known)
        except InvalidInputError as error:
            self.warn(f"{name} cannot be read, and is made again: {error.message}")
            return None
        if not self.setting.answers(snapshot, commit):
            self.warn(f"{name} is not what its name says, and is made again")
            return None
        return Saved(f"the snapshot of {commit.revision}", snapshot)
