"""The variables of the environment that reach Nix: what it, its fetchers and nixpkgs read, and what is let through.

An expression file may read any variable (`builtins.getEnv`) and, in the same evaluation, fetch from any address: what a
stranger's pull request evaluates must find no token of the machine that judges it.
"""

import os
from collections.abc import Collection, Mapping
from pathlib import Path

OF_NIXPKGS = ("NIXPKGS_", "NIV_OVERRIDE_", "NPINS_OVERRIDE_")
"""What begins so is read by nixpkgs, niv or npins."""

_NAMES = frozenset(
    {
        *("PATH", "HOME", "USER", "LOGNAME", "SHELL", "TMPDIR", "TMP", "TEMP", "TEMPDIR", "TZ", "LANG", "LANGUAGE"),
        *("LOCALE_ARCHIVE", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SSL_CERT_FILE", "SSL_CERT_DIR", "CURL_CA_BUNDLE"),
        *("http_proxy", "https_proxy", "ftp_proxy", "all_proxy", "no_proxy", "SSH_AUTH_SOCK"),
        *("HTTP_PROXY", "HTTPS_PROXY", "FTP_PROXY", "ALL_PROXY", "NO_PROXY"),
    }
)
_PREFIXES = ("NIX_", "LC_", "XDG_", *OF_NIXPKGS)


def variables(
    inherited: Mapping[str, str], kept: Collection[str], root: Path | None, workspace: Path
) -> dict[str, str]:
    """Choose the variables that reach Nix; git's configuration does not, nor what would redirect git.

    Nix caches by URL which store path it fetched: a store of its own (``root``) needs a cache of its own.
    """
    chosen = {name: value for name, value in inherited.items() if _is_let_through(name, kept)}
    chosen |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "GIT_TERMINAL_PROMPT": "0"}
    if root is not None:
        chosen |= {"XDG_CACHE_HOME": str(workspace / "nix-cache")}
    return chosen


def _is_let_through(name: str, kept: Collection[str]) -> bool:
    return name in _NAMES or name.startswith(_PREFIXES) or (name in kept and not name.startswith("GIT_"))
