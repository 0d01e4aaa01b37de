"""The questions of a study: for every fault and component, two commits; and as many healthy merges."""

from collections.abc import Iterator, Sequence
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
class Scenario:
    """Three commits of one project, of which the last two are compared: all three have the same first one."""

    name: str
    base: State
    head: State
    component: str | None = None
    """The component that has to be named; None: nothing may be."""
    fault: Fault | None = None
    coming: str = ""
    company: str = ""
    steps: tuple[str, ...] = ()
    """Of a healthy merge: what was done."""


def first_state(seed: int, components: int) -> State:
    """Give the project as it begins."""
    return generated(Random(f"{seed} project"), components)


def faulty(seed: int, first: State, flavour: str, faults: Sequence[Fault] = FAULTS) -> Iterator[Scenario]:
    """Put every fault into every component, in every way."""
    for fault in faults:
        if flavour in fault.flavours:
            for component in first.components:
                for coming in COMINGS:
                    for company in COMPANIES:
                        yield _faulty(seed, first, fault, component.name, coming, company)


def _faulty(seed: int, first: State, fault: Fault, name: str, coming: str, company: str) -> Scenario:
    title = f"{fault.cause} {fault.name}, {coming}, {company}: {name}"
    random = Random(f"{seed} {title}")
    component = first.component(name)
    injected = inject(random, fault, component, first)
    wrong = replace(component, source=injected.source)
    base = head = first if coming == COMINGS[1] else first.with_component(wrong)
    # What only comes is enough to be found, unless nothing is missed yet.
    is_missed = coming == COMINGS[0] or company == COMPANIES[1] or fault.scope == "new file"
    if is_missed:
        head = miss(random, fault, component, injected.missed, head)
    head = head.with_component(replace(head.component(name), source=injected.source))
    if company == COMPANIES[1]:
        head = bundle(random, fault, component, injected.missed, head)
    return Scenario(title, base, head, name, fault, coming, company)


def healthy(seed: int, first: State, number: int) -> Iterator[Scenario]:
    """Give some healthy merges, each into a project on which others have worked before."""
    for count in range(number):
        random = Random(f"{seed} healthy {count}")
        base = first
        for _ in range(random.randrange(3)):
            base, _steps = merged(random, base)
        head, steps = merged(random, base)
        yield Scenario(f"healthy {count}: {', '.join(steps)}", base, head, steps=steps)
