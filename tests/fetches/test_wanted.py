"""What an address says of the thing that is fetched from it."""

import pytest

from nixdrift.fetches.wanted import Wanted, version_in, wanted

COMMIT = "0123456789abcdef0123456789abcdef01234567"


def words(text: str) -> frozenset[str]:
    return frozenset(text.split())


@pytest.mark.parametrize(
    ("address", "version", "what", "project"),
    [
        ("mirror://gnu/sed/sed-4.8.tar.xz", "4.8", "sed", "sed"),
        ("https://example.org/pool/s/sed_4.8.orig.tar.gz", "4.8", "sed", "s"),
        ("https://forge.example.org/stack/launcher/archive/v1.4.0.tar.gz", "1.4.0", "", "launcher"),
        ("https://forge.example.org/stack/launcher/archive/refs/tags/v1.4.0.tar.gz", "1.4.0", "", "launcher"),
        ("https://forge.example.org/stack/launcher/releases/download/v1.4/launch.zip", "1.4", "launch", "launcher"),
        ("https://example.org/sed/4.8/source.tar.gz", "4.8", "", "sed"),
        ("https://crates.example.org/api/v1/crates/serde/1.0.1/download", "1.0.1", "", "serde"),
        ("https://example.org/files/sed-4.8.tar.gz/download", "4.8", "sed", "example"),
        ("https://example.org/get.php?file=/releases/sed-4.8.tar.gz", "4.8", "sed", "php"),
        ("https://example.org/attachment.cgi?id=240935", "240935", "attachment cgi", "example"),
        ("https://example.org/sed-2.02~beta2.zip#name", "2.02.beta2", "sed", "example"),
        ("https://example.org/sed-2.02-beta.2.zip", "2.02.beta2", "sed", "example"),
        ("https://example.org/curl-7_80_0.zip", "7.80.0", "curl", "example"),
        ("https://example.org/latest/manual", "", "manual", "latest"),
        ("https://example.org/x86-tools.tgz", "", "x86 tools", "example"),
    ],
)
def test_an_address_names_a_version_and_a_thing(address: str, version: str, what: str, project: str) -> None:
    found = wanted(address)

    assert (found.version, found.what) == (version, words(what))
    assert found.project >= words(project)
    assert found.commits == frozenset()


@pytest.mark.parametrize(
    ("address", "revision"),
    [
        (f"https://forge.example.org/stack/launcher/archive/{COMMIT}.tar.gz", ""),
        ("https://forge.example.org/stack/launcher.git", COMMIT),
        (f"https://forge.example.org/stack/launcher/plain/a.patch?id={COMMIT}", ""),
        (f"https://raw.example.org/stack/launcher/{COMMIT}/a.patch", ""),
    ],
)
def test_an_address_names_a_commit(address: str, revision: str) -> None:
    assert wanted(address, revision).commits == {COMMIT}


def test_an_abbreviated_commit_is_one_only_in_what_is_asked_for_last() -> None:
    assert wanted("https://example.org/launcher-0123abc.zip").commits == {"0123abc"}
    assert wanted("https://example.org/0123abcd/launcher.zip").commits == frozenset()


@pytest.mark.parametrize("tag", ["v1.4.0", "1.4.0", "refs/tags/v1.4.0", "release-1.4.0", "tags/1.4.0"])
def test_a_tag_is_known_by_its_version_however_it_is_spelled(tag: str) -> None:
    found = wanted("https://forge.example.org/stack/launcher.git", tag)

    assert found == Wanted(version="1.4.0", project=words("launcher"))


def test_a_branch_is_known_by_its_name() -> None:
    assert wanted("https://forge.example.org/stack/launcher.git", "refs/heads/main").what == {"main"}


@pytest.mark.parametrize(
    ("one", "other"), [("a-1.tgz", "a-1.tar.gz"), ("a-1.tbz2", "a-1.tar.bz2"), ("a-1.diff", "a-1.patch")]
)
def test_a_way_of_packing_has_one_spelling(one: str, other: str) -> None:
    first, second = wanted(f"https://example.org/{one}"), wanted(f"https://example.org/{other}")

    assert first.packing == second.packing != frozenset()


def test_a_folder_is_told_only_where_the_file_has_no_number_of_its_own() -> None:
    assert wanted("https://example.org/tables/kbk.emd").folder == "https://example.org/tables"
    assert wanted("https://example.org/tables/kbk-2.emd").folder == ""


@pytest.mark.parametrize("address", ["", "/", "://", "https://", "?", "#", "a", "https://example.org", "https:///?#"])
def test_an_address_that_says_little_is_read_all_the_same(address: str) -> None:
    assert wanted(address).commits == frozenset()


@pytest.mark.parametrize(
    ("name", "version"), [("sed-4.8.tar.gz", "4.8"), ("source", ""), ("manual-5.0-rc1", "5.0.rc1"), ("a-b", "")]
)
def test_a_name_has_its_version_behind_a_dash(name: str, version: str) -> None:
    assert version_in(name) == version
