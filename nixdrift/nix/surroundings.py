"""What an evaluation may see beside the revision, and whether that stays as it is."""

import os
from dataclasses import dataclass

from nixdrift.nix.program import Nix


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What lies around an evaluation."""

    places: tuple[str, ...] = ()
    """Paths in the store, whose content never changes: what ``<...>`` leads to."""
    changing: str | None = None
    """What may be another thing tomorrow, in words; None: nothing may."""


def surroundings_of(nix: Nix, *, is_flake: bool) -> Surroundings:
    """Tell what an evaluation can take in that is named neither by the revision nor by the options.

    A flake takes in nothing, unless it is evaluated impurely. An expression file takes in what ``NIX_PATH`` names:
    in the store that is the same for ever, elsewhere it may change. Variables of the environment are not looked at.
    """
    if nix.settings.impure:
        return Surroundings(changing="--impure lets it see its environment")
    if is_flake:
        return Surroundings()
    found = [(one, _place(one, nix.store_dir)) for one in nix.search_path if "://" in one or os.path.lexists(one)]
    changing = next((one for one, place in found if place is None), None)
    places = tuple(place for _one, place in found if place is not None)
    return Surroundings(places, None if changing is None else f"NIX_PATH names {changing}, which may change")


def _place(path: str, store_dir: str) -> str | None:
    real = os.path.realpath(path)
    return real if "://" not in path and real.startswith(f"{store_dir}/") else None
