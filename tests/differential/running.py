"""One project with every release that knows what it asks for."""

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from nixdrift.derivation.dumps import read_dump

from .comparing import Compared, compare
from .evaluated import Evaluated, evaluate
from .projects import Project
from .releases import release_of


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one project with one release."""

    release: str
    compared: Compared
    faults: tuple[str, ...]
    is_refused: bool = False
    """Whether Nix itself would not have the project: then nothing was compared."""


def outcomes(project: Project, releases: Sequence[Path]) -> Iterator[Outcome]:
    """Evaluate a project with each release that knows it, and hold them against nixdrift and against each other."""
    evaluated: list[Evaluated] = []
    with tempfile.TemporaryDirectory() as directory:
        laid_out = project.lay_out(Path(directory))
        for nix_bin in releases:
            if release_of(nix_bin) < project.since:
                continue
            try:
                found = evaluate(nix_bin, laid_out, Path(directory, nix_bin.name), project.store_dir)
            except AssertionError as error:
                yield Outcome(nix_bin.name, Compared(), (f"refused by Nix: {error}",), is_refused=True)
                continue
            compared, faults = compare(found, project.stored, project.store_dir)
            if release_of(nix_bin) >= project.alike_since:
                evaluated.append(found)
                faults += _differences(evaluated[0], found, project)
            yield Outcome(nix_bin.name, compared, tuple(faults))


def _differences(first: Evaluated, other: Evaluated, project: Project) -> Iterator[str]:
    """Hold two releases against each other."""
    for path in sorted(other.held.keys() ^ first.held.keys()):
        yield f"{path} is of one release alone: {first.texts.get(path)!r} {other.texts.get(path)!r}"
    for path in sorted(other.held.keys() & first.held.keys()):
        if other.held[path] != first.held[path]:
            yield f"{path} is {other.held[path]}, and {first.held[path]} with an earlier release"
    if first.dump is None or other.dump is None:
        if not project.has_stray_bytes:
            yield "prints no JSON"
    elif read_dump(first.dump, source="first") != read_dump(other.dump, source="other"):
        yield "the JSON reads otherwise than that of another release"
