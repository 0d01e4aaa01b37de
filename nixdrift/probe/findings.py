"""What in the outcome of a probe a person should act on."""

from collections.abc import Iterator

from nixdrift.config import Config
from nixdrift.judgement import Finding, Level, TraceStep
from nixdrift.probe.facts import Kind
from nixdrift.probe.result import Probed, ProbedComponent
from nixdrift.rules import in_order
from nixdrift.rules.inert import INERT
from nixdrift.rules.rule import finding, listed


def probe_findings(probed: Probed, config: Config) -> tuple[Finding, ...]:
    """Give the findings, worst first."""
    return in_order(one for component in probed.components for one in _findings(component, config))


def _findings(component: ProbedComponent, config: Config) -> Iterator[Finding]:
    inert = tuple(path for path in component.paths(Kind.INERT) if not config.housekeeping.match(path))
    pinned = component.paths(Kind.PINNED)
    takes_some = bool(component.paths(Kind.INPUT, Kind.READ, Kind.FROZEN, Kind.OPEN))
    level = Level.WARNING if takes_some else Level.ERROR
    if inert:
        yield _finding(
            component,
            inert,
            level,
            f"with {'it' if len(inert) == 1 else 'each of them'} changed, {component.name} is the same derivation",
            f"make {listed(inert)} an input of {component.name}, as a path and past every filter; "
            "or, if it is none of its sources, ignore it in nixdrift.toml",
        )
    if pinned:
        yield _finding(
            component,
            pinned,
            Level.ERROR,
            f"an input source holds {'it' if len(pinned) == 1 else 'them'}, and stays as it is when the files change",
            f"take the files of the repository, not what was once copied of them: remove the pin of {component.name}",
        )


def _finding(component: ProbedComponent, paths: tuple[str, ...], level: Level, reason: str, remedy: str) -> Finding:
    return finding(
        INERT.id,
        level,
        component.name,
        paths,
        message=f"{component.name} does not notice its own {listed(paths)}",
        reason=reason,
        remedy=remedy,
        location=component.position,
        trace=(
            TraceStep("path", paths[0]),
            TraceStep("break", "evaluation does not take it"),
            TraceStep("component", component.name),
        ),
    )
