"""Restricted evaluation of expression files: what one may read then, and where it may fetch from.

The author of a change writes the expression that is evaluated. Restricted, it reads the files of its own revision and
what ``NIX_PATH`` names, sees no variable, and fetches from a few public hosts, where whatever it could send is known to
its author already.

Source: https://nix.dev/manual/nix/latest/command-ref/conf-file#conf-restrict-eval
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from nixdrift.nix.program import FEATURES, Nix

HOSTS = (
    *("github.com", "api.github.com", "codeload.github.com", "raw.githubusercontent.com", "gitlab.com"),
    *("codeberg.org", "git.sr.ht", "nixos.org", "channels.nixos.org", "releases.nixos.org", "cache.nixos.org"),
)
"""Where sources are published, and pins of nixpkgs lead to."""

LIFT = "it is restricted because base evaluates so, or --restrict was given: --no-restrict lifts that"

_REFUSALS = (
    *("in restricted mode", "attribute 'getFlake' missing", "attribute 'fetchTree' missing"),
    "experimental Nix feature 'flakes' is disabled",
)
"""What no release says otherwise: flakes are enabled then."""


@dataclass(frozen=True, slots=True)
class Restriction:
    """How Nix is called for a restricted evaluation."""

    arguments: tuple[str, ...] = ()
    options: tuple[tuple[str, str], ...] = ()


def restriction_to(nix: Nix, top: Path) -> Restriction:
    """Restrict an evaluation to the files below a directory, and to what ``NIX_PATH`` names.

    Without flakes: `builtins.getFlake` reads any directory in restricted evaluation, too (observed on 2.8, 2.26 and
    2.34), and its inputs any file.
    """
    features = " ".join(feature for feature in FEATURES.split() if feature != "flakes")
    hosts = " ".join(f"https://{host}/ git+https://{host}/" for host in HOSTS)
    return Restriction(
        tuple(word for entry in _entries(nix, top) for word in ("-I", entry)),
        (("restrict-eval", "true"), ("experimental-features", features), ("extra-allowed-uris", hosts)),
    )


def _entries(nix: Nix, top: Path) -> Iterator[str]:
    """List where files may be read: what is looked for by name first, in its own order.

    Links that lead to what may be read may be followed only where that is named as well.
    """
    places = [path for _prefix, path in nix.search_path]
    yield from (f"{prefix}={path}" if prefix else path for prefix, path in nix.search_path)
    further = dict.fromkeys(os.path.realpath(path) for path in (*places, str(top)) if "://" not in path)
    yield from (f"nixdrift-{number}={path}" for number, path in enumerate({str(top): None, **further}))


def is_refusal(message: str) -> bool:
    """Tell whether what Nix says is that something is not allowed in restricted evaluation."""
    return any(words in message for words in _REFUSALS)
