"""What is not committed yet, judged as Nix would see it."""

from pathlib import Path

from tests.command import CommandLine
from tests.corpus import git, make_project


def test_a_file_that_git_does_not_track_is_missed_by_a_flake_and_the_reason_says_so(
    nix_bin: Path, nixdrift: CommandLine, tmp_path: Path
) -> None:
    repository = make_project(tmp_path, "healthy", "flake")
    (repository / "goinstance" / "new.go").write_text("package main\n")

    untracked = nixdrift("check", "--worktree", "--format", "json", nix=nix_bin, cwd=repository)
    git(repository, "add", "--all")
    tracked = nixdrift("check", "--worktree", "--format", "json", nix=nix_bin, cwd=repository)

    assert untracked.verdicts == {"goinstance": "stale", "platform": "unchanged"}
    assert "git add" in untracked.report["findings"][0]["reason"]
    assert untracked.status == 1
    assert tracked.verdicts == {"goinstance": "rebuilt", "platform": "unchanged"}
    assert tracked.status == 0


def test_a_file_that_git_does_not_track_is_seen_outside_of_flakes(
    nix_bin: Path, nixdrift: CommandLine, tmp_path: Path
) -> None:
    repository = make_project(tmp_path, "healthy", "file")
    (repository / "goinstance" / "new.go").write_text("package main\n")

    outcome = nixdrift("check", "--worktree", "--format", "json", nix=nix_bin, cwd=repository)

    assert outcome.verdicts == {"goinstance": "rebuilt", "platform": "unchanged"}
