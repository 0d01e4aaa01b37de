"""Where the symbolic links of a tree lead."""

import pytest

from nixdrift.comparison.links import Links
from nixdrift.tree import Tree
from tests.worlds import Files, symlink, tree_of

FILES: Files = {
    "goinstance/main.go": "package main\n",
    "shared/v1/limits.txt": "one\n",
}


def links_of(files: Files) -> Links:
    tree, blobs = tree_of({**FILES, **files})
    return Links(tree, blobs.__getitem__)


PLACES = [
    ("goinstance/limits.txt", "../shared/v1/limits.txt", ("shared/v1/limits.txt",)),
    ("goinstance/settings", "../shared", ("shared",)),
    ("goinstance/settings", "../shared/", ("shared",)),
    ("goinstance/settings", "./../shared/../shared/v1", ("shared/v1",)),
    ("goinstance/main", "main.go", ("goinstance/main.go",)),
    ("goinstance/gone", "nowhere", ("goinstance/nowhere",)),
    ("goinstance/top", "..", ("",)),
    ("top", ".", ("",)),
    ("goinstance/hosts", "/etc/hosts", ()),
    ("goinstance/out", "../../elsewhere", ()),
    ("goinstance/out", "../..", ()),
    ("goinstance/limits\udcff", "../shared/v1/limits.txt", ("shared/v1/limits.txt",)),
]


@pytest.mark.parametrize(("link", "target", "places"), PLACES)
def test_a_link_leads_to_a_place_in_the_repository_or_out_of_it(
    link: str, target: str, places: tuple[str, ...]
) -> None:
    assert links_of({link: symlink(target)}).places(link) == places


def test_a_link_to_a_link_leads_through_it() -> None:
    links = links_of({"shared/current": symlink("v1"), "goinstance/settings": symlink("../shared/current")})

    assert links.places("goinstance/settings") == ("shared/current", "shared/v1")


def test_a_link_below_a_link_leads_through_the_upper_one() -> None:
    links = links_of({"shared/current": symlink("v1"), "goinstance/limits": symlink("../shared/current/limits.txt")})

    assert links.places("goinstance/limits") == ("shared/current/limits.txt", "shared/v1/limits.txt")


def test_links_in_a_circle_come_to_an_end() -> None:
    links = links_of({"one": symlink("two"), "two": symlink("one"), "self": symlink("self")})

    assert set(links.places("one")) == {"one", "two"}
    assert set(links.places("self")) == {"self"}


def test_the_links_to_a_path_are_those_to_it_and_to_what_lies_above() -> None:
    links = links_of(
        {
            "a": symlink("shared/v1/limits.txt"),
            "b": symlink("shared"),
            "c": symlink("goinstance"),
            "d": symlink("/shared/v1/limits.txt"),
        }
    )

    assert links.to("shared/v1/limits.txt") == ("a", "b")
    assert links.to("shared") == ("b",)
    assert links.to("goinstance/main.go") == ("c",)
    assert links.all == ("a", "b", "c")


@pytest.mark.parametrize("links", [Links(None, None), Links(Tree({}), None), links_of({})])
def test_without_a_link_nothing_leads_anywhere(links: Links) -> None:
    assert links.to("shared/v1/limits.txt") == ()
    assert links.all == ()
