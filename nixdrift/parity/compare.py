"""Compare two roots."""

from collections.abc import Sequence
from dataclasses import dataclass

from nixdrift.comparison.side import Side
from nixdrift.config import ExpectedDifference
from nixdrift.explanation.secrets import Masker
from nixdrift.naming import without_version
from nixdrift.parity.expected import with_expectations
from nixdrift.parity.names import namings
from nixdrift.parity.result import Operand, Parity, ParityCensus
from nixdrift.parity.subject import Contents, Subject
from nixdrift.parity.walk import Walk


@dataclass(frozen=True)
class Compared:
    """A root as it was named, with what it was evaluated with."""

    operand: Operand
    side: Side
    contents: Contents


def compare_roots(
    a: Compared, b: Compared, expected: Sequence[ExpectedDifference], *, show_values: bool = False
) -> Parity:
    """Give all that differs between two roots by itself, and what of it is expected.

    What looks like a secret is masked, unless its value is to be shown.
    """
    walk = Walk(*_subjects(a, b), Masker(shows=show_values))
    found = walk.differences()
    marked, unmet = with_expectations(found, expected, a.operand.root, b.operand.root)
    seen = walk.seen
    census = ParityCensus(
        len(walk.a.closure & walk.a.side.graph.derivations.keys()),
        len(walk.b.closure & walk.b.side.graph.derivations.keys()),
        seen["pairs"],
        seen["same_outputs"],
        seen["files"],
        seen["files_not_at_hand"],
        seen["unpaired"],
        len(marked),
        sum(one.expected is not None for one in marked),
    )
    return Parity(a.operand, b.operand, marked, census, unmet)


def _subjects(a: Compared, b: Compared) -> tuple[Subject, Subject]:
    roots = a.operand.root, b.operand.root
    stems = [without_version(one.side.graph.derivations[one.operand.derivation].name) for one in (a, b)]
    words = namings([roots, (stems[0], stems[1])])
    one, other = (
        Subject(each.operand.root, each.side, each.operand.derivation, naming, each.contents)
        for each, naming in zip((a, b), words, strict=True)
    )
    return one, other
