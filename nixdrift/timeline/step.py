"""What became of every component between two commits, as far as a timeline tells it; and as plain values."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from nixdrift.judgement import Verdict
from nixdrift.model import StorePath

VERSION = 2
"""It grows when what is kept of a step is written in another way."""


@dataclass(frozen=True, slots=True)
class StepPath:
    """What became of one changed path in a component."""

    path: str
    change: str
    """``added``, ``modified`` and so on."""
    verdict: Verdict
    reason: str
    is_delivered: bool = False
    """Of a frozen path: whether something that is built from the component takes the change by another way."""


@dataclass(frozen=True, slots=True)
class Ship:
    """What a component is at one commit."""

    derivation: StorePath
    outputs: Mapping[str, StorePath | None]
    """Output name → its path; None: it is known only after a build."""

    @property
    def identity(self) -> str:
        """Give what is the same for two commits that ship the same: the output paths, as far as they are known."""
        paths = [f"{name}={path}" for name, path in sorted(self.outputs.items()) if path is not None]
        return " ".join(paths) if len(paths) == len(self.outputs) else self.derivation


@dataclass(frozen=True, slots=True)
class StepComponent:
    """What became of one component."""

    name: str
    aliases: tuple[str, ...]
    is_root: bool
    verdict: Verdict
    reason: str
    before: Ship | None
    """None: there was none, or it is not known which."""
    after: Ship | None
    paths: tuple[StepPath, ...]
    causes: tuple[str, ...]
    """The names of the inputs that moved it."""

    @property
    def moved(self) -> bool:
        """Whether it ships something else."""
        if self.before is self.after:
            return False
        ends = [None if one is None else one.identity for one in (self.before, self.after)]
        return ends[0] != ends[1]


@dataclass(frozen=True, slots=True)
class StepFinding:
    """What a rule says of a step."""

    rule: str
    level: str
    component: str | None
    message: str
    reason: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Step:
    """All that became of the components."""

    components: Mapping[str, StepComponent]
    findings: tuple[StepFinding, ...]
    failed: tuple[str, ...]
    """The attributes that do not evaluate at one of the two commits."""
    unclaimed: int
    """How many changed paths nobody claims."""


def encode(step: Step) -> dict[str, Any]:
    """Give a step as plain values; a path that is no text keeps its bytes."""
    return {
        "components": [_encoded(one) for one in step.components.values()],
        "findings": [
            [one.rule, one.level, one.component, one.message, one.reason, one.remedy] for one in step.findings
        ],
        "failed": list(step.failed),
        "unclaimed": step.unclaimed,
    }


def _encoded(one: StepComponent) -> dict[str, Any]:
    return {
        "name": one.name,
        "aliases": list(one.aliases),
        "root": one.is_root,
        "verdict": one.verdict.value,
        "reason": one.reason,
        "before": None if one.before is None else [one.before.derivation, dict(one.before.outputs)],
        "after": None if one.after is None else [one.after.derivation, dict(one.after.outputs)],
        "paths": [[path.path, path.change, path.verdict.value, path.reason, path.is_delivered] for path in one.paths],
        "causes": list(one.causes),
    }


def decode(values: Any) -> Step:
    """Read what `encode` gave; raises ValueError, KeyError or TypeError where it is something else."""
    components = [_decoded(one) for one in values["components"]]
    return Step(
        {one.name: one for one in components},
        tuple(StepFinding(*one) for one in values["findings"]),
        tuple(values["failed"]),
        int(values["unclaimed"]),
    )


def _decoded(one: Any) -> StepComponent:
    return StepComponent(
        one["name"],
        tuple(one["aliases"]),
        bool(one["root"]),
        Verdict(one["verdict"]),
        one["reason"],
        _ship(one["before"]),
        _ship(one["after"]),
        tuple(
            StepPath(path, change, Verdict(verdict), reason, bool(is_delivered))
            for path, change, verdict, reason, is_delivered in one["paths"]
        ),
        tuple(one["causes"]),
    )


def _ship(value: Any) -> Ship | None:
    if value is None:
        return None
    derivation, outputs = value
    return _one_ship(derivation, tuple(outputs.items()))


@lru_cache(maxsize=100_000)
def _one_ship(derivation: str, outputs: tuple[tuple[str, str | None], ...]) -> Ship:
    """Give the same object for the same ship: most of what a line ships is the same from commit to commit."""
    paths = {name: None if path is None else StorePath(path) for name, path in outputs}
    return Ship(StorePath(derivation), paths)
