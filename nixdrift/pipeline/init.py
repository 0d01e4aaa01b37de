"""Propose a configuration for a repository, from its graph and its manifests."""

from pathlib import Path

from nixdrift.audit.proposal import proposal
from nixdrift.config import FILE_NAME, Config
from nixdrift.pipeline.audit import audited
from nixdrift.repository import open_repository
from nixdrift.request import RevisionRequest


def default_place(repository: Path) -> Path:
    """Give the file that nixdrift reads by itself: the one at the top of a repository.

    Raises `RepositoryError` where there is no repository.
    """
    return open_repository(repository).top / FILE_NAME


def propose(request: RevisionRequest) -> str:
    """Write a configuration from what one revision is, whatever is configured now.

    Raises `NixdriftError` where that cannot be done.
    """
    found = audited(request, config=Config())
    tree = found.side.tree
    return proposal(found.inventory, found.owners, tree.files_below("") if tree else ())
