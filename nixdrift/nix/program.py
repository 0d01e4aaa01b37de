"""The Nix on PATH: which one it is, which store it works in, and how its programs are called."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import orjson

from nixdrift.errors import UnansweredError
from nixdrift.nix.messages import message_of
from nixdrift.nix.process import Finished, run
from nixdrift.nix.variables import variables

FEATURES = "nix-command flakes ca-derivations impure-derivations dynamic-derivations"
"""Without these, one derivation of a kind hides all others; a release that lacks one only warns."""

_OPTIONS = (
    ("extra-experimental-features", FEATURES),
    ("substituters", ""),
    ("allow-import-from-derivation", "false"),
    ("flake-registry", ""),
    ("warn-dirty", "false"),
)
"""Evaluate, and do nothing else: no download of outputs, no build, no registry."""

TRY_NIX = "does Nix itself work? try `nix-instantiate --eval -E 1`"

_FACTS = (
    b"{ system = builtins.currentSystem; version = builtins.nixVersion; store = builtins.storeDir; "
    b'search = map (one: [ (one.prefix or "") one.path ]) builtins.nixPath; }'
)


@dataclass(frozen=True, slots=True)
class NixSettings:
    """What the user says of the evaluation."""

    options: tuple[tuple[str, str], ...] = ()
    system: str | None = None
    impure: bool = False
    timeout: float | None = None
    """Seconds that one Nix process may run for."""
    store: Path | None = None
    """A directory to keep a private store in, as Nix's own ``--store DIR``."""
    variables: tuple[str, ...] = ()
    """Names of variables of the environment that an evaluation may read, beside those that Nix itself needs."""
    restrict: bool | None = None
    """Whether an expression file may read only its own revision and what ``NIX_PATH`` names.

    None: of a comparison, where base evaluates so; of one revision, not.
    """


@dataclass(frozen=True, slots=True)
class Nix:
    """One Nix, ready to be called."""

    settings: NixSettings
    environment: Mapping[str, str]
    directory: Path
    """Where its processes run unless a call says otherwise."""
    store_root: Path | None
    """The directory of a private store, or None for the machine's own."""
    version: str = ""
    system: str = ""
    store_dir: str = ""
    search_path: tuple[tuple[str, str], ...] = ()
    """Where Nix looks for ``<…>``: prefixes, and the paths or URLs that they stand for."""

    @property
    def physical_store(self) -> Path:
        """The directory in which the store's objects lie on this machine."""
        return physical_store(self.store_root, self.store_dir)

    def call(
        self,
        program: str,
        *arguments: str,
        stdin: bytes = b"",
        directory: Path | None = None,
        options: Sequence[tuple[str, str]] = (),
    ) -> Finished:
        """Run one of Nix's programs with the settings in force; what the user set of Nix comes after all others."""
        options = [*_OPTIONS, *([("system", self.settings.system)] if self.settings.system else []), *options]
        command = [program, *arguments]
        for name, value in [*options, *self.settings.options]:
            command += ["--option", name, value]
        if self.store_root is not None:
            command += ["--store", str(self.store_root)]
        return run(
            command,
            environment=self.environment,
            directory=directory or self.directory,
            timeout=self.settings.timeout,
            stdin=stdin,
        )


def physical_store(root: Path | None, store_dir: str) -> Path:
    """Give the directory on this machine of a store below ``root`` (None: the machine's own)."""
    return Path(store_dir) if root is None else root / store_dir.lstrip("/")


def open_nix(settings: NixSettings, workspace: Path, environment: Mapping[str, str]) -> Nix:
    """Find the Nix on PATH and ask what it is.

    Works in a private store below ``workspace`` where the machine's own cannot be written: the hashes are the
    same. Raises `UnansweredError` where there is no Nix, or one that does not answer.
    """
    root = settings.store.absolute() if settings.store else None
    if root is None and not _store_is_writable(environment):
        root = workspace / "store"
    nix = Nix(settings, variables(environment, settings.variables, root, workspace), workspace, root)
    answer = nix.call("nix-instantiate", "--eval", "--strict", "--json", "-", stdin=_FACTS)
    if answer.status != 0:
        raise UnansweredError(f"Nix does not work here: {message_of(answer.stderr)}", hint=TRY_NIX)
    return Nix(settings, nix.environment, workspace, root, *_facts(answer.stdout))


def _facts(answer: bytes) -> tuple[str, str, str, tuple[tuple[str, str], ...]]:
    try:
        match orjson.loads(answer):
            case {"version": str(version), "system": str(system), "store": str(store), "search": list(search)}:
                return version, system, store, tuple((str(prefix), str(path)) for prefix, path in search)
    except (ValueError, TypeError):  # no JSON, or other lists in it
        pass
    raise UnansweredError(f"nix-instantiate does not answer as Nix does: {answer[:80]!r}", hint=TRY_NIX)


def _store_is_writable(environment: Mapping[str, str]) -> bool:
    if environment.get("NIX_REMOTE"):
        return True
    state = Path(environment.get("NIX_STATE_DIR") or "/nix/var/nix")
    return (state / "daemon-socket" / "socket").exists() or os.access(state / "db", os.W_OK)
