"""A component held paths of its own at base, and does not at head, though they are still there.

This is the commit that breaks the wiring: nothing need have changed in those paths, and nothing is wrong with what is
built yet. The next change there will be stale, or masked.

Fires:

- where a component is built at base from an input source with paths that are its own (declared, or in a directory
  that bears its name), and at head from none that holds them; the output may have moved or not. An error where all
  that it had of its own is gone, and with it a whole directory; a warning where only a part is, or where it was an
  input only by way of another component; a note where it is in doubt whether the part is its own: the component is
  named by the whole repository, or by another directory that it keeps.

Stays silent:

- where the paths are gone or have moved, where a component is added or removed, where another version of it or
  another component that takes just these paths holds them, for the paths of others, for what nixdrift.toml ignores,
  for documentation, housekeeping and Nix expressions, and where the contents of a new source are not at hand

Usual remedy: wire the paths again; if they are needed no more, delete them, or have nixdrift.toml ignore them. A file
that the expression now reads by itself (`builtins.readFile`) is no input source either: that cannot be told apart
here.
"""

from collections.abc import Iterator

from nixdrift.changes import TREE_MODE, shown
from nixdrift.comparison.compare import Comparison
from nixdrift.comparison.losses import Loss
from nixdrift.evaluation import Position
from nixdrift.judgement import Finding, Level, TraceStep
from nixdrift.model import source_name
from nixdrift.rules.rule import Rule, finding, listed, toml_key
from nixdrift.tree import is_below


def _between(comparison: Comparison) -> Iterator[Finding]:
    for loss in comparison.losses:
        doubtful = {path for path in loss.paths if _is_doubtful(loss, path)}
        if certain := loss.paths.keys() - doubtful:
            yield _finding(comparison, loss, _level(comparison, loss), sorted(certain))
        if doubtful:
            yield _finding(comparison, loss, Level.NOTE, sorted(doubtful))


def _is_doubtful(loss: Loss, path: str) -> bool:
    """Tell whether it is a part, and the component's own only as everything is, or as a namesake's directory is."""
    own = loss.paths[path]
    if own is None or loss.is_whole:
        return False
    others = (one for one in loss.kept.values() if one is not None)
    return not own or any(not is_below(own, one) and not is_below(one, own) for one in others)


def _level(comparison: Comparison, loss: Loss) -> Level:
    before = comparison.before
    is_direct = any(loss.component.before in before.takers(one.path) for one in loss.sources)
    entries = before.tree.entries if before.tree else {}
    is_directory = any(entries[origin].mode == TREE_MODE for one in loss.sources for origin in one.origins)
    return Level.ERROR if loss.is_whole and is_direct and is_directory else Level.WARNING


def _finding(comparison: Comparison, loss: Loss, level: Level, paths: list[str]) -> Finding:
    name = loss.component.name
    tops = sorted({loss.outermost(path) for path in paths})
    what = listed(top if top in loss.paths else f"{top}/" for top in tops)
    position = _position(comparison, loss)
    at = f" at {shown(position.path)}:{position.line}" if position else ""
    sources = sorted({source_name(one.path) for one in loss.sources})
    return finding(
        "unwired",
        level,
        name,
        tops,
        message=f"{name} is not made from {what} any more, which {'is' if len(tops) == 1 else 'are'} still there",
        reason=f"at base an input source of it ({listed(sources)}) held {_number(len(paths))} there; at head none does",
        remedy=f"make {what} an input of {name} again{at}; or, if it is none of its sources any more, delete it or say "
        f"so in nixdrift.toml (components.{toml_key(name)}.ignore)",
        location=position,
        trace=(
            TraceStep("path", shown(paths[0])),
            TraceStep("break", "an input source held it at base"),
            TraceStep("component", name, loss.component.after),
        ),
    )


def _number(paths: int) -> str:
    return f"{paths:,} path" if paths == 1 else f"{paths:,} paths"


def _position(comparison: Comparison, loss: Loss) -> Position | None:
    """Give where the component's source is written at head, else where the component is defined."""
    after = loss.component.after
    places = comparison.after.evaluation.positions.get(after, {}) if after else {}
    return places.get("src") or places.get("srcs") or loss.component.position


UNWIRED = Rule("unwired", Level.ERROR, "was made from its own paths, and is no more", between=_between)
