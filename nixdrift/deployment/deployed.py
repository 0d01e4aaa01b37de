"""What is deployed: the store paths that something holds."""

from collections.abc import Mapping
from dataclasses import dataclass

from nixdrift.model import StorePath


@dataclass(frozen=True, slots=True)
class Deployed:
    """The valid store paths of a closure list, a profile, an image or a store."""

    paths: frozenset[StorePath]
    sizes: Mapping[StorePath, int]
    """Store path → bytes of its archive (NAR), of those paths for which it is known."""
    store_dir: str
    is_closure: bool
    """Whether this is all that one environment refers to; a store holds more than one, and was asked for some paths."""
    described: str
    """What messages call it."""
