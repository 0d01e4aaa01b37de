"""Sort the changed paths: claimed by components, or by nobody, and then why."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from nixdrift.changes import Change
from nixdrift.comparison.directories import manifests_in
from nixdrift.comparison.expressions import is_expression
from nixdrift.comparison.ownership import Owners
from nixdrift.config import Config
from nixdrift.judgement import Component, Ownership, UnclaimedDirectory
from nixdrift.manifests import MANIFESTS
from nixdrift.tree import Tree, ancestors

Claims = Mapping[Component, Sequence[tuple[Change, Ownership]]]


@dataclass(frozen=True, slots=True)
class SortedChanges:
    """The changed paths, by what is to be done with them."""

    claims: Claims
    unclaimed: tuple[str, ...]
    ignored: tuple[str, ...]
    housekeeping: tuple[str, ...]
    expressions: tuple[str, ...]


def sort_changes(changes: Sequence[Change], owners: Owners, config: Config) -> SortedChanges:
    """Give every changed path to the components that it belongs to, or say why it belongs to none."""
    claims: dict[Component, list[tuple[Change, Ownership]]] = {}
    rest: dict[str, list[str]] = {"unclaimed": [], "ignored": [], "housekeeping": [], "expressions": []}
    for change in changes:
        claimed = {} if owners.is_ignored_by_all(change.path) else owners.claims(change.path)
        found = owners.heeded(claimed, change.path)
        for component, ownership in found.items():
            claims.setdefault(component, []).append((change, ownership))
        if not found:
            is_ignored = bool(claimed) or owners.is_ignored_by_all(change.path)
            rest["ignored" if is_ignored else _kind_of_unclaimed(change.path, config)].append(change.path)
    return SortedChanges(claims, **{kind: tuple(paths) for kind, paths in rest.items()})


def _kind_of_unclaimed(path: str, config: Config) -> str:
    if is_expression(path):
        return "expressions"
    return "housekeeping" if config.housekeeping.match(path) else "unclaimed"


def unclaimed_by_directory(paths: Iterable[str], trees: Sequence[Tree]) -> tuple[UnclaimedDirectory, ...]:
    """Group the paths that nobody claims, with the manifests that say that something is built of them.

    The last tree is head's: what is gone from there altogether is built no more.
    """
    groups: dict[str, list[str]] = {}
    for path in paths:
        groups.setdefault(path.rpartition("/")[0], []).append(path)
    return tuple(
        UnclaimedDirectory(directory, tuple(sorted(inside)), _manifests(directory, inside, trees))
        for directory, inside in sorted(groups.items())
    )


def _manifests(directory: str, paths: Iterable[str], trees: Sequence[Tree]) -> tuple[str, ...]:
    """Give the manifests in the nearest directory that has any: what changed is a part of what they build."""
    # A manifest at the top of a repository is often a convenience: it speaks only for what lies beside it.
    for near in (directory, *(above for above in ancestors(directory) if above)):
        found = {manifest for tree in trees for manifest in manifests_in(near, tree)}
        if found:
            return tuple(sorted(found)) if near in trees[-1].entries else ()
    return tuple(sorted(path for path in paths if path.rpartition("/")[2] in MANIFESTS))
