"""Annotations, read as GitHub's runner reads what a step prints."""

import re
from typing import NamedTuple

from hypothesis import HealthCheck, given, settings

from nixdrift.evaluation import Position
from nixdrift.formats.github import annotations, render
from nixdrift.judgement import Level
from nixdrift.report import Report
from tests.formats.hostile import hostile_reports
from tests.formats.samples import about, found
from tests.reports import REPORTS


class Command(NamedTuple):
    name: str
    properties: dict[str, str]
    message: str


def unescaped(text: str, names: str) -> str:
    """Undo escapes in the runner's order, ``%25`` last."""
    for code, char in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(code, char) if char in names else text
    return text


def read(output: bytes) -> list[Command]:
    """Read commands from lines: ``::name key=value,…::message``, or ``##[name key=value;…]message`` anywhere."""
    commands = []
    for line in re.split(r"\r\n|\r|\n", output.decode())[:-1]:
        stripped = line.lstrip()
        if not stripped.startswith("::"):
            assert "##[" not in line
            continue
        head, end, message = stripped[2:].partition("::")
        assert end, line
        name, _, given = head.partition(" ")
        pairs = (one.split("=", 1) for one in given.split(",") if one)
        properties = {key.strip(): unescaped(value, "\r\n:,%") for key, value in pairs}
        commands.append(Command(name, properties, unescaped(message, "\r\n%")))
    return commands


def test_a_finding_is_an_annotation_at_its_place_with_reason_and_remedy() -> None:
    (command,) = read(render(about(found(location=Position("nix/a b,c:d%.nix", 7)))))

    assert command.name == "error"
    assert command.properties == {"file": "nix/a b,c:d%.nix", "line": "7", "title": "nixdrift stale: goinstance"}
    assert command.message == "it is stale\nWhy: a reason\nTo do: a remedy"


def test_a_finding_without_a_place_is_at_its_first_changed_path() -> None:
    (command,) = read(render(about(found())))

    assert (command.properties["file"], command.properties["line"]) == ("goinstance/main.go", "1")


def test_each_level_has_its_command_and_the_worst_come_first() -> None:
    levels = (Level.NOTE, Level.ERROR, Level.WARNING)

    commands = read(render(about(*(found(level.value, level=level) for level in levels))))

    assert [one.name for one in commands] == ["error", "warning", "notice"]


def test_there_are_ten_of_a_kind_at_most_and_the_last_says_how_many_more() -> None:
    commands = read(render(about(*(found(f"finding {number}") for number in range(25)))))

    assert len(commands) == 10
    assert commands[0].message.startswith("finding 0\n")
    assert "16 more errors" in commands[-1].message


def test_what_does_not_evaluate_is_an_error_and_a_known_finding_is_none() -> None:
    commands = read(render(REPORTS["known"]()))

    assert [one.properties["title"] for one in commands] == [
        "nixdrift not evaluated",
        "nixdrift not evaluated",
        "nixdrift unclaimed",
    ]


def test_a_report_without_findings_says_nothing() -> None:
    assert render(REPORTS["nothing"]()) == b""


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(hostile_reports())
def test_no_name_makes_a_command_or_ends_one(report: Report) -> None:
    commands = read(render(report))

    expected = annotations(report)
    names = {Level.ERROR: "error", Level.WARNING: "warning", Level.NOTE: "notice"}
    assert [one.name for one in commands] == [names[level] for level in Level for one in expected if one.level is level]
    assert all(one.properties.keys() == {"file", "line", "title"} for one in commands)
    titles = [f"nixdrift {one.title}" for level in Level for one in expected if one.level is level]
    assert [one.properties["title"] for one in commands] == titles
