"""The door to git: the user's repository, which is only read, and a private one that borrows its objects."""

from nixdrift.repository.facts import file_facts
from nixdrift.repository.history import RevisionHistory
from nixdrift.repository.private import PrivateRepository, private_repository
from nixdrift.repository.revisions import Commit, UserRepository, open_repository

__all__ = [
    "Commit",
    "PrivateRepository",
    "RevisionHistory",
    "UserRepository",
    "file_facts",
    "open_repository",
    "private_repository",
]
