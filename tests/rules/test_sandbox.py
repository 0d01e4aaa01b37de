"""The rule `sandbox`: when it fires, and when it stays silent."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest

from nixdrift.judgement import Finding
from nixdrift.model import Derivation, ImpureOutput, StorePath
from nixdrift.rules import inspect
from nixdrift.rules.inspection import Inspection, inspections
from tests.worlds import STACK, Revision, edited, make_world

Edit = Callable[[Derivation], Derivation]


def variables(**env: str) -> Edit:
    return lambda derivation: replace(derivation, env={**derivation.env, **env})


def structured(**attributes: object) -> Edit:
    return lambda derivation: replace(derivation, structured_attrs=json.dumps(attributes))


def impure(derivation: Derivation) -> Derivation:
    return replace(derivation, outputs={"out": ImpureOutput("nar", "sha256")})


def expression(revision: Revision) -> Mapping[str, StorePath]:
    """Give a root with a fixed output, an own derivation two steps below, and a tool that is nobody's."""
    plugin = revision.derive("plugin-1.0", fixed="plugin")
    tool = revision.derive("tool-1.0", [], [revision.derive("deep-tool-1.0")])
    prepared = revision.derive("prepared-1.0", [revision.source("goinstance")], [tool])
    wrapped = revision.derive("wrapped-1.0", [], [prepared])
    return {"goinstance": revision.derive("goinstance-1.0", [], [plugin, wrapped])}


def inspected(
    name: str, edit: Edit, *, is_check: bool = False, names: frozenset[str | None] | None = None
) -> list[Finding]:
    """Edit the derivation of one name, and look at all, at those that are of head alone, or at those of some names."""
    after = edited(STACK, {"docs/operations.md": "# Other\n"}) if is_check else STACK
    comparison = make_world(expression, STACK, after).compare()
    _base, head = inspections(comparison)
    side = head.side
    known = {path: edit(one) if one.name == name else one for path, one in side.graph.derivations.items()}
    edited_side = replace(side, graph=replace(side.graph, derivations=known))
    looked_at = frozenset(known)
    inspection = Inspection(edited_side, head.config, head.evidence, looked_at, frozenset(), head.names)
    found = inspect(inspection if names is None else inspection.of(names))
    return [one for one in found if one.rule == "sandbox"]


FIRES = [
    ("warning", "goinstance-1.0", variables(__noChroot="1"), "__noChroot"),
    ("warning", "goinstance-1.0", structured(__noChroot=True), "__noChroot"),
    ("warning", "prepared-1.0", variables(__noChroot="1"), "__noChroot"),
    ("warning", "wrapped-1.0", structured(__noChroot=True), "__noChroot"),
    ("warning", "goinstance-1.0", variables(__impureHostDeps="/bin/sh /etc/launch.conf"), "/etc/launch.conf"),
    ("warning", "goinstance-1.0", structured(__impureHostDeps=["/etc/launch.conf"]), "/etc/launch.conf"),
    ("warning", "prepared-1.0", impure, "impure"),
    ("note", "plugin-1.0", variables(impureEnvVars="http_proxy PLUGIN_TOKEN"), "PLUGIN_TOKEN"),
    ("note", "plugin-1.0", structured(impureEnvVars=["PLUGIN_TOKEN"]), "PLUGIN_TOKEN"),
]

USUAL = (
    "http_proxy https_proxy ftp_proxy all_proxy no_proxy HTTP_PROXY HTTPS_PROXY FTP_PROXY ALL_PROXY NO_PROXY "
    "NIX_SSL_CERT_FILE NIX_GIT_SSL_CAINFO GIT_PROXY_COMMAND SOCKS_SERVER NIX_CURL_FLAGS NIX_HASHED_MIRRORS "
    "NIX_CONNECT_TIMEOUT NIX_MIRRORS_gnu NIX_MIRRORS_hashedMirrors GOPROXY NIX_NPM_TOKENS NIX_CRATES_INDEX"
)

SILENT = [
    ("goinstance-1.0", variables()),
    ("goinstance-1.0", variables(__noChroot="", __impureHostDeps="")),
    ("goinstance-1.0", structured(__noChroot=False, __impureHostDeps=[], impureEnvVars=[])),
    ("goinstance-1.0", variables(__impureHostDeps="/bin/sh /dev/zero /usr/lib/libSystem.B.dylib")),
    ("goinstance-1.0", variables(__impureHostDeps="/System/Library/Frameworks/Security.framework")),
    ("goinstance-1.0", variables(impureEnvVars="LAUNCH_TOKEN")),
    ("plugin-1.0", variables(impureEnvVars=USUAL)),
    ("deep-tool-1.0", variables(__noChroot="1")),
    ("deep-tool-1.0", impure),
]


@pytest.mark.parametrize(("level", "name", "edit", "told"), FIRES)
def test_it_fires(level: str, name: str, edit: Edit, told: str) -> None:
    (finding,) = inspected(name, edit)

    assert finding.level.value == level
    assert told in f"{finding.message} {finding.reason}"
    # A check asks once more of base, and only for what has a name that a finding has.
    assert inspected(name, edit, names=frozenset({finding.component})) == [finding]
    assert inspected(name, edit, names=frozenset({"another"})) == []


@pytest.mark.parametrize(("name", "edit"), SILENT)
def test_it_stays_silent(name: str, edit: Edit) -> None:
    assert inspected(name, edit) == []


def test_sources_to_which_no_change_led_are_looked_up() -> None:
    assert len(inspected("prepared-1.0", variables(__noChroot="1"), is_check=True)) == 1
    assert inspected("deep-tool-1.0", variables(__noChroot="1"), is_check=True) == []


def test_each_way_out_is_a_finding_of_its_own() -> None:
    both = variables(__noChroot="1", __impureHostDeps="/etc/launch.conf")

    assert len({one.fingerprint for one in inspected("goinstance-1.0", both)}) == 2
