"""Lock files and module files: whether two of them say the same, and what a ``go.mod`` takes from beside it."""

import posixpath
import re
import tomllib
from collections.abc import Iterator

import orjson

from nixdrift.manifests import is_requirements

_IN_JSON = frozenset({"composer.lock", "Pipfile.lock", "deno.lock", "flake.lock"})
_IN_TOML = frozenset({"Cargo.lock", "poetry.lock", "uv.lock"})
_DEPENDENCIES = (
    *("name", "version", "overrides", "resolutions", "workspaces", "bundledDependencies", "bundleDependencies"),
    *("dependencies", "devDependencies", "optionalDependencies", "peerDependencies"),
)

_GO_DEPENDENCIES = frozenset({"require", "replace", "exclude", "use"})


def say_the_same(path: str, before: bytes, after: bytes) -> bool:
    """Tell whether two contents of a file differ by nothing but its layout and comments, as far as its kind is known.

    Of a ``package.json`` or a ``go.mod``, only what tells the dependencies counts.
    """
    try:
        return _meaning(path, before) == _meaning(path, after)
    except (ValueError, RecursionError):
        # What cannot be read, or is nested too deeply, says what its bytes say.
        return before == after


def _meaning(path: str, content: bytes) -> object:
    name = path.rpartition("/")[2]
    if name == "package.json":
        manifest = orjson.loads(content)
        if not isinstance(manifest, dict):
            return manifest
        return {key: manifest[key] for key in _DEPENDENCIES if key in manifest}
    if name in _IN_JSON or name.endswith(".json"):
        return orjson.loads(content)
    if name in _IN_TOML or name.endswith(".toml"):
        return tomllib.loads(content.decode("utf-8"))
    text = content.decode("utf-8", "surrogateescape")
    if name in {"go.mod", "go.work"}:
        return frozenset(one for one in go_directives(text) if one.partition(" ")[0] in _GO_DEPENDENCIES)
    if name in {"go.sum", "go.work.sum"}:
        return frozenset(text.split("\n")) - {""}
    return list(_lines(text, comments="#" if _has_comments(name) else None))


def _has_comments(name: str) -> bool:
    return name.endswith((".lock", ".yaml", ".lockfile")) or is_requirements(name)


def _lines(text: str, comments: str | None) -> Iterator[str]:
    for line in text.splitlines():
        if line.strip() and not (comments and line.lstrip().startswith(comments)):
            yield line.rstrip()


_COMMENT = re.compile(r"//.*$", re.MULTILINE)


def go_directives(text: str) -> Iterator[str]:
    """Give the directives of a ``go.mod`` or ``go.work``, one a line, those in a block with the block's word before.

    Source: https://go.dev/ref/mod#go-mod-file-grammar
    """
    block = ""
    for line in _COMMENT.sub("", text).splitlines():
        words = line.split()
        if words[1:] == ["("]:
            block = words[0]
        elif words == [")"]:
            block = ""
        elif words:
            yield " ".join([block, *words] if block else words)


def replaced_directories(text: str, directory: str) -> Iterator[str]:
    """Give the directories of a repository that a ``go.mod`` in one of its directories has modules replaced with."""
    for directive in go_directives(text):
        word, _, rest = directive.partition(" ")
        target = rest.partition(" => ")[2].strip('"`')
        if word == "replace" and target.startswith(("./", "../")):
            path = posixpath.normpath(posixpath.join(directory, target))
            if not path.startswith(".."):
                yield "" if path == "." else path
