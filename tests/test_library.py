"""nixdrift as a library: the examples of its document do what it says, and importing it loads nothing."""

import contextlib
import io
import re
import subprocess
import sys
from pathlib import Path

import pytest

import nixdrift
from nixdrift.demo.replay import open_stage
from nixdrift.errors import UsageError
from tests.derivation.real_nix import show
from tests.reports import REPORTS

DOCUMENT = Path(__file__).parent.parent / "docs" / "library.md"
EXAMPLES = re.findall(r"```python\n(.*?)```\n\n```text\n(.*?)```", DOCUMENT.read_text(), re.DOTALL)


@pytest.fixture
def _incident(tmp_path: Path, newest_nix: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Be where the examples run: beside the incident's repository, with its snapshots."""
    monkeypatch.setenv("PATH", f"{newest_nix}:/usr/bin:/bin")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("NIX_REMOTE", str(tmp_path / "store"))
    with open_stage(live=False, workspaces=tmp_path / "work") as stage:
        stage.repository.rename(tmp_path / "stack")
        last = len(stage.commits) - 4
        for name, number in (("base", last - 1), ("head", last)):
            (tmp_path / f"{name}.snapshot").write_bytes(Path(stage.snapshot(number)).read_bytes())
        ends = stage.commits[last - 1], stage.commits[last]
    monkeypatch.chdir(tmp_path)
    diff = ["git", "-C", "stack", "diff", "--name-status", "--no-renames", "-z", *ends]
    (tmp_path / "changes.txt").write_bytes(subprocess.run(diff, capture_output=True, check=True).stdout)
    for name, commit in zip(("base", "head"), ends, strict=True):
        subprocess.run(["git", "-C", "stack", "checkout", "--quiet", commit], check=True)
        (tmp_path / f"{name}.json").write_bytes(show(newest_nix, tmp_path / "store", tmp_path / "stack"))
    subprocess.run(["git", "-C", "stack", "checkout", "--quiet", stage.commits[-1]], check=True)
    (tmp_path / "report.json").write_bytes(nixdrift.render("json", REPORTS["masked"]()))


def outcome(code: str) -> str:
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(code, str(DOCUMENT), "exec"), {})  # noqa: S102
    return printed.getvalue()


@pytest.mark.usefixtures("_incident")
def test_the_examples_print_what_the_document_says() -> None:
    assert len(EXAMPLES) == 4
    for code, printed in EXAMPLES:
        assert outcome(code) == printed


def test_importing_the_library_loads_nothing_else() -> None:
    code = "import sys, nixdrift; print([one for one in sys.modules if one.startswith('nixdrift.')])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout == b"[]\n"


def test_everything_that_is_offered_is_there() -> None:
    assert all(getattr(nixdrift, name) is not None for name in nixdrift.__all__)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = nixdrift.nothing  # type: ignore[attr-defined]


def test_what_cannot_be_asked_is_refused_with_what_can() -> None:
    with pytest.raises(UsageError, match="no format 'pdf'"):
        nixdrift.render("pdf", REPORTS["nothing"]())
    with pytest.raises(UsageError, match="not a list of files"):
        nixdrift.check(base_graph="base.json")
    with pytest.raises(UsageError, match="no way to evaluate"):
        nixdrift.check(counterfactual="sometimes")
