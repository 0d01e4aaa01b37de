"""The directory by whose name a path is taken to be a component's."""

from collections.abc import Iterable

from nixdrift.comparison.ownership import Owners, known_names
from nixdrift.judgement import Component
from nixdrift.tree import ancestors


def named_directories(component: Component, paths: Iterable[str], owners: Owners) -> frozenset[str]:
    """Give, of each path, the nearest directory above it that bears a name of the component; not the top."""
    names = known_names(component)
    bearing: dict[str, bool] = {}

    def bears(directory: str) -> bool:
        if directory not in bearing:
            bearing[directory] = any(one.name in names for one in owners.directories.names(directory))
        return bearing[directory]

    nearest = (next(filter(bears, ancestors(path)), "") for path in paths)
    return frozenset(directory for directory in nearest if directory)
