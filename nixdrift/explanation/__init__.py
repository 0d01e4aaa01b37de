"""Why a component has its verdict: what differs between its two derivations, root causes first. Pure."""

from nixdrift.explanation.causes import differences, own_differences
from nixdrift.explanation.graph import affected_graph
from nixdrift.explanation.result import Explanation

__all__ = ["Explanation", "affected_graph", "differences", "own_differences"]
