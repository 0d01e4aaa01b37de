"""Dumps of derivations made by hand, as ``nix derivation show`` of Nix 2.26 writes them."""

from collections.abc import Sequence
from typing import Any

Record = dict[str, Any]
SYSTEM = "x86_64-linux"
STORE = "/nix/store"


def drv_path(name: str, number: int, store: str = STORE) -> str:
    """Give a derivation path; the number makes its digest."""
    return f"{store}/{number:032d}-{name}.drv"


def record(name: str, number: int, inputs: Sequence[str] = (), *, store: str = STORE, system: str = SYSTEM) -> Record:
    """Give a derivation's record; the number makes its output path, ``inputs`` are derivation paths."""
    out = f"{store}/{number:032d}-{name}"
    return {
        "name": name,
        "args": ["-c", "true"],
        "builder": "/bin/sh",
        "env": {"name": name, "out": out, "system": system},
        "inputDrvs": {path: {"dynamicOutputs": {}, "outputs": ["out"]} for path in inputs},
        "inputSrcs": [],
        "outputs": {"out": {"path": out}},
        "system": system,
    }


def graph(name: str = "goinstance", number: int = 1, *, store: str = STORE, system: str = SYSTEM) -> dict[str, Record]:
    """Give the dump of one derivation."""
    return {drv_path(name, number, store): record(name, number, store=store, system=system)}
