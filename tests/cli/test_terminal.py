"""What a person sees at a terminal, and what a program sees that reads a pipe."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from nixdrift.cli.links import linked
from nixdrift.cli.manner import wants_color, wants_links
from nixdrift.demo.incident import INCIDENT
from nixdrift.report.folding import folded
from nixdrift.repository.story import make_repository
from tests.command import CommandLine
from tests.documents import CHECKOUT, FILES
from tests.terminals import on_terminal, plain

SHELLS = ("bash", "zsh", "fish")


@pytest.fixture
def stack(tmp_path: Path) -> Path:
    """Make the repository of the incident, at the commit that changes nothing."""
    make_repository(tmp_path / "stack", [event.chapter for event in INCIDENT[:6]])
    return tmp_path / "stack"


@pytest.mark.parametrize(
    ("choice", "environment", "is_terminal", "expected"),
    [
        ("auto", {}, True, True),
        ("auto", {}, False, False),
        ("auto", {"NO_COLOR": "1"}, True, False),
        ("auto", {"NO_COLOR": ""}, True, True),
        ("auto", {"NO_COLOR": "1", "FORCE_COLOR": "1"}, True, False),
        ("auto", {"FORCE_COLOR": "1"}, False, True),
        ("auto", {"FORCE_COLOR": "0"}, False, False),
        ("auto", {"CLICOLOR_FORCE": "1"}, False, True),
        ("auto", {"CLICOLOR": "0"}, True, False),
        ("auto", {"TERM": "dumb"}, True, False),
        ("always", {"NO_COLOR": "1"}, False, True),
        ("never", {"FORCE_COLOR": "1"}, True, False),
    ],
)
def test_colour_is_chosen_by_the_option_then_by_the_variables_then_by_the_terminal(
    choice: str, environment: dict[str, str], is_terminal: bool, expected: bool
) -> None:
    assert wants_color(choice, environment, is_terminal=is_terminal) is expected


@pytest.mark.parametrize(
    ("choice", "environment", "is_terminal", "expected"),
    [
        ("auto", {"TERM": "xterm-256color"}, True, False),
        ("auto", {"VTE_VERSION": "7200"}, True, True),
        ("auto", {"VTE_VERSION": "4800"}, True, False),
        ("auto", {"TERM_PROGRAM": "vscode"}, True, True),
        ("auto", {"TERM": "xterm-kitty"}, True, True),
        ("auto", {"TERM": "screen", "VTE_VERSION": "7200"}, True, False),
        ("auto", {"WT_SESSION": "1"}, False, False),
        ("auto", {"FORCE_HYPERLINK": "1"}, True, True),
        ("auto", {"FORCE_HYPERLINK": "0", "WT_SESSION": "1"}, True, False),
        ("always", {}, True, True),
        ("always", {}, False, False),
        ("never", {"FORCE_HYPERLINK": "1"}, True, False),
    ],
)
def test_links_are_for_terminals_that_show_them(
    choice: str, environment: dict[str, str], is_terminal: bool, expected: bool
) -> None:
    assert wants_links(choice, environment, is_terminal=is_terminal) is expected


def test_what_names_a_file_is_linked_to_it_and_nothing_else_is(tmp_path: Path) -> None:
    (tmp_path / "image").mkdir()
    (tmp_path / "default.nix").touch()
    text = "at \x1b[1mdefault.nix:18\x1b[0m, image/, image, ../etc, /etc/passwd, none.nix."

    found = linked(text, tmp_path)

    assert plain(found) == plain(text)
    assert found.count("\x1b]8;;file://") == 2
    assert f"{tmp_path}/default.nix#18\x1b\\default.nix:18\x1b]8;;" in found
    assert linked("no.nix and none", tmp_path) == "no.nix and none"


def test_a_long_line_is_folded_between_words_and_keeps_its_colour() -> None:
    text = f"short\n\x1b[1;31m{'word ' * 8}\x1b[0mend\n"

    lines = folded(text, width=24, color=True).splitlines()

    assert lines[0] == "short"
    assert all(len(plain(line)) <= 24 for line in lines)
    assert all(plain(line).startswith("    word") for line in lines[2:-1])
    assert " ".join(" ".join(map(plain, lines)).split()) == f"short {'word ' * 8}end"
    assert folded(text, width=100, color=True) == text


def test_at_a_terminal_a_check_counts_and_links_and_in_a_pipe_it_is_plain(
    nixdrift: CommandLine, newest_nix: Path, stack: Path
) -> None:
    given = {**nixdrift.environment(newest_nix), "TERM": "xterm-256color", "VTE_VERSION": "7200"}

    status, shown = on_terminal(["check"], cwd=stack, environment=given, columns=60)
    _, quiet = on_terminal(["-q", "check", "--color", "never"], cwd=stack, environment=given, columns=60)
    piped = nixdrift("check", cwd=stack, nix=newest_nix)

    assert status == 1
    assert "evaluating HEAD" in plain(shown)
    assert "2 of 2" in plain(shown)
    assert "/stack/default.nix#" in shown
    assert "evaluating" not in quiet
    assert "\x1b[" not in quiet
    assert max(map(len, plain(quiet).splitlines())) <= 60
    assert b"\x1b" not in piped.stdout
    assert piped.stderr == ""


def test_verbose_tells_of_processes_and_evidence_and_masks_the_values_of_secret_options(
    nixdrift: CommandLine, newest_nix: Path, stack: Path
) -> None:
    options = ("--option", "access-tokens", "example.org=abcdefghij")
    outcome = nixdrift("check", "-A", "goinstance", "-v", *options, cwd=stack, nix=newest_nix)

    assert outcome.status == 1
    assert "abcdefghij" not in outcome.stderr
    assert "--option access-tokens '<masked>'" in outcome.stderr
    assert "git rev-parse" in outcome.stderr
    assert "exit 0" in outcome.stderr
    assert "evaluating HEAD, 2 of 2" in outcome.stderr
    assert "of goinstance (inferred: named by the directory goinstance/): stale" in outcome.stderr
    assert outcome.stdout == nixdrift("check", "-A", "goinstance", cwd=stack, nix=newest_nix).stdout


@pytest.mark.parametrize(
    ("arguments", "error", "hint"),
    [
        (("chekc",), "No such command 'chekc'", "did you mean check?"),
        (("cache", "lst"), "No such command 'lst'", "did you mean list?"),
        (("check", "--bsae", "x"), "No such option '--bsae'", "did you mean --base?"),
        (("check", "--fail-on", "eror"), "'eror' is not one of", "did you mean error?"),
        (("schema", "adit"), "'adit' is not one of", "did you mean audit?"),
        (("rules", "stael"), "no such rule: stael", "did you mean stale?"),
        (("-q", "rules", "-v"), "contradict", "see `nixdrift rules --help`"),
    ],
)
def test_what_is_misspelt_is_told_with_what_was_meant(
    nixdrift: CommandLine, tmp_path: Path, arguments: tuple[str, ...], error: str, hint: str
) -> None:
    nixdrift.refuses(nixdrift(*arguments, cwd=tmp_path), 2, error, hint)


def test_a_revision_that_is_misspelt_is_told_with_the_branch_that_was_meant(nixdrift: CommandLine, stack: Path) -> None:
    subprocess.run(["git", "branch", "groundwork"], cwd=stack, check=True)

    nixdrift.refuses(nixdrift("check", "--base", "grundwork", cwd=stack), 3, "grundwork", "did you mean groundwork")


@pytest.mark.parametrize("shell", SHELLS)
def test_a_shell_loads_its_script(nixdrift: CommandLine, tmp_path: Path, shell: str) -> None:
    script = nixdrift("completion", shell, cwd=tmp_path).stdout
    program = shutil.which(shell)

    assert b"_NIXDRIFT_COMPLETE" in script
    if program is not None:
        (tmp_path / "script").write_bytes(script)
        subprocess.run([program, "-n", "script"], cwd=tmp_path, check=True)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("ch",), ["check"]),
        (("check", "--fail-on", "n"), ["note", "never"]),
        (("check", "--hyper"), ["--hyperlinks"]),
        (("rules", "mask"), ["masked"]),
    ],
)
def test_bash_completes_commands_options_values_and_rules(
    nixdrift: CommandLine, tmp_path: Path, words: tuple[str, ...], expected: list[str]
) -> None:
    bash = shutil.which("bash")
    assert bash is not None
    (tmp_path / "bin").mkdir()
    program = tmp_path / "bin" / "nixdrift"
    program.write_text(f'#!{bash}\nexec {sys.executable} -m nixdrift "$@"\n')
    program.chmod(0o755)
    (tmp_path / "script").write_bytes(nixdrift("completion", "bash", cwd=tmp_path).stdout)
    typed = " ".join(("nixdrift", *words))
    ask = (
        f". ./script; COMP_WORDS=({typed}); COMP_CWORD={len(words)}; "
        f"_nixdrift_completion nixdrift; printf '%s\\n' \"${{COMPREPLY[@]}}\""
    )
    environment = nixdrift.environment(None)
    environment["PATH"] = f"{program.parent}:{os.environ['PATH']}"

    done = subprocess.run([bash, "-c", ask], cwd=tmp_path, env=environment, capture_output=True, check=True)

    assert done.stdout.decode().split() == expected


@pytest.mark.parametrize("file", FILES)
def test_the_manual_page_is_what_the_program_says_and_well_formed(file: str) -> None:
    assert (CHECKOUT / file).read_text() == FILES[file]()
    if (groff := shutil.which("groff")) is not None:
        done = subprocess.run([groff, "-man", "-ww", "-Tascii", CHECKOUT / file], capture_output=True, check=True)
        assert done.stderr == b""
    if (mandoc := shutil.which("mandoc")) is not None:
        subprocess.run([mandoc, "-T", "lint", "-W", "warning", CHECKOUT / file], check=True)
