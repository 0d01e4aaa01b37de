"""What the tests of the formats stand on: a browser, and one page in it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from nixdrift.formats import render
from nixdrift.report import Report
from tests.browser import chromium, opened
from tests.conftest import missing


@dataclass
class Shown:
    """A report in the browser, and what the browser had to say of it."""

    page: Page
    said: list[str] = field(default_factory=list)
    """What is written on the console, errors included."""
    asked: list[str] = field(default_factory=list)
    """What it wanted from anywhere, the page itself apart."""

    def shown_rows(self) -> list[str]:
        """Give the names of the components in the table, as they are shown."""
        return self.page.locator("#table tbody tr:visible th").all_inner_texts()

    def drawn(self) -> int:
        """Give how many nodes are drawn."""
        return int(self.page.locator("#canvas").get_attribute("data-shown") or 0)

    def current(self) -> str | None:
        """Give the name of the node that is chosen."""
        return self.page.locator("#canvas").get_attribute("data-current")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Give one browser for all tests."""
    executable = chromium()
    if executable is None:
        missing("no Chromium on PATH, nor in NIXDRIFT_TEST_CHROMIUM")
    with opened(str(executable)) as found:
        yield found


@pytest.fixture
def show(browser: Browser, tmp_path: Path) -> Iterator[Callable[..., Shown]]:
    """Give what opens a report in the browser, offline; whatever it reads but itself is written down."""
    contexts = []

    def opened_report(report: Report, **how: Any) -> Shown:
        file = tmp_path / "report.html"
        file.write_bytes(render("html", report))
        context = browser.new_context(offline=True, **how)
        context.set_default_timeout(20_000)
        contexts.append(context)
        shown = Shown(context.new_page())
        shown.page.on("console", lambda message: shown.said.append(message.text))
        shown.page.on("pageerror", lambda error: shown.said.append(str(error)))
        shown.page.on("request", lambda asked: shown.asked.append(asked.url) if asked.url != file.as_uri() else None)
        shown.page.goto(file.as_uri())
        return shown

    yield opened_report
    for context in contexts:
        context.close()
