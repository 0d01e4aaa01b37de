"""Flake references: the URLs by which a flake asks for its inputs, as the attributes that a lock file keeps.

Source: https://nix.dev/manual/nix/latest/command-ref/new-cli/nix3-flake#flake-references; held against
``builtins.parseFlakeRef`` of Nix 2.26 and 2.34.
"""

import re
from collections.abc import Mapping
from urllib.parse import unquote, urlsplit

Reference = Mapping[str, str | bool]
"""Attribute → value, as in ``{ type = "github"; owner = "a"; repo = "b"; }``."""

_FORGES = frozenset({"github", "gitlab", "sourcehut"})
_FLAGS = frozenset({"shallow", "submodules", "allRefs", "lfs", "exportIgnore", "verifyCommit"})
_WORDS = frozenset({"ref", "rev", "dir", "host"})
_HOSTS = {"github": "github.com", "gitlab": "gitlab.com", "sourcehut": "git.sr.ht"}
_REVISION = re.compile(r"[0-9a-f]{40}")
_NAME = re.compile(r"[A-Za-z][\w-]*")


def parse_reference(url: str) -> Reference | None:
    """Read a flake reference that is written as a URL, or give None for one of a kind that is not known here."""
    body, _, query = url.partition("?")
    parameters = _parameters(query)
    found = _located(body)
    if found is None or parameters is None or "%" in body or "#" in url:
        return None
    return {**found, **parameters}


def _parameters(query: str) -> Reference | None:
    parameters: dict[str, str | bool] = {}
    for part in filter(None, query.split("&")):
        name, _, value = part.partition("=")
        if name in _WORDS:
            parameters[name] = unquote(value)
        elif name in _FLAGS:
            parameters[name] = value == "1"
        else:
            return None
    return parameters


def _located(body: str) -> Reference | None:
    scheme, colon, rest = body.partition(":")
    if not colon:
        return _path_or_name(body)
    if scheme == "flake":
        return _registered(rest)
    if scheme == "path":
        return {"type": "path", "path": rest}
    if scheme in _FORGES:
        return _forge(scheme, rest)
    if scheme.startswith("git+"):
        return {"type": "git", "url": f"{scheme.removeprefix('git+')}:{rest}"}
    if scheme == "git":
        return {"type": "git", "url": body}
    for kind in ("tarball", "file"):
        if scheme.startswith(f"{kind}+"):
            return {"type": kind, "url": f"{scheme.removeprefix(f'{kind}+')}:{rest}"}
    return {"type": "tarball", "url": body} if scheme in {"http", "https"} else None


def _path_or_name(body: str) -> Reference | None:
    if body.startswith((".", "/")):
        return {"type": "path", "path": body}
    return _registered(body)


def _registered(name: str) -> Reference | None:
    parts = name.split("/")
    if not all(parts) or len(parts) > 3 or _NAME.fullmatch(parts[0]) is None:
        return None
    return {"type": "indirect", "id": parts[0], **_ref_or_rev(parts[1:])}


def _forge(kind: str, rest: str) -> Reference | None:
    parts = rest.split("/")
    if len(parts) < 2 or not all(parts):
        return None
    more = parts[2:]
    if kind == "github" and len(more) > 1:
        more = ["/".join(more)]
    return None if len(more) > 1 else {"type": kind, "owner": parts[0], "repo": parts[1], **_ref_or_rev(more)}


def _ref_or_rev(parts: list[str]) -> Reference:
    if len(parts) == 2:
        return {"ref": parts[0], "rev": parts[1]}
    return {("rev" if _REVISION.fullmatch(part) else "ref"): part for part in parts}


def local_path(reference: Reference) -> str | None:
    """Give the path on this machine, or within the flake, that a reference leads to; None: it leads elsewhere."""
    match reference.get("type"), reference.get("path"), reference.get("url"):
        case "path", str(path), _:
            return path
        case "git", _, str(url) if url.startswith("file:"):
            return unquote(url.removeprefix("file://").removeprefix("file:"))
    return None


def repository_name(reference: Reference) -> str | None:
    """Give the repository on a forge or server that a reference leads to, as ``host/owner/repository``."""
    kind = str(reference.get("type"))
    if kind in _FORGES:
        return f"{reference.get('host') or _HOSTS[kind]}/{reference.get('owner')}/{reference.get('repo')}".casefold()
    url = reference.get("url")
    return remote_name(url) if kind == "git" and isinstance(url, str) else None


def remote_name(url: str) -> str | None:
    """Give the repository that git's URL of a remote leads to, as ``host/owner/repository``; None: a local one."""
    if "://" not in url:
        host, colon, path = url.partition(":")
        return _named(host.rpartition("@")[2], path) if colon and "/" not in host else None
    try:
        parts = urlsplit(url)
    except ValueError:
        # A host in brackets that is none.
        return None
    return _named(parts.hostname, parts.path) if parts.scheme != "file" and parts.hostname else None


def _named(host: str | None, path: str) -> str:
    return f"{host}/{path.strip('/').removesuffix('.git')}".casefold()
