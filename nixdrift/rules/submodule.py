"""A submodule is part of a component's sources, and Nix sees an empty directory in its place.

Git records of a submodule which commit of another repository is meant. A flake does not fetch it unless told to: a
change of the recorded commit changes nothing that is built. An expression file sees what is checked out: nothing, in
a clone without `--recurse-submodules`, which is what is evaluated here. For expression files it is a warning at most,
since another checkout may have the submodule's files.

Fires:

- the recorded commit of a submodule changes that lies in a component's directory, or is that directory
- a component takes a directory with a submodule in it

Stays silent:

- the submodule lies outside of every component
- what changes is a file beside it

Usual remedy: `inputs.self.submodules = true;` in `flake.nix` (Nix 2.27 or later), `?submodules=1` in the flake's URL,
or the other repository as an input of its own.
"""

from collections.abc import Iterator

from nixdrift.changes import SUBMODULE_MODE, shown
from nixdrift.comparison.compare import Comparison
from nixdrift.comparison.side import Side
from nixdrift.judgement import ComponentJudgement, Finding, Level, PathJudgement, Verdict
from nixdrift.rules.inspection import Inspection
from nixdrift.rules.rule import Explanation, Rule, finding, is_missed


def _explain(comparison: Comparison, _judged: ComponentJudgement, path: PathJudgement) -> Explanation | None:
    state = path.change.after or path.change.before
    is_link = state is not None and state.mode == SUBMODULE_MODE
    if not is_link or not (is_missed(path) or path.verdict is Verdict.UNPROVEN):
        return None
    return Explanation(_remedy(comparison.after), level=_level(comparison.after, Level.ERROR))


def _within(inspection: Inspection) -> Iterator[Finding]:
    side = inspection.side
    links = [path for path, state in side.tree.entries.items() if state.mode == SUBMODULE_MODE] if side.tree else []
    for link in sorted(links):
        for taker in inspection.takers(link):
            name = inspection.name(taker)
            yield finding(
                SUBMODULE.id,
                _level(side, Level.WARNING),
                name,
                [link],
                message=f"{name} is built with an empty directory in place of the submodule {shown(link)}",
                reason="git records a commit of another repository there, and Nix does not fetch it",
                remedy=_remedy(side),
                location=inspection.position(taker, "src"),
            )


def _level(side: Side, level: Level) -> Level:
    """Give the level; of a checkout it is not known whether another one has the submodule's files."""
    lower = {Level.ERROR: Level.WARNING, Level.WARNING: Level.NOTE}
    return lower[level] if side.evaluation.of_flake is False else level


def _remedy(side: Side) -> str:
    if side.evaluation.of_flake is False:
        return "clone with --recurse-submodules wherever this is built, or take the other repository as an input"
    return (
        "let the flake fetch it: inputs.self.submodules = true (Nix 2.27 or later) or ?submodules=1 in its URL; "
        "or take the other repository as an input"
    )


SUBMODULE = Rule("submodule", Level.ERROR, "Nix sees an empty directory in its place", explain=_explain, within=_within)
