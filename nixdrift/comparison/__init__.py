"""Base and head, compared: which component owns a change, whether it saw it, and what follows."""

from nixdrift.comparison.compare import Comparison, Evidence, compare

__all__ = ["Comparison", "Evidence", "compare"]
