"""The pictures of the page in the documentation; `make screenshots` takes them anew, of the recorded incident."""

from pathlib import Path
from tempfile import TemporaryDirectory

from nixdrift.demo.replay import open_stage, replay
from nixdrift.formats import render
from nixdrift.judgement import Verdict
from nixdrift.report import Report
from tests.browser import chromium, opened

DOCUMENTS = Path(__file__).parent.parent / "docs"
_SIZE = {"width": 1180, "height": 980}


def masked_merge() -> Report:
    """Give the report of the merge that is the incident's disguise: rebuilt, but because of something else."""
    with open_stage(live=False) as stage:
        reports = (merge.report for merge in replay(stage))
        return next(one for one in reports if one and _is_masked(one))


def _is_masked(report: Report) -> bool:
    return any(one.verdict is Verdict.MASKED for one in report.judgement.components)


def main() -> None:
    """Take both pictures."""
    executable = chromium()
    if executable is None:
        raise SystemExit("no Chromium on PATH, nor in NIXDRIFT_TEST_CHROMIUM")
    with TemporaryDirectory() as directory, opened(executable) as browser:
        file = Path(directory, "report.html")
        file.write_bytes(render("html", masked_merge()))
        for scheme in ("light", "dark"):
            page = browser.new_page(viewport=_SIZE, color_scheme=scheme)
            page.goto(file.as_uri())
            page.screenshot(path=DOCUMENTS / f"report-{scheme}.png")
        page = browser.new_page(viewport=_SIZE)
        page.goto(f"{file.as_uri()}#graph")
        page.locator("#graph").screenshot(path=DOCUMENTS / "report-graph.png")


if __name__ == "__main__":
    main()
