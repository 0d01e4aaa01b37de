"""No command tells a secret, in whatever format, unless it is asked to."""

import html
import re
from pathlib import Path

import orjson
import pytest

from nixdrift.formats import FORMATS
from tests.command import CHECKOUT, CommandLine
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
}
OTHERS = {"affected": ("affected", *COMPARED), "check, in words": ("check", "-v", *COMPARED)}
TELLING = {"json", "html"}
"""The formats of a check that show values at all."""


def said_by(text: str) -> str:
    """Give what somebody can read, in a browser too: there, parts of a word may be marked."""
    return html.unescape(re.sub(r"<[^<>]*>", "", text)) if text.startswith("<!DOCTYPE") else text


def secrets_in(text: str) -> list[str]:
    """List the secrets that somebody can read."""
    return [one for one in (BEFORE, AFTER, *RANDOM.values()) if one in said_by(text)]


def told(nixdrift: CommandLine, command: tuple[str, ...], directory: Path) -> str:
    """Give all that a command says."""
    outcome = nixdrift(*command, cwd=directory)
    assert outcome.status in {0, 1}, outcome.stderr
    return outcome.stdout.decode() + outcome.stderr


def checked(nixdrift: CommandLine, directory: Path, *options: str) -> dict[str, str]:
    """Check, and give the report in every format."""
    forms = [word for name in FORMATS for word in ("--format", f"{name}={name}")]
    nixdrift("check", *COMPARED, *forms, *options, cwd=directory)
    return {name: (directory / name).read_text() for name in FORMATS}


@pytest.mark.parametrize("command", {**TOLD, **OTHERS})
def test_no_secret_is_told(command: str, nixdrift: CommandLine, dumps: Path) -> None:
    said = told(nixdrift, {**TOLD, **OTHERS}[command], dumps)

    assert secrets_in(said) == []
    # Whether one changed can be seen all the same: the numbers of the two differ.
    if command in TOLD:
        assert "masked #1" in said
        assert "masked #2" in said


@pytest.mark.parametrize("command", TOLD)
def test_it_is_where_that_is_asked_for(command: str, nixdrift: CommandLine, dumps: Path) -> None:
    said = told(nixdrift, (*TOLD[command], "--show-values"), dumps)

    assert secrets_in(said) == [BEFORE, AFTER, *RANDOM.values()]
    assert "masked #" not in said


def test_no_format_of_a_check_tells_one_unless_that_is_asked_for(nixdrift: CommandLine, dumps: Path) -> None:
    masked = checked(nixdrift, dumps)
    shown = checked(nixdrift, dumps, "--show-values")

    assert {name: found for name, text in masked.items() if (found := secrets_in(text))} == {}
    for name in TELLING:
        assert "masked #1" in said_by(masked[name])
        assert "masked #2" in said_by(masked[name])
    assert {name for name, text in shown.items() if secrets_in(text)} == TELLING
    assert [name for name, text in shown.items() if "masked #" in said_by(text)] == []


def test_a_saved_report_tells_what_it_told_when_it_was_written(nixdrift: CommandLine, dumps: Path) -> None:
    for options, secrets in (((), []), (("--show-values",), [BEFORE, AFTER, *RANDOM.values()])):
        nixdrift("check", *COMPARED, "--json", "-o", "report.json", *options, cwd=dumps)
        assert secrets_in(told(nixdrift, ("render", "report.json", "--format", "html"), dumps)) == secrets


def test_no_template_shows_values() -> None:
    templates = [CHECKOUT / "action.yml", *(file for file in (CHECKOUT / "ci").rglob("*") if file.is_file())]
    assert [file for file in templates if "show-values" in file.read_text()] == []
    assert len(templates) > 3
