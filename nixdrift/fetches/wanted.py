"""What one address says of the thing that is fetched from it: which commit, which version, and what of it.

Nothing here knows the thing itself. ``mirror://gnu/sed/sed-4.8.tar.xz`` and ``https://example.org/old/sed_4.8.tar.xz``
are two addresses of one thing as far as their words tell, and ``…/sed-4.9.tar.xz`` is another one's.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote

Words = frozenset[str]

_NOTHING: Words = frozenset()


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an address names."""

    commits: Words = _NOTHING
    """Ids of commits, whole or abbreviated."""
    version: str = ""
    """The numbers in it, with dots between them; empty where there are none."""
    what: Words = _NOTHING
    """The words of the last part, without those that any address may have (``src``, ``archive``)."""
    project: Words = _NOTHING
    """The words of the nearest part above that has any."""
    packing: Words = _NOTHING
    """How it is packed: ``tar``, ``gz``."""
    folder: str = ""
    """All that stands before the last part, where that has no number of its own."""


@dataclass(frozen=True, slots=True)
class _Words:
    """One part of an address, word by word."""

    commits: Words
    version: str
    words: Words
    packing: Words


def wanted(address: str, revision: str = "") -> Wanted:
    """Read an address, and the revision that is asked for beside it: a commit, a tag, or nothing."""
    whole = address.partition("#")[0]
    path, _, query = unquote(whole.partition("://")[2] or whole).partition("?")
    files = [value for _key, _, value in (one.partition("=") for one in query.split("&")) if _is_file(value)]
    if files:
        # What is asked for is named behind a script: download.php?file=/releases/sed-4.8.tar.gz
        path, query = f"{path}/{files[-1]}", ""
    *directories, base = path.rstrip("/").split("/")
    parts = [*(_words(part, _LEADS_THERE, _WHOLE_COMMIT) for part in directories), _words(base)]
    if revision:
        return _at_revision(parts, revision)
    last, *above = _without_last(parts, _words(query, _LEADS_THERE))
    commits = last.commits.union(*(part.commits for part in above))
    named = (part.words for part in above if part.words)
    version = last.version or next((part.version for part in above if part.version and not part.commits), "")
    # What is asked for by its commit needs no version; a directory's number is that of something else, mostly.
    version = last.version if commits else version
    folder = "" if last.version or last.commits else whole.rstrip("/").rpartition("/")[0]
    return Wanted(commits, version, last.words, next(named, _NOTHING), last.packing, folder)


def _at_revision(parts: list[_Words], revision: str) -> Wanted:
    """Read the address of a repository: what is fetched from it is its tree at a revision."""
    asked = _words(_BEFORE_TAG.sub("", revision))
    project = next((part.words for part in reversed(parts) if part.words), _NOTHING)
    return Wanted(asked.commits, asked.version, asked.words, project)


def _without_last(parts: list[_Words], query: _Words) -> Iterator[_Words]:
    """Give the parts from the last to the first, the query with the last, and without those that say nothing."""
    telling = [part for part in reversed(parts) if part.words or part.version or part.commits or part.packing]
    last = telling[0] if telling else _Words(_NOTHING, "", _NOTHING, _NOTHING)
    version = ".".join(filter(None, (last.version, query.version)))
    packing = last.packing | query.packing
    yield _Words(last.commits | query.commits, version, last.words | query.words, packing)
    yield from telling[1:]


_BEFORE_TAG = re.compile(r"^(?:refs/)?(?:tags|heads)/")

_PACKINGS = {
    **{name: (name,) for name in ("tar", "gz", "bz2", "xz", "lz", "lzma", "zst", "z", "zip", "7z", "rar", "patch")},
    **{name: (name,) for name in ("gem", "crate", "jar", "war", "whl", "egg", "deb", "rpm", "nupkg")},
    "tgz": ("tar", "gz"),
    "tbz": ("tar", "bz2"),
    "tbz2": ("tar", "bz2"),
    "txz": ("tar", "xz"),
    "diff": ("patch",),
}
"""What a file's name ends with → how it is packed, in one spelling."""

_SAYS_NOTHING = frozenset(
    {
        *("git", "src", "source", "sources", "orig", "archive", "release", "rel", "version", "ver", "v"),
        *("download", "snapshot", "tarball", "zipball"),
    }
)
"""Words in the last part of an address that do not tell what it is the address of."""

_LEADS_THERE = _SAYS_NOTHING.union(
    ("archives", "releases", "downloads", "files", "file", "get", "raw", "blob", "plain", "dist", "distfiles", "pub"),
    ("refs", "tags", "tag", "heads", "branch", "rev", "ref", "commit", "id", "sha", "h", "f", "p", "o", "n"),
    ("repository", "repos", "www", "http", "https", "api"),
)
"""Words above the last part, and in what is asked for behind it, that do not."""

_WORD = re.compile(r"[^\W_]+")
_WHOLE_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_COMMIT = re.compile(_WHOLE_COMMIT.pattern + r"|(?=[0-9]*[a-f])(?=[a-f]*[0-9])[0-9a-f]{7,12}")
_NUMBERED = re.compile(r"(?:v|r|rc|rev|alpha|beta|pre|build|patch|p|a|b)[0-9]+|alpha|beta|pre|rc")
_NUMBERED_FIRST = re.compile(r"[vr][0-9]+")
_PIECE = re.compile(r"[0-9]+|[^0-9]+[0-9]*")
_MARK = re.compile(r"^[vr](?=[0-9]+$)")
_SPLIT_MARK = re.compile(r"\b(alpha|beta|pre|rc)\.(?=[0-9])")


def _words(part: str, noise: Words = _SAYS_NOTHING, commit: re.Pattern[str] = _COMMIT) -> _Words:
    commits: set[str] = set()
    numbers: list[str] = []
    words: set[str] = set()
    packing: set[str] = set()
    for place, word in enumerate(_WORD.findall(part.casefold())):
        if word in _PACKINGS:
            packing.update(_PACKINGS[word])
        elif commit.fullmatch(word):
            commits.add(word)
        elif word[0].isdigit() or (_NUMBERED if place else _NUMBERED_FIRST).fullmatch(word):
            numbers += _PIECE.findall(_MARK.sub("", word))
        elif word not in noise:
            words.add(word)
    return _Words(frozenset(commits), _SPLIT_MARK.sub(r"\1", ".".join(numbers)), frozenset(words), frozenset(packing))


def _is_file(text: str) -> bool:
    return "." in text and bool(_words(text).packing)


@lru_cache(1 << 17)
def version_in(name: str) -> str:
    """Give the version in a derivation's name, spelled as in `Wanted.version`."""
    match = re.search(r"-(?=[^A-Za-z])(.*)$", name, re.DOTALL)
    return _words(match[1]).version if match else ""


def share_commit(one: Iterable[str], other: Iterable[str]) -> bool:
    """Tell whether two sets of commit ids have one in common, abbreviated in either of them or not."""
    return any(a.startswith(b) or b.startswith(a) for a in one for b in other)
