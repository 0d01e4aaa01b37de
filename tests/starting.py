"""Calls that run nothing, one after the other, and what they import that only a run needs.

Run in a process of its own: what one call imports is still there after the next, so the first to import it is named.
"""

import contextlib
import io
import os
import sys
from collections.abc import Iterator

import click
import click.shell_completion

ONLY_FOR_RUNS = frozenset(
    {
        "dataclasses",
        "difflib",
        "git",
        "jinja2",
        "logging",
        "msgspec",
        "networkx",
        "orjson",
        "pathlib",
        "platformdirs",
        "rich",
        "shutil",
        "subprocess",
        "tempfile",
        "traceback",
        "nixdrift.cache",
        "nixdrift.cli.log",
        "nixdrift.cli.output",
        "nixdrift.demo",
        "nixdrift.dumps",
        "nixdrift.judgement",
        "nixdrift.model",
        "nixdrift.nix",
        "nixdrift.pipeline",
        "nixdrift.report",
        "nixdrift.repository",
        "nixdrift.request",
        "nixdrift.rules",
    }
)
"""Modules that take long to import, or import much."""


def complaint() -> str | None:
    """Give the first call that imports too much, and what; None: none does."""
    with _printed():
        click.Command("other").main(["--help"], prog_name="other", standalone_mode=False, terminal_width=80)
    # What any program with a help imports is click's own.
    allowed = set(sys.modules)
    from nixdrift.cli.main import cli

    for words, environment in _calls(cli):
        with _printed() as printed:
            status = _status(words, environment)
        said = " ".join((*(f"{name}={value!r}" for name, value in environment.items()), "nixdrift", *words))
        if status or not printed.getvalue():
            return f"{said}: exit status {status}, {len(printed.getvalue())} bytes"
        if found := ONLY_FOR_RUNS & sys.modules.keys() - allowed:
            return f"{said}: imports {', '.join(sorted(found))}"
    return None


def _calls(cli: click.Group) -> Iterator[tuple[list[str], dict[str, str]]]:
    yield ["--version"], {}
    for words in _commands(cli, []):
        yield [*words, "--help"], {}
        typed, place = " ".join(("nixdrift", *words, "-")), str(len(words) + 1)
        yield [], {"_NIXDRIFT_COMPLETE": "bash_complete", "COMP_WORDS": typed, "COMP_CWORD": place}


def _commands(command: click.Command | None, words: list[str]) -> Iterator[list[str]]:
    yield words
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            yield from _commands(command.get_command(context, name), [*words, name])


def _status(words: list[str], environment: dict[str, str]) -> int:
    from nixdrift.cli import main

    os.environ.update(environment)
    sys.argv = ["nixdrift", *words]
    try:
        main()
    except SystemExit as end:
        return int(end.code or 0)
    finally:
        for name in environment:
            del os.environ[name]


@contextlib.contextmanager
def _printed() -> Iterator[io.BytesIO]:
    """Take what is written to standard output, which has to take bytes, too."""
    written = io.BytesIO()
    output = io.TextIOWrapper(written, write_through=True)
    with contextlib.redirect_stdout(output):
        yield written
        output.flush()


if __name__ == "__main__":
    sys.exit(complaint())
