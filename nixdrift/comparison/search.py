"""A search down a graph, made many times, from one node after the other."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from nixdrift.model import StorePath


@dataclass(frozen=True, slots=True)
class Search:
    """A search down a graph without cycles for something; what was found out is kept."""

    below: Callable[[StorePath], Sequence[StorePath]]
    is_found: Callable[[StorePath], bool]
    _known: dict[StorePath, bool] = field(default_factory=dict, repr=False)

    def reaches(self, start: StorePath) -> bool:
        """Tell whether it is at a node, or below it; it is not looked for further than to where it is first found."""
        known = self._known
        way: list[tuple[StorePath, Iterator[StorePath]]] = []
        pending: Iterator[StorePath] = iter((start,))
        while True:
            path = next((one for one in pending if known.get(one) is not False), None)
            if path is None:
                if not way:
                    return False
                path, pending = way.pop()
                known[path] = False
            elif known.get(path) or self.is_found(path):
                known.update(dict.fromkeys((path, *(one for one, _rest in way)), True))
                return True
            else:
                way.append((path, pending))
                pending = iter(self.below(path))
