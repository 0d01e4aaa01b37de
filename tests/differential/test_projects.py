"""Generated projects, and some of the truth corpus, with real Nix: what nixdrift reads and computes is what Nix has."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from tests.conftest import ALL, nix_directories
from tests.corpus import FLAVOURS, pairs

from .corpus import outcome_of_pair
from .evaluated import read_database
from .projects import Project, projects
from .running import outcomes

few = settings(max_examples=60 if ALL else 24, derandomize=True, suppress_health_check=list(HealthCheck))


@few
@given(project=projects())
def test_what_every_release_makes_of_a_project_is_what_nixdrift_reads_and_computes(
    newest_nix: Path, project: Project
) -> None:
    del newest_nix  # without any, the test is skipped
    faults = [f"{one.release}: {fault}" for one in outcomes(project, nix_directories()) for fault in one.faults]
    assert not faults, project.expression


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_all_that_judging_a_pair_puts_into_the_store_is_what_nixdrift_reads_and_computes(
    newest_nix: Path, flavour: str
) -> None:
    one = next(pair for pair in pairs() if pair.cause == "allow-list")
    found = outcome_of_pair(one, flavour, newest_nix)
    assert not found.faults
    assert min(found.compared.derivations, found.compared.sources) > 0


def test_a_database_is_read() -> None:
    path, other = f"{'0' * 32}-a", f"{'1' * 32}-b"
    text = f"/nix/store/{path}\n{'a' * 64}\n100\n\n2\n/nix/store/{path}\n/nix/store/{other}\n"
    found = read_database(f"{text}/nix/store/{other}\n{'b' * 64}\n9\n/nix/store/{path}\n0\n")
    assert {name: sorted(held.references) for name, held in found.items()} == {path: [path, other], other: []}
