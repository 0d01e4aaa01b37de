"""The rule `request`: when it fires, and when it stays silent."""

import pytest

from tests.rules.fetching import COMMIT, FORGE, OTHER, Fetched, at, found
from tests.worlds import STACK, edited

V1, V2 = f"{FORGE}/launcher/archive/v1.0.tar.gz", f"{FORGE}/launcher/archive/v2.0.tar.gz"
GIT = f"{FORGE}/launcher.git"

FIRES = [
    ("error", "another version", at(V1), at(V2)),
    ("error", "another version", at(V1), at(V2, tool="curl-8.2")),
    ("error", "another version", at(GIT, rev="v1"), at(GIT, rev="v2")),
    ("error", "another commit", at(GIT, rev=COMMIT), at(GIT, rev=OTHER)),
    ("error", "another file", at("https://a.example.org/x.zip"), at("https://a.example.org/y.zip")),
    ("error", "another version", at("https://a.example.org/x", name="x-1"), at("https://a.example.org/x", name="x-2")),
    (
        "error",
        "another version",
        at("https://a.example.org/x-1", name="x-1"),
        at("https://a.example.org/x-2", name="x-2"),
    ),
    ("warning", "something else", at(GIT, rev=COMMIT), at(GIT, rev="v1")),
    ("warning", "another project", at(V1), at(f"{FORGE}/starter/archive/v1.0.tar.gz")),
    ("warning", "fetchSubmodules", at(GIT, rev="v1"), at(GIT, rev="v1", fetchSubmodules="1")),
    ("warning", "sparseCheckout", at(GIT, rev="v1", sparseCheckout="a"), at(GIT, rev="v1", sparseCheckout="b")),
    ("warning", "another script", at(V1, postFetch="a"), at(V1, postFetch="b")),
    ("warning", "another script", Fetched({"buildPhase": "go mod vendor"}), Fetched({"buildPhase": "go mod download"})),
    ("note", "elsewhere", at(V1), at("https://example.org/old/launcher/archive/v1.0.tar.gz")),
    ("note", "elsewhere", at(GIT, rev="refs/tags/v1"), at(GIT, rev="1")),
    ("note", "other tools", at(V1, postFetch="a"), at(V1, postFetch="b", tool="curl-8.2")),
]

SILENT = [
    ("what it takes", at(V1), at(V1, tool="curl-8.2")),
    ("the hash, too", at(V1), at(V2, fixed="another")),
    ("its name", at(V1), at(V1, name="launcher-source")),
    ("the version in a name whose address has one", at(V1, name="a-1"), at(V1, name="a-2")),
    ("the version of what is vendored", Fetched({}, name="a-1-go-modules"), Fetched({}, name="a-2-go-modules")),
    ("a mirror beside one that stays", at(V1), Fetched({"urls": f"{V1} https://example.org/launcher-2.0.zip"})),
    ("a patch that builders let it inherit", Fetched({"postPatch": "a"}), Fetched({"postPatch": "b"})),
    ("what no fetcher reads", at(V1, meta="a"), at(V1, meta="b")),
    ("an option that was not set, and is set to nothing", at(V1), at(V1, fetchSubmodules="", unpack="0")),
]


@pytest.mark.parametrize(("level", "message", "before", "after"), FIRES)
def test_it_fires(level: str, message: str, before: Fetched, after: Fetched) -> None:
    (finding,) = found("request", [before], [after])

    assert (finding.level.value, finding.component) == (level, "goinstance")
    assert message in finding.message
    assert [step.kind for step in finding.trace] == ["break", "component"]
    assert "hash" in finding.remedy


@pytest.mark.parametrize(("before", "after"), [(one[1], one[2]) for one in SILENT], ids=[one[0] for one in SILENT])
def test_it_stays_silent(before: Fetched, after: Fetched) -> None:
    assert found("request", [before], [after]) == []


def test_it_stays_silent_about_sources_that_a_fetch_inherits() -> None:
    inherits = at(V1, source="platform")

    assert found("request", [inherits], [inherits], STACK, edited(STACK, {"platform/platform.txt": "two\n"})) == []


def test_it_stays_silent_about_a_fetch_that_comes_beside_one_of_its_hash() -> None:
    new_tool = "curl-8.2"

    assert found("request", [at(V1)], [at(V1), at(V2, name="second")]) == []
    assert found("request", [at(V1)], [at(V1, tool=new_tool), at(V2, name="second", tool=new_tool)]) == []


def test_of_several_fetches_with_one_hash_each_is_compared_with_the_closest() -> None:
    before = [at(V1), at(f"{FORGE}/starter/archive/v1.0.tar.gz", name="starter")]
    after = [at(V2), at(f"{FORGE}/starter/archive/v1.0.tar.gz", name="starter")]

    (finding,) = found("request", before, after)

    assert "v1.0" in finding.reason
    assert "launcher" in finding.reason


def test_the_values_of_before_and_now_are_told_without_secrets() -> None:
    before, after = at("https://me:pass@example.org/a-1.zip"), at("https://me:pass@example.org/a-2.zip")

    (finding,) = found("request", [before], [after])

    assert "https://example.org/a-1.zip" in finding.reason
    assert "https://example.org/a-2.zip" in finding.reason
    assert "pass" not in finding.reason


def test_many_that_moved_are_one_finding() -> None:
    def mirrored(host: str) -> list[Fetched]:
        return [at(f"https://{host}/a{number}-1.0.zip", name=f"a{number}", fixed=f"{number}") for number in range(5)]

    (finding,) = found("request", mirrored("example.org"), mirrored("example.net"))

    assert (finding.level.value, finding.component) == ("note", None)
    assert finding.message.startswith("a0, a1, a2 and 2 more are fetched from elsewhere")


def test_one_edit_of_a_fetcher_is_one_finding_and_another_edit_another_one() -> None:
    def fetched(*scripts: str) -> list[Fetched]:
        return [
            Fetched({"url": f"https://example.org/a{number}-1", "postFetch": script}, fixed=script[:1] + str(number))
            for number, script in enumerate(scripts)
        ]

    findings = found("request", fetched("x\na", "x\na", "x\nb"), fetched("x\nc", "x\nc", "x\nd"))

    assert [one.level.value for one in findings] == ["warning", "warning"]


def test_the_fingerprint_does_not_depend_on_what_is_built_with_it() -> None:
    one = found("request", [at(V1)], [at(V2)])
    other = found("request", [at(V1, tool="curl-9")], [at(V2, tool="curl-10")])

    assert [finding.fingerprint for finding in one] == [finding.fingerprint for finding in other]
