"""Graphs of any size, shaped as recorded ones are: two dumps, and the changes between them.

Every path in them is what Nix computes for what the record holds. The same numbers give the same bytes.
"""

from benchmarks.generator.write import Written, generate

__all__ = ["Written", "generate"]
