"""The door to git: the user's repository, which is only read, and a private one that borrows its objects."""

from nixdrift.repository.default_base import default_base
from nixdrift.repository.facts import file_facts
from nixdrift.repository.history import RevisionHistory
from nixdrift.repository.line import Line, LineCommit, holding, read_line
from nixdrift.repository.private import PrivateRepository, private_repository
from nixdrift.repository.revisions import Commit, UserRepository, open_repository

__all__ = [
    "Commit",
    "Line",
    "LineCommit",
    "PrivateRepository",
    "RevisionHistory",
    "UserRepository",
    "default_base",
    "file_facts",
    "holding",
    "open_repository",
    "private_repository",
    "read_line",
]
