"""What earlier probes learnt of the same files, evaluated in the same way, as plain values."""

from contextlib import suppress
from typing import Any

from nixdrift.probe.facts import Fact, Facts, Kind

VERSION = 1
"""It grows when what is kept of a probe is written in another way."""


def encode(facts: Facts) -> list[list[str]]:
    """Give what will hold for ever."""
    lasting = ((question, fact) for question, fact in facts.items() if fact.kind is not Kind.OPEN)
    return sorted([name, path, fact.kind.value, fact.detail or ""] for (name, path), fact in lasting)


def decode(values: Any) -> Facts:
    """Read what `encode` gave; what is something else is nothing."""
    with suppress(ValueError, TypeError):
        return {(name, path): Fact(Kind(kind), detail or None) for name, path, kind, detail in values}
    return {}
