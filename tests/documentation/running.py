"""Call the commands of a page, one process each, in the places that the page names."""

import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.documentation.blocks import Block
from tests.documentation.exceptions import callable_here, is_run
from tests.documentation.places import prepared

_FINDINGS = 1


@dataclass(frozen=True, slots=True)
class Called:
    """What came of a command."""

    command: str
    status: int
    output: str

    @property
    def complaint(self) -> str | None:
        """Say what is wrong with a command of which no output is shown: findings are not."""
        is_judged = self.status == _FINDINGS and "nixdrift" in self.command
        if (self.status == 0 or is_judged) and "nixdrift: error: " not in self.output:
            return None
        return f"$ {self.command}\n{self.output}(exit status {self.status})"


def call_all(blocks: Sequence[Block], directory: Path, nix: Path) -> list[tuple[Block, list[Called]]]:
    """Call the blocks of one page, in their order; those of one place share its repository."""
    places: dict[str, tuple[Path, Mapping[str, str]]] = {}
    called = []
    for block in blocks:
        if block.place not in places:
            (directory / block.place).mkdir()
            places[block.place] = prepared(block.place, directory / block.place, nix)
        called.append((block, [_call(command, *places[block.place]) for command in block.commands if is_run(command)]))
    return called


def _call(command: str, repository: Path, environment: Mapping[str, str]) -> Called:
    done = subprocess.run(
        ("bash", "-c", callable_here(command)),
        cwd=repository,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=120,
        check=False,
    )
    return Called(command, done.returncode, done.stdout.decode())
