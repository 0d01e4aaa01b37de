"""No command tells a secret, in whatever format, unless it is asked to."""

import html
import re
from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest

from nixdrift.formats import DEPICTING, FORMATS
from tests.command import CHECKOUT, CommandLine, Outcome
from tests.graphs import graph

BEFORE, AFTER = "hunter2", "swordfish"
RANDOM = {BEFORE: "q7Zp2Lx9Vw4Kd8Rt1Bn6Ym3Hc5Js0GfA", AFTER: "Ab3Kz8Qw1Xe6Rt9Yv2Ui5Op0Sd7FgH4j"}


def variables(secret: str) -> dict[str, str]:
    """Give variables that hold a secret in every way in which one is known."""
    return {
        "API_TOKEN": secret,
        "script": f"curl --password {secret} https://me:{secret}@example.org",
        "config": orjson.dumps({"db": {"password": secret}}).decode(),
        "unnamed": f"use {RANDOM[secret]} here",
        "url": f"https://me:{secret}@example.org/x.tar.gz",
        "outputHash": "",
    }


@pytest.fixture
def dumps(tmp_path: Path) -> Path:
    """Make two dumps of one component, of which every secret changed."""
    for file, number, secret in (("base.json", 1, BEFORE), ("head.json", 2, AFTER)):
        made = graph("goinstance", number)
        for record in made.values():
            record["env"] |= variables(secret)
        (tmp_path / file).write_bytes(orjson.dumps(made))
    (tmp_path / "changes").write_text("M\tgoinstance/main.go\n")
    return tmp_path


COMPARED = ("--base-graph", "base.json", "--head-graph", "head.json", "--changes", "changes")
BESIDE = ("compare", "--graph", "base.json", "--other-graph", "head.json", "goinstance", "goinstance")
TOLD = {
    "explain": ("explain", "goinstance", *COMPARED),
    "explain as JSON": ("explain", "goinstance", *COMPARED, "--json"),
    "compare": BESIDE,
    "compare as JSON": (*BESIDE, "--json"),
    **{f"check as {name}": ("check", *COMPARED, "--format", name) for name in FORMATS},
}
OTHERS = {
    "check, in words": ("check", "-v", *COMPARED),
    "affected": ("affected", *COMPARED),
    "affected as JSON": ("affected", *COMPARED, "--json"),
}
TELLING = {name for name in TOLD if not name.startswith("check")} | {"check as json", "check as html"}
"""What shows values at all."""


def said_by(outcome: Outcome) -> str:
    """Give what somebody can read, in a browser too: there, parts of a word may be marked."""
    page = outcome.stdout.decode()
    return outcome.stderr + (html.unescape(re.sub(r"<[^<>]*>", "", page)) if page.startswith("<!DOCTYPE") else page)


def secrets_in(outcome: Outcome) -> Iterator[str]:
    """List the secrets that somebody can read."""
    said = said_by(outcome)
    yield from (one for one in (BEFORE, AFTER, *RANDOM.values()) if one in said)


@pytest.mark.parametrize("command", {**TOLD, **OTHERS})
def test_no_secret_is_told(command: str, nixdrift: CommandLine, dumps: Path) -> None:
    outcome = nixdrift(*{**TOLD, **OTHERS}[command], cwd=dumps)

    assert outcome.status in {0, 1}, outcome.stderr
    assert list(secrets_in(outcome)) == []
    # Whether one changed can be seen all the same: the numbers of the two differ.
    if command in TELLING:
        assert "masked #1" in said_by(outcome)
        assert "masked #2" in said_by(outcome)


@pytest.mark.parametrize("command", TOLD)
def test_it_is_where_that_is_asked_for(command: str, nixdrift: CommandLine, dumps: Path) -> None:
    outcome = nixdrift(*TOLD[command], "--show-values", cwd=dumps)

    assert outcome.status in {0, 1}, outcome.stderr
    assert bool(list(secrets_in(outcome))) == (command in TELLING)
    assert "masked #" not in said_by(outcome)


def test_a_saved_report_tells_what_it_told_when_it_was_written(nixdrift: CommandLine, dumps: Path) -> None:
    for options, secrets in (((), []), (("--show-values",), [BEFORE, AFTER, *RANDOM.values()])):
        nixdrift("check", *COMPARED, "--json", "-o", "report.json", *options, cwd=dumps)
        written = nixdrift("render", "report.json", "--format", "html", cwd=dumps)
        assert list(secrets_in(written)) == secrets


def test_every_format_that_shows_what_differs_is_looked_at() -> None:
    assert {name for name in DEPICTING if f"check as {name}" in TELLING} == {"json", "html"}
    assert {f"check as {name}" for name in FORMATS} <= TOLD.keys()


def test_no_template_shows_values() -> None:
    templates = [CHECKOUT / "action.yml", *(file for file in (CHECKOUT / "ci").rglob("*") if file.is_file())]
    assert [file for file in templates if "show-values" in file.read_text()] == []
    assert len(templates) > 3
