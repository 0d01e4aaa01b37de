"""Judge every injected fault and every healthy merge with real Nix."""

import os
import shutil
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from nixdrift.judgement import Level
from nixdrift.nix import NixSettings
from nixdrift.pipeline import check
from nixdrift.report import Report
from nixdrift.request import CheckRequest
from tests.corpus import commit_all, git
from tests.mutation.faults import FAULTS, Fault, Scene, can_have
from tests.mutation.merges import State, merge
from tests.mutation.project import FLAKE, Service, expression_of, files_of, make_services


@dataclass(frozen=True, slots=True)
class Case:
    """One question: a fault in one service, or (None) a healthy merge."""

    seed: int
    services: int
    flavour: str
    fault: int | None
    """Its place in `FAULTS`."""
    service: int
    """The faulty service's place; of a merge, its number."""
    is_bundled: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What nixdrift said."""

    case: Case
    found: tuple[tuple[str, str, str], ...]
    """Rule, level, component of every finding of level warning or error."""
    verdict: str | None
    """Of the faulty service."""
    is_found: bool
    evaluations: int


def cases(seed: int, services: int, flavour: str) -> list[Case]:
    """Give every fault of every service, alone and bundled, and as many healthy merges."""
    drawn = make_services(services, Random(seed))
    faulty = [
        Case(seed, services, flavour, number, place, is_bundled)
        for number, fault in enumerate(FAULTS)
        for place, service in enumerate(drawn)
        for is_bundled in (False, True)
        if flavour in fault.flavours and can_have(service, fault)
    ]
    return faulty + [Case(seed, services, flavour, None, number) for number in range(len(faulty))]


def run(asked: Sequence[Case], nix: Path, workers: int | None = None) -> list[Answer]:
    """Answer cases, several at a time."""
    number = workers or os.cpu_count() or 1
    chunks = [list(asked[place::number]) for place in range(number)]
    if number == 1:
        return answer_all(chunks[0], nix)
    with ProcessPoolExecutor(number) as pool:
        return [answer for answers in pool.map(answer_all, chunks, [nix] * number) for answer in answers]


def answer_all(asked: Iterable[Case], nix: Path) -> list[Answer]:
    """Answer cases one after the other, in one repository and one store."""
    with TemporaryDirectory(prefix="mutation-") as directory:
        bench = _Bench(Path(directory), nix)
        return [bench.answer(case) for case in asked]


@dataclass
class _Bench:
    """A repository that is written anew for every case, and a store."""

    directory: Path
    nix: Path
    first: str = ""

    @property
    def repository(self) -> Path:
        return self.directory / "stack"

    def answer(self, case: Case) -> Answer:
        services = make_services(case.services, Random(case.seed))
        self._begin(services, case.flavour)
        if case.fault is None:
            return self._merge(case, services)
        return self._inject(case, FAULTS[case.fault], services)

    def _begin(self, services: Sequence[Service], flavour: str) -> None:
        if not self.repository.exists():
            self.repository.mkdir()
            git(self.repository, "init", "--quiet", "--initial-branch=main")
            self.first = self._commit(files_of(services), expression_of(services), flavour)
        git(self.repository, "reset", "--quiet", "--hard", self.first)

    def _commit(self, files: Mapping[str, str], expression: str, flavour: str) -> str:
        for entry in self.repository.iterdir():
            if entry.name != ".git":
                shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
        flake = {"flake.nix": FLAKE} if flavour == "flake" else {}
        for path, text in {**files, **flake, "default.nix": expression}.items():
            file = self.repository / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        return commit_all(self.repository, "state")

    def _inject(self, case: Case, fault: Fault, services: Sequence[Service]) -> Answer:
        service, files = services[case.service], files_of(services)
        # For a pin, the first commit is to be behind: something came since that does not concern the service.
        files["docs/operations.md"] += "More.\n"
        faulty = expression_of(services, {service.name: fault.wiring(service, self._scene(case, files))})
        if fault.needs_in_store:
            self._add_to_store(service, files, case)
        self._commit(files, expression_of(services) if fault.is_new else faulty, case.flavour)
        after = dict(files)
        if not fault.is_new or case.is_bundled:
            path, text = fault.change
            after[f"{service.directory}/{path}"] = text
        if case.is_bundled:
            # What it is built on, and what the widest filter keeps.
            after["platform/launch.sh"] += "# changed\n"
            after["library/log.go"] += "// changed\n"
        self._commit(after, faulty, case.flavour)
        report = self._check(case)
        verdicts = {_short(one.component.name): one.verdict.value for one in report.judgement.components}
        is_found = any(name == service.name for _rule, _level, name in _grave(report))
        return _answer(case, report, verdicts.get(service.name), is_found)

    def _scene(self, case: Case, files: Mapping[str, str]) -> Scene:
        return Scene(self.repository, self.first, case.flavour, files)

    def _add_to_store(self, service: Service, files: Mapping[str, str], case: Case) -> None:
        self._commit(files, "{ }", case.flavour)
        store = ["--store", str(self.directory / "store")]
        command = [str(self.nix / "nix-store"), *store, "--add", str(self.repository / service.directory)]
        subprocess.run(command, check=True, capture_output=True, env=self._environment())

    def _merge(self, case: Case, services: Sequence[Service]) -> Answer:
        random = Random(f"{case.seed}:{case.service}")
        base = State(list(services), files_of(services))
        for _step in range(random.randint(0, 2)):
            base = merge(base, random)
        self._commit(base.files, expression_of(base.services), case.flavour)
        head = merge(base, random)
        self._commit(head.files, expression_of(head.services), case.flavour)
        return _answer(case, self._check(case), None, False)

    def _check(self, case: Case) -> Report:
        return check(
            CheckRequest(
                repository=self.repository,
                nix=NixSettings(system="x86_64-linux", store=self.directory / "store"),
                environment=self._environment(),
                workspaces=self.directory / "runs",
            )
        )

    def _environment(self) -> dict[str, str]:
        return {"PATH": f"{self.nix}:{os.environ['PATH']}", "HOME": str(self.directory)}


def _short(name: str) -> str:
    return name.rpartition(".")[2]


def _grave(report: Report) -> list[tuple[str, str, str]]:
    grave = (one for one in report.findings if one.level is not Level.NOTE)
    return [(one.rule, one.level.value, _short(one.component or "")) for one in grave]


def _answer(case: Case, report: Report, verdict: str | None, is_found: bool) -> Answer:
    census = report.judgement.census
    found = tuple(sorted(_grave(report)))
    return Answer(case, found, verdict, is_found, 2 + census.counterfactual_evaluations)
