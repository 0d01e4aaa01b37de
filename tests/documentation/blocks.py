"""The blocks of commands in the documentation: where each stands, what it calls, and what it shows of it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.command import CHECKOUT

_PLACE_OR_BLOCK = re.compile(r"^<!-- run in (?P<place>\w+) -->$|^```(?P<language>\w+)\n(?P<text>.*?)^```$", re.M | re.S)
_COMMANDS = {"console", "sh"}
_PROMPT = "$ "
_GOES_ON = ("|", "\\")


@dataclass(frozen=True, slots=True)
class Block:
    """What stands between two fences: in a console, commands behind a prompt, and perhaps what they write."""

    document: str
    place: str
    language: str
    text: str

    @property
    def commands(self) -> tuple[str, ...]:
        """What is called, one after the other; a script is one command."""
        return (self.text,) if self.language == "sh" else tuple(command for command, _ in _calls(self.text))

    @property
    def shows_output(self) -> bool:
        """Whether there is more than commands: then all of it has to be what they write."""
        return self.language == "console" and any(output for _, output in _calls(self.text))


def _calls(text: str) -> list[tuple[str, str]]:
    """Split what a console shows into commands, of which one may go on in the next line, and what each wrote."""
    calls: list[tuple[str, str]] = []
    for line in text.splitlines(keepends=True):
        if line.startswith(_PROMPT):
            calls.append((line.removeprefix(_PROMPT).rstrip("\n"), ""))
        elif calls and not calls[-1][1] and calls[-1][0].endswith(_GOES_ON):
            calls[-1] = (f"{calls[-1][0]}\n{line.rstrip()}", "")
        else:
            command, output = calls.pop() if calls else ("", "")
            calls.append((command, output + line))
    return calls


def documents() -> Sequence[str]:
    """List the files of the documentation, the front page first."""
    pages = sorted(file.relative_to(CHECKOUT).as_posix() for file in (CHECKOUT / "docs").rglob("*.md"))
    return ["README.md", "CONTRIBUTING.md", *pages]


def fences(document: str) -> list[Block]:
    """List every block of a document that names its language, in the order in which they stand."""
    place, found = "stack", []
    for one in _PLACE_OR_BLOCK.finditer(Path(CHECKOUT, document).read_text()):
        if one["place"]:
            place = one["place"]
        else:
            found.append(Block(document, place, one["language"], one["text"]))
    return found


def command_blocks(document: str) -> list[Block]:
    """List the blocks of a document that call something."""
    return [block for block in fences(document) if block.language in _COMMANDS]


def transcript(block: Block, outputs: Sequence[str]) -> str:
    """Write what a console shows: each command, and what it wrote."""
    pairs = zip(block.commands, outputs, strict=True)
    return "".join(f"{_PROMPT}{command}\n{output}" for command, output in pairs)
