"""The one comment on a pull request: whose it is, how it is found again, and what fits into it."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest

from tests.ci.api import BOT, Service, serving
from tests.command import CHECKOUT

STRANGER = {"login": "mallory", "type": "User"}
OF_THE_STACK = "<!-- nixdrift abc123 -->"


@pytest.fixture
def github() -> Iterator[Service]:
    """Give the service's API."""
    with serving(Service()) as service:
        yield service


def comment(tmp_path: Path, service: Service, summary: str, findings: str = "1", key: str = "abc123") -> str:
    """Run the script as the action's step does, and give what it says."""
    (tmp_path / "summary.md").write_text(summary)
    (tmp_path / "event.json").write_bytes(orjson.dumps({"pull_request": {"number": 7}}))
    done = subprocess.run(
        [sys.executable, CHECKOUT / "ci" / "github" / "comment.py"],
        env={
            "PATH": os.environ["PATH"],
            "PYTHONDONTWRITEBYTECODE": "1",
            "GITHUB_API_URL": service.url,
            "GITHUB_EVENT_PATH": str(tmp_path / "event.json"),
            "GITHUB_REPOSITORY": "stack/stack",
            "GITHUB_TOKEN": "token-of-the-run",
            "SUMMARY": str(tmp_path / "summary.md"),
            "FINDINGS": findings,
            "KEY": key,
        },
        capture_output=True,
        check=True,
    )
    return done.stdout.decode()


def test_an_earlier_comment_is_found_behind_many_others(tmp_path: Path, github: Service) -> None:
    for number in range(130):
        github.add(f"comment {number}", STRANGER)
    github.add(f"{OF_THE_STACK}\nbefore", BOT)
    said = comment(tmp_path, github, "now", findings="0")

    assert said == "nixdrift: the comment on pull request 7 was edited\n"
    assert github.comments[-1]["body"] == f"{OF_THE_STACK}\nnow"
    assert len(github.comments) == 131


def test_a_clean_change_gets_no_comment(tmp_path: Path, github: Service) -> None:
    assert "was not needed" in comment(tmp_path, github, "clean", findings="0")
    assert github.comments == []


def test_what_somebody_else_wrote_is_never_edited(tmp_path: Path, github: Service) -> None:
    github.add(f"{OF_THE_STACK}\nmine", STRANGER)
    github.add(f"I quote: {OF_THE_STACK}", BOT)
    comment(tmp_path, github, "found")

    assert [one["body"].rpartition("\n")[2] for one in github.comments] == ["mine", f"I quote: {OF_THE_STACK}", "found"]


def test_a_user_s_own_token_knows_its_comment(tmp_path: Path, github: Service) -> None:
    github.user = "deployer"
    for summary in ("first", "second"):
        comment(tmp_path, github, summary)

    assert [one["body"] for one in github.comments] == [f"{OF_THE_STACK}\nsecond"]


def test_two_jobs_have_a_comment_each(tmp_path: Path, github: Service) -> None:
    for key in ("abc123", "def456", "abc123"):
        comment(tmp_path, github, key, key=key)

    assert [one["body"].partition("\n")[2] for one in github.comments] == ["abc123", "def456"]


def test_where_the_token_may_not_write_a_notice_says_so(tmp_path: Path, github: Service) -> None:
    github.may_write = False
    said = comment(tmp_path, github, "found")

    assert said.startswith("::notice title=nixdrift::no comment on the pull request: the token may not")
    assert said.count("\n") == 1


def test_a_service_that_does_not_answer_is_no_failure(tmp_path: Path) -> None:
    said = comment(tmp_path, Service(url="http://127.0.0.1:9"), "found")
    assert said == "::notice title=nixdrift::no comment on the pull request: GitHub does not answer (URLError)\n"


GRAPH = "```mermaid\ngraph LR\n" + "  a --> b\n" * 9000 + "```"
LONG = "<details>\n\n```\n" + "path/ä\n" * 12000 + "```\n\n</details>\n"


@pytest.mark.parametrize(
    "summary", [f"# Drift\n\n{GRAPH}\n\nthe end\n", LONG, "ä" * 70_000], ids=["graph", "long", "line"]
)
def test_a_comment_fits_and_is_closed(summary: str, tmp_path: Path, github: Service) -> None:
    comment(tmp_path, github, summary)
    [body] = [one["body"] for one in github.comments]

    assert len(body.encode()) <= 65_536
    assert len(re.findall("^```", body, re.MULTILINE)) % 2 == 0
    assert body.count("<details>") == body.count("</details>")
    assert "too large for this place" in body or "too long for this place" in body
    assert "the end" not in summary or "the end" in body
