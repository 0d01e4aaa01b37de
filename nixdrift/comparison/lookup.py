"""Find the component that people mean by a name."""

import difflib
from collections.abc import Callable, Sequence

from nixdrift.comparison.ownership import known_names
from nixdrift.errors import UsageError
from nixdrift.judgement import Component
from nixdrift.naming import normalised


def component_named(name: str, components: Sequence[Component]) -> Component:
    """Give the component of a name: its full one, else the last part of it, else any by which people know it.

    Raises `UsageError` where there is none, with the one that was meant as far as can be guessed, or several.
    """
    ways: tuple[Callable[[Component], bool], ...] = (
        lambda one: name in (one.name, *one.aliases),
        lambda one: name in {known.rpartition(".")[2] for known in (one.name, *one.aliases)},
        lambda one: normalised(name) in known_names(one),
    )
    for is_meant in ways:
        found = [one for one in components if is_meant(one)]
        if len(found) == 1:
            return found[0]
        if found:
            names = ", ".join(sorted(one.name for one in found)[:5])
            raise UsageError(f"several components are called {name}", hint=f"say which: {names}")
    raise UsageError(f"no such component: {name}", hint=_suggestion(name, components))


def _suggestion(name: str, components: Sequence[Component]) -> str:
    known = sorted({known for one in components for known in (one.name, one.name.rpartition(".")[2], *one.aliases)})
    meant = difflib.get_close_matches(name, known, n=1)
    if meant:
        return f"did you mean {meant[0]}?"
    names = sorted(one.name for one in components)
    return f"the components are {', '.join(names[:5])}" + (", …" if len(names) > 5 else "")
