"""Lines of commits as values: what a component is at each, and what became of it."""

from nixdrift.judgement import Verdict
from nixdrift.model import StorePath
from nixdrift.repository import LineCommit
from nixdrift.timeline.step import Ship, Step, StepComponent, StepPath
from nixdrift.timeline.timeline import Stop


def commit(number: int, subject: str = "") -> LineCommit:
    """Give the commit of a number."""
    parent = f"{number - 1:040x}" if number else None
    return LineCommit(f"{number:040x}", f"{number:040x}", parent, 1_700_000_000 + number * 60, subject or f"c{number}")


def ship(output: int | None) -> Ship | None:
    """Give what a component is that has an output of a number."""
    if output is None:
        return None
    return Ship(StorePath(f"{output:032}-it.drv"), {"out": StorePath(f"{output:032}-it")})


def component(
    before: int | None, after: int | None, verdict: Verdict = Verdict.UNCHANGED, *, name: str = "it", paths: int = 0
) -> StepComponent:
    """Give what became of a component."""
    touched = tuple(StepPath(f"it/{number}", "modified", verdict, "because") for number in range(paths))
    return StepComponent(name, (), True, verdict, "because", ship(before), ship(after), touched, ())


def stop(number: int, *components: StepComponent) -> Stop:
    """Give a commit with a step from the one before it."""
    step = Step({one.name: one for one in components}, (), (), 0)
    return Stop(commit(number), commit(number - 1), step)
