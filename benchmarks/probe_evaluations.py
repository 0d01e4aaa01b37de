"""How many evaluations a probe needs, beside one for each file: `make bench-probe`, with the Nix on PATH.

Each project has one component with a source that a filter keeps half of, and some files that evaluation reads; the
other half matters to nothing.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from nixdrift.nix import NixSettings
from nixdrift.pipeline.probe import ProbeReport, probe
from nixdrift.request import ProbeRequest

EXPRESSION = """
derivation {{
  name = "app"; system = "x86_64-linux"; builder = "/bin/sh";
  src = builtins.path {{
    name = "src"; path = ./app;
    filter = path: type: type == "directory" || builtins.match ".*/kept-[0-9]+" path != null;
  }};
  read = map builtins.readFile [ {read} ];
}}
"""


def main() -> None:
    """Print a table of files against evaluations."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, nargs="+", default=[100, 1000, 5000])
    parser.add_argument("--read", type=int, nargs="+", default=[0, 1, 4, 16])
    chosen = parser.parse_args()
    print("| files | that evaluation reads | evaluations | of one per file | seconds | of which one evaluation |")
    print("|---|---|---|---|---|---|")
    for files in chosen.files:
        for read in chosen.read:
            report, seconds = measured(files, read)
            census = report.probed.census
            print(
                f"| {census.paths} | {read} | {census.evaluations} | {census.evaluations / census.paths:.1%} "
                f"| {seconds:.1f} | {seconds / census.evaluations:.2f} |"
            )
            sys.stdout.flush()


def measured(files: int, read: int) -> tuple[ProbeReport, float]:
    """Probe a project of some files, of which evaluation reads some by itself."""
    with tempfile.TemporaryDirectory() as directory:
        repository = Path(directory, "stack")
        (repository / "app").mkdir(parents=True)
        # Spread over the directory, so that halving cannot find them side by side.
        step = max(1, files // 2 // max(1, read))
        names = [f"app/left-{number * step:05}" for number in range(read)]
        for number in range(files // 2):
            (repository / f"app/kept-{number:05}").write_text(f"{number}\n")
            (repository / f"app/left-{number:05}").write_text(f"{number}\n")
        expression = EXPRESSION.format(read=" ".join(f"./{name}" for name in names))
        (repository / "default.nix").write_text(expression)
        for command in (["init", "--quiet"], ["add", "--all"], ["commit", "--quiet", "--message", "first"]):
            identity = ["-c", "user.name=bench", "-c", "user.email=bench@example.org"]
            subprocess.run(["git", *identity, *command], cwd=repository, check=True)
        start = time.perf_counter()
        report = probe(
            ProbeRequest(
                repository=repository,
                revision="HEAD",
                nix=NixSettings(system="x86_64-linux", store=Path(directory, "store")),
                environment={**os.environ, "HOME": directory},
                workspaces=Path(directory, "runs"),
                most_evaluations=10 * files,
            )
        )
        return report, time.perf_counter() - start


if __name__ == "__main__":
    main()
