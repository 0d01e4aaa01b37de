"""How much is decided by evaluation."""

from enum import Enum


class Counterfactual(Enum):
    """When commits are evaluated that nobody made."""

    AUTO = "auto"
    """For what nothing else decides."""
    ALWAYS = "always"
    """For every changed path of every component."""
    NEVER = "never"
