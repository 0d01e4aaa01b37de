"""Ask nixdrift about every scenario, with real Nix, in as many processes as there are processors."""

import multiprocessing
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from nixdrift.errors import NixdriftError
from nixdrift.judgement import Level
from nixdrift.naming import normalised, without_version
from nixdrift.nix import NixSettings
from nixdrift.pipeline.check import check
from nixdrift.report import Report
from nixdrift.request import CheckRequest
from tests.mutation.expressions import rendered
from tests.mutation.project import State
from tests.mutation.repository import check_out, commit, make_repository
from tests.mutation.scenarios import Question, scenario_of


@dataclass(frozen=True)
class Found:
    """A finding that fails a build by default."""

    rule: str
    component: str | None
    """The last part of its name, without a version."""
    paths: tuple[str, ...]
    message: str


@dataclass(frozen=True)
class Answer:
    """What nixdrift says of one question."""

    question: Question
    found: tuple[Found, ...] = ()
    verdict: str | None = None
    """Of the component with the fault, if it was judged."""
    evaluations: int = 0
    seconds: float = 0.0
    steps: tuple[str, ...] = ()
    """Of a healthy merge: what was done."""
    failure: str | None = None
    """Why nothing could be judged."""

    @property
    def naming(self) -> tuple[Found, ...]:
        """Give the findings that name the component with the fault."""
        return tuple(one for one in self.found if self.question.component and _is_of(one, self.question.component))

    @property
    def false_alarms(self) -> tuple[Found, ...]:
        """Give the findings that name nothing that is wrong."""
        component = self.question.component
        # What is vendored for a component may be made from its source.
        wrong = (component, f"{component}-modules") if component else ()
        return tuple(one for one in self.found if not any(_is_of(one, name) for name in wrong))

    @property
    def is_right(self) -> bool:
        """Whether the fault was found, if there is one, and nothing else was."""
        is_found = bool(self.naming) or self.question.fault is None
        return is_found and not self.false_alarms and self.failure is None


def _is_of(found: Found, component: str) -> bool:
    return found.component is not None and normalised(found.component) == normalised(component)


@dataclass
class Bench:
    """Where one process works: a repository with the project's first commit, a store, and a Nix."""

    nix_bin: Path
    flavour: str
    directory: Path
    seed: int
    project: State
    first: str = field(init=False)

    @property
    def repository(self) -> Path:
        """The repository."""
        return self.directory / "stack"

    def set_up(self) -> None:
        """Make the repository, and put into the store what faults pin."""
        self.first = make_repository(self.repository, self.project, self.flavour)
        check_out(self.repository)
        self._add_to_store([self.repository / one.directory for one in self.project.components])

    def _add_to_store(self, places: Iterable[Path]) -> None:
        command = [str(self.nix_bin / "nix-store"), "--store", str(self.directory / "store"), "--add"]
        environment = {**self._environment(), "GIT_CONFIG_NOSYSTEM": "1"}
        subprocess.run([*command, *map(str, places)], env=environment, check=True, capture_output=True)

    def _environment(self) -> dict[str, str]:
        return {"PATH": f"{self.nix_bin}:{os.environ['PATH']}", "HOME": str(self.directory)}

    def judge(self, question: Question) -> Answer:
        """Make the commits that a question is about, and ask what became of everything between them."""
        scenario = scenario_of(question, self.seed, self.project)
        files = [rendered(state, self.flavour) for state in (scenario.base, scenario.head)]
        base = commit(self.repository, files[0], self.first)
        commit(self.repository, files[1], base)
        # The configuration is read from beside the repository.
        (self.repository / "nixdrift.toml").write_bytes(files[1]["nixdrift.toml"].content)
        started = time.monotonic()
        try:
            report = check(self._request(base))
        except NixdriftError as error:
            return Answer(question, seconds=time.monotonic() - started, steps=scenario.steps, failure=str(error))
        return replace(_answer(question, report), seconds=time.monotonic() - started, steps=scenario.steps)

    def _request(self, base: str) -> CheckRequest:
        return CheckRequest(
            repository=self.repository,
            base=base,
            # A head that comes to fetch from a repository, or takes a store path, would be refused.
            nix=NixSettings(system="x86_64-linux", store=self.directory / "store", restrict=False),
            environment=self._environment(),
            workspaces=self.directory / "runs",
        )


def _answer(question: Question, report: Report) -> Answer:
    judgement = report.judgement
    found = tuple(
        Found(one.rule, _short(one.component), one.paths, one.message)
        for one in report.findings
        if one.level is not Level.NOTE
    )
    verdicts = {_short(one.component.name): one.verdict.value for one in judgement.components}
    failed = [*report.failed_base, *report.failed_head]
    return Answer(
        question,
        found,
        verdicts.get(question.component),
        2 + judgement.census.counterfactual_evaluations,
        failure=f"{failed[0].name} does not evaluate: {failed[0].message}" if failed else None,
    )


def _short(name: str | None) -> str | None:
    """Give the last attribute of a root, or the name of a derivation, without its version."""
    return None if name is None else without_version(name).rpartition(".")[2]


_BENCH: Bench | None = None


def _begin(nix_bin: Path, flavour: str, directory: str, seed: int, project: State) -> None:
    global _BENCH
    _BENCH = Bench(nix_bin, flavour, Path(tempfile.mkdtemp(dir=directory)), seed, project)
    _BENCH.set_up()


def _judge(question: Question) -> Answer:
    assert _BENCH is not None
    return _BENCH.judge(question)


def answers(
    questions: Sequence[Question], seed: int, project: State, nix_bin: Path, flavour: str, processes: int | None = None
) -> Iterator[Answer]:
    """Answer questions with one Nix, in their order."""
    directory = tempfile.mkdtemp(prefix="mutation-study-")
    try:
        with multiprocessing.get_context("spawn").Pool(
            processes or os.cpu_count(), _begin, (nix_bin, flavour, directory, seed, project)
        ) as pool:
            yield from pool.imap(_judge, questions, chunksize=4)
    finally:
        shutil.rmtree(directory, ignore_errors=True)
