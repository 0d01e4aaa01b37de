"""The affected graph: what changed, how it comes to the components, and where it does not.

Its edges go the way that a change goes: from a path to what takes it, from an input to what is built from it.
"""

from dataclasses import dataclass
from enum import Enum

from nixdrift.judgement import Verdict
from nixdrift.model import StorePath


class NodeKind(Enum):
    """What a node stands for, in the order of the way from a change to a component."""

    PATH = "path"
    INPUT_SOURCE = "input-source"
    EVALUATION = "evaluation"
    BREAK = "break"
    """Where the way is broken: what it says is why."""
    DERIVATION = "derivation"
    COMPONENT = "component"


class EdgeKind(Enum):
    """What an edge stands for."""

    INPUT = "input"
    """The first is an input of the second."""
    TRACE = "trace"
    """A change goes this way, though not by an input that the graph has."""
    BROKEN = "broken"
    """A change should go this way, and does not."""


@dataclass(frozen=True, slots=True)
class AffectedNode:
    """A node of the affected graph."""

    kind: NodeKind
    name: str
    store_path: StorePath | None = None
    component: str | None = None
    """The name of the component that it is, or in whose way it stands."""
    verdict: Verdict | None = None
    """Of a component, its verdict; of a path, the worst that it leads to."""
    number: int = 1
    """How many changed paths it stands for, which all go the same way."""


@dataclass(frozen=True, slots=True)
class AffectedEdge:
    """An edge of the affected graph, between two places in the list of its nodes."""

    start: int
    end: int
    kind: EdgeKind


@dataclass(frozen=True, slots=True)
class AffectedGraph:
    """The changed paths, the components that they belong to or move, and all between them; sorted."""

    nodes: tuple[AffectedNode, ...]
    edges: tuple[AffectedEdge, ...]
    left_out: int = 0
    """How many derivations and input sources that head alone has are not in it: there were too many."""
