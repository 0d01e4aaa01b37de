"""Environment parity: what differs between two roots, of one revision or of two. Pure."""

from nixdrift.parity.compare import Compared, compare_roots
from nixdrift.parity.result import Operand, Parity

__all__ = ["Compared", "Operand", "Parity", "compare_roots"]
