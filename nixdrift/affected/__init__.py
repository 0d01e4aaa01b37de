"""Which components moved, and how far they are from what changed. Pure."""

from nixdrift.affected.distance import affected
from nixdrift.affected.result import Affected, AffectedComponent

__all__ = ["Affected", "AffectedComponent", "affected"]
