"""What is deployed, by the one word that the user names it with."""

import os
from collections.abc import Callable, Collection
from pathlib import Path

from nixdrift.deployment.deployed import Deployed
from nixdrift.deployment.listing import parse_listing
from nixdrift.dumps import STDIN, named, read_input
from nixdrift.errors import UsageError
from nixdrift.model import StorePath
from nixdrift.nix import Nix
from nixdrift.nix.deployed import closure_of, held_by_store
from nixdrift.nix.store_urls import is_store_url
from nixdrift.store.paths import is_store_path

_WHAT_TO_NAME = "name a list of store paths (- for standard input), a profile or result link, or a store's URL such as ssh-ng://host"


def read_deployed(name: str, nix: Callable[[], Nix], paths: Collection[StorePath]) -> Deployed:
    """Read what is deployed: a list from a file or ``-``, a profile of this machine, or some paths of a store.

    A URL, or ``daemon``, ``local`` and ``auto`` as Nix knows them, is a store, which is asked for ``paths``; a store
    object, and a link or directory that leads into one, is a profile; any other file is a list. ``nix`` is called where
    Nix is needed: not for a list. Raises `UsageError` where there is nothing of that name.
    """
    if name == STDIN:
        return parse_listing(read_input(name), source=named(name))
    if is_store_url(name):
        return held_by_store(nix(), name, paths)
    path = Path(name)
    if _leads_to_store_object(path):
        return closure_of(nix(), path)
    if not os.path.lexists(name):
        raise UsageError(f"there is no {name!r:.200}", hint=_WHAT_TO_NAME)
    if path.is_dir():
        raise UsageError(f"{name!r:.200} is a directory that leads into no store", hint=_in_its_place(path))
    return parse_listing(read_input(name), source=name)


def _leads_to_store_object(path: Path) -> bool:
    """Tell whether a path is a store object, or a link to one or into one; a file inside of one may be a list."""
    if "\0" in str(path):
        return False
    if os.path.lexists(path) and not path.is_symlink() and not path.is_dir():
        return is_store_path(path.name)
    return any(is_store_path(part) for part in Path(os.path.realpath(path)).parts)


def _in_its_place(directory: Path) -> str:
    profile = directory / "nix/var/nix/profiles/system"
    if os.path.lexists(profile):
        return f"name a profile in it, with its store: {profile} --store {directory}"
    if (directory / "nix/store").is_dir():
        return f"ask the store in it: local?root={directory.absolute()}"
    return _WHAT_TO_NAME
