"""One side of a comparison from what ``nix-eval-jobs`` printed: it names the roots, and a store or a dump has them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from nixdrift.derivation.stored import Texts
from nixdrift.dumps import read_graph, read_input
from nixdrift.errors import EvaluationError, IncompleteGraphError, UsageError
from nixdrift.evaluation import Evaluation, FailedAttribute, Root, closure
from nixdrift.jobs import Job, JobList, read_jobs
from nixdrift.model import Derivation, StorePath
from nixdrift.nix import (
    HOW_TO_TRACE,
    AttributePath,
    Evaluated,
    closures_in_store,
    format_attribute_path,
    message_of,
    parse_attribute_path,
    physical_store,
)
from nixdrift.project import read_project
from nixdrift.request import CheckRequest
from nixdrift.snapshot import is_snapshot

HOW_TO_KEEP = (
    "was it collected? keep it with `nix-eval-jobs --gc-roots-dir DIR`, and leave out --no-instantiate; "
    "for another store: --store DIR; for derivations of another machine: --base-graph and --head-graph"
)
_BOTH = "the lines do not say how they were evaluated: give both sides, or keep one as a snapshot (nixdrift snapshot)"


@dataclass(frozen=True)
class Jobs:
    """The jobs of one side, and where their derivations are."""

    listed: JobList
    dumps: Mapping[str, bytes]
    """Dumps that hold them; none: the store does."""
    store: Path | None
    """The directory of a private store; None: the machine's own."""
    known: Texts = field(repr=False)
    """What was read before: what both sides share is read once."""

    def answer(self, roots: Iterable[str]) -> Evaluated:
        """Give what the jobs hold of some roots, or of all.

        Raises `EvaluationError` where nothing evaluates, `IncompleteGraphError` where a derivation is not there.
        """
        patterns = read_project("", None, tuple(roots), {}).attributes
        chosen, missing = self.listed.select(patterns) if patterns else (self.listed, ())
        failed = tuple(_failure(job) for job in chosen.jobs if job.drv_path is None)
        if failed and len(failed) == len(chosen.jobs):
            raise EvaluationError(f"nothing evaluates; {failed[0].name}: {failed[0].message}", hint=HOW_TO_TRACE)
        found = {job.path: job.drv_path for job in chosen.jobs if job.drv_path is not None}
        store_dir, derivations = self._closures(chosen.store_dir, set(found.values()))
        named = (Root(_name(path, derivations[drv_path].name), drv_path) for path, drv_path in found.items())
        evaluation = Evaluation(store_dir, tuple(sorted(named, key=lambda root: root.name)), derivations, failed)
        return Evaluated(evaluation, missing)

    def _closures(self, store_dir: str | None, wanted: set[StorePath]) -> tuple[str, Mapping[StorePath, Derivation]]:
        if self.dumps:
            return _closures_in_dumps(read_graph(self.dumps, ()), store_dir, wanted)
        if store_dir is None:
            raise IncompleteGraphError("no job evaluates", hint=HOW_TO_TRACE)
        directory = physical_store(self.store, store_dir)
        return store_dir, closures_in_store(directory, store_dir, sorted(wanted), self.known, hint=HOW_TO_KEEP)


def read_sides(request: CheckRequest) -> tuple[Jobs, Jobs]:
    """Read the jobs of both sides.

    Raises `UsageError` where they do not go together with what else is given, `InvalidInputError` where they cannot
    be read.
    """
    if not request.base_jobs or not request.head_jobs:
        raise UsageError("jobs for one side only", hint=_BOTH)
    prefix = parse_attribute_path(request.jobs_prefix) if request.jobs_prefix else ()
    known = Texts()
    base, head = (
        Jobs(read_jobs(_inputs(jobs)).below(prefix), _dumps(graphs), request.nix.store, known)
        for jobs, graphs in ((request.base_jobs, request.base_graph), (request.head_jobs, request.head_graph))
    )
    return base, head


def _inputs(files: Iterable[str]) -> Mapping[str, bytes]:
    return {file: read_input(file) for file in files}


def _dumps(files: Iterable[str]) -> Mapping[str, bytes]:
    dumps = _inputs(files)
    if any(is_snapshot(data) for data in dumps.values()):
        raise UsageError("a snapshot has roots of its own: no jobs go with it", hint="give jobs with dumps, or alone")
    return dumps


def _closures_in_dumps(
    dump: Evaluation, store_dir: str | None, wanted: set[StorePath]
) -> tuple[str, Mapping[StorePath, Derivation]]:
    if store_dir not in {None, dump.store_dir}:
        raise IncompleteGraphError(
            f"the jobs are of the store {store_dir}, and the dump is of {dump.store_dir}",
            hint="make both on one machine",
        )
    try:
        return dump.store_dir, closure(dump.derivations, sorted(wanted))
    except KeyError as error:
        raise IncompleteGraphError(
            f"the dump does not have {error.args[0]}, which a job is built from",
            hint="dump the closures of all jobs: nix derivation show --recursive",
        ) from error


def _name(path: AttributePath, otherwise: str) -> str:
    return format_attribute_path(path) or otherwise


def _failure(job: Job) -> FailedAttribute:
    return FailedAttribute(_name(job.path, "the whole expression"), message_of(job.error))
