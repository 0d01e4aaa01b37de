"""Names of derivations and directories, and when two of them mean the same thing."""

import re
from functools import lru_cache

_VERSION = re.compile(r"-(?=[^A-Za-z]).*$", re.DOTALL)
_SEPARATORS = re.compile(r"[-_. ]+")


_KEPT = 1 << 17
"""How many names are kept: more than a nixpkgs has, and an end for a process that judges for weeks."""


# What follows is kept, for the derivations of two revisions bear the same names, nearly all of them.
@lru_cache(_KEPT)
def without_version(name: str) -> str:
    """Give a derivation's name without its version, split where Nix splits it.

    Source: https://nix.dev/manual/nix/latest/language/builtins#builtins-parseDrvName
    """
    return _VERSION.sub("", name) or name


@lru_cache(_KEPT)
def normalised(name: str) -> str:
    """Give what two spellings of a name share: ``GoInstance``, ``go-instance`` and ``go_instance`` are one."""
    return _SEPARATORS.sub("", name).casefold()


@lru_cache(_KEPT)
def root_names(root: str, derivation: str) -> frozenset[str]:
    """Give the normalised names by which people know a root: its last attribute, and its derivation's name.

    That with what Nix takes for a version, and without: it may as well be a number, as in ``worker-2``.
    A root called ``default``, or one that is a whole file, is known by its derivation alone; so is one that has its
    derivation's name, in which a dot separates no attributes.
    """
    stem = without_version(derivation)
    names = {normalised(stem), normalised(derivation)}
    if root not in {derivation, stem}:
        last = root.rpartition(".")[2].strip('"')
        names |= set() if last in _ANONYMOUS else {normalised(last), normalised(without_version(last))}
    return frozenset(names)


_ANONYMOUS = frozenset({"default", "defaultPackage", "toplevel", "system", "activationPackage", "nix"})
