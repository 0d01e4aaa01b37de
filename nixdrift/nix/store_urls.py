"""URLs of stores, as Nix's ``--store`` takes them."""

from pathlib import Path
from urllib.parse import parse_qs, unquote


def is_store_url(text: str) -> bool:
    """Tell whether a text is the URL of a store, as Nix's ``--store`` takes it."""
    scheme, separator, _rest = text.partition("://")
    if separator:
        return bool(scheme) and scheme.replace("-", "").replace("+", "").isalnum()
    return text.partition("?")[0] in {"auto", "daemon", "local"}


def scheme_of(url: str) -> str:
    """Give the scheme of a URL; empty for ``daemon``, ``local`` and ``auto``."""
    scheme, separator, _rest = url.partition("://")
    return scheme if separator else ""


def directories_of(url: str) -> tuple[Path, ...]:
    """Give the directory of this machine in which a store lies, as its URL may be read; none: it lies elsewhere."""
    place, _mark, parameters = url.removeprefix(f"{scheme_of(url)}://").partition("?")
    if scheme_of(url) == "file":
        return Path(place), Path(unquote(place))
    if scheme_of(url) in {"", "local"}:
        return tuple(Path(root) for root in parse_qs(parameters).get("root", ()))
    return ()


def without_password(url: str) -> str:
    """Give a URL as messages show it."""
    scheme, separator, rest = url.partition("://")
    authority, slash, path = rest.partition("/")
    user, at, host = authority.rpartition("@")
    if not separator or ":" not in user:
        return url
    return f"{scheme}://{user.partition(':')[0]}:…{at}{host}{slash}{path}"
