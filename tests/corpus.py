"""The truth corpus: one small project per cause, and pairs of commits about which it is known what is right."""

import json
import os
import re
import shutil
import subprocess
import tomllib
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from nixdrift.audit import AuditReport
from nixdrift.judgement import Finding, Level
from nixdrift.nix import NixSettings
from nixdrift.pipeline.audit import audit
from nixdrift.pipeline.check import check
from nixdrift.report import Report
from nixdrift.request import CheckRequest, RevisionRequest
from tests.placeholders import SIBLING, commits_of, filled, git, sibling_of

CORPUS = Path(__file__).parent.parent / "fixtures" / "corpus"
FLAVOURS = ("file", "flake")

Edits = tuple[Mapping[str, Any], ...]


@dataclass(frozen=True)
class Expected:
    """A finding that has to be there."""

    rule: str
    component: str | None = None
    """The last part of its component's name; None: any."""
    level: str | None = None
    """None: any."""
    reason: str = ""
    """A pattern that occurs in the finding's message, reason or remedy."""

    def fits(self, finding: Finding) -> bool:
        """Tell whether a finding is the one."""
        text = f"{finding.message}\n{finding.reason}\n{finding.remedy}"
        return (
            finding.rule == self.rule
            and self.component in {None, (finding.component or "").rpartition(".")[2]}
            and self.level in {None, finding.level.value}
            and re.search(self.reason, text) is not None
        )


@dataclass(frozen=True)
class Pair:
    """Two commits of a project, and what is right about them."""

    cause: str
    name: str
    edits: Edits
    """What is done between base and head."""
    before: tuple[Edits, ...] = ()
    """What is committed before base, one commit each."""
    verdicts: Mapping[str, str] = field(default_factory=dict)
    """The last part of a component's name → its verdict, in every flavour and release unless said otherwise."""
    findings: tuple[Expected, ...] = ()
    """All findings of level warning or error, and such notes as are named here."""
    flavours: tuple[str, ...] = FLAVOURS
    releases: tuple[str, ...] | None = None
    """The releases of Nix that can express it (None: all); `why` says why not the others."""
    why: str = ""
    roots: tuple[str, ...] = ()
    """What is asked for; nothing: all that there is."""
    mode: str = "check"
    """``check`` judges the last commit, ``worktree`` what is not committed; ``audit`` and ``audit-worktree`` look at
    the same by itself, and find what can be seen there: it has no verdicts."""
    base: str | None = None
    """What head is compared with; None: its first parent, or, for what is not committed, HEAD."""
    store: tuple[int, ...] = ()
    """Commits that were evaluated in the store before, the first being 0: what pins still find there."""

    @property
    def must_be_flagged(self) -> bool:
        """Whether something is wrong in it."""
        return any(one.level != Level.NOTE.value for one in self.findings)

    @property
    def is_uncommitted(self) -> bool:
        """Whether its head is the working tree."""
        return self.mode in {"worktree", "audit-worktree"}

    def __str__(self) -> str:
        return f"{self.cause}: {self.name}"


def pairs() -> Iterator[Pair]:
    """Give every pair of every cause."""
    for specification in sorted(CORPUS.glob("*/pairs.toml")):
        for pair in tomllib.loads(specification.read_text())["pair"]:
            yield _pair(specification.parent.name, pair)


def _pair(cause: str, table: dict[str, Any]) -> Pair:
    findings = [{"rule": one} if isinstance(one, str) else one for one in table.pop("findings", [])]
    lists = {key: tuple(table.pop(key)) for key in ("flavours", "releases", "roots", "store") if key in table}
    return Pair(
        cause,
        table.pop("name"),
        tuple(table.pop("edits")),
        tuple(tuple(edits) for edits in table.pop("before", [])),
        findings=tuple(Expected(**one) for one in findings),
        **lists,
        **table,
    )


def runs(pair: Pair, releases: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Give the flavours and releases in which a pair can be expressed."""
    for release in releases:
        if pair.releases is None or release in pair.releases:
            yield from ((flavour, release) for flavour in pair.flavours)


def is_in_suite(pair: Pair, flavour: str, release: str, releases: Sequence[str]) -> bool:
    """Tell whether the test-suite judges a pair so: the newest release judges all, the oldest a quarter of them, and
    those between an eighth, always the same ones. The scoreboard judges all with every release.
    """
    share = 1 if release == releases[-1] else 4 if release == releases[0] else 8
    return zlib.crc32(f"{pair} {flavour}".encode()) % share == 0


def commit_all(repository: Path, message: str) -> str:
    """Commit all that is in a work tree, and give the commit's id."""
    git(repository, "add", "--all")
    git(repository, "commit", "--quiet", "--allow-empty", "--message", message)
    return git(repository, "rev-parse", "HEAD")


def make_project(directory: Path, cause: str, flavour: str) -> Path:
    """Make the repository of one cause, with its first commit: the common tree, and over it what the cause has."""
    repository = directory / "stack"
    shutil.copytree(CORPUS / "tree", repository)
    own = CORPUS / cause
    if (own / "tree").is_dir():
        shutil.copytree(own / "tree", repository, dirs_exist_ok=True, symlinks=True)
    shutil.copyfile(own / "default.nix", repository / "default.nix")
    if flavour == "flake":
        flake = own / "flake.nix"
        shutil.copyfile(flake if flake.exists() else CORPUS / "flake.nix", repository / "flake.nix")
    if (own / SIBLING).is_dir():
        shutil.copytree(own / SIBLING, sibling_of(repository))
        _first_commit(sibling_of(repository))
    for file in (repository / "default.nix", repository / "flake.nix"):
        if file.exists():
            file.write_text(filled(repository, file.read_text()))
    _first_commit(repository)
    return repository


def _first_commit(repository: Path) -> None:
    git(repository, "init", "--quiet", "--initial-branch=main")
    commit_all(repository, "first")


def make_pair(directory: Path, pair: Pair, flavour: str) -> Path:
    """Make the repository of a pair: HEAD and what it is compared with, or HEAD and the working tree."""
    repository = make_project(directory, pair.cause, flavour)
    for edits in pair.before:
        apply(repository, edits)
        commit_all(repository, "before")
    apply(repository, pair.edits)
    if not pair.is_uncommitted:
        commit_all(repository, "head")
    return repository


def judge(pair: Pair, repository: Path, nix_bin: Path, directory: Path) -> Report | AuditReport:
    """Judge a pair, or audit its head, with a real Nix, in a store below a directory."""
    request = request_for(pair, repository, nix_bin, directory)
    earlier = request_for(replace(pair, mode="audit"), repository, nix_bin, directory)
    for number in pair.store:
        audit(replace(earlier, revision=commits_of(repository)[number]))
    return check(request) if isinstance(request, CheckRequest) else audit(request)


def request_for(pair: Pair, repository: Path, nix_bin: Path, directory: Path) -> CheckRequest | RevisionRequest:
    """Give the question that a pair asks."""
    how: dict[str, Any] = {
        "repository": repository,
        "roots": pair.roots,
        "nix": NixSettings(system="x86_64-linux", store=directory / "store", restrict=_is_restricted(pair)),
        "environment": {"PATH": f"{nix_bin}:{os.environ['PATH']}", "HOME": str(directory)},
        "workspaces": directory / "runs",
    }
    if pair.mode.startswith("audit"):
        return RevisionRequest(revision=None if pair.is_uncommitted else "HEAD", **how)
    return CheckRequest(base=pair.base, worktree=pair.is_uncommitted, **how)


def _is_restricted(pair: Pair) -> bool | None:
    """Tell whether an expression file is restricted: a head that comes to fetch from a repository would be refused."""
    return False if pair.cause in {"old-commit", "sibling-commit"} else None


def verdicts(report: Report | AuditReport) -> Mapping[str, str]:
    """Give the last part of every component's name → its verdict; an audit has none."""
    if isinstance(report, AuditReport):
        return {}
    return {one.component.name.rpartition(".")[2]: one.verdict.value for one in report.judgement.components}


def missing(pair: Pair, report: Report | AuditReport) -> list[Expected]:
    """Give what should have been found, and was not."""
    return [one for one in pair.findings if not any(one.fits(finding) for finding in report.findings)]


def unexpected(pair: Pair, report: Report | AuditReport) -> list[Finding]:
    """Give what was found, and is no note, and should not have been."""
    grave = (one for one in report.findings if one.level is not Level.NOTE)
    return [finding for finding in grave if not any(one.fits(finding) for one in pair.findings)]


def apply(repository: Path, edits: Edits) -> None:
    """Edit a work tree; `tests.placeholders.filled` says what can stand in the texts."""
    for edit in edits:
        for action, operand in edit.items():
            # What is done beside the repository is filled in there.
            _EDITS[action](repository, operand if action == "sibling" else filled(repository, operand))


def _append(repository: Path, path: str) -> None:
    file = repository / path
    file.write_text(file.read_text() + "// changed\n")


def _write(repository: Path, operand: str | list[str]) -> None:
    path, text = (operand, "new\n") if isinstance(operand, str) else operand
    file = repository / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)


def _delete(repository: Path, path: str) -> None:
    (repository / path).unlink()


def _move(repository: Path, paths: list[str]) -> None:
    target = repository / paths[1]
    target.parent.mkdir(parents=True, exist_ok=True)
    (repository / paths[0]).rename(target)


def _executable(repository: Path, path: str) -> None:
    (repository / path).chmod(0o755)


def _permissions(repository: Path, operand: list[str]) -> None:
    """Set the permissions of a file: ``[path, "664"]``."""
    (repository / operand[0]).chmod(int(operand[1], 8))


def _replace(repository: Path, texts: list[str]) -> None:
    """Replace a text: ``[old, new]`` in default.nix, or ``[path, old, new]``."""
    path, old, new = texts if len(texts) == 3 else ["default.nix", *texts]
    file = repository / path
    content = file.read_text()
    assert old in content, f"{old!r} is not in {path}"
    file.write_text(content.replace(old, new))


def _link(repository: Path, operand: list[str]) -> None:
    """Make a symbolic link: ``[path, target]``."""
    link = repository / operand[0]
    link.parent.mkdir(parents=True, exist_ok=True)
    link.unlink(missing_ok=True)
    link.symlink_to(operand[1])


def _submodule(repository: Path, operand: list[str]) -> None:
    """Record a commit of another repository, which is not checked out: ``[path, commit]``."""
    path, commit = operand
    (repository / path).mkdir(parents=True, exist_ok=True)
    git(repository, "update-index", "--add", "--cacheinfo", f"160000,{commit},{path}")


def _run(repository: Path, command: list[str]) -> None:
    """Run git: for what is no edit of a file."""
    git(repository, *command)


def _in_sibling(repository: Path, edits: list[Mapping[str, Any]]) -> None:
    """Edit the checkout beside the repository, and commit that there."""
    sibling = sibling_of(repository)
    apply(sibling, tuple(edits))
    commit_all(sibling, f"sibling {len(commits_of(sibling))}")


def _lock(repository: Path, inputs: Mapping[str, Any]) -> None:
    """Write flake.lock: input → its ``original`` and ``locked``, and, of a flake, its own ``inputs``."""
    nodes: dict[str, Any] = {}

    def add(key: str, node: Mapping[str, Any]) -> None:
        inside = {name: f"{key}/{name}".removeprefix("root/") for name in node.get("inputs", {})}
        nodes[key] = {**node, **({"inputs": inside} if inside else {})}
        for name, target in inside.items():
            add(target, node["inputs"][name])

    add("root", {"inputs": inputs})
    text = json.dumps({"nodes": nodes, "root": "root", "version": 7}, indent=2, sort_keys=True)
    (repository / "flake.lock").write_text(f"{text}\n")


def _merge(repository: Path, operand: list[str]) -> None:
    """Merge a branch, and settle what conflicts by taking one side: ``[branch, "ours" or "theirs"]``."""
    branch, side = operand
    try:
        git(repository, "merge", "--quiet", "--no-ff", "--no-commit", branch)
    except subprocess.CalledProcessError:
        git(repository, "checkout", f"--{side}", "--", ".")


_EDITS: Mapping[str, Callable[[Path, Any], object]] = {
    "append": _append,
    "write": _write,
    "delete": _delete,
    "move": _move,
    "executable": _executable,
    "replace": _replace,
    "link": _link,
    "submodule": _submodule,
    "git": _run,
    "lock": _lock,
    "sibling": _in_sibling,
    "commit": commit_all,
    "merge": _merge,
    "permissions": _permissions,
}
