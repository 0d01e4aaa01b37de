"""A path is named as a string, and is no input: what is built does not depend on what lies there.

Nix makes an input of a path (`./goinstance`) and of a string that has kept its context (`"${./goinstance}"`). A string
without context is a text like any other. The builder finds at such a path whatever its machine has there, or nothing;
a change there rebuilds nothing, and in a flake the text changes with every commit instead. An error where a changed
path lies there and is missed; a warning where a string is new.

Fires:

- a text names a path of the repository: `toString ./goinstance`, `"${toString ./.}/goinstance"`
- a text names a store object that is no input: `builtins.unsafeDiscardStringContext`, a store path written out
- a text names a path of the machine that ends like one of the repository: `cp -r /srv/stack/goinstance $out`
- a variable is nothing but a path of the machine where people keep their files (a note), or the builder is one

Stays silent:

- the path is an input as well
- the path is a Nix expression
- it is one of the usual places of a machine: `/bin/sh`, `/usr/bin/env`, `/etc`, `/var/lib`
- a path of the machine is in a file that is only written (the variable `text`)

Usual remedy: write a path, without `toString`, and let strings keep their context.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from nixdrift.changes import TREE_MODE, shown
from nixdrift.comparison.compare import Comparison
from nixdrift.comparison.expressions import is_expression
from nixdrift.comparison.mentions import Mention, MentionKind
from nixdrift.comparison.ownership import known_names
from nixdrift.comparison.side import Side
from nixdrift.judgement import ComponentJudgement, Finding, Level, PathJudgement, Verdict
from nixdrift.model import StorePath, name_of
from nixdrift.naming import normalised
from nixdrift.rules.inspection import Inspection
from nixdrift.rules.rule import Explanation, Rule, finding, is_missed, listed
from nixdrift.rules.stale import or_declare
from nixdrift.tree import ancestors, is_below, join

_CONTENTS = frozenset({"text"})
"""Variables that hold a file to be written: what it names is read when it is used, not when it is built."""


def _explain(comparison: Comparison, judged: ComponentJudgement, path: PathJudgement) -> Explanation | None:
    side, start = comparison.after, judged.component.after
    is_bad = is_missed(path) or path.verdict is Verdict.UNPROVEN
    if not is_bad or start is None or start not in side.graph.derivations:
        return None
    names = known_names(judged.component)
    for derivation, mention in side.mentions.below(start):
        target = _target(comparison, mention, path.change.path, names)
        # A string that is the whole repository is no word about a path, unless the component itself says it.
        if target is not None and (target or derivation == start):
            return _explanation(side, judged, path, (derivation, mention, target))
    return None


def _explanation(
    side: Side, judged: ComponentJudgement, path: PathJudgement, found: tuple[StorePath, Mention, str]
) -> Explanation:
    derivation, mention, target = found
    is_own = derivation == judged.component.after
    whose = "its" if is_own else f"{side.graph.derivations[derivation].name}'s"
    place = side.evaluation.positions.get(derivation, {}).get(mention.attribute)
    position = place or (judged.component.position if is_own else None)
    at = f" at {shown(position.path)}:{position.line}" if position else ""
    return Explanation(
        _remedy(mention.kind, _directory(side, target), at) + or_declare(judged, path),
        f"{whose} {mention.where} {_NAMES[mention.kind].format(_directory(side, target))}",
        position,
        Level.ERROR if is_missed(path) else Level.WARNING,
    )


_NAMES = {
    MentionKind.REPOSITORY: "names {} as a string: the builder reads what its machine has there, or nothing",
    MentionKind.STORE: "names {} in the store, without being built from it: the builder finds it by chance, or not",
    MentionKind.MACHINE: "names {} by a path of the machine: the builder reads what is there, or nothing",
}


def _remedy(kind: MentionKind, what: str, at: str) -> str:
    match kind:
        case MentionKind.REPOSITORY:
            return f"make {what} an input{at}: as a path, without toString"
        case MentionKind.STORE:
            return (
                f"make {what} an input{at}: without builtins.unsafeDiscardStringContext, nor a store path written out"
            )
        case MentionKind.MACHINE:
            return f"take {what} from the repository{at}, as a path"


def _directory(side: Side, path: str) -> str:
    state = side.tree.entries.get(path) if side.tree else None
    slash = "/" if path and state is not None and state.mode == TREE_MODE else ""
    return f"{shown(path)}{slash}" if path else "the repository"


def _target(comparison: Comparison, mention: Mention, path: str, names: frozenset[str]) -> str | None:
    """Give what a mention means in the repository, if a path is or lies below it."""
    match mention.kind:
        case MentionKind.REPOSITORY:
            targets: Iterator[str] = iter((mention.path,))
        case MentionKind.STORE:
            targets = _in_store(comparison.after, mention, path)
        case MentionKind.MACHINE:
            targets = _on_machine(mention, path, names)
    return next((target for target in targets if is_below(path, target)), None)


def _in_store(side: Side, mention: Mention, path: str) -> Iterator[str]:
    """Give what a store object may be: what its contents say, else what has its name."""
    within = mention.path.partition("/")[2]
    traced = side.mentioned.get(mention.object)
    yield from (join(origin, within) for origin in (traced.origins if traced else ()))
    namesakes = (place for place in (path, *ancestors(path)) if place.rpartition("/")[2] == name_of(mention.object))
    yield from (join(place, within) for place in namesakes)


def _on_machine(mention: Mention, path: str, names: frozenset[str]) -> Iterator[str]:
    """Give what a path of the machine may be: what ends alike, or lies in a directory that is called like it."""
    parts = mention.path.split("/")
    for place in (path, *ancestors(path)):
        own = place.split("/")
        for end in range(len(parts), 1, -1) if place else ():
            is_same = parts[max(end - len(own), 0) : end] == own
            is_namesake = parts[end - 1] == own[-1] and normalised(own[-1]) in names
            if is_same or is_namesake:
                yield join(place, "/".join(parts[end:]))


def _within(inspection: Inspection) -> Iterator[Finding]:
    for path in sorted(inspection.derivations):
        faults: dict[_Fault, list[Mention]] = {}
        for mention in inspection.side.mentions.of(path):
            fault = _fault(inspection, path, mention)
            if fault is not None:
                faults.setdefault(fault, []).append(mention)
        yield from (_finding(inspection, path, fault, mentions) for fault, mentions in faults.items())


@dataclass(frozen=True, slots=True)
class _Fault:
    """What some mentions of one derivation come to."""

    kind: MentionKind
    level: Level
    target: str | None
    """What is meant in the repository, if it is known."""
    name: str = ""
    """What is meant otherwise."""


def _fault(inspection: Inspection, path: StorePath, mention: Mention) -> _Fault | None:
    match mention.kind:
        case MentionKind.REPOSITORY:
            fault = _Fault(mention.kind, Level.WARNING, mention.path)
        case MentionKind.STORE:
            fault = _Fault(mention.kind, Level.WARNING, _traced(inspection.side, mention), name_of(mention.object))
        case MentionKind.MACHINE:
            target = _ending(inspection.side, mention)
            if mention.attribute in _CONTENTS or (target is None and not mention.is_all):
                return None
            is_grave = target is not None or mention.attribute == "builder"
            fault = _Fault(mention.kind, Level.WARNING if is_grave else Level.NOTE, target, mention.attribute)
    target = fault.target
    if target is not None and (is_expression(target) or _is_input(inspection, path, target)):
        return None
    return fault


def _traced(side: Side, mention: Mention) -> str | None:
    """Give the repository path that a store object is made from."""
    traced = side.mentioned.get(mention.object)
    return join(traced.origins[0], mention.path.partition("/")[2]) if traced else None


def _ending(side: Side, mention: Mention) -> str | None:
    """Give the longest path of the repository that a path of the machine ends with, below what may be a checkout."""
    parts = mention.path.split("/")[1:]
    endings = ("/".join(parts[start:]) for start in range(1, len(parts)) if len(parts) > 2)
    return next((ending for ending in endings if side.tree is not None and ending in side.tree.entries), None)


def _is_input(inspection: Inspection, path: StorePath, target: str) -> bool:
    """Tell whether a derivation, or anything that it is built from, takes a path of the repository as an input."""
    side, tracer = inspection.side, inspection.evidence.tracer
    closure = side.graph.closure([path])
    if any(source.path in closure and source.covers(target) for source in side.sources.values()):
        return True
    if tracer is None or side.tree is None:
        return False
    left = set(side.graph.derivations[path].input_sources) - side.sources.keys()
    return any(
        source.covers(target) for source in tracer.trace_to(side.tree, left, (target, *ancestors(target))).values()
    )


def _finding(inspection: Inspection, path: StorePath, fault: _Fault, mentions: Sequence[Mention]) -> Finding:
    name = inspection.name(path)
    position = inspection.position(path, mentions[0].attribute)
    at = f" at {shown(position.path)}:{position.line}" if position else ""
    what = fault.name if fault.target is None else _directory(inspection.side, fault.target)
    return finding(
        STRING_PATH.id,
        fault.level,
        name,
        [fault.target] if fault.target else (),
        message=f"{name} {_message(fault, what)} ({listed(mention.where for mention in mentions)})",
        reason=_REASONS[fault.kind],
        remedy=_remedy(fault.kind, what, at),
        location=position,
        identity=(fault.kind.value, fault.name if fault.target is None else fault.target),
    )


def _message(fault: _Fault, what: str) -> str:
    match fault.kind:
        case MentionKind.REPOSITORY:
            return f"names {what} as a string, which makes it no input"
        case MentionKind.STORE:
            return f"names {what} in the store, and is not built from it"
        case MentionKind.MACHINE:
            return "names a path of the machine" if fault.target is None else f"takes {what} from the machine"


_REASONS = {
    MentionKind.REPOSITORY: "a string is no input: the builder reads what its machine has there, or nothing",
    MentionKind.STORE: "none of its inputs holds it: the builder finds it by chance, or not at all",
    MentionKind.MACHINE: "the builder reads what its machine has there, or nothing, and no change rebuilds it",
}

STRING_PATH = Rule(
    "string-path",
    Level.WARNING,
    "a path is named as a string, and is no input",
    explain=_explain,
    within=_within,
    is_of_each=True,
)
