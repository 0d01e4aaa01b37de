"""``nixdrift check``."""

from typing import TYPE_CHECKING, Any

import click

from nixdrift.cli.forms import Form, forms_option
from nixdrift.cli.options import (
    baseline_option,
    counterfactual_option,
    expression_options,
    fail_on_option,
    graph_options,
    keep_going_option,
    keeping_options,
    nix_options,
    output_option,
    repository_options,
    revision_options,
    root_options,
    show_values_option,
)

if TYPE_CHECKING:
    from pathlib import Path


@click.command(
    epilog="""\b
Examples:
  nixdrift check                                   the last commit, every root of the flake
  nixdrift check --base main .#goinstance          one root, against another branch
  nixdrift check --worktree                        what is not committed yet
  nixdrift check --file release.nix --arg ci true
  nixdrift check --base-graph base.snapshot --head-graph head.snapshot
  nixdrift check --base-graph base.json --head-graph head.json --base main~1 --head main
  nixdrift check --base-graph base.json --head-graph head.json --changes changes.txt
  nixdrift check --format json=report.json --format html=report.html
  nixdrift check --base-jobs base.jobs --head-jobs head.jobs --jobs-prefix packages
"""
)
@root_options
@repository_options
@revision_options
@expression_options
@graph_options
@nix_options
@counterfactual_option
@keeping_options
@keep_going_option
@baseline_option
@show_values_option
@forms_option
@output_option
@fail_on_option
def check(
    forms: tuple[Form, ...], as_json: bool, output: "Path | None", fail_on: str, keep_going: bool, **given: Any
) -> int:
    """Judge every component between two revisions of a repository.

    A ROOT is an attribute path (goinstance, .#goinstance, packages.x86_64-linux.*); without one, all packages,
    checks and configurations of a flake, or all derivations of an expression file, are judged.
    """
    from nixdrift.cli.given import request_fields
    from nixdrift.cli.log import say_warning
    from nixdrift.cli.outcome import exit_code_of
    from nixdrift.cli.progress import progress
    from nixdrift.cli.reports import destinations, write_forms
    from nixdrift.formats import DEPICTING
    from nixdrift.pipeline.check import check as run_check
    from nixdrift.request import CheckRequest

    places = destinations(forms, output, as_json=as_json)
    with progress() as status:
        request = CheckRequest(progress=status.update, warn=say_warning, **request_fields(given))
        report = run_check(request, is_depicted=not DEPICTING.isdisjoint(places.values()))
    write_forms(report, places)
    return exit_code_of(report, fail_on, keep_going=keep_going)
