"""The library: what a Python program asks, in Python's words; a thin layer over the pipeline."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import networkx

from nixdrift.comparison.mode import Counterfactual
from nixdrift.errors import UsageError
from nixdrift.formats import FORMATS, TEXT
from nixdrift.formats import render as render_format
from nixdrift.formats.graphml import networkx_graph
from nixdrift.nix import NixSettings
from nixdrift.pipeline.check import check as run_check
from nixdrift.report import Report
from nixdrift.request import CheckRequest

FilePath = str | os.PathLike[str]


def check(
    repository: FilePath = ".",
    *,
    base: str | None = None,
    head: str | None = None,
    worktree: bool = False,
    roots: Sequence[str] = (),
    file: str | None = None,
    arguments: Mapping[str, str] | None = None,
    base_graph: Sequence[FilePath] = (),
    head_graph: Sequence[FilePath] = (),
    base_jobs: Sequence[FilePath] = (),
    head_jobs: Sequence[FilePath] = (),
    jobs_prefix: str = "",
    changes: FilePath | None = None,
    config: FilePath | None = None,
    baseline: FilePath | None = None,
    counterfactual: str = "auto",
    show_values: bool = False,
    nix: NixSettings | None = None,
) -> Report:
    """Judge every component between two revisions, as ``nixdrift check`` does with the options of these names.

    Without Nix, give ``base_graph`` and ``head_graph``: snapshots, or dumps of ``nix derivation show -r``; with
    ``changes``, a list of git's, not even a repository is needed.

    Raises `nixdrift.NixdriftError` where it cannot be judged. What did not evaluate is in the report, as
    ``failed_base`` and ``failed_head``: look there before you call a report without findings clean.
    """
    known = [one.value for one in Counterfactual]
    if counterfactual not in known:
        raise UsageError(f"no way to evaluate without a change: {counterfactual!r}", hint=f"one of {', '.join(known)}")
    return run_check(
        CheckRequest(
            repository=Path(repository),
            base=base,
            head=head,
            worktree=worktree,
            roots=tuple(roots),
            file=file,
            arguments=arguments or {},
            base_graph=_files(base_graph),
            head_graph=_files(head_graph),
            base_jobs=_files(base_jobs),
            head_jobs=_files(head_jobs),
            jobs_prefix=jobs_prefix,
            changes=None if changes is None else os.fspath(changes),
            config=None if config is None else os.fspath(config),
            baseline=None if baseline is None else os.fspath(baseline),
            counterfactual=Counterfactual(counterfactual),
            show_values=show_values,
            nix=nix or NixSettings(),
        )
    )


def _files(files: Sequence[FilePath]) -> tuple[str, ...]:
    if isinstance(files, str):
        raise UsageError(f"not a list of files: {files!r}", hint=f"give it as [{files!r}]")
    return tuple(os.fspath(file) for file in files)


def render(name: str, report: Report) -> bytes:
    """Write a report in a format: ``json``, ``mermaid``, ``csv`` and so on; text is for terminals alone.

    Raises `UsageError` where there is no such format.
    """
    if name not in FORMATS or name == TEXT:
        raise UsageError(f"no format {name!r}", hint=", ".join(one for one in FORMATS if one != TEXT))
    return render_format(name, report)


def affected_networkx(report: Report) -> "networkx.DiGraph[str]":
    """Give the affected graph of a report, for networkx: nodes with ``kind``, ``name``, ``verdict`` and ``number``."""
    return networkx_graph(report.graph)
