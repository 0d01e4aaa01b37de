"""What is built depends on the machine that builds it, which no derivation says.

Its output may differ from one machine to the next, and a change of what it reads there moves nothing.

Fires:

- `__noChroot` builds outside of the sandbox, where Nix allows that
- `__impureHostDeps` lets paths of the host into the sandbox, beyond those of the system that many builds on macOS have
- a derivation is impure: built anew wherever it is used
- a fixed output reads variables of whoever builds it (`impureEnvVars`), beyond the proxies, certificates, mirrors and
  registries that nixpkgs' fetchers know (note)

Stays silent:

- it was so at base
- it is no part of the project: neither a root, nor built from sources of the repository, nor an attribute of a root
- `impureEnvVars` of what is no fixed output: Nix ignores it

Usual remedy: make an input of what is read.
"""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from nixdrift.derivation.attributes import attributes
from nixdrift.judgement import Finding, Level, TraceStep
from nixdrift.model import Derivation, ImpureOutput, StorePath, is_fixed_output
from nixdrift.rules.inspection import Inspection
from nixdrift.rules.rule import Rule, finding, listed
from nixdrift.sources.proof import paths_named

_USUAL_VARIABLES = re.compile(
    r"(?i:https?_proxy|ftp_proxy|all_proxy|no_proxy|socks_server)|GIT_PROXY_COMMAND|GIT_SSL_CAINFO|SSL_CERT_FILE"
    r"|GOPROXY|NIX_(?:GIT_SSL_CAINFO|SSL_CERT_FILE|CURL_FLAGS|CONNECT_TIMEOUT|HASHED_MIRRORS|MIRRORS_\w+)"
    r"|NIX_(?:CRATES_INDEX|NPM_TOKENS|NPM_REGISTRY_OVERRIDES)"
)
"""What nixpkgs' own fetchers read from the environment."""

_USUAL_PATHS = re.compile(r"/bin/sh|/dev/(?:zero|u?random)|/usr/(?:lib|share/locale)(?:/.*)?|/System/Library/.*")
"""What builds on macOS read of the system, as nixpkgs lets all or many of them."""


def _within(inspection: Inspection) -> Iterator[Finding]:
    own = _own(inspection)
    found: dict[str, Finding] = {}
    for path in sorted(inspection.derivations):
        derivation = inspection.side.graph.derivations[path]
        if path in own or (_may_escape(derivation) and _takes_local(inspection, path)):
            for escape in _escapes(derivation, attributes(derivation)):
                one = _finding(inspection, derivation, *escape)
                found.setdefault(one.fingerprint, one)
    yield from found.values()


def _own(inspection: Inspection) -> set[StorePath]:
    """Give the derivations of which it is known without a look at them that the project makes them."""
    side = inspection.side
    derivations, taken = side.graph.derivations, side.graph.links.derivations
    of_roots = {path for root in side.root_paths for path in taken[root]} & inspection.derivations
    fetched = {path for path in of_roots if is_fixed_output(derivations[path])}
    local = side.graph.referrers(side.sources) if side.sources else set()
    return {*side.root_paths, *side.evaluation.positions, *fetched, *local} & inspection.derivations


def _may_escape(derivation: Derivation) -> bool:
    texts = (derivation.env, derivation.structured_attrs or "")
    escapes = any(name in text for name in ("__noChroot", "__impureHostDeps") for text in texts)
    return escapes or any(isinstance(output, ImpureOutput) for output in derivation.outputs.values())


def _takes_local(inspection: Inspection, path: StorePath) -> bool:
    """Tell whether something is made from a file of the repository, be it one that no change led to."""
    side, tracer = inspection.side, inspection.evidence.tracer
    if tracer is None or side.tree is None:
        return False
    sources = side.graph.closure([path]) & side.graph.input_sources
    return bool(tracer.prover.prove(side.tree, paths_named(side.tree, sources), sources))


def _escapes(derivation: Derivation, known: Mapping[str, str]) -> Iterator[tuple[str, Level, str]]:
    """Give each way in which a derivation depends on the machine: attribute, level, and how it does."""
    if known.get("__noChroot", "") not in {"", "0"}:
        yield "__noChroot", Level.WARNING, "is built outside of the sandbox, where Nix allows that"
    paths = {one for one in known.get("__impureHostDeps", "").split() if not _USUAL_PATHS.fullmatch(one)}
    if paths:
        yield "__impureHostDeps", Level.WARNING, f"reads {listed(paths)} of the machine that builds it"
    if any(isinstance(output, ImpureOutput) for output in derivation.outputs.values()):
        yield "__impure", Level.WARNING, "is impure: built anew each time, with whatever it finds"
    variables = _unusual_variables(known.get("impureEnvVars", ""))
    if variables and is_fixed_output(derivation):
        yield "impureEnvVars", Level.NOTE, f"reads {listed(variables)} of the environment of whoever builds it"


@lru_cache(1024)
def _unusual_variables(names: str) -> frozenset[str]:
    """Choose those of some variables that nixpkgs' fetchers do not know; thousands of fetches name the same ones."""
    return frozenset(one for one in names.split() if not _USUAL_VARIABLES.fullmatch(one))


def _finding(inspection: Inspection, derivation: Derivation, attribute: str, level: Level, what: str) -> Finding:
    path, name = derivation.drv_path, inspection.name(derivation.drv_path)
    return finding(
        "sandbox",
        level,
        name,
        (),
        message=f"{name} {what}",
        reason=f"it has {attribute}: what it reads in this way is no input, and a change of it moves no output",
        remedy=f"make what it needs an input, and remove {attribute}",
        location=inspection.position(path, attribute),
        trace=(TraceStep("break", attribute), TraceStep("component", name, path)),
        identity=(derivation.name, attribute),
    )


SANDBOX = Rule("sandbox", Level.WARNING, "depends on the machine that builds it", within=_within, is_of_each=True)
