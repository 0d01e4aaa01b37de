"""``nixdrift verify`` must not say of a change that it is live where it is not, with real Nix."""

from pathlib import Path

from tests.cli.test_verify import listed, one, outputs, states
from tests.command import CommandLine, Outcome
from tests.histories import STACK, UNWIRED, Files, expression, go, platform, told

SYSTEM = ("--system", "x86_64-linux")
FIXED = STACK.replace(
    "SRC",
    'src = ./goinstance; outputHashMode = "flat"; outputHashAlgo = "sha256"; '
    'outputHash = "0000000000000000000000000000000000000000000000000000";',
)


def verified(nixdrift: CommandLine, nix: Path, directory: Path, changes: list[Files]) -> Outcome:
    """Deploy all of the last commit, and verify it."""
    repository = directory / "stack"
    commits = told(repository, changes)
    deployed = listed(directory, *outputs(nixdrift, repository, nix, commits[-1]).values())
    return nixdrift("verify", deployed, *SYSTEM, "--gate", "--format", "json", cwd=repository, nix=nix)


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
