"""One evaluated revision in one portable file: written once, and judged anywhere, without Nix."""

from nixdrift.snapshot.comparable import check_place, check_same_question
from nixdrift.snapshot.format import MAKE_AGAIN, VERSION, is_snapshot, read_snapshot, write_snapshot
from nixdrift.snapshot.make import EvaluatedRevision, take_snapshot
from nixdrift.snapshot.snapshot import LeftOut, Listed, Place, Proven, Question, Snapshot, Source, place_of

__all__ = [
    "MAKE_AGAIN",
    "VERSION",
    "EvaluatedRevision",
    "LeftOut",
    "Listed",
    "Place",
    "Proven",
    "Question",
    "Snapshot",
    "Source",
    "check_place",
    "check_same_question",
    "is_snapshot",
    "place_of",
    "read_snapshot",
    "take_snapshot",
    "write_snapshot",
]
