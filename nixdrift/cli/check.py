"""``nixdrift check``."""

from pathlib import Path
from typing import Any

import click
from rich.console import Console

from nixdrift.cli.output import check_output, rendered, write
from nixdrift.evaluation import FailedAttribute
from nixdrift.judgement import Level
from nixdrift.nix import NixSettings, nix_string
from nixdrift.pipeline import check as run_check
from nixdrift.report import FORMATS, Report
from nixdrift.report.document import clean
from nixdrift.request import CheckRequest

EXIT_FINDINGS = 1
EXIT_NOT_JUDGED = 3

_NEVER = "never"


@click.command(
    epilog="""\b
Examples:
  nixdrift check                                   the last commit, every root of the flake
  nixdrift check --base main .#goinstance          one root, against another branch
  nixdrift check --worktree                        what is not committed yet
  nixdrift check --file release.nix --arg ci true
  nixdrift check --base-graph base.json --head-graph head.json --base main~1 --head main
  nixdrift check --base-graph base.json --head-graph head.json --changes changes.txt
"""
)
@click.argument("roots", nargs=-1, metavar="[ROOT]...")
@click.option(
    "-C",
    "--repository",
    type=click.Path(path_type=Path),
    default=".",
    metavar="PATH",
    help="Where the repository is.  [default: here]",
)
@click.option(
    "--base",
    metavar="REV",
    help="Compare with this.  [default: in CI the merge request's target, else the first parent of head]",
)
@click.option("--head", metavar="REV", help="Judge this.  [default: HEAD]")
@click.option("--worktree", is_flag=True, help="Judge the working tree: staged, unstaged and untracked files.")
@click.option(
    "-f",
    "--file",
    metavar="FILE",
    help="Evaluate this expression file.  [default: flake.nix, default.nix or release.nix]",
)
@click.option(
    "-A",
    "--attr",
    "--root",
    "attributes",
    multiple=True,
    metavar="ROOT",
    help="Judge this; the same as ROOT, and may be given between other options.",
)
@click.option(
    "--arg",
    "arguments",
    multiple=True,
    nargs=2,
    metavar="NAME EXPR",
    help="Pass a Nix expression to the function in the file.",
)
@click.option(
    "--argstr",
    "strings",
    multiple=True,
    nargs=2,
    metavar="NAME TEXT",
    help="Pass a string to the function in the file.",
)
@click.option(
    "--base-graph",
    multiple=True,
    metavar="FILE",
    help="Take base from a dump, as `nix derivation show -r` writes it; - is stdin.",
)
@click.option("--head-graph", multiple=True, metavar="FILE", help="Take head from a dump.")
@click.option(
    "--changes", metavar="FILE", help="Take the changes from a file, as `git diff --name-status [-z]` writes it."
)
@click.option(
    "--config",
    metavar="FILE",
    help="Take the configuration from here.  [default: nixdrift.toml at the top of the repository]",
)
@click.option("--option", "options", multiple=True, nargs=2, metavar="NAME VALUE", help="Set an option of Nix.")
@click.option("--system", metavar="SYSTEM", help="Evaluate for this system.")
@click.option("--impure", is_flag=True, help="Let a flake's evaluation see its environment.")
@click.option(
    "--timeout",
    type=click.FloatRange(min=0, min_open=True),
    metavar="SECONDS",
    help="Stop a Nix process after this long.",
)
@click.option(
    "--store",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Use the Nix store below this directory, as Nix's own --store DIR.",
)
@click.option("--keep-going", is_flag=True, help="Judge the others even if an attribute does not evaluate.")
@click.option(
    "--format",
    "report_format",
    type=click.Choice(FORMATS),
    default="text",
    show_default=True,
    help="How to write the report.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write the report here, whole or not at all.",
)
@click.option(
    "--fail-on",
    type=click.Choice([*(level.value for level in Level), _NEVER]),
    default=Level.WARNING.value,
    show_default=True,
    help="Exit with 1 from this level of finding on.",
)
def check(
    roots: tuple[str, ...],
    attributes: tuple[str, ...],
    arguments: tuple[tuple[str, str], ...],
    strings: tuple[tuple[str, str], ...],
    report_format: str,
    output: Path | None,
    fail_on: str,
    keep_going: bool,
    **options: Any,
) -> int:
    """Judge every component between two revisions of a repository.

    A ROOT is an attribute path (goinstance, .#goinstance, packages.x86_64-linux.*); without one, all packages,
    checks and configurations of a flake, or all derivations of an expression file, are judged.
    """
    check_output(output)
    nix = NixSettings(
        options.pop("options"),
        options.pop("system"),
        options.pop("impure"),
        options.pop("timeout"),
        options.pop("store"),
    )
    given = dict(arguments) | {name: nix_string(text) for name, text in strings}
    console = Console(stderr=True)
    with console.status("starting") if console.is_terminal else _Quiet() as status:
        request = CheckRequest(roots=(*roots, *attributes), arguments=given, nix=nix, progress=status.update, **options)
        report = run_check(request)
    write(rendered(report, report_format, to_file=output is not None), output)
    failed = [*report.failed_base, *report.failed_head]
    if failed and not keep_going:
        _say_failed(failed)
        return EXIT_NOT_JUDGED
    return EXIT_FINDINGS if _fails(report, fail_on) else 0


class _Quiet:
    """A status line where there is no terminal."""

    def __enter__(self) -> "_Quiet":
        return self

    def __exit__(self, *_error: object) -> None:
        return None

    def update(self, message: str) -> None:
        """Say nothing."""


def _fails(report: Report, fail_on: str) -> bool:
    if fail_on == _NEVER:
        return False
    return any(finding.level.severity >= Level(fail_on).severity for finding in report.findings)


def _say_failed(failed: list[FailedAttribute]) -> None:
    names = sorted({clean(one.name) for one in failed})
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    click.echo(f"nixdrift: error: not evaluated: {', '.join(names[:3])}{more}: {clean(failed[0].message)}", err=True)
    click.echo("nixdrift: hint: the others were judged; to accept that: --keep-going", err=True)
