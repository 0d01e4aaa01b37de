"""Does what is deployed contain what a commit evaluates to."""

from nixdrift.verification.document import verification_json, verification_schema
from nixdrift.verification.result import State, Verification, Verified
from nixdrift.verification.text import verification_text
from nixdrift.verification.tracker import Tracker

__all__ = [
    "State",
    "Tracker",
    "Verification",
    "Verified",
    "verification_json",
    "verification_schema",
    "verification_text",
]
