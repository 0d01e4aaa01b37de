"""Which component a changed path belongs to: declared, proven, named by it, or inferred from names."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from nixdrift.changes import SUBMODULE_MODE, shown
from nixdrift.comparison.directories import Directories
from nixdrift.comparison.expressions import is_expression
from nixdrift.comparison.links import Links
from nixdrift.comparison.side import Side
from nixdrift.config import Config, DeclaredComponent
from nixdrift.judgement import Component, Ownership, OwnershipKind
from nixdrift.model import StorePath, derivation_name, is_fixed_output, name_of
from nixdrift.naming import normalised, root_names
from nixdrift.sources.local import Evidence, LocalSource
from nixdrift.tree import ancestors, is_below


@dataclass(frozen=True)
class Owners:
    """The components of a comparison, and everything that tells which paths are theirs."""

    base: Side
    head: Side
    components: Sequence[Component]
    config: Config
    directories: Directories
    links: Links
    former: Config | None = None
    """What was declared at base: it speaks of what is gone."""

    def of(self, path: str) -> Mapping[Component, Ownership]:
        """Give the components that a path belongs to, each with the strongest reason."""
        return self.heeded(self.claims(path), path)

    def heeded(self, claims: Mapping[Component, Ownership], path: str) -> Mapping[Component, Ownership]:
        """Give those claims to a path whose component is not declared to ignore it.

        What a fixed output only holds is the affair of what is built from it: where that ignores a path, so does it.
        """
        ignoring = [one.after for one in claims if one.after is not None and self._ignores(one, path)]
        users = self.head.graph.closure(ignoring) if ignoring else frozenset()
        return {
            one: why
            for one, why in claims.items()
            if not self._ignores(one, path)
            and not (one.after in users and why.kind is OwnershipKind.PROVEN and self._is_fixed(one))
        }

    def _is_fixed(self, component: Component) -> bool:
        return component.after is not None and is_fixed_output(self.head.graph.derivations[component.after])

    def is_ignored_by_all(self, path: str) -> bool:
        """Tell whether a path is declared to be of no matter to anybody."""
        return any(config.ignore.match(path) for config, _declared in self._speaking_of(path))

    def claims(self, path: str) -> Mapping[Component, Ownership]:
        """Give the components that a path belongs to, be it ignored by them or not."""
        claims: dict[Component, Ownership] = {}
        for component, ownership in (
            *self._declared(path),
            *self._proven(path),
            *self._named(path),
            *self._inferred(path),
        ):
            claims.setdefault(component, ownership)
        return claims

    def own(self, path: str) -> Mapping[Component, str | None]:
        """Give the components that a path is declared for, or named after, whatever they take of it.

        Each with the directory that bears its name; None where it is declared. Neither Nix expressions nor
        documentation and housekeeping are anybody's own.
        """
        if is_expression(path) or self.config.housekeeping.match(path) or self.config.ignore.match(path):
            return {}
        directory, named = self._nearest_name(path)
        own: dict[Component, str | None] = {component: directory for component, _ownership in named}
        own |= {component: None for component, _ownership in self._declared(path)}
        return {component: where for component, where in own.items() if not self._ignores(component, path)}

    def _declared(self, path: str) -> Iterator[tuple[Component, Ownership]]:
        for component, declared in self._declarations.items():
            if declared.sources is not None and declared.sources.match(path):
                reason = f"declared in components.{declared.name}.sources"
                yield component, Ownership(OwnershipKind.DECLARED, reason)

    def _proven(self, path: str) -> Iterator[tuple[Component, Ownership]]:
        # Head first: what a component holds now says more about it than what it held.
        both = ((self.head, " at head"), (self.base, " at base"))
        for side, when in both if self.base is not self.head else ((self.head, ""),):
            for source in side.holders(path):
                for referrer in sorted(side.graph.direct_referrers(source.path)):
                    for component in self._by_derivation(side).get(referrer, ()):
                        yield component, Ownership(OwnershipKind.PROVEN, _proof(source, when))

    def _named(self, path: str) -> Iterator[tuple[Component, Ownership]]:
        if self._need_not_matter(path):
            return
        for derivation, mention in self.head.mentioning(path):
            for component in self._by_after.get(derivation, ()):
                yield component, Ownership(OwnershipKind.NAMED, f"its {mention.where} names {shown(mention.path)}")
        for component, link in self.linking(path):
            yield component, Ownership(OwnershipKind.NAMED, f"linked from {shown(link)}")

    def linking(self, path: str) -> Iterator[tuple[Component, str]]:
        """Give the components whose sources hold a symbolic link that leaves them for a path, with the link."""
        for link in self.links.to(path):
            for source in self.head.holders(link):
                if leaves(source, link, self.links.places(link)):
                    for taker in sorted(self.head.graph.direct_referrers(source.path)):
                        yield from ((component, link) for component in self._by_after.get(taker, ()))

    def _need_not_matter(self, path: str) -> bool:
        return is_expression(path) or self.config.housekeeping.match(path)

    def _inferred(self, path: str) -> Iterator[tuple[Component, Ownership]]:
        if self._need_not_matter(path):
            return
        directory, named = self._nearest_name(path)
        inside = bool(named) and self._is_inside_of_another(path, directory)
        yield from (one for one in named if not (inside and self._lives_elsewhere(one[0], directory)))

    def _nearest_name(self, path: str) -> tuple[str, Sequence[tuple[Component, Ownership]]]:
        """Give the nearest directory above a path that bears the name of a component, and these components."""
        for directory in self._directories(path):
            named = [
                (component, Ownership(OwnershipKind.INFERRED, f"named by {name.written}"))
                for name in self.directories.names(directory)
                for component in self._by_name.get(name.name, ())
                if component not in self._declarations or self._declarations[component].sources is None
            ]
            if named:
                return directory, named
        return "", ()

    def _directories(self, path: str) -> Iterator[str]:
        """Give the directories above a path, nearest first; a submodule is one itself."""
        states = (side.tree.entries.get(path) for side in (self.head, self.base) if side.tree)
        if any(state is not None and state.mode == SUBMODULE_MODE for state in states):
            yield path
        yield from ancestors(path)

    def _is_inside_of_another(self, path: str, directory: str) -> bool:
        """Tell whether a directory is a part of what some component takes, other than the whole repository."""
        origins = (origin for source in self.head.holders(path) for origin in source.origins)
        return any(origin and origin != directory and is_below(directory, origin) for origin in origins)

    def _lives_elsewhere(self, component: Component, directory: str) -> bool:
        """Tell whether a component takes another directory of the same name: ``test/``, and not ``app/test/``."""
        if component.after is None:
            return False
        taken = self.head.graph.derivations[component.after].input_sources
        sources = self.head.sources
        origins = {origin for path in taken if path in sources for origin in sources[path].origins}
        name = _base_name(directory)
        return directory not in origins and any(
            origin != directory and _base_name(origin) == name for origin in origins
        )

    def _ignores(self, component: Component, path: str) -> bool:
        speaking = (declared.get(component) for _config, declared in self._speaking_of(path))
        return any(one is not None and one.ignore.match(path) for one in speaking)

    def _speaking_of(self, path: str) -> Iterator[tuple[Config, Mapping[Component, DeclaredComponent]]]:
        """Give the configurations that say whether a path matters: base's, too, where head does not have it."""
        yield self.config, self._declarations
        tree = self.head.tree
        if self.former is not None and tree is not None and path not in tree.entries:
            yield self.former, self._former_declarations

    @cached_property
    def _declarations(self) -> Mapping[Component, DeclaredComponent]:
        return self._declared_in(self.config)

    @cached_property
    def _former_declarations(self) -> Mapping[Component, DeclaredComponent]:
        return self._declared_in(self.former) if self.former is not None else {}

    def _declared_in(self, config: Config) -> Mapping[Component, DeclaredComponent]:
        return {
            component: declared
            for declared in config.components.values()
            for component in declared_components(declared, self.components)
        }

    @cached_property
    def _by_name(self) -> Mapping[str, Sequence[Component]]:
        found: dict[str, list[Component]] = {}
        for component in self.components:
            for name in known_names(component):
                found.setdefault(name, []).append(component)
        return found

    def _by_derivation(self, side: Side) -> Mapping[StorePath, Sequence[Component]]:
        return self._by_after if side is self.head else self._by_before

    @cached_property
    def _by_before(self) -> Mapping[StorePath, Sequence[Component]]:
        return _grouped((path, one) for one in self.components for path in (one.before, *one.candidates_before))

    @cached_property
    def _by_after(self) -> Mapping[StorePath, Sequence[Component]]:
        return _grouped((path, one) for one in self.components for path in (one.after, *one.candidates_after))


def leaves(source: LocalSource, link: str, places: Sequence[str]) -> bool:
    """Tell whether a link that a source holds leads out of it, by way of some places."""
    origins = [origin for origin in source.origins if is_below(link, origin)]
    return not any(all(is_below(place, origin) for place in places) for origin in origins)


def _base_name(path: str) -> str:
    return normalised(path.rpartition("/")[2])


def _grouped(pairs: Iterable[tuple[StorePath | None, Component]]) -> Mapping[StorePath, Sequence[Component]]:
    groups: dict[StorePath, list[Component]] = {}
    for path, component in pairs:
        if path is not None:
            groups.setdefault(path, []).append(component)
    return groups


def _proof(source: LocalSource, when: str) -> str:
    origin = ", ".join(origin or "the whole repository" for origin in source.origins)
    how = "is" if source.evidence is Evidence.STORE_PATH else "is made from"
    return f"its input source {name_of(source.path)} {how} {origin}{when}"


def known_names(component: Component) -> frozenset[str]:
    """Give the normalised names by which people know a component."""
    derivations = {derivation_name(path) for path in (component.before, component.after) if path is not None}
    names = (component.name, *component.aliases) if component.is_root else ()
    stems = derivations or {component.name}
    return frozenset().union(*(root_names(root, stem) for root in (*names, "default") for stem in stems))


def declared_components(declared: DeclaredComponent, components: Iterable[Component]) -> tuple[Component, ...]:
    """Give the components that a declaration means: the one of this full name, else all known by it."""
    wanted = declared.derivation or declared.name
    known = list(components)
    exact = tuple(one for one in known if wanted in (one.name, *one.aliases))
    names = root_names(wanted, wanted)
    return exact or tuple(one for one in known if names & known_names(one))
