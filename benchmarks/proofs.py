"""What it takes to prove where input sources come from, beside hashing the same bytes alone.

A repository of some directories, each of which is an input source; of each some files have changed. Proving hashes
every changed file and every directory above it, up to the top: what is in several of them is hashed for each.
"""

import hashlib
import subprocess
import tempfile
import time
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from benchmarks.stages import Stopwatch
from nixdrift.model import StorePath
from nixdrift.repository import PrivateRepository, open_repository, private_repository
from nixdrift.sources.proof import Prover
from nixdrift.store.paths import source_path
from nixdrift.tree import ReadBlob, Tree, ancestors

STORE_DIR = "/nix/store"

_IDENTITY = b"bench <bench@example.org> 1700000000 +0000\n"
_FILES_IN_ONE = 50
"""How many files are in one directory below a source's own."""

_HASHED = 5_000
"""How many files are hashed to know how long it takes alone."""


@dataclass(frozen=True, slots=True)
class Scale:
    """How large a repository is."""

    files: int
    size: int
    """Bytes of all files."""
    paths: int
    """How many of them have changed."""
    sources: int


@dataclass(frozen=True, slots=True)
class Proofs:
    """What was measured."""

    scale: Scale
    seconds: dict[str, float]
    proven: int
    read: int
    """How many bytes the proofs read."""
    hashed: int
    """How many bytes of content they hashed."""


def measure(scale: Scale, seed: int = 1) -> Proofs:
    """Make a repository, and prove all its input sources."""
    with tempfile.TemporaryDirectory() as place:
        directory, run = Path(place, "stack"), Path(place, "run")
        run.mkdir()
        _make(directory, scale, Random(seed))  # noqa: S311 - a repository that can be made again, and no secret
        user = open_repository(directory)
        base, head = user.resolve("HEAD~1"), user.resolve("HEAD")
        with private_repository(user, run) as private:
            return _measured(scale, private, private.tree(head), [one.path for one in private.changes(base, head)])


def _measured(scale: Scale, private: PrivateRepository, tree: Tree, changed: Sequence[str]) -> Proofs:
    # git works in a process of its own.
    watch = Stopwatch(time.perf_counter)
    wanted = list(_sources(tree, private.blob, scale.sources))
    counting = _Counting(private.blob)
    with watch.timing("proofs"):
        proven = Prover(counting, STORE_DIR).prove(tree, sorted(_with_above(changed)), wanted)
    if proven.keys() != set(wanted):
        raise SystemExit(f"{len(proven)} of {len(wanted)} input sources are proven")
    with watch.timing("git"):
        for object_id in counting.asked:
            private.blob(object_id)
    contents = [private.blob(object_id) for object_id in counting.asked[:_HASHED]]
    with watch.timing("sha256"):
        _hash(contents)
    # A file that changed is hashed as it is, too: an input source may be that alone.
    flat = sum(_size(tree, counting.sizes, one) for one in changed)
    hashed = _hashed(tree, counting.sizes, _with_above(changed)) + flat
    watch.seconds["sha256"] *= hashed / sum(map(len, contents))
    return Proofs(scale, watch.seconds, len(proven), counting.size, hashed)


def _hashed(tree: Tree, sizes: Mapping[str, int], paths: Collection[str]) -> int:
    """Give how many bytes of content are in some paths, in those of several as often."""
    often = {path: sum(one in paths for one in (path, *ancestors(path))) for path in tree.files_below("")}
    return sum(_size(tree, sizes, path) * times for path, times in often.items())


def _size(tree: Tree, sizes: Mapping[str, int], path: str) -> int:
    return sizes.get(tree.entries[path].object_id, 0) if path in tree.entries else 0


def _hash(contents: Iterable[bytes]) -> bytes:
    found = hashlib.sha256()
    for content in contents:
        found.update(content)
    return found.digest()


@dataclass
class _Counting:
    """Reads blobs, and counts what was read."""

    read_blob: ReadBlob
    asked: list[str] = field(default_factory=list)
    sizes: dict[str, int] = field(default_factory=dict)
    """Blob → how many bytes it has."""
    size: int = 0
    """How many bytes were read."""

    def __call__(self, object_id: str) -> bytes:
        content = self.read_blob(object_id)
        self.asked.append(object_id)
        self.size += len(content)
        self.sizes[object_id] = len(content)
        return content


def _sources(tree: Tree, read_blob: ReadBlob, number: int) -> Iterator[StorePath]:
    prover = Prover(read_blob, STORE_DIR)
    for one in range(number):
        digest = prover.archive_digest(tree, name := f"component-{one}")
        if digest is not None:
            yield source_path(digest, name, STORE_DIR)


def _with_above(paths: Iterable[str]) -> set[str]:
    return {one for path in paths for one in (path, *ancestors(path))}


def _make(directory: Path, scale: Scale, chance: Random) -> None:
    """Commit all files, and then some of them again."""
    directory.mkdir()
    _git(directory, b"", "init", "--quiet", "--initial-branch", "main")
    importing = subprocess.Popen(
        ["git", "-c", "core.compression=0", "fast-import", "--quiet"], cwd=directory, stdin=subprocess.PIPE
    )
    if importing.stdin is None:
        raise SystemExit("git does not read what is written to it")
    with importing.stdin as stream:
        stream.write(b"commit refs/heads/main\ncommitter %sdata 0\n" % _IDENTITY)
        for number in range(scale.files):
            stream.write(_file(_name(number, scale), chance.randbytes(scale.size // scale.files)))
        stream.write(b"commit refs/heads/main\ncommitter %sdata 0\n" % _IDENTITY)
        # Spread over all of them, so that every source has some.
        for number in range(0, scale.files, max(1, scale.files // scale.paths)):
            stream.write(_file(_name(number, scale), chance.randbytes(scale.size // scale.files)))
    if importing.wait():
        raise SystemExit("git does not import what was generated")


def _name(number: int, scale: Scale) -> str:
    in_each = -(-scale.files // scale.sources)
    source, within = divmod(number, in_each)
    return f"component-{source}/part-{within // _FILES_IN_ONE}/file-{number}.go"


def _file(path: str, content: bytes) -> bytes:
    return b"M 100644 inline %s\ndata %d\n%s\n" % (path.encode(), len(content), content)


def _git(directory: Path, stdin: bytes, *arguments: str) -> None:
    subprocess.run(["git", *arguments], cwd=directory, check=True, input=stdin)
