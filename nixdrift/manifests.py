"""Build manifests: the files that say that something is built in their directory, and what it is called."""

import re
import tomllib
from collections.abc import Callable, Mapping
from typing import Any

import orjson

GO_MODULE = re.compile(rb"^\s*module\s+\"?([^\s\"]+)", re.MULTILINE)


def _go_module(content: bytes) -> str | None:
    match = GO_MODULE.search(content)
    if match is None:
        return None
    parts = match[1].decode("utf-8", "replace").rstrip("/").split("/")
    # A major version at the end of a module path is no name: example.org/goinstance/v2.
    return parts[-2] if len(parts) > 1 and re.fullmatch(r"v[0-9]+", parts[-1]) else parts[-1]


def _in_toml(*keys: str) -> Callable[[bytes], str | None]:
    return lambda content: _at(tomllib.loads(content.decode("utf-8")), keys)


def _in_json(*keys: str) -> Callable[[bytes], str | None]:
    return lambda content: _at(orjson.loads(content), keys)


def _at(value: Any, keys: tuple[str, ...]) -> str | None:
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    # npm scopes: @example/goinstance is goinstance
    return value.rpartition("/")[2] if isinstance(value, str) else None


def _unnamed(_content: bytes) -> str | None:
    return None


MANIFESTS: Mapping[str, Callable[[bytes], str | None]] = {
    "go.mod": _go_module,
    "Cargo.toml": _in_toml("package", "name"),
    "package.json": _in_json("name"),
    "pyproject.toml": _in_toml("project", "name"),
    "composer.json": _in_json("name"),
    "mix.exs": _unnamed,
    "pom.xml": _unnamed,
    "build.gradle": _unnamed,
    "build.gradle.kts": _unnamed,
    "CMakeLists.txt": _unnamed,
    "meson.build": _unnamed,
    "Makefile": _unnamed,
    "Gemfile": _unnamed,
    "setup.py": _unnamed,
    "dune-project": _unnamed,
    "stack.yaml": _unnamed,
}
"""File name → how to read the name of what is built there; some do not say."""

LOCK_FILES = frozenset(
    {
        "go.mod",
        "go.sum",
        "go.work",
        "go.work.sum",
        "Cargo.lock",
        "package-lock.json",
        "npm-shrinkwrap.json",
        "pnpm-lock.yaml",
        "yarn.lock",
        "bun.lock",
        "bun.lockb",
        "deno.lock",
        "poetry.lock",
        "uv.lock",
        "Pipfile.lock",
        "composer.lock",
        "mix.lock",
        "Gemfile.lock",
        "gradle.lockfile",
        "packages.lock.json",
        "pubspec.lock",
    }
)
"""Files that pin what is fetched: the hash of a vendored tree stands for them."""


def is_lock_file(path: str) -> bool:
    """Tell whether a path pins what is fetched."""
    return path.rpartition("/")[2] in LOCK_FILES or is_requirements(path)


def is_requirements(path: str) -> bool:
    """Tell whether a path is one of the files that ``pip`` reads, such as ``requirements-dev.txt``."""
    name = path.rpartition("/")[2]
    return name.startswith("requirements") and name.endswith(".txt")


def manifest_name(file_name: str, content: bytes) -> str | None:
    """Read what a manifest calls the thing that is built in its directory, or None if it does not say."""
    try:
        return MANIFESTS[file_name](content)
    except (ValueError, RecursionError):
        return None
