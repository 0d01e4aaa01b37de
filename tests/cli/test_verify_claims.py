"""``nixdrift verify`` must not say of a change that it is live where it is not, with real Nix."""

from pathlib import Path

from tests.cli.test_verify import listed, one, outputs, states
from tests.command import CommandLine, Outcome
from tests.corpus import git
from tests.histories import STACK, UNWIRED, Files, expression, go, platform, readme, told

SYSTEM = ("--system", "x86_64-linux")
FIXED = STACK.replace(
    "SRC",
    'src = ./goinstance; outputHashMode = "flat"; outputHashAlgo = "sha256"; '
    'outputHash = "0000000000000000000000000000000000000000000000000000";',
)


def verified(
    nixdrift: CommandLine, nix: Path, directory: Path, changes: list[Files], *options: object, depth: int = 0
) -> Outcome:
    """Deploy all of the last commit, and verify it."""
    repository = directory / "stack"
    commits = told(repository, changes)
    deployed = listed(directory, *outputs(nixdrift, repository, nix, commits[-1]).values())
    if depth:
        git(directory, "clone", "--quiet", "--depth", str(depth), f"file://{repository}", "shallow")
        repository = directory / "shallow"
    return nixdrift("verify", deployed, *SYSTEM, "--gate", "--format", "json", *options, cwd=repository, nix=nix)


def test_a_change_that_a_fixed_output_keeps_out_is_not_live(
    newest_nix: Path, nixdrift: CommandLine, tmp_path: Path
) -> None:
    outcome = verified(nixdrift, newest_nix, tmp_path, [expression(FIXED), go(2)])

    assert states(outcome)["goinstance"] != "live", one(outcome, "goinstance")
    assert outcome.status == 1


def test_a_change_that_did_not_arrive_is_not_live_because_something_else_moved_the_output_later(
    newest_nix: Path, nixdrift: CommandLine, tmp_path: Path
) -> None:
    outcome = verified(nixdrift, newest_nix, tmp_path, [expression(UNWIRED), go(2), platform(3)])

    assert states(outcome)["goinstance"] != "live", one(outcome, "goinstance")


def test_a_change_that_was_undone_is_not_outdated(newest_nix: Path, nixdrift: CommandLine, tmp_path: Path) -> None:
    outcome = verified(nixdrift, newest_nix, tmp_path, [expression(UNWIRED), go(2), go(0)])

    assert states(outcome) == {"goinstance": "live", "platform": "live"}, outcome.report


def test_more_than_was_looked_at_is_not_claimed(newest_nix: Path, nixdrift: CommandLine, tmp_path: Path) -> None:
    outcome = verified(
        nixdrift, newest_nix, tmp_path, [expression(UNWIRED), go(2), readme(3), readme(4)], "--max-count", 1
    )

    found = one(outcome, "goinstance")
    assert found["state"] != "live" or "looked at" in found["reason"], found


def test_a_shallow_clone_does_not_claim_more_than_it_has(
    newest_nix: Path, nixdrift: CommandLine, tmp_path: Path
) -> None:
    outcome = verified(nixdrift, newest_nix, tmp_path, [expression(UNWIRED), go(2), readme(3), readme(4)], depth=2)

    found = one(outcome, "goinstance")
    assert found["state"] != "live" or "looked at" in found["reason"], found
