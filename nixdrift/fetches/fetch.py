"""What a fixed-output derivation asks for, read from its attributes.

Its inputs are no part of that: a new curl, another compiler or sources that it inherits ask for nothing else.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from nixdrift.derivation.attributes import attributes
from nixdrift.fetches.wanted import Wanted, version_in, wanted
from nixdrift.model import Derivation, FixedOutput, StorePath
from nixdrift.naming import without_version
from nixdrift.store.base32 import ALPHABET
from nixdrift.store.paths import PLACEHOLDER_PATTERN, STORE_PATH_PATTERN

_ADDRESSES = ("url", "urls", "imageName", "eggName")
_REVISIONS = ("rev", "tag", "ref", "imageDigest", "date")

OPTIONS = (
    *("outputHashMode", "executable", "unpack", "recursiveHash", "curlOpts", "curlOptsList"),
    *("leaveDotGit", "fetchSubmodules", "fetchSubrepos", "subrepoClause", "deepClone", "fetchLFS", "fetchTags"),
    *("sparseCheckout", "nonConeMode", "rootDir", "ignoreExternals", "branchName", "module", "selector"),
    *("excludes", "includes", "stripLen", "extraPrefix", "relative", "decode", "revert", "hunks"),
    *("proxyVendor", "deleteVendor", "modRoot", "cargoRoot", "npmRoot", "pnpmRoot", "pnpmWorkspaces"),
    *("forceGitDeps", "forceEmptyCache", "npmFlags", "NPM_FETCHER_VERSION", "fetcherVersion", "os", "arch"),
)
"""Attributes that decide what of a thing is fetched, by the names that nixpkgs' fetchers have for them."""

SCRIPTS = (
    *("buildCommand", "configurePhase", "buildPhase", "installPhase", "cargoUpdateHook"),
    *("preFetch", "postFetch", "postBuild", "preInstall", "postInstall"),
)
"""Attributes that are run to make the output, but for those that builders let it inherit from what is built with it."""

_ALL = frozenset((*_ADDRESSES, *_REVISIONS, *OPTIONS, *SCRIPTS, "cvsRoot", "version"))
_OPTIONS = {name: place for place, name in enumerate(OPTIONS)}
_SCRIPTS = {name: place for place, name in enumerate(SCRIPTS)}

_URL = re.compile(r"\b(?:https?|ftp|git|ssh|s3|svn|file|mirror)://[^\s'\"\\;()<>]+")
_STORE_PATH = re.compile(rf"{STORE_PATH_PATTERN}|{PLACEHOLDER_PATTERN}")
_DIGEST = re.compile(rf"(?<![0-9a-z])[{ALPHABET}]{{32}}-")
_FALSE = frozenset({"", "0", "false"})


@dataclass(frozen=True, slots=True)
class Fetch:
    """One request: all in it that has a say in what comes back."""

    name: str
    """The derivation's."""
    addresses: tuple[str, ...]
    """Where it is asked for, the first one first; none where a script alone knows."""
    revision: str
    """The commit or tag that is asked for there; empty where the address says it all."""
    version: str
    """The version that the derivation's name claims."""
    options: Mapping[str, str]
    """Option → text, without those that are not set."""
    scripts: Mapping[str, str]
    """What is run → its text, without the store paths in it."""
    tools: frozenset[StorePath]
    """What it is run with."""
    is_file: bool
    """Whether what comes is hashed as it is: one file, and nothing unpacked."""

    @property
    def key(self) -> object:
        """What is equal for two fetches that ask for the same thing in the same way."""
        return self.name, self.addresses, self.revision, (*self.options.items(),), (*self.scripts.items(),)

    @property
    def stem(self) -> str:
        """The derivation's name without its version."""
        return without_version(self.name)

    @property
    def wanted(self) -> tuple[Wanted, ...]:
        """What each of the addresses names."""
        return tuple(wanted(address, self.revision) for address in self.addresses)


def read_fetch(derivation: Derivation) -> Fetch:
    """Read what a fixed-output derivation asks for."""
    known = attributes(derivation)
    scripts = {name: _STORE_PATH.sub("", known[name]) for name in _given(known, _SCRIPTS) if known[name]}
    scripts["args"] = _STORE_PATH.sub("", "\n".join(derivation.args))
    return Fetch(
        derivation.name,
        _addresses(known, scripts.values()),
        next((known[name] for name in _REVISIONS if known.get(name)), ""),
        version_in(derivation.name) or (known.get("version", "") if known.get("eggName") else ""),
        {name: known[name] for name in _given(known, _OPTIONS) if known[name] not in _FALSE},
        scripts,
        frozenset(derivation.input_derivations),
        any(isinstance(one, FixedOutput) and one.method == "flat" for one in derivation.outputs.values()),
    )


def ask_alike(one: Derivation, other: Derivation) -> bool:
    """Tell quickly of two derivations that they have equal keys; where this says no, they may all the same."""
    if one.name != other.name or one.args != other.args or one.structured_attrs or other.structured_attrs:
        return False
    return all(one.env.get(name) == other.env.get(name) for name in _ALL & (one.env.keys() | other.env.keys()))


def _given(known: Mapping[str, str], names: Mapping[str, int]) -> list[str]:
    """Give those of some names that are known, in their order."""
    return sorted(known.keys() & names.keys(), key=names.__getitem__)


def _addresses(known: Mapping[str, str], scripts: Iterable[str]) -> tuple[str, ...]:
    found = [address for name in _ADDRESSES for address in known.get(name, "").split()]
    if known.get("cvsRoot"):
        found.append(f"{known['cvsRoot']}/{known.get('module', '')}")
    # One that is no fetcher's may have its address anywhere in what it runs.
    found = found or [url for text in scripts for url in _URL.findall(text)]
    return tuple(dict.fromkeys(_DIGEST.sub("", address) for address in found))
