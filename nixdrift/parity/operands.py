"""The two operands as they are written: ``ROOT``, or ``REVISION:ROOT``."""

from nixdrift.errors import UsageError
from nixdrift.parity.result import Operand
from nixdrift.report.escapes import clean

_HOW = "name a root, or a revision and its root: staging, or v1.2:staging"


def split_operand(text: str) -> tuple[str | None, str]:
    """Read an operand as git reads ``REVISION:PATH``: the revision, or None, and the root.

    What is before the last colon is the revision. Raises `UsageError` where one of the two is empty.
    """
    revision, colon, root = text.rpartition(":")
    if not root or (colon and not revision):
        raise UsageError(f"not a root: {text!r}", hint=_HOW)
    return (revision if colon else None), root


def check_two(a: Operand, b: Operand, *, is_one_revision: bool) -> None:
    """Raise `UsageError` where both operands are one root of one revision."""
    if a.root == b.root and is_one_revision:
        same = clean(a.name) if a.name == b.name else f"{clean(a.name)} and {clean(b.name)}"
        raise UsageError(
            f"nothing to compare: {same} is one root of one revision",
            hint="name two roots, or two revisions of one: main:staging staging",
        )
