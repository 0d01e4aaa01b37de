"""How what the options gave becomes a request."""

from typing import Any

from nixdrift.comparison.mode import Counterfactual
from nixdrift.errors import UsageError
from nixdrift.nix import NixSettings, nix_string

_OF_NIX = ("options", "system", "impure", "timeout", "store", "variables", "restrict")


def request_fields(given: dict[str, Any]) -> dict[str, Any]:
    """Turn what the shared options gave into the fields of a request; what belongs to others is left as it is."""
    fields = dict(given)
    nix = NixSettings(*(fields.pop(name) for name in _OF_NIX))
    if nix.restrict and nix.variables:
        raise UsageError(
            "a restricted evaluation reads no variable: --restrict and --keep-env-var do not go together",
            hint="leave one of them out",
        )
    strings = {name: nix_string(text) for name, text in fields.pop("strings")}
    fields["arguments"] = {**dict(fields.pop("arguments")), **strings}
    fields["roots"] = (*fields.pop("roots", ()), *fields.pop("attributes", ()))
    if "no_cache" in fields:
        fields["keeps"] = not fields.pop("no_cache")
    if "counterfactual" in fields:
        fields["counterfactual"] = Counterfactual(fields["counterfactual"])
    return {**fields, "nix": nix}
