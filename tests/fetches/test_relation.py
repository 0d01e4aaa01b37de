"""Whether two fetches ask for the same thing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nixdrift.fetches import Fetch, Relation, relation

COMMIT, OTHER = "0123456789abcdef0123456789abcdef01234567", "76543210fedcba9876543210fedcba9876543210"
FORGE = "https://forge.example.org/stack"


def fetch(*addresses: str, revision: str = "", mode: str = "tree") -> Fetch:
    return Fetch("source", addresses, revision, "", {}, {}, frozenset(), mode == "file")


def asking(text: str, mode: str = "tree") -> Fetch:
    """Read ``ADDRESS``, or ``ADDRESS @ REVISION``."""
    address, _, revision = text.partition(" @ ")
    return fetch(address, revision=revision, mode=mode)


SAME = [
    (f"{FORGE}/launcher/archive/v1.0.tar.gz", f"{FORGE}/launcher/archive/refs/tags/v1.0.tar.gz"),
    (f"{FORGE}/launcher/archive/v1.0.tar.gz", f"{FORGE}/launcher.git @ refs/tags/v1.0"),
    (f"{FORGE}/launcher/archive/v1.0.tar.gz", "https://example.org/former/launcher/archive/v1.0.tar.gz"),
    (f"{FORGE}/launcher.git @ {COMMIT}", f"https://example.org/go-launch @ {COMMIT}"),
    (f"{FORGE}/launcher.git @ {COMMIT}", f"{FORGE}/launcher/archive/{COMMIT}.tar.gz"),
    (f"{FORGE}/launcher.git @ {COMMIT}", f"{FORGE}/launcher.git @ {COMMIT[:12]}"),
    ("mirror://gnu/sed/sed-4.8.tar.xz", "https://example.org/old/sed_4.8.orig.tar.xz"),
    ("https://gems.example.org/downloads/ref-1.0.5.gem", "https://gems.example.org/gems/ref-1.0.5.gem"),
    ("https://example.org/X11R7.7/fixes-5.0.zip", "https://example.org/individual/fixes-5.0.zip"),
    ("https://example.org/latest/manual", "https://example.org/latest/manual"),
]
UNCLEAR = [
    (f"{FORGE}/launcher.git @ {COMMIT}", f"{FORGE}/launcher.git @ v1.0"),
    (f"{FORGE}/launcher/archive/{COMMIT}.tar.gz", f"{FORGE}/launcher/archive/v1.0.tar.gz"),
    ("https://example.org/cdk.tar.gz", "https://example.org/cdk-5.0.tar.gz"),
    (f"{FORGE}/launcher.git @ main", f"{FORGE}/launcher.git @ v1.0"),
]
CONTRADICTIONS = [
    (Relation.VERSION, f"{FORGE}/launcher/archive/v1.0.tar.gz", f"{FORGE}/launcher/archive/v1.1.tar.gz"),
    (Relation.VERSION, f"{FORGE}/launcher.git @ v1.0", f"{FORGE}/launcher.git @ v1.1"),
    (Relation.VERSION, f"{FORGE}/launcher/archive/v1.0.tar.gz", f"{FORGE}/starter/archive/v1.1.tar.gz"),
    (Relation.VERSION, "https://example.org/sed/1.0/source.zip", "https://example.org/sed/1.1/source.zip"),
    (Relation.VERSION, "https://example.org/get?id=1", "https://example.org/get?id=2"),
    (Relation.VERSION, f"https://example.org/{COMMIT}/font-1.ttf", f"https://example.org/{COMMIT}/font-2.ttf"),
    (Relation.VERSION, "https://example.org/ed25519-1.4.zip", "https://example.org/ed25519-1.5.zip"),
    (Relation.COMMIT, f"{FORGE}/launcher.git @ {COMMIT}", f"{FORGE}/launcher.git @ {OTHER}"),
    (Relation.COMMIT, f"{FORGE}/launcher/archive/{COMMIT}.zip", f"{FORGE}/launcher/archive/{OTHER}.zip"),
    (Relation.NAME, "https://example.org/1.0/launch-linux", "https://example.org/1.0/launch-darwin"),
    (Relation.NAME, f"https://example.org/{COMMIT}/a.patch", f"https://example.org/{COMMIT}/b.patch"),
    (Relation.NAME, f"{FORGE}/launcher.git @ main", f"{FORGE}/launcher.git @ next"),
    (Relation.PROJECT, f"{FORGE}/launcher/archive/v1.0.tar.gz", f"{FORGE}/starter/archive/v1.0.tar.gz"),
]
ALL = [
    *((Relation.SAME, *pair) for pair in SAME),
    *((Relation.UNCLEAR, *pair) for pair in UNCLEAR),
    *CONTRADICTIONS,
]


@pytest.mark.parametrize(("expected", "one", "other"), ALL)
def test_two_addresses_are_related_as_their_words_tell(expected: Relation, one: str, other: str) -> None:
    assert relation(asking(one), asking(other)) is expected
    assert relation(asking(other), asking(one)) is expected
    assert expected.is_contradiction is (expected not in {Relation.SAME, Relation.UNCLEAR})


def test_of_files_that_are_hashed_as_they_come_the_way_of_packing_counts() -> None:
    addresses = "https://example.org/sed-4.8.tar.gz", "https://example.org/sed-4.8.tar.xz"

    assert relation(*(asking(one, "file") for one in addresses)) is Relation.NAME
    assert relation(*(asking(one, "tree") for one in addresses)) is Relation.SAME


def test_what_a_forge_makes_of_a_tag_may_be_another_file_than_the_release() -> None:
    addresses = "https://example.org/launcher-1.0.tar.gz", f"{FORGE}/launcher/archive/v1.0.tar.gz"

    assert relation(*(asking(one, "file") for one in addresses)) is Relation.UNCLEAR
    assert relation(*(asking(one, "tree") for one in addresses)) is Relation.SAME


def test_of_several_mirrors_the_closest_two_tell() -> None:
    one = fetch("https://example.org/sed-4.8.zip", "https://example.net/sed/4.8/download")
    other = fetch("https://example.com/4.9/sed.zip", "https://example.com/sed-4.8.zip")

    assert relation(one, other) is Relation.SAME


def test_one_address_in_common_is_enough_unless_the_revision_differs() -> None:
    shared = "https://example.org/a", "https://example.org/b-2"

    assert relation(fetch("https://example.org/c-1", *shared), fetch(*shared)) is Relation.SAME
    assert relation(fetch(*shared, revision="v1"), fetch(*shared, revision="v2")) is Relation.VERSION


def test_nothing_is_told_without_an_address() -> None:
    assert relation(fetch(), fetch("https://example.org/a-1.zip")) is None
    assert relation(fetch(), fetch()) is None


addresses = st.text(alphabet="ab12v-._/:?=&#%\udcff é", max_size=24)
fetches = st.builds(
    lambda urls, revision, mode: fetch(*urls, revision=revision, mode=mode),
    st.lists(addresses, max_size=3),
    st.sampled_from(["", "v1", COMMIT, "main"]),
    st.sampled_from(["file", "tree"]),
)


@given(fetches, fetches)
def test_a_relation_is_the_same_from_both_ends(one: Fetch, other: Fetch) -> None:
    assert relation(one, other) is relation(other, one)


@given(fetches)
def test_what_asks_for_the_same_is_the_same(one: Fetch) -> None:
    assert relation(one, one) is (Relation.SAME if one.addresses else None)
