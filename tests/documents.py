"""The parts of the documentation that are made from the program; `make docs` writes them anew."""

import re
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

import yaml
from click.testing import CliRunner

from nixdrift.cli.main import cli
from nixdrift.rules.documentation import by_name, documentation
from tests.conftest import nix_directories
from tests.documentation.blocks import command_blocks, documents, transcript
from tests.documentation.reports import all_reports, examples
from tests.documentation.running import call_all
from tests.manual import manual

CHECKOUT = Path(__file__).parent.parent


def help_of(command: str) -> str:
    """Give what ``nixdrift COMMAND --help`` prints, as a block."""
    shown = CliRunner().invoke(cli, [command, "--help"], prog_name="nixdrift", terminal_width=100)
    return f"```\n{shown.output}```"


def all_rules() -> str:
    """Give the documentation of every rule, as sections."""
    sections = [f"## {rule.id}\n\n*{rule.level.value}: {rule.summary}*\n\n{documentation(rule)}" for rule in by_name()]
    table = [f"| [{rule.id}](#{rule.id}) | {rule.level.value} | {rule.summary} |" for rule in by_name()]
    return "\n".join(["| rule | level | what it finds |", "|---|---|---|", *table, "", "\n\n".join(sections)])


def action_inputs() -> str:
    """Give the inputs and outputs of GitHub's action, as tables."""
    action = yaml.safe_load((CHECKOUT / "action.yml").read_text())
    inputs = [f"| `{name}` | {one['description']} |" for name, one in action["inputs"].items()]
    outputs = [f"| `{name}` | {one['description']} |" for name, one in action["outputs"].items()]
    return "\n".join(["| input | |", "|---|---|", *inputs, "", "| output | |", "|---|---|", *outputs])


PARTS: Mapping[tuple[str, str], Callable[[], str]] = {
    ("README.md", "nixdrift check --help"): lambda: help_of("check"),
    ("docs/how-it-works.md", "verdicts"): lambda: part("README.md", "verdicts") or "",
    ("docs/rules.md", "rules"): all_rules,
    ("docs/ci.md", "inputs"): action_inputs,
    ("docs/reports.md", "reports"): all_reports,
    ("docs/compare.md", "nixdrift compare --help"): lambda: help_of("compare"),
    ("docs/snapshot.md", "nixdrift snapshot --help"): lambda: help_of("snapshot"),
}
"""Document, name of the part → what it has to be; the part stands between `<!-- NAME -->` and `<!-- end -->`."""


FILES: Mapping[str, Callable[[], str]] = {"docs/man/nixdrift.1": manual}
"""File → what it has to be."""


def part(document: str, name: str) -> str | None:
    """Give a part of a document as it is, or None where the document does not have it."""
    found = _pattern(name).search((CHECKOUT / document).read_text())
    return found[2] if found else None


def _pattern(name: str) -> re.Pattern[str]:
    return re.compile(rf"(<!-- {re.escape(name)} -->\n)(.*?)(\n<!-- end -->)", re.DOTALL)


def write_part(document: str, name: str, content: str) -> None:
    """Write a part of a document anew."""
    file = CHECKOUT / document
    file.write_text(_pattern(name).sub(lambda found: found[1] + content + found[3], file.read_text()))


def write_transcripts(document: str, nix: Path) -> None:
    """Write anew what the commands of a document show of their output."""
    file = CHECKOUT / document
    with tempfile.TemporaryDirectory() as directory:
        for block, called in call_all(command_blocks(document), Path(directory), nix):
            if block.shows_output:
                shown = transcript(block, [one.output for one in called])
                file.write_text(file.read_text().replace(block.text, shown, 1))


def main() -> None:
    """Write every part; what commands write, only where there is a Nix."""
    for file, write in FILES.items():
        (CHECKOUT / file).write_text(write())
    for (document, name), make in PARTS.items():
        write_part(document, name, make())
    for nix in nix_directories()[-1:]:
        for name, report in examples(nix).items():
            write_part("docs/reports.md", f"report of {name}", report)
        for document in documents():
            write_transcripts(document, nix)


if __name__ == "__main__":
    main()
