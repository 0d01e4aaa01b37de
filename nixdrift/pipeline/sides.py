"""One revision by its snapshot: its sources traced, and the components that are in it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

from nixdrift.comparison.discovery import components_of
from nixdrift.comparison.side import Side
from nixdrift.comparison.tracing import Tracer
from nixdrift.config import Config
from nixdrift.errors import NoSuchComponentError
from nixdrift.graph import build_graph
from nixdrift.judgement import Component
from nixdrift.model import output_path
from nixdrift.pipeline.graphs import Saved
from nixdrift.pipeline.session import Revision, Session
from nixdrift.timeline.step import Ship

Found = TypeVar("Found")


@dataclass(frozen=True)
class Traced:
    """A revision with its input sources traced to its files."""

    side: Side
    tracer: Tracer
    components: tuple[Component, ...]

    def named(self, name: str) -> Component | None:
        """Give the component of a name, or one of its aliases."""
        return next((one for one in self.components if name in (one.name, *one.aliases)), None)

    def ship(self, component: Component) -> Ship | None:
        """Give what a component is; None: it is not known which derivation it is."""
        if component.after is None:
            return None
        outputs = self.side.evaluation.derivations[component.after].outputs
        return Ship(component.after, {name: output_path(output) for name, output in outputs.items()})


def traced(session: Session, saved: Saved, revision: Revision, config: Config, store: Path | None = None) -> Traced:
    """Trace a revision that was evaluated before, by its files, its snapshot, and a store on this machine."""
    evaluation = saved.snapshot.evaluation
    tracer = session.tracer(evaluation.store_dir, store, saved.lister(revision))
    graph = build_graph(evaluation.derivations, source=revision.commit.revision)
    side = tracer.trace_alone(Side(evaluation, graph, revision.tree, {}))
    return Traced(side, tracer, with_what_is_there(config, partial(components_of, side)))


def with_what_is_there(config: Config, use: Callable[[Config], Found]) -> Found:
    """Use the configuration of today; what it declares may not have been there yet, and is left out then."""
    while True:
        try:
            return use(config)
        except NoSuchComponentError as error:
            config = config.without(error.name)
