"""The file of a snapshot: a line that says what it is, then everything else, compressed.

    nixdrift snapshot 1 SIZE SHA256
    gzip of: one line of JSON, then for every derivation "PATH LENGTH", a line end, the store's own text, a line end

Size and SHA-256 are those of what is compressed. Nothing in it depends on when it was made, and a derivation is
believed only if its text has the store path under which it stands.
"""

import hashlib
import json
import re
import zlib
from collections.abc import Iterable, Iterator, Mapping

from nixdrift.derivation.decoding import collector_off
from nixdrift.derivation.stored import Stored, Texts
from nixdrift.errors import InvalidInputError
from nixdrift.links import links_of
from nixdrift.model import Derivation, StorePath, derivation_name
from nixdrift.snapshot.document import Document, decode, encode
from nixdrift.snapshot.snapshot import Snapshot
from nixdrift.store.aterm import write_derivation
from nixdrift.store.outputs import drv_path_of
from nixdrift.store.paths import is_store_path

VERSION = 1
"""It grows when an older nixdrift could not read, or would misread, what is written."""

LARGEST = 1 << 30
"""How many bytes a snapshot may unpack to."""

_MAGIC = b"nixdrift snapshot "
_HEAD = re.compile(rb"([1-9][0-9]{0,8}) (0|[1-9][0-9]{0,17}) ([0-9a-f]{64})")
_ENTRY = re.compile(rb"([0-9A-Za-z+._?=-]+\.drv) ([1-9][0-9]{0,11})")
_GZIP = 31
"""zlib's number for gzip, as it writes it itself: without a name and a time."""

MAKE_AGAIN = "make it again: nixdrift snapshot REV -o FILE"


def is_snapshot(data: bytes) -> bool:
    """Tell whether a file is meant to be a snapshot, sound or not."""
    start = data[: len(_MAGIC)]
    return bool(start) and _MAGIC.startswith(start)


def write_snapshot(snapshot: Snapshot, written: dict[StorePath, bytes] | None = None) -> bytes:
    """Write a snapshot: the same one gives the same bytes.

    ``written`` holds derivations that were written before, and gets the new ones: what two snapshots share is written
    once.
    Raises `InvalidInputError` where it could not be read again.
    """
    content = b"".join(_content(snapshot, {} if written is None else written))
    if len(content) > LARGEST:
        raise InvalidInputError(
            f"a snapshot of {len(content):,} bytes is larger than nixdrift reads ({LARGEST:,})",
            hint="name the roots that matter: -A ROOT",
        )
    head = b"%s%d %d %s\n" % (_MAGIC, VERSION, len(content), _digest(content))
    # Every check keeps two of these: half the time is worth a quarter more bytes.
    packer = zlib.compressobj(zlib.Z_BEST_SPEED, wbits=_GZIP)
    return head + packer.compress(content) + packer.flush()


def _content(snapshot: Snapshot, written: dict[StorePath, bytes]) -> Iterator[bytes]:
    document = json.dumps(encode(snapshot), sort_keys=True, separators=(",", ":"))
    yield document.encode("ascii") + b"\n"
    store_dir = snapshot.evaluation.store_dir
    derivations, links = snapshot.evaluation.derivations, links_of(snapshot.evaluation.derivations)
    for path in sorted(derivations):
        if path not in written:
            text = _text(derivations, path, store_dir)
            written[path] = _entry(path, text, (*links.sources[path], *links.derivations[path]), store_dir)
        yield written[path]


def _text(derivations: Mapping[StorePath, Derivation], path: StorePath, store_dir: str) -> bytes:
    """Give the store's own text of a derivation: as it was found, or else written."""
    if isinstance(derivations, Stored):
        return derivations.texts.text(path)
    return write_derivation(derivations[path], store_dir)


def _entry(path: StorePath, text: bytes, references: Iterable[StorePath], store_dir: str) -> bytes:
    if drv_path_of(text, derivation_name(path), references, store_dir) != path:
        raise InvalidInputError(
            f"{path} is not what its record says: it cannot be saved",
            hint="please report it, with `nix derivation show` of it",
        )
    return b"%s %d\n%s\n" % (path.encode("ascii"), len(text), text)


def _digest(content: bytes) -> bytes:
    return hashlib.sha256(content).hexdigest().encode("ascii")


def read_snapshot(data: bytes, *, source: str, known: Texts | None = None, largest: int = LARGEST) -> Snapshot:
    """Read a snapshot; ``source`` is what messages call it.

    ``known`` holds derivations that were read before, and gets the new ones: what two snapshots share is read once.
    Raises `InvalidInputError` where it is damaged, cut off, of another version, or too large.
    """
    try:
        with collector_off():
            return _read(data, known or Texts(), largest)
    except InvalidInputError as error:
        raise type(error)(f"{source}: {error.message}", hint=error.hint or MAKE_AGAIN) from None
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        # Its digest is right: it was made like this, and not by nixdrift.
        reason = f"{type(error).__name__}: {error}" if isinstance(error, KeyError) else str(error)
        raise InvalidInputError(f"{source}: is not as a snapshot is written: {reason}", hint=MAKE_AGAIN) from None


def _read(data: bytes, known: Texts, largest: int) -> Snapshot:
    content = _unpacked(data, largest)
    end = content.index(b"\n")
    document: Document = json.loads(content[:end])
    paths = list(_derivations(content, end + 1, document["store"], known))
    return decode(document, known.of(paths))


def _unpacked(data: bytes, largest: int) -> bytes:
    """Unpack, no more than the first line says."""
    head, _line_end, packed = data.partition(b"\n")
    version, size, digest = _head(head)
    if version != VERSION:
        raise InvalidInputError(
            f"is a snapshot of version {version}, and this nixdrift reads version {VERSION}",
            hint=f"update nixdrift, or {MAKE_AGAIN}",
        )
    if size > largest:
        raise InvalidInputError(f"unpacks to {size:,} bytes, and no more than {largest:,} are read")
    unpacker = zlib.decompressobj(wbits=_GZIP)
    try:
        content = unpacker.decompress(packed, size + 1)
    except zlib.error as error:
        raise InvalidInputError(f"is damaged: {error}") from None
    if not unpacker.eof and len(content) <= size:
        raise InvalidInputError(f"is cut off: {len(content):,} of {size:,} bytes are there")
    if len(content) != size or unpacker.unused_data or _digest(content) != digest:
        raise InvalidInputError("is damaged: it is not what its first line says")
    return content


def _head(head: bytes) -> tuple[int, int, bytes]:
    fields = _HEAD.fullmatch(head.removeprefix(_MAGIC))
    if fields is None:
        # A later version may say more in this line.
        version = re.match(rb"([1-9][0-9]{0,8}) ", head.removeprefix(_MAGIC))
        if version is None or int(version[1]) == VERSION:
            raise InvalidInputError("is damaged, or cut off, in its first line")
        return int(version[1]), 0, b""
    return int(fields[1]), int(fields[2]), fields[3]


def _derivations(content: bytes, start: int, store_dir: object, known: Texts) -> Iterator[StorePath]:
    if not isinstance(store_dir, str):
        raise TypeError("its store directory is no text")
    before = ""
    while start < len(content):
        end = content.index(b"\n", start)
        entry = _ENTRY.fullmatch(content[start:end])
        if entry is None:
            raise ValueError(f"no derivation where one is due, at byte {start}")
        path, stop = StorePath(entry[1].decode("ascii")), end + 1 + int(entry[2])
        if not is_store_path(path) or path <= before or content[stop : stop + 1] != b"\n":
            raise ValueError(f"derivations out of order at {path}")
        if not known.learn_proven(path, content[end + 1 : stop], store_dir):
            raise ValueError(f"{path} is the text of another derivation")
        yield path
        before, start = path, stop + 1
