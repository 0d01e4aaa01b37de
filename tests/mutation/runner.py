"""Ask nixdrift about every scenario, with real Nix, in as many processes as there are processors."""

import multiprocessing
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from nixdrift.errors import NixdriftError
from nixdrift.judgement import Level
from nixdrift.naming import normalised, without_version
from nixdrift.nix import NixSettings
from nixdrift.pipeline import check
from nixdrift.report import Report
from nixdrift.request import CheckRequest
from tests.mutation.expressions import rendered
from tests.mutation.project import State
from tests.mutation.repository import check_out, commit, make_repository
from tests.mutation.scenarios import Scenario


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
    """What nixdrift says of one scenario."""

    scenario: Scenario
    found: tuple[Found, ...] = ()
    verdict: str | None = None
    """Of the component with the fault, if it was judged."""
    evaluations: int = 0
    seconds: float = 0.0
    failure: str | None = None
    """Why nothing could be judged."""

    @property
    def naming(self) -> tuple[Found, ...]:
        """Give the findings that name the component with the fault."""
        return tuple(one for one in self.found if self.scenario.component and _is_of(one, self.scenario.component))

    @property
    def false_alarms(self) -> tuple[Found, ...]:
        """Give the findings that name nothing that is wrong."""
        component = self.scenario.component
        # What is vendored for a component may be made from its source.
        wrong = (component, f"{component}-modules") if component else ()
        return tuple(one for one in self.found if not any(_is_of(one, name) for name in wrong))


def _is_of(found: Found, component: str) -> bool:
    return found.component is not None and normalised(found.component) == normalised(component)


@dataclass
class Bench:
    """Where one process works: a repository with the project's first commit, a store, and a Nix."""

    nix_bin: Path
    flavour: str
    directory: Path
    first: str = field(init=False)

    @property
    def repository(self) -> Path:
        """The repository."""
        return self.directory / "stack"

    def set_up(self, first: State) -> None:
        """Make the repository, and put into the store what faults pin."""
        self.first = make_repository(self.repository, first, self.flavour)
        check_out(self.repository)
        self._add_to_store([self.repository / one.directory for one in first.components])

    def _add_to_store(self, places: Iterable[Path]) -> None:
        command = [str(self.nix_bin / "nix-store"), "--store", str(self.directory / "store"), "--add"]
        environment = {**self._environment(), "GIT_CONFIG_NOSYSTEM": "1"}
        subprocess.run([*command, *map(str, places)], env=environment, check=True, capture_output=True)

    def _environment(self) -> dict[str, str]:
        return {"PATH": f"{self.nix_bin}:{os.environ['PATH']}", "HOME": str(self.directory)}

    def judge(self, scenario: Scenario) -> Answer:
        """Make the commits of a scenario, and ask what became of everything between them."""
        files = [rendered(state, self.flavour) for state in (scenario.base, scenario.head)]
        base = commit(self.repository, files[0], self.first)
        commit(self.repository, files[1], base)
        # The configuration is read from beside the repository.
        (self.repository / "nixdrift.toml").write_bytes(files[1]["nixdrift.toml"].content)
        started = time.monotonic()
        try:
            report = check(self._request(base))
        except NixdriftError as error:
            return Answer(scenario, failure=str(error), seconds=time.monotonic() - started)
        return _answer(scenario, report, time.monotonic() - started)

    def _request(self, base: str) -> CheckRequest:
        return CheckRequest(
            repository=self.repository,
            base=base,
            nix=NixSettings(system="x86_64-linux", store=self.directory / "store"),
            environment=self._environment(),
            workspaces=self.directory / "runs",
        )


def _answer(scenario: Scenario, report: Report, seconds: float) -> Answer:
    judgement = report.judgement
    found = tuple(
        Found(one.rule, _short(one.component), one.paths, one.message)
        for one in report.findings
        if one.level is not Level.NOTE
    )
    verdicts = {_short(one.component.name): one.verdict.value for one in judgement.components}
    failed = [*report.failed_base, *report.failed_head]
    return Answer(
        scenario,
        found,
        verdicts.get(scenario.component),
        2 + judgement.census.counterfactual_evaluations,
        seconds,
        f"{failed[0].name} does not evaluate: {failed[0].message}" if failed else None,
    )


def _short(name: str | None) -> str | None:
    return None if name is None else without_version(name.rpartition(".")[2] if "-1." not in name else name)


_BENCH: Bench | None = None


def _begin(nix_bin: Path, flavour: str, directory: str, first: State) -> None:
    global _BENCH  # noqa: PLW0603 - a process of a pool has no other place for what it keeps
    _BENCH = Bench(nix_bin, flavour, Path(tempfile.mkdtemp(dir=directory)))
    _BENCH.set_up(first)


def _judge(scenario: Scenario) -> Answer:
    assert _BENCH is not None
    return _BENCH.judge(scenario)


def answers(
    scenarios: Iterable[Scenario], first: State, nix_bin: Path, flavour: str, processes: int | None = None
) -> Iterator[Answer]:
    """Judge scenarios with one Nix, in their order."""
    directory = tempfile.mkdtemp(prefix="mutation-study-")
    try:
        with multiprocessing.get_context("spawn").Pool(
            processes or os.cpu_count(), _begin, (nix_bin, flavour, directory, first)
        ) as pool:
            yield from pool.imap(_judge, scenarios, chunksize=4)
    finally:
        shutil.rmtree(directory, ignore_errors=True)
