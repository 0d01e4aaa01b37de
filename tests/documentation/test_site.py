"""The documentation becomes a site: no link in it is broken, and to look at it asks nobody else for anything."""

import re
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.command import CHECKOUT

_FOREIGN = re.compile(r"(https?:)?//", re.IGNORECASE)
_FETCHED_BY_STYLE = re.compile(r"(?:url\(|@import)\s*[\"']?((?:https?:)?//[^\"')\s]+)", re.IGNORECASE)
_NAMED_IN_SCRIPT = re.compile(r"[\"'`]((?:https?:|wss?:)?//[a-z0-9][^\"'`\s]*)", re.IGNORECASE)
_TEXTS_OF_PAGES = "searchindex.js"
_NAMESPACES = ("http://www.w3.org/",)


def build(documentation: Path, site: Path) -> "subprocess.CompletedProcess[str]":
    """Build a site as `make site` does."""
    options = ("--fail-on-warning", "--keep-going", "--quiet", "--fresh-env")
    command = (sys.executable, "-m", "sphinx", *options, str(documentation), str(site))
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=CHECKOUT)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("site")
    built = build(CHECKOUT / "docs", directory)
    assert (built.returncode, built.stderr) == (0, "")
    return directory


class _Fetched(HTMLParser):
    """Collects what a browser fetches with a page: everything that is named but links to be followed."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        for name, value in attributes:
            if value and (name in {"src", "srcset", "data", "poster", "action"} or (tag == "link" and name == "href")):
                self.found.append(value)


def fetched(file: Path) -> Iterator[str]:
    """List the foreign addresses that a file of the site makes a browser ask."""
    text = file.read_text(encoding="utf-8")
    yield from _FETCHED_BY_STYLE.findall(text)
    if file.suffix == ".html":
        parser = _Fetched()
        parser.feed(text)
        yield from (one for one in parser.found if _FOREIGN.match(one))
    if file.suffix == ".js" and file.name != _TEXTS_OF_PAGES:
        yield from (one for one in _NAMED_IN_SCRIPT.findall(text) if not one.startswith(_NAMESPACES))


def test_the_site_asks_no_other_host_for_anything(site: Path) -> None:
    files = [file for file in site.rglob("*") if file.suffix in {".html", ".css", ".js"}]

    assert len(files) > 20
    assert [(file.name, one) for file in files for one in fetched(file)] == []


def test_every_page_is_in_the_site(site: Path) -> None:
    pages = [page.stem for page in (CHECKOUT / "docs").glob("*.md")]

    assert [page for page in pages if not (site / f"{page}.html").is_file()] == []


def test_a_broken_link_and_a_broken_anchor_fail(tmp_path: Path) -> None:
    (tmp_path / "conf.py").write_text((CHECKOUT / "docs" / "conf.py").read_text())
    (tmp_path / "index.md").write_text("# One\n\n[page](absent.md) [anchor](#absent) [good](#one)\n")

    built = build(tmp_path, tmp_path / "site")

    assert built.returncode != 0
    assert len(built.stderr.splitlines()) == 2, built.stderr


@pytest.mark.parametrize("document", ["README.md", "CONTRIBUTING.md"])
def test_what_a_file_outside_of_the_site_links_to_is_there(document: str) -> None:
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", (CHECKOUT / document).read_text())

    assert len(links) > 0
    assert [link for link in links if not (CHECKOUT / link).exists()] == []
