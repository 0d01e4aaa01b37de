"""No block of the documentation is left out: a command is called, and what is data can be read."""

import json
import tomllib
from collections.abc import Iterator

import pytest
import yaml

from nixdrift.config import parse_config
from tests.command import CHECKOUT
from tests.documentation.blocks import Block, documents, fences, transcript
from tests.documentation.exceptions import callable_here, is_run
from tests.documentation.running import Called

DATA = {"toml", "json", "yaml"}
COMMANDS = {"console", "sh"}
FILES = {"bash", "nix", "python", "text"}
"""What a reader saves as a file of their own, and what it prints; the tests of CI and of the library run theirs."""
DIRECTIVES = ("{toctree}", "{include}")


def blocks(document: str) -> Iterator[tuple[str, list[str]]]:
    """List what stands behind each opening fence, and the lines below it."""
    language, lines = None, []
    for line in (CHECKOUT / document).read_text().splitlines():
        if not line.startswith("```"):
            lines.append(line)
        elif language is None:
            language, lines = line.removeprefix("```"), []
        else:
            yield language, lines
            language = None


@pytest.mark.parametrize("document", documents())
def test_every_block_is_of_a_kind_that_is_looked_at(document: str) -> None:
    for language, lines in blocks(document):
        assert language in DATA | COMMANDS | FILES | {""} or language.startswith(DIRECTIVES), language
        assert language or not [line for line in lines if line.startswith("$ ")], "a console without its name"


@pytest.mark.parametrize("document", documents())
def test_data_in_the_documentation_can_be_read(document: str) -> None:
    for block in fences(document):
        match block.language:
            case "toml" if "[project]" not in block.text:
                parse_config(block.text.encode())
            case "toml":
                tomllib.loads(block.text)
            case "json":
                json.loads(block.text)
            case "yaml":
                assert yaml.safe_load(block.text)


@pytest.mark.parametrize(
    ("command", "status", "output", "is_fine"),
    [
        ("nixdrift check", 0, "no findings\n", True),
        ("nixdrift check", 1, "1 finding\n", True),
        ("nixdrift check --nonsense", 2, "nixdrift: error: no such option\n", False),
        ("nixdrift check", 3, "nixdrift: error: nothing evaluates\n", False),
        ("nixdrift check | sort", 0, "nixdrift: error: nothing evaluates\n", False),
        ("no-such-program", 127, "bash: no-such-program: command not found\n", False),
        ("false", 1, "", False),
    ],
)
def test_a_command_that_does_not_work_is_noticed(command: str, status: int, output: str, is_fine: bool) -> None:
    assert (Called(command, status, output).complaint is None) == is_fine


def test_a_console_is_commands_and_what_they_write() -> None:
    text = "$ one\nsaid by one\n\n$ two --more\n"
    block = Block("a.md", "stack", "console", text)

    assert block.commands == ("one", "two --more")
    assert block.shows_output
    assert transcript(block, ["said by one\n\n", ""]) == text
    assert not Block("a.md", "stack", "console", "$ one\n$ two\n").shows_output


def test_a_command_may_go_on_in_the_next_line() -> None:
    block = Block("a.md", "stack", "console", "$ one |\n    two\n$ three\n")

    assert (block.commands, block.shows_output) == (("one |\n    two", "three"), False)


def test_a_script_is_one_command() -> None:
    block = Block("a.md", "stack", "sh", "one\ntwo\n")

    assert (block.commands, block.shows_output) == (("one\ntwo\n",), False)


def test_what_is_not_at_hand_is_left_out_or_replaced() -> None:
    assert not is_run("make test     # everything")
    assert is_run("make site")
    assert callable_here("nixdrift verify /run/current-system") == "nixdrift verify ./production-system"
