"""Runs a composite action as GitHub's runner does: its steps in bash, with the variables and files of the service."""

import os
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tests.command import CHECKOUT

_TERM = re.compile(r"'(?P<text>[^']*)'|(?P<name>[a-z_]+(?:\.[A-Za-z_-]+)+)")


@dataclass
class Ran:
    """What came of a run."""

    status: int
    log: str
    outputs: dict[str, str]
    """The outputs of the action."""
    summary: str
    paths: list[str]
    """What was put on PATH."""
    uploads: list[dict[str, str]]
    """What was handed to actions of others."""


@dataclass
class Runner:
    """One machine of the service."""

    temporary: Path
    workspace: Path
    environment: Mapping[str, str]
    """What the service and the machine say; GITHUB_… and PATH among it."""
    event: Any = field(default_factory=dict)
    without: frozenset[str] = frozenset()
    """Names of steps that are passed over."""

    def run(self, **inputs: str) -> Ran:
        """Run the action of this project."""
        action = yaml.safe_load((CHECKOUT / "action.yml").read_text())
        contexts: dict[str, Any] = {
            "inputs": {name.replace("_", "-"): text for name, text in inputs.items()},
            "github": {
                "action_path": str(CHECKOUT),
                "event": self.event,
                "event_name": self.environment["GITHUB_EVENT_NAME"],
                "token": "token-of-the-run",
            },
            "steps": {},
        }
        for name, one in action["inputs"].items():
            contexts["inputs"].setdefault(name, filled(one["default"], contexts))
        ran = Ran(0, "", {}, "", [], [])
        for step in action["runs"]["steps"]:
            if ran.status == 0 and step["name"] not in self.without and condition(step, contexts):
                self._step(step, contexts, ran)
        ran.outputs = {name: filled(one["value"], contexts) for name, one in action["outputs"].items()}
        return ran

    def _step(self, step: Any, contexts: dict[str, Any], ran: Ran) -> None:
        if "uses" in step:
            ran.uploads.append({name: filled(text, contexts) for name, text in step["with"].items()})
            return
        files = {
            name: self.temporary / name.lower() for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY", "GITHUB_PATH")
        }
        for file in files.values():
            file.write_text("")
        script = self.temporary / "step.sh"
        script.write_text(step["run"])
        variables = {name: filled(text, contexts) for name, text in step.get("env", {}).items()}
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(script)],
            cwd=self.workspace,
            env={
                **self.environment,
                "RUNNER_TEMP": str(self.temporary),
                **{name: str(file) for name, file in files.items()},
                **variables,
            },
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=120,
            check=False,
        )
        ran.status = done.returncode
        ran.log += os.fsdecode(done.stdout)
        ran.summary += files["GITHUB_STEP_SUMMARY"].read_text()
        ran.paths += files["GITHUB_PATH"].read_text().splitlines()
        if "id" in step:
            contexts["steps"][step["id"]] = {"outputs": assignments(files["GITHUB_OUTPUT"].read_text())}


def assignments(text: str) -> dict[str, str]:
    """Read a file of outputs: ``name=value``, or ``name<<END``, lines, ``END``."""
    found, lines = {}, iter(text.splitlines())
    for line in lines:
        name, ends, end = line.partition("<<")
        if ends and "=" not in name:
            value = []
            while (one := next(lines)) != end:
                value.append(one)
            found[name] = "\n".join(value)
        else:
            name, _, found[name] = line.partition("=")
    return found


def filled(text: object, contexts: Mapping[str, Any]) -> str:
    """Put in what stands for an expression."""
    return re.sub(r"\$\{\{(.*?)\}\}", lambda found: evaluated(found[1], contexts), str(text))


def condition(step: Any, contexts: Mapping[str, Any]) -> bool:
    """Tell whether a step is to run."""
    text = step.get("if", "'true'").removeprefix("${{").removesuffix("}}")
    return all(evaluated(part, contexts) not in ("", "false") for part in text.split("&&"))


def evaluated(expression: str, contexts: Mapping[str, Any]) -> str:
    """Evaluate as much of the expressions as the action uses."""
    for alternative in expression.split("||"):
        terms = [_value(found, contexts) for found in _TERM.finditer(alternative)]
        if "!=" in alternative:
            terms = ["true" if terms[0] != terms[1] else ""]
        elif "==" in alternative:
            terms = ["true" if terms[0] == terms[1] else ""]
        if terms[0]:
            return terms[0]
    return ""


def _value(found: re.Match[str], contexts: Mapping[str, Any]) -> str:
    if found["name"] is None:
        return found["text"]
    value: Any = contexts
    for name in found["name"].split("."):
        value = value.get(name, {}) if isinstance(value, Mapping) else {}
    return str(value) if value else ""
