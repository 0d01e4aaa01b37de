"""How much a finding matters: apart from what a finding is, as the command line's help names the levels."""

from enum import Enum


class Level(Enum):
    """How much a finding matters, in SARIF's words; worst first."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"

    @property
    def severity(self) -> int:
        """The place in the order from a note to an error."""
        return {"note": 0, "warning": 1, "error": 2}[self.value]
