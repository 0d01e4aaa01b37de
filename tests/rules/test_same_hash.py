"""The rule `same-hash`: when it fires, and when it stays silent."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from nixdrift.graph import build_graph
from nixdrift.judgement import Finding
from nixdrift.model import Derivation, FixedOutput
from nixdrift.rules import inspect
from nixdrift.rules.inspection import Inspection, inspections
from tests.rules.fetching import COMMIT, FORGE, OTHER, Fetched, at, built_from, found
from tests.worlds import STACK, edited, make_world

V1, V2 = f"{FORGE}/launcher/archive/v1.0.tar.gz", f"{FORGE}/launcher/archive/v2.0.tar.gz"
STARTER = f"{FORGE}/starter/archive/v1.0.tar.gz"
GIT = f"{FORGE}/launcher.git"

FIRES = [
    ("warning", at(V1), at(V2)),
    ("warning", at(V1), at(V2, name="launcher-next")),
    ("warning", at(V1), at(STARTER)),
    ("warning", at(GIT, rev=COMMIT), at(GIT, rev=OTHER)),
    ("warning", at("https://example.org/1.0/a-1-linux"), at("https://example.org/1.0/a-1-darwin")),
    ("note", at("https://example.org/tables/kbk.emd"), at("https://example.org/tables/kpk.emd")),
]

SILENT = [
    ("one address", at(V1), at(V1, name="launcher-source")),
    ("one file on two hosts", at("https://example.org/a-1.0.zip"), at("https://example.net/old/a_1.0.zip")),
    ("one commit", at(GIT, rev=COMMIT), at(f"{FORGE}/launcher/archive/{COMMIT}.tar.gz")),
    ("a tag and a commit", at(GIT, rev=COMMIT), at(V1)),
    ("a version, and none", at("https://example.org/cdk.zip"), at("https://example.org/cdk-5.zip")),
    ("no address", Fetched(name="a-go-modules"), Fetched(name="b-go-modules")),
    ("one without an address", Fetched(name="a-go-modules"), at(V1)),
    ("two hashes", at(V1), at(V2, fixed="another")),
]


@pytest.mark.parametrize(("level", "one", "other"), FIRES)
def test_it_fires_where_the_second_one_comes(level: str, one: Fetched, other: Fetched) -> None:
    (finding,) = found("same-hash", [one], [one, other])

    assert (finding.level.value, finding.component) == (level, "goinstance")
    assert "refresh" in finding.remedy


@pytest.mark.parametrize(("one", "other"), [(one[1], one[2]) for one in SILENT], ids=[one[0] for one in SILENT])
def test_it_stays_silent(one: Fetched, other: Fetched) -> None:
    assert found("same-hash", [one], [one, other]) == []


def test_it_stays_silent_about_what_was_so_before() -> None:
    both = [at(V1), at(V2)]

    assert found("same-hash", both, both, STACK, edited(STACK, {"goinstance/main.go": "package launch\n"})) == []
    assert found("same-hash", both, [replace(one, tool="curl-8.2") for one in both]) == []


def test_it_stays_silent_about_an_old_pair_of_which_one_is_fetched_once_more() -> None:
    both = [at(V1), at(V2, name="second")]

    assert found("same-hash", both, [*both, at(V1, name="again", tool="curl-8.2")]) == []


def audited(*fetched: Fetched) -> list[Finding]:
    """Look at one revision by itself."""
    comparison = make_world(built_from(*fetched), STACK, STACK).compare()
    _base, head = inspections(comparison)
    return list(
        inspect(Inspection(head.side, head.config, head.evidence, frozenset(head.side.graph.derivations), head.paths))
    )


def test_one_revision_alone_shows_it() -> None:
    assert [one.rule for one in audited(at(V1), at(V2))] == ["same-hash"]
    assert audited(at(V1), at(V2, fixed="another")) == []


def test_every_two_of_three_are_told() -> None:
    assert len(audited(at(V1), at(V2), at(STARTER))) == 3


def test_the_fingerprint_of_a_pair_does_not_depend_on_which_of_them_is_new() -> None:
    one, other = at(V1), at(V2)

    def prints(first: Sequence[Fetched], then: Sequence[Fetched]) -> list[str]:
        return [finding.fingerprint for finding in found("same-hash", first, then)]

    assert prints([one], [one, other]) == prints([other], [one, other]) == prints([], [one, other])


def with_digest(derivation: Derivation, digest: str) -> Derivation:
    outputs = {
        name: replace(output, digest=digest) if isinstance(output, FixedOutput) else output
        for name, output in derivation.outputs.items()
    }
    return replace(derivation, outputs=outputs)


EMPTY_FILE = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
EMPTY_DIRECTORY = "a50a5ab6d992f5598edd92105059fae9acfc192981e08bd88534c2167e92526a"


@pytest.mark.parametrize(("digest", "findings"), [(EMPTY_FILE, 0), (EMPTY_DIRECTORY, 0), ("0" * 64, 0), ("1" * 64, 1)])
def test_it_stays_silent_about_hashes_of_nothing(digest: str, findings: int) -> None:
    comparison = make_world(built_from(at(V1), at(V2)), STACK, STACK).compare()
    side = comparison.after
    known = {path: with_digest(one, digest) for path, one in side.graph.derivations.items()}
    changed = replace(side, graph=build_graph(known, source="head"))

    looked_at = Inspection(changed, comparison.config, comparison.evidence, frozenset(known), frozenset())

    assert len(inspect(looked_at)) == findings
