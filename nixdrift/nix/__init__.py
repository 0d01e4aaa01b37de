"""The door to Nix: which one is on PATH, and what a revision evaluates to."""

from nixdrift.nix.attributes import flake_candidates, format_attribute_path, is_at_or_below, parse_attribute_path
from nixdrift.nix.closures import closures_in_store
from nixdrift.nix.evaluate import (
    HOW_TO_TRACE,
    Evaluated,
    FileSource,
    FlakeSource,
    attributes_beside,
    evaluate,
    own_source,
)
from nixdrift.nix.messages import may_pass, message_of
from nixdrift.nix.program import Nix, NixSettings, open_nix, physical_store
from nixdrift.nix.restriction import LIFT, is_refusal
from nixdrift.nix.surroundings import Surroundings, has_settings, surroundings_of
from nixdrift.nix.walk import AttributePath, nix_string

__all__ = [
    "HOW_TO_TRACE",
    "LIFT",
    "AttributePath",
    "Evaluated",
    "FileSource",
    "FlakeSource",
    "Nix",
    "NixSettings",
    "Surroundings",
    "attributes_beside",
    "closures_in_store",
    "evaluate",
    "flake_candidates",
    "format_attribute_path",
    "has_settings",
    "is_at_or_below",
    "is_refusal",
    "may_pass",
    "message_of",
    "nix_string",
    "open_nix",
    "own_source",
    "parse_attribute_path",
    "physical_store",
    "surroundings_of",
]
