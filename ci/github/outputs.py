"""Tell the runner what was found: the step's outputs, the job's summary, and why nothing could be judged."""

import hashlib
import json
import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from fitting import fitting

NOT_JUDGED = "nixdrift could not judge this change"
SUMMARY_LIMIT = 1024 * 1024 - 1024
"""What GitHub takes of a step; more than that, and it shows nothing."""


def outputs(place: Path, status: str, environment: Mapping[str, str]) -> dict[str, str]:
    """Give the step's outputs: what was not written is empty."""
    files = {"report": "report.json", "sarif": "nixdrift.sarif", "html": "nixdrift.html", "summary": "summary.md"}
    written = {name: str(place / file) if (place / file).exists() else "" for name, file in files.items()}
    return {"exit-status": status, "findings": _findings(place / "report.json"), "key": _key(environment), **written}


def _findings(report: Path) -> str:
    if not report.exists():
        return ""
    return str(sum(not one["known"] for one in json.loads(report.read_bytes())["findings"]))


def _key(environment: Mapping[str, str]) -> str:
    """Name what is judged, so that two jobs of one workflow do not write over each other's comment."""
    names = ("GITHUB_WORKFLOW", "GITHUB_JOB", "DIRECTORY", "ROOTS", "FILE", "ARGUMENTS")
    text = json.dumps([environment.get(name, "") for name in names])
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def as_assignment(name: str, value: str) -> str:
    """Write an output so that no line of its value is taken for another one."""
    end = f"end-{secrets.token_hex(16)}"
    return f"{name}<<{end}\n{value}\n{end}\n"


def first_error(errors: str) -> str:
    """Give the first error that nixdrift told."""
    lines = (line.partition("nixdrift: error: ") for line in errors.splitlines())
    return next((error for _, told, error in lines if told), "see the log")


def as_annotation(error: str) -> str:
    """Write an error as an annotation; what would end it is escaped."""
    escaped = error.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return f"::error title={NOT_JUDGED}::{escaped}"


def as_summary(errors: str) -> str:
    """Write all that was told as Markdown in which nothing is read as Markdown."""
    return f"## {NOT_JUDGED}\n\n" + "".join(f"    {line}\n" for line in errors.splitlines())


def _append(file: str, text: str) -> None:
    with Path(file).open("a", encoding="utf-8", errors="backslashreplace") as end:
        end.write(text)


def main() -> None:
    """Tell all of it."""
    place, status = Path(os.environ["PLACE"]), os.environ["STATUS"]
    summary, errors = place / "summary.md", (place / "errors.txt").read_text("utf-8", "replace")
    if not summary.exists():
        summary.write_text(as_summary(errors), "utf-8")
    found = outputs(place, status, os.environ)
    _append(os.environ["GITHUB_OUTPUT"], "".join(as_assignment(name, value) for name, value in found.items()))
    _append(os.environ["GITHUB_STEP_SUMMARY"], fitting(summary.read_text("utf-8"), SUMMARY_LIMIT) + "\n")
    if status not in ("0", "1"):
        print(as_annotation(first_error(errors)))


if __name__ == "__main__":
    main()
