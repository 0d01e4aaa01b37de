"""``nixdrift explain``: why a component has its verdict, with real Nix and without."""

from pathlib import Path

import jsonschema
import orjson
import pytest

from tests.command import CommandLine
from tests.corpus import commit_all, make_project
from tests.graphs import graph


@pytest.fixture
def masked(tmp_path: Path) -> Path:
    """Give a project in which a change of goinstance is hidden behind one of what it is built from."""
    repository = make_project(tmp_path, "filter", "flake")
    for path in ("goinstance/main.go", "platform/platform.txt"):
        file = repository / path
        file.write_text(file.read_text() + "// changed\n")
    commit_all(repository, "head")
    return repository


def test_a_masked_component_is_explained(nix_bin: Path, nixdrift: CommandLine, masked: Path) -> None:
    outcome = nixdrift("explain", "goinstance", "--format", "json", cwd=masked, nix=nix_bin)

    report = outcome.report
    assert (outcome.status, outcome.stderr) == (0, "")
    assert report["component"]["name"] == "packages.x86_64-linux.goinstance"
    assert report["component"]["verdict"] == "masked"
    paths = {path["path"]: path["verdict"] for path in report["component"]["changed_paths"]}
    assert paths == {"goinstance/main.go": "masked", "platform/platform.txt": "rebuilt"}
    causes = {one["name"]: [source["changed_paths"] for source in one["sources"]] for one in report["causes"]}
    assert causes == {"goinstance-1.0": [["platform/platform.txt"]], "platform-1.0": [["platform/platform.txt"]]}
    assert [one["component"] for one in report["findings"]] == ["packages.x86_64-linux.goinstance"]
    jsonschema.validate(report, orjson.loads(nixdrift("schema", "explain", cwd=masked).stdout))


def test_an_explanation_for_people_says_the_same(newest_nix: Path, nixdrift: CommandLine, masked: Path) -> None:
    outcome = nixdrift("explain", "goinstance", cwd=masked, nix=newest_nix)

    text = outcome.stdout.decode()
    assert outcome.status == 0
    assert text.startswith("packages.x86_64-linux.goinstance: masked · HEAD^1 ")
    assert "cause platform-1.0 (1 derivation away: platform-1.0 → packages.x86_64-linux.goinstance)" in text
    assert str(masked) not in text


def test_the_working_tree_can_be_explained(newest_nix: Path, nixdrift: CommandLine, masked: Path) -> None:
    (masked / "platform" / "platform.txt").write_text("not committed\n")

    outcome = nixdrift("explain", "platform", "--worktree", cwd=masked, nix=newest_nix)

    assert "rebuilt platform/platform.txt (modified)" in outcome.stdout.decode()


def test_two_dumps_can_be_explained_without_nix(nixdrift: CommandLine, tmp_path: Path) -> None:
    for name, number in (("base.json", 1), ("head.json", 2)):
        (tmp_path / name).write_bytes(orjson.dumps(graph("goinstance", number)))
    (tmp_path / "changes.txt").write_bytes(b"M\tgoinstance/main.go\n")
    graphs = ("--base-graph", "base.json", "--head-graph", "head.json", "--changes", "changes.txt")

    outcome = nixdrift("explain", "goinstance", *graphs, cwd=tmp_path)

    assert (outcome.status, outcome.stderr) == (0, "")
    assert outcome.stdout.startswith(b"goinstance: ")


def test_what_does_not_evaluate_is_said_after_the_explanation(
    newest_nix: Path, nixdrift: CommandLine, masked: Path
) -> None:
    expression = masked / "default.nix"
    expression.write_text(expression.read_text().replace("in rec {", 'in rec { broken = throw "on purpose";'))
    commit_all(masked, "broken")

    outcome = nixdrift("explain", "platform", cwd=masked, nix=newest_nix)

    assert outcome.status == 3
    assert b"platform: unchanged" in outcome.stdout
    assert "not evaluated: packages.x86_64-linux.broken" in outcome.stderr


REFUSED = {
    "a name that is nearly one": (("goinstanse",), "no such component: goinstanse", "did you mean goinstance?"),
    "a name that is none": (("zzz",), "no such component: zzz", "the components are packages.x86_64-linux.goinst"),
    "no name": ((), "Missing argument 'COMPONENT'", "nixdrift explain --help"),
    "two heads": (("goinstance", "--worktree", "--head", "main"), "--worktree is the head", "leave out"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_cannot_be_explained_is_refused(what: str, newest_nix: Path, nixdrift: CommandLine, masked: Path) -> None:
    arguments, error, hint = REFUSED[what]

    nixdrift.refuses(nixdrift("explain", *arguments, cwd=masked, nix=newest_nix), 2, error, hint)


def test_a_name_that_several_components_have_is_refused_with_all_of_them(
    newest_nix: Path, nixdrift: CommandLine, masked: Path
) -> None:
    flake = masked / "flake.nix"
    flake.write_text(
        "{ outputs = { self }: { packages.x86_64-linux = import ./default.nix; "
        'checks.x86_64-linux.platform = derivation { name = "x"; system = "x86_64-linux"; builder = "/bin/sh"; }; }; }'
    )
    commit_all(masked, "another")

    refused = nixdrift("explain", "platform", cwd=masked, nix=newest_nix)
    named = nixdrift("explain", "packages.x86_64-linux.platform", cwd=masked, nix=newest_nix)

    nixdrift.refuses(
        refused, 2, "several components are called platform", "checks.x86_64-linux.platform, packages.x86_64-linux.plat"
    )
    assert named.status == 0
