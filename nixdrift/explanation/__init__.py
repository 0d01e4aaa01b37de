"""Why a component has its verdict: what differs between its two derivations, root causes first. Pure."""

from nixdrift.explanation.causes import differences
from nixdrift.explanation.result import Explanation

__all__ = ["Explanation", "differences"]
