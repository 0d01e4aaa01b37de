"""Each question, step by step: read, find the changes, compare, apply the rules."""

from nixdrift.pipeline.check import check

__all__ = ["check"]
