"""The directories that are a component's own: what it takes, and what bears its name."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from nixdrift.audit.names import named_directories
from nixdrift.audit.result import Inventory, InventoryComponent
from nixdrift.changes import TREE_MODE
from nixdrift.comparison.ownership import Owners
from nixdrift.judgement import Component, OwnershipKind
from nixdrift.tree import ancestors, is_below


@dataclass(frozen=True)
class Home:
    """A component with directories of its own."""

    component: Component
    found: InventoryComponent
    directories: tuple[str, ...]
    evidence: tuple[str, ...]
    """Why they are taken to be its own, in words."""

    def has(self, path: str) -> bool:
        """Tell whether a path lies in one of them."""
        return any(is_below(path, directory) for directory in self.directories)


def homes(inventory: Inventory, owners: Owners) -> tuple[Home, ...]:
    """Give the components that have directories of their own, by name.

    A directory that is a root's own is nobody else's.
    """
    found = {one.name: one for one in inventory.components}
    own = {one: _directories(one, found[one.name], inventory, owners) for one in owners.components}
    of_roots = {directory for one in own if one.is_root for directory in own[one]}
    kept: Mapping[Component, Sequence[str]] = {
        one: [directory for directory in directories if one.is_root or directory not in of_roots]
        for one, directories in own.items()
    }
    return tuple(
        Home(one, found[one.name], tuple(kept[one]), tuple(_evidence(one, kept[one], inventory)))
        for one in sorted(kept, key=lambda one: one.name)
        if kept[one]
    )


def _directories(
    component: Component, found: InventoryComponent, inventory: Inventory, owners: Owners
) -> tuple[str, ...]:
    """Give the outermost of them; the top of the repository is nobody's own."""
    tree = owners.head.tree
    taken = {origin for source in found.sources for origin in source.origins if origin}
    directories = {path for path in taken if tree is not None and tree.entries[path].mode == TREE_MODE}
    directories |= named_directories(component, _inferred(component, inventory), owners)
    return tuple(sorted(one for one in directories if directories.isdisjoint(ancestors(one))))


def _inferred(component: Component, inventory: Inventory) -> Iterator[str]:
    """Give a path of each region that is a component's by its name."""
    for owned in inventory.owned:
        for owner in owned.owners:
            if owner.component == component.name and owner.ownership.kind is OwnershipKind.INFERRED:
                yield owned.region.paths[0]


def _evidence(component: Component, directories: Sequence[str], inventory: Inventory) -> Iterator[str]:
    said: dict[str, int] = {}
    for owned in inventory.owned:
        number = sum(any(is_below(path, one) for one in directories) for path in owned.region.paths)
        for owner in owned.owners:
            if number and owner.component == component.name:
                why = f"{owner.ownership.kind.value}: {owner.ownership.reason}"
                said[why] = said.get(why, 0) + number
    yield from (f"{why} ({number} path{'' if number == 1 else 's'})" for why, number in said.items())
