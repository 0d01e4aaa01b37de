"""The questions of a study, and the two commits that each is about: made of the seed and the question alone."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random

from tests.mutation.faults import FAULTS, Fault, bundle, inject, miss
from tests.mutation.generator import generated
from tests.mutation.merges import merged
from tests.mutation.project import State

COMINGS = ("before", "with the merge")
"""When a fault has come: before base, or with the merge that is judged."""
COMPANIES = ("alone", "bundled")
"""What is changed: what the fault misses, alone; or together with what moves the component all the same."""


@dataclass(frozen=True)
class Question:
    """A fault in a component, or (without a fault) a healthy merge."""

    number: int
    fault: Fault | None = None
    component: str | None = None
    """The component that has to be named; None: nothing may be."""
    coming: str = ""
    company: str = ""

    def __str__(self) -> str:
        if self.fault is None:
            return f"healthy merge {self.number}"
        return f"{self.fault.cause} {self.fault.name}, {self.coming}, {self.company}: {self.component}"


@dataclass(frozen=True)
class Scenario:
    """Two commits that follow the first one of the project."""

    base: State
    head: State
    steps: tuple[str, ...] = ()
    """Of a healthy merge: what was done."""


def first_state(seed: int, components: int) -> State:
    """Give the project as it begins."""
    return generated(Random(f"{seed} project"), components)


def about_faults(first: State, flavour: str, faults: Sequence[Fault] = FAULTS) -> list[Question]:
    """Ask about every fault that a flavour can express, in every component, in every way."""
    asked = [
        (fault, component.name, coming, company)
        for fault in faults
        if flavour in fault.flavours
        for component in first.components
        for coming in COMINGS
        for company in COMPANIES
    ]
    return [Question(number, *one) for number, one in enumerate(asked)]


def about_merges(number: int) -> list[Question]:
    """Ask about some healthy merges."""
    return [Question(one) for one in range(number)]


def scenario_of(question: Question, seed: int, first: State) -> Scenario:
    """Give what a question is about."""
    random = Random(f"{seed} {question}")
    return _merge(random, first) if question.fault is None else _fault(random, question, question.fault, first)


def _merge(random: Random, first: State) -> Scenario:
    """Make a healthy merge into a project on which others have worked before."""
    base = first
    for _ in range(random.randrange(3)):
        base, _steps = merged(random, base)
    return Scenario(base, *merged(random, base))


def _fault(random: Random, question: Question, fault: Fault, first: State) -> Scenario:
    component = first.component(question.component or "")
    injected = inject(random, fault, component, first)
    is_old, is_bundled = question.coming == COMINGS[0], question.company == COMPANIES[1]
    base = head = first.with_component(replace(component, source=injected.source)) if is_old else first
    # That a directory or a file is left out is to be found as it comes, before anything is missed.
    if is_old or is_bundled or fault.scope == "new file":
        head = miss(random, fault, component, injected.missed, head, may_delete=is_old)
    head = head.with_component(replace(component, source=injected.source))
    return Scenario(base, bundle(random, fault, component, injected.missed, head) if is_bundled else head)
