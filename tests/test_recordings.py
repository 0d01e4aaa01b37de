"""Whole package sets, checked from their recorded dumps."""

from pathlib import Path

import pytest

from nixdrift.comparison.compare import Evidence
from nixdrift.comparison.side import Side
from nixdrift.config import Config
from nixdrift.dumps import read_graph
from nixdrift.graph import build_graph
from nixdrift.judgement import Level, Verdict
from nixdrift.pipeline.check import check
from nixdrift.report import Report, document
from nixdrift.request import CheckRequest
from nixdrift.rules import Inspection, inspect

pytestmark = pytest.mark.recordings


def compared(base: Path, head: Path, changes: Path) -> Report:
    return check(CheckRequest(base_graph=(str(base),), head_graph=(str(head),), changes=str(changes)))


def test_no_fixed_output_of_a_mass_rebuild_is_a_finding(recordings: Path) -> None:
    folder = recordings / "nixpkgs-mass-rebuild"

    report = compared(folder / "base.json", folder / "head.json", folder / "changes.txt")

    # Without the repository nothing can be proven, and only what is named like a changed directory is suspected.
    assert {one.rule for one in report.findings if one.level is not Level.NOTE} <= {"unproven"}
    # Of 34,159 fixed outputs with another derivation, 628 are asked for elsewhere, at one host.
    (moved,) = (one for one in report.findings if one.rule == "request")
    assert moved.message.endswith("and 625 more are fetched from elsewhere, and their hashes did not change")
    assert sum(one.verdict is Verdict.RIPPLED for one in report.judgement.components) > 16_000


def test_no_request_changed_in_an_ordinary_range_of_commits(recordings: Path) -> None:
    folder = recordings / "nixpkgs-2016"

    report = compared(folder / "base.json", folder / "head.json", folder / "changes.txt")

    assert not {one.rule for one in report.findings} & {"request", "same-hash", "sandbox"}


@pytest.mark.parametrize(
    ("graph", "packages", "tables"),
    [
        ("nixpkgs-2016/head", ["nixpart"], 5),
        ("nixpkgs-mass-rebuild/head", ["hitori", "nixpart"], 5),
        ("core-2024/head-2.34", [], 0),
    ],
)
def test_in_a_whole_package_set_only_true_mistakes_declare_one_hash_for_two_things(
    graph: str, packages: list[str], tables: int, recordings: Path
) -> None:
    evaluation = read_graph({graph: (recordings / f"{graph}.json").read_bytes()}, ())
    side = Side(evaluation, build_graph(evaluation.derivations, source=graph), None, {})

    everything = Inspection(side, Config(), Evidence(), frozenset(evaluation.derivations), frozenset())
    found = [one for one in inspect(everything) if one.rule == "same-hash"]

    # Each of these two packages had one version with the other one's hash.
    warnings = [one for one in found if one.level is not Level.NOTE]
    assert sorted(name for one in warnings for name in ("hitori", "nixpart") if name in one.reason) == packages
    assert len(warnings) == len(packages)
    # The others are chess tables, of which some are symmetric.
    notes = [one.component or "" for one in found if one.level is Level.NOTE]
    assert [name.partition("-")[0] for name in notes] == ["crafty"] * tables


def test_the_three_shapes_of_one_graph_give_one_report(recordings: Path, tmp_path: Path) -> None:
    changes = tmp_path / "changes.txt"
    changes.write_text("M\tpkgs/build-support/fetchsavannah/default.nix\n")
    folder = recordings / "core-2024"

    reports = [
        document(compared(folder / f"base-{release}.json", folder / f"head-{release}.json", changes))
        for release in ("2.8", "2.26", "2.34")
    ]

    assert reports[0] == reports[1] == reports[2]
    assert reports[0]["census"]["derivations_head"] == 2662
    assert [one["name"] for one in reports[0]["components"] if one["verdict"] != "unchanged"] == ["gnulib-20231109"]


@pytest.mark.parametrize("name", ["core-2024/base-2.34.json", "nixpkgs-2016/base.json"])
def test_a_whole_package_set_names_nothing_as_a_string_that_is_worth_more_than_a_note(
    recordings: Path, name: str
) -> None:
    evaluation = read_graph({name: (recordings / name).read_bytes()}, ())
    side = Side(evaluation, build_graph(evaluation.derivations, source=name), None, {})
    everything = Inspection(side, Config(), Evidence(), frozenset(evaluation.derivations), frozenset())

    findings = [one for one in inspect(everything) if one.rule == "string-path"]

    assert [one for one in findings if one.level is not Level.NOTE] == []
    assert len(findings) <= 1
