"""What it takes to read a closure from a store's own files, beside asking Nix for it: `make bench-store`.

A recorded or generated pair of dumps is put into a new store: a `.drv` file for every derivation of both, one more on
each side that takes all that nobody takes, and an entry of each in Nix's database, which checks them. Then, one after
the other and again: what `nix derivation show -r` takes for base, what nixdrift takes to read the same, and what it
takes to read head when base is known. Nix is the one on PATH.
"""

import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from benchmarks.inputs import Input, generated, options, recorded, save
from benchmarks.stages import Stopwatch, medians
from benchmarks.tables import seconds, table
from nixdrift.derivation.dumps import read_dump
from nixdrift.derivation.stored import Texts
from nixdrift.links import links_of, unreferred
from nixdrift.model import Derivation, Dump, FixedOutput, InputDerivation, StorePath
from nixdrift.nix.closures import closures_in_store
from nixdrift.store.aterm import write_derivation
from nixdrift.store.nar import Regular, nar_chunks, nar_digest
from nixdrift.store.outputs import drv_path
from nixdrift.store.paths import fixed_output_path

SIZES = (10_000,)
FEATURES = ("--option", "extra-experimental-features", "nix-command")


@dataclass(frozen=True, slots=True)
class Store:
    """A store of derivations, and what is asked of it."""

    directory: Path
    store_dir: str
    base: StorePath
    head: StorePath

    @property
    def files(self) -> Path:
        """Where its files lie."""
        return self.directory / self.store_dir.lstrip("/")


def make_store(one: Input, directory: Path) -> Store:
    """Put all derivations of two dumps into a new store, and register them with Nix."""
    tops: list[StorePath] = []
    known: dict[StorePath, Derivation] = {}
    for file in (one.base, one.head):
        dump = read_dump(file.read_bytes(), source=str(file))
        top = _top(dump)
        tops.append(top.drv_path)
        known |= {**dump.derivations, top.drv_path: top}
    store = Store(directory, dump.store_dir, *tops)
    store.files.mkdir(parents=True)
    registration = directory / "registration"
    with registration.open("w", encoding="utf-8") as entries:
        for path in {source for derivation in known.values() for source in derivation.input_sources}:
            # What it holds is of no matter here: Nix is told the hash of what lies there.
            (store.files / path).write_bytes(b"")
            entries.writelines(_entry(store, path, b"", ()))
        for path, derivation in known.items():
            content = write_derivation(derivation, store.store_dir)
            (store.files / path).write_bytes(content)
            entries.writelines(_entry(store, path, content, (*derivation.input_sources, *derivation.input_derivations)))
    with registration.open("rb") as entries:
        subprocess.run(["nix-store", "--store", str(directory), "--load-db"], stdin=entries, check=True)
    return store


def _top(dump: Dump) -> Derivation:
    """Make a derivation that takes all that no other takes: a fixed output, whose path Nix can check by itself."""
    roots = unreferred(links_of(dump.derivations))
    used = {path: InputDerivation(tuple(sorted(dump.derivations[path].outputs)), {}) for path in roots}
    path = fixed_output_path("flat", "sha256", "0" * 64, "all", dump.store_dir)
    outputs = {"out": FixedOutput(path, "flat", "sha256", "0" * 64)}
    env = {"out": f"{dump.store_dir}/{path}"}
    top = Derivation(StorePath(""), "all", "x86_64-linux", "/bin/sh", (), env, None, outputs, (), used)
    return replace(top, drv_path=drv_path(top, dump.store_dir))


def _entry(store: Store, path: StorePath, content: bytes, references: Sequence[StorePath]) -> Iterator[str]:
    """Write what `nix-store --load-db` reads of a store object: hash, size, no deriver, references."""
    file = Regular(content)
    size = sum(map(len, nar_chunks(file)))
    lines = [f"{store.store_dir}/{path}", nar_digest(file).hex(), str(size), "", str(len(references))]
    lines += [f"{store.store_dir}/{one}" for one in references]
    return (f"{line}\n" for line in lines)


def measure(store: Store) -> Mapping[str, float]:
    """Ask Nix for the closure of base, then read that and head's: seconds of the clock."""
    watch = Stopwatch(time.perf_counter)
    with watch.timing("nix"):
        _ask_nix(store)
    known = Texts()
    with watch.timing("closure"):
        closures_in_store(store.files, store.store_dir, [store.base], known)
    with watch.timing("head"):
        closures_in_store(store.files, store.store_dir, [store.head], known)
    return watch.seconds


def _ask_nix(store: Store) -> None:
    asked = ("-r", "--store", str(store.directory), *FEATURES, f"{store.store_dir}/{store.base}")
    for command in (("nix", "derivation", "show"), ("nix", "show-derivation")):
        said = subprocess.run([*command, *asked], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False)
        if said.returncode == 0:
            return
    raise SystemExit(said.stderr.decode(errors="replace"))


def row(name: str, number: int, times: Mapping[str, float]) -> list[str]:
    """Write what was measured of one store."""
    ratios = [times[one] / times["nix"] for one in ("closure", "head")]
    return [name, f"{number:,}", *(seconds(one) for one in times.values()), *(f"{one:.3f}" for one in ratios)]


def main() -> None:
    """Print a table; write results where that is asked for."""
    chosen = options(__doc__, sizes=SIZES, repeat=3).parse_args()
    release = subprocess.run(["nix", "--version"], capture_output=True, text=True, check=True).stdout.strip()
    times: dict[str, Mapping[str, float]] = {}
    rows = []
    with tempfile.TemporaryDirectory() as directory:
        inputs = [*recorded(chosen.recordings), *generated(chosen.graphs or Path(directory, "graphs"), chosen.sizes)]
        for number, one in enumerate(inputs):
            store = make_store(one, Path(directory, str(number)))
            times[one.name] = medians(partial(measure, store), chosen.repeat)
            rows.append(row(one.name, one.derivations(), times[one.name]))
            shutil.rmtree(store.directory)
    columns = ("graph", "derivations", f"{release}, s", "closure, s", "head beside base, s")
    print(table([*columns, "closure / Nix", "head / Nix"], rows))
    save({"release": release, "times": times}, chosen.output)


if __name__ == "__main__":
    main()
