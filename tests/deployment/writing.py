"""Closures as hypothesis draws them, and the ways in which they are written down."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from hypothesis import strategies as st

from nixdrift.model import StorePath
from tests.derivation.strategies import store_dirs, store_paths

HASH = "sha256-" + "A" * 43 + "="


@dataclass(frozen=True)
class Closure:
    """Store paths with what each refers to, all of it among them."""

    store_dir: str
    references: Mapping[StorePath, tuple[StorePath, ...]]
    sizes: Mapping[StorePath, int]

    def full(self, path: StorePath) -> str:
        return f"{self.store_dir}/{path}"


@st.composite
def closures(draw: st.DrawFn) -> Closure:
    paths = draw(st.lists(store_paths(), min_size=1, max_size=8, unique=True))
    used = st.lists(st.sampled_from(paths), unique=True, max_size=4).map(tuple)
    return Closure(
        draw(store_dirs),
        {path: draw(used) for path in paths},
        {path: draw(st.integers(1, 2**62)) for path in paths},
    )


def lines(closure: Closure) -> bytes:
    return "".join(f"{closure.full(path)}\n" for path in closure.references).encode()


def windows_lines(closure: Closure) -> bytes:
    return b"\xef\xbb\xbf" + "\r\n".join(f"{closure.full(path)}/" for path in closure.references).encode()


def _record(closure: Closure, path: StorePath, /, **more: Any) -> dict[str, Any]:
    references = [closure.full(used) for used in closure.references[path]]
    return {"narHash": HASH, "narSize": closure.sizes[path], "references": references, **more}


def listed(closure: Closure) -> bytes:
    return orjson.dumps([_record(closure, path, path=closure.full(path)) for path in closure.references])


def keyed(closure: Closure) -> bytes:
    return orjson.dumps({closure.full(path): _record(closure, path, ca=None) for path in closure.references})


def format_1(closure: Closure) -> bytes:
    more = {"version": 1, "storeDir": closure.store_dir}
    return orjson.dumps({closure.full(path): _record(closure, path, **more) for path in closure.references})


def format_2(closure: Closure) -> bytes:
    records = {path: _record(closure, path, references=used) for path, used in closure.references.items()}
    return orjson.dumps({"info": records, "storeDir": closure.store_dir, "version": 2})


def registration(closure: Closure) -> bytes:
    records = (
        [closure.full(path), "a" * 64, str(closure.sizes[path]), "", str(len(used)), *map(closure.full, used)]
        for path, used in closure.references.items()
    )
    return "".join(f"{line}\n" for record in records for line in record).encode()


WITHOUT_SIZES: tuple[Callable[[Closure], bytes], ...] = (lines, windows_lines)
WITH_SIZES: tuple[Callable[[Closure], bytes], ...] = (listed, keyed, format_1, format_2, registration)
