"""What the author of an expression file can reach by being judged: nothing, where base needs nothing."""

from pathlib import Path

import pytest

from nixdrift.errors import EvaluationError, UnansweredError
from nixdrift.nix import is_refusal
from tests.command import CommandLine, fake_nix
from tests.corpus import commit_all, git
from tests.nix.project import DERIVE, Project, make_project, verdicts
from tests.servers import serving_files

HARMLESS = f'{{ a = ({DERIVE}) "a"; }}'
PRIVATE = "this is nobody else's"

HOSTILE = {
    "a file of the machine": 'builtins.readFile "/etc/passwd"',
    "a file beside": "builtins.readFile SIBLING/secret",
    "names of files": "toString (builtins.attrNames (builtins.readDir SIBLING))",
    "a copy": '"${SIBLING}"',
    "a filtered copy": 'builtins.path { path = SIBLING; name = "copy"; }',
    "a hash": 'builtins.hashFile "sha256" SIBLING/secret',
    "what a link leads to": "builtins.readFile ./out/secret",
    "what a link to the root leads to": "builtins.readFile ./root/etc/passwd",
    "a path upwards": 'builtins.readFile (./. + "/../../../../../../../../../../../../etc/passwd")',
    "a file of the home": "builtins.readFile ~/.netrc",
    "a repository": '"${builtins.fetchGit SIBLING}"',
    "a repository by its address": '"${builtins.fetchGit { url = "file://SIBLING"; }}"',
    "a fetched file": '"${builtins.fetchurl "file://SIBLING/secret"}"',
    "a fetched tree": '"${builtins.fetchTree { type = "path"; path = "SIBLING"; }}"',
    "a flake": '"${(builtins.getFlake "path:SIBLING").outPath}"',
    "an input of a flake": '"${(builtins.getFlake "path:${toString ./flake}").inputs.x}"',
}
"""What is tried to be read, and how."""


def reading(name: str, expression: str) -> str:
    """Give a component that holds what is read."""
    return (
        f'"{name}" = derivation {{ name = "a"; system = "x86_64-linux"; builder = "/bin/sh"; src = ./src; '
        f"read = {expression}; }};"
    )


def copy_of(directory: Path) -> str:
    """Give an expression that copies a directory into the store."""
    return f'"${{{directory}}}"'


def file_of(expression: str) -> dict[str, str]:
    """Give an expression file of one component that holds what is read."""
    return {"default.nix": f"{{ {reading('a', expression)} }}"}


def changed(project: Project, files: dict[str, str]) -> None:
    """Commit further files."""
    for path, content in files.items():
        file = project.repository / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content)
    commit_all(project.repository, "changed")


def stolen(project: Project) -> list[Path]:
    """List what lies in the store and nobody should have read."""
    files = (project.home / "store" / "nix" / "store").rglob("*")
    return [file for file in files if file.is_file() and file.read_bytes() == PRIVATE.encode()]


@pytest.fixture
def sibling(tmp_path: Path) -> Path:
    """Make another checkout of the same user's, which is a flake, too, and a file of the user's."""
    directory = tmp_path / "sibling"
    directory.mkdir()
    (directory / "secret").write_text(PRIVATE)
    (directory / "flake.nix").write_text("{ outputs = _: { }; }")
    git(directory, "init", "--quiet", "--initial-branch=main")
    commit_all(directory, "all")
    (tmp_path / ".netrc").write_text(PRIVATE)
    return directory


def attack(project: Project, sibling: Path) -> None:
    """Commit one component for each attempt."""
    (project.repository / "out").symlink_to(sibling)
    (project.repository / "root").symlink_to("/")
    attempts = [reading(name, text.replace("SIBLING", str(sibling))) for name, text in HOSTILE.items()]
    inputs = f'{{ inputs.x = {{ url = "path:{sibling}"; flake = false; }}; outputs = inputs: {{ }}; }}'
    changed(project, {"default.nix": f"{{ {' '.join(attempts)} }}", "flake/flake.nix": inputs})


def is_refused(project: Project, sibling: Path) -> None:
    """Check that nothing that is attempted succeeds."""
    attack(project, sibling)
    with pytest.raises(EvaluationError, match="HEAD: nothing evaluates; ") as caught:
        project.check()
    assert "restricted mode" in caught.value.message
    assert "--no-restrict" in str(caught.value.hint)
    assert stolen(project) == []


def test_head_reads_nothing_elsewhere_where_base_does_not(nix_bin: Path, tmp_path: Path, sibling: Path) -> None:
    is_refused(make_project(tmp_path, nix_bin, {"default.nix": HARMLESS}), sibling)


BASES = {
    "what does not evaluate": {"default.nix": f'{{ a = ({DERIVE}) "a"; broken = throw "no"; }}'},
    "what Nix stops at": {"default.nix": f'{{ a = ({DERIVE}) "a"; broken = abort "no"; }}'},
    "a flake": {"flake.nix": f'{{ outputs = _: {{ packages.x86_64-linux.a = ({DERIVE}) "a"; }}; }}'},
    "nothing": {"README.md": "To be written.\n"},
}


@pytest.mark.parametrize("base", BASES)
def test_so_it_is_where_base_has(base: str, newest_nix: Path, tmp_path: Path, sibling: Path) -> None:
    project = make_project(tmp_path, newest_nix, BASES[base])
    (project.repository / "flake.nix").unlink(missing_ok=True)
    is_refused(project, sibling)


def test_where_nix_is_killed_nobody_knows_what_base_needs_and_head_gets_nothing(
    newest_nix: Path, tmp_path: Path, sibling: Path
) -> None:
    project = make_project(tmp_path, newest_nix, {"default.nix": HARMLESS})
    attack(project, sibling)
    killed = f'case "$*" in *restrict-eval*) kill -9 $$ ;; *) exec {newest_nix}/$(basename $0) "$@" ;; esac'

    with pytest.raises(UnansweredError):
        Project(project.repository, fake_nix(tmp_path / "killed", killed)).check()

    assert stolen(project) == []


def test_without_the_restriction_all_of_that_would_be_read(nix_bin: Path, tmp_path: Path, sibling: Path) -> None:
    project = make_project(tmp_path, nix_bin, {"default.nix": HARMLESS})
    attack(project, sibling)

    report = project.check(settings={"restrict": False})

    # What 2.8 does not know: a flake in it needs a lock file that is up to date.
    failed = [one.name for one in report.failed_head]
    assert failed == (['"an input of a flake"'] if nix_bin.name == "nix-2.8" else [])
    assert len(stolen(project)) > 1


def test_a_project_that_reads_elsewhere_is_judged_as_nix_does(nix_bin: Path, tmp_path: Path, sibling: Path) -> None:
    project = make_project(tmp_path, nix_bin, file_of(copy_of(sibling)))

    assert verdicts(project.check()) == {"a": "rebuilt"}
    with pytest.raises(EvaluationError, match=r"HEAD\^1: nothing evaluates; a: .*restricted mode"):
        project.check(settings={"restrict": True})


def test_a_project_that_reads_what_is_its_own_and_what_is_on_the_search_path_is_restricted(
    nix_bin: Path, tmp_path: Path, sibling: Path, nixdrift: CommandLine
) -> None:
    (tmp_path / "channel").mkdir()
    (tmp_path / "channel" / "default.nix").write_text("import ./name.nix")
    (tmp_path / "channel" / "name.nix").write_text('"found"')
    (tmp_path / "link").symlink_to(tmp_path / "channel")
    nixdrift.settings["NIX_PATH"] = f"plain={tmp_path / 'channel'}:linked={tmp_path / 'link'}"
    own = '"${import <plain>} ${import <linked>} ${builtins.readFile ./inside} ${builtins.currentSystem} ${./src}"'
    project = make_project(tmp_path, nix_bin, {**file_of(own), "word": "own"})
    (project.repository / "inside").symlink_to("word")
    commit_all(project.repository, "linked")
    changed(project, {"src/more.go": "package main\n"})
    call = ("check", "-v", "--no-cache", "--system", "x86_64-linux", "--store", tmp_path / "store")

    judged = nixdrift(*call, cwd=project.repository, nix=nix_bin)

    assert (judged.status, judged.stderr.count("restrict-eval true"), "unrestricted:" in judged.stderr) == (0, 2, False)
    changed(project, file_of(f"builtins.readFile {sibling}/secret"))
    refused = nixdrift(*call, cwd=project.repository, nix=nix_bin)
    assert (refused.status, PRIVATE in refused.stderr) == (3, False)
    nixdrift.leaves_nothing()


def test_only_what_is_allowed_is_fetched_from(nix_bin: Path, tmp_path: Path) -> None:
    (tmp_path / "served").mkdir()
    (tmp_path / "served" / "secret").write_text(PRIVATE)
    project = make_project(tmp_path, nix_bin, {"default.nix": HARMLESS})
    with serving_files(tmp_path / "served") as (url, asked):
        fetching = f'builtins.readFile (builtins.fetchurl "{url}/secret")'
        changed(project, file_of(fetching))
        with pytest.raises(EvaluationError, match=r"access to URI .* is forbidden in restricted mode"):
            project.check()
        assert asked == []
        report = project.check(settings={"options": (("extra-allowed-uris", f"{url}/"),)})
    assert verdicts(report) == {"a": "rippled"}
    assert asked


def test_variants_of_what_was_kept_unrestricted_are_restricted(
    newest_nix: Path, tmp_path: Path, nixdrift: CommandLine
) -> None:
    project = make_project(tmp_path, newest_nix, {"default.nix": HARMLESS})
    nixdrift("history", "--system", "x86_64-linux", cwd=project.repository, nix=newest_nix)
    call = ("check", "-v", "--system", "x86_64-linux", "--counterfactual")

    judged = [nixdrift(*call, mode, cwd=project.repository, nix=newest_nix) for mode in ("never", "always")]

    assert [one.stderr.count("--read-write-mode") for one in judged] == [0, 3]
    assert judged[1].stderr.count("restrict-eval true") == 3


def test_that_base_reads_elsewhere_is_found_out_once(
    newest_nix: Path, tmp_path: Path, sibling: Path, nixdrift: CommandLine
) -> None:
    project = make_project(tmp_path, newest_nix, file_of(copy_of(sibling)))
    call = ("check", "-v", "--json", "--system", "x86_64-linux")

    first, again = (nixdrift(*call, cwd=project.repository, nix=newest_nix) for _time in range(2))

    assert [one.stderr.count("--read-write-mode") for one in (first, again)] == [3, 0]
    assert "unrestricted: base does not evaluate restricted: " in first.stderr
    assert first.stdout == again.stdout


SETTING = 'builtins.getEnv "NIXPKGS_ALLOW_UNFREE"'


@pytest.mark.parametrize(
    ("base", "is_restricted", "evaluations"),
    [(HARMLESS, True, [3, 0]), (f"{{ {reading('a', SETTING)} }}", False, [3, 0])],
    ids=["not read", "read"],
)
def test_what_the_user_sets_for_nixpkgs_lifts_it_only_where_it_is_read(
    base: str, is_restricted: bool, evaluations: list[int], newest_nix: Path, tmp_path: Path, nixdrift: CommandLine
) -> None:
    project = make_project(tmp_path, newest_nix, {"default.nix": base})
    nixdrift.settings["NIXPKGS_ALLOW_UNFREE"] = "1"
    call = ("check", "-v", "--json", "--system", "x86_64-linux")

    first, again = (nixdrift(*call, cwd=project.repository, nix=newest_nix) for _time in range(2))

    assert [one.stderr.count("--read-write-mode") for one in (first, again)] == evaluations
    assert ("restricted, because base evaluates so" in first.stderr) == is_restricted
    assert ("unrestricted: base evaluates to something else" in first.stderr) == (not is_restricted)
    assert first.stdout == again.stdout
    assert first.verdicts == {"a": "rebuilt"}


@pytest.mark.parametrize(
    "settings",
    [{"variables": ("STAGE",)}, {"impure": True}, {"options": (("restrict-eval", "false"),)}],
)
def test_what_the_user_says_goes_before(
    settings: dict[str, object], newest_nix: Path, tmp_path: Path, sibling: Path
) -> None:
    project = make_project(tmp_path, newest_nix, {"default.nix": HARMLESS})
    changed(project, file_of(f"builtins.readFile {sibling}/secret"))

    assert verdicts(project.check(settings=settings)) == {"a": "rippled"}


@pytest.mark.parametrize(("restrict", "read"), [(True, "nothing unset"), (False, "something 1")])
def test_what_lies_elsewhere_is_not_there_and_no_variable_is_set_where_that_is_not_to_be_read(
    restrict: bool, read: str, newest_nix: Path, tmp_path: Path, sibling: Path
) -> None:
    there = f'if builtins.pathExists {sibling}/secret then "something" else "nothing"'
    value = f'"${{{there}}} ${{if {SETTING} == "" then "unset" else {SETTING}}}"'
    project = make_project(tmp_path, newest_nix, file_of(value))
    project.check(settings={"restrict": restrict}, environment={"NIXPKGS_ALLOW_UNFREE": "1"})

    texts = [file.read_text() for file in (project.home / "store" / "nix" / "store").glob("*.drv")]
    assert texts
    assert all(f'("read","{read}")' in text for text in texts)


def test_a_snapshot_is_restricted_where_that_is_asked_for_and_compared_with_its_like(
    newest_nix: Path, tmp_path: Path, sibling: Path, nixdrift: CommandLine
) -> None:
    project = make_project(tmp_path, newest_nix, {"default.nix": HARMLESS})
    around = ("--system", "x86_64-linux", "--store", tmp_path / "store")

    def saved(revision: str, *options: str) -> Path:
        file = tmp_path / f"{revision}{len(options)}"
        done = nixdrift("snapshot", revision, "-o", file, *around, *options, cwd=project.repository, nix=newest_nix)
        assert (done.status, done.stderr) == (0, "")
        return file

    def judged(*arguments: object) -> int:
        return nixdrift("check", *arguments, *around, cwd=project.repository, nix=newest_nix).status

    strict, free = saved("HEAD~1", "--restrict"), saved("HEAD~1")
    assert judged("--base-graph", strict, "--head-graph", free) == 3
    assert judged("--base-graph", free) == judged("--base-graph", strict) == 0
    assert judged("--base-graph", strict, "--no-restrict") == 2
    changed(project, file_of(f"builtins.readFile {sibling}/secret"))
    assert judged("--base-graph", strict) == 3
    done = nixdrift("snapshot", "--restrict", "-o", tmp_path / "no", *around, cwd=project.repository, nix=newest_nix)
    nixdrift.refuses(done, 3, "restricted mode", "--no-restrict")


def test_a_restricted_evaluation_reads_no_variable(nixdrift: CommandLine, tmp_path: Path) -> None:
    project = make_project(tmp_path, tmp_path, {"default.nix": HARMLESS})
    outcome = nixdrift("check", "--restrict", "-k", "STAGE", cwd=project.repository)
    nixdrift.refuses(outcome, 2, "--restrict and --keep-env-var", "leave one")


def test_what_nix_says_is_a_refusal_only_where_it_is_one(nix_bin: Path, tmp_path: Path) -> None:
    attempts = {
        "read": ("builtins.readFile /etc/passwd", True),
        "flake": ('(builtins.getFlake "path:/etc").outPath', True),
        "tree": ('"${builtins.fetchTree { type = "path"; path = "/etc"; }}"', True),
        "thrown": ('throw "not here"', False),
        "missing": ("builtins.nothing", False),
    }
    project = make_project(tmp_path, nix_bin, {"default.nix": HARMLESS})
    written = " ".join(reading(name, text) for name, (text, _is_one) in attempts.items())
    changed(project, {"default.nix": f'{{ a = ({DERIVE}) "a"; {written} }}'})

    report = project.check()

    said = {one.name: is_refusal(one.message) for one in report.failed_head}
    assert said == {name: is_one for name, (_text, is_one) in attempts.items()}
