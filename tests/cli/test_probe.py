"""`nixdrift probe` as a person calls it."""

from pathlib import Path

import jsonschema
import orjson

from tests.command import CommandLine
from tests.nix.test_probe import WIRED, make_repository

SYSTEM = ("--system", "x86_64-linux")


def test_the_same_files_give_the_same_bytes_and_are_not_evaluated_again(
    nixdrift: CommandLine, newest_nix: Path, tmp_path: Path
) -> None:
    repository = make_repository(tmp_path, WIRED, "file")

    once, again = (
        nixdrift("probe", *SYSTEM, "--no-cache", "--format", "json", cwd=repository, nix=newest_nix) for _ in range(2)
    )

    assert once.stdout == again.stdout
    assert once.status == 1
    kept, known = (nixdrift("probe", *SYSTEM, "--format", "json", cwd=repository, nix=newest_nix) for _ in range(2))
    assert kept.report["findings"] == known.report["findings"] == once.report["findings"]
    assert known.report["census"]["evaluations"] == 1


def test_the_exit_code_follows_from_the_level(nixdrift: CommandLine, newest_nix: Path, tmp_path: Path) -> None:
    repository = make_repository(tmp_path, WIRED, "file")

    assert nixdrift("probe", *SYSTEM, cwd=repository, nix=newest_nix).status == 1
    assert nixdrift("probe", *SYSTEM, "--fail-on", "error", cwd=repository, nix=newest_nix).status == 0
    healthy = nixdrift("probe", *SYSTEM, "platform", cwd=repository, nix=newest_nix)
    assert healthy.status == 0
    assert " of 1 component in " in healthy.stdout.decode()


def test_an_unknown_component_is_wrong_usage(nixdrift: CommandLine, newest_nix: Path, tmp_path: Path) -> None:
    repository = make_repository(tmp_path, WIRED, "file")

    outcome = nixdrift("probe", *SYSTEM, "platfrom", cwd=repository, nix=newest_nix)

    nixdrift.refuses(outcome, 2, "no such component: platfrom", "did you mean platform")


def test_without_nix_that_is_said(nixdrift: CommandLine, tmp_path: Path) -> None:
    outcome = nixdrift("probe", cwd=make_repository(tmp_path, WIRED, "file"))

    nixdrift.refuses(outcome, 3, "nix-instantiate is not on PATH", "install Nix")


def test_the_json_report_is_as_its_schema_says(nixdrift: CommandLine, newest_nix: Path, tmp_path: Path) -> None:
    repository = make_repository(tmp_path, WIRED, "file")

    report = nixdrift("probe", *SYSTEM, "--format", "json", cwd=repository, nix=newest_nix).report

    jsonschema.validate(report, orjson.loads(nixdrift("schema", "probe", cwd=repository).stdout))
