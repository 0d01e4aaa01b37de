"""What a revision evaluates to, against what is deployed: known before anything is built.

A runtime closure is found by a scan of what was built, but only for what was there to be found: outputs of the
derivations in the evaluation, their input sources, and what these sources refer to themselves
(`nixdrift.nix.deployed.source_closure`: a text from ``builtins.toFile`` brings files that are no input source).
"""

from collections.abc import Collection, Mapping

from nixdrift.deployment.deployed import Deployed
from nixdrift.errors import InvalidInputError
from nixdrift.model import Derivation, StorePath, output_path
from nixdrift.store.paths import output_name


def known_paths(derivations: Mapping[StorePath, Derivation]) -> frozenset[StorePath]:
    """Give every store path that an evaluation knows: derivations, their outputs, and their input sources."""
    outputs = {output_path(output) for one in derivations.values() for output in one.outputs.values()}
    sources = {path for one in derivations.values() for path in one.input_sources}
    return frozenset({path for path in outputs if path is not None} | sources | derivations.keys())


def names_without_path(derivations: Mapping[StorePath, Derivation]) -> frozenset[str]:
    """Give the names of the outputs whose paths are known only after a build: a path so named cannot be judged."""
    return frozenset(
        output_name(one.name, name)
        for one in derivations.values()
        for name, output in one.outputs.items()
        if output_path(output) is None
    )


def foreign(deployed: Deployed, known: Collection[StorePath]) -> tuple[StorePath, ...]:
    """Give the deployed paths that a revision does not evaluate to, sorted."""
    return tuple(sorted(deployed.paths.difference(known)))


def check_system(
    deployed: Deployed, known: Collection[StorePath], *, store_dir: str, system: str | None, revision: str
) -> None:
    """Raise `InvalidInputError` where what is deployed cannot be of an evaluation at all.

    ``known`` is what all revisions that were looked at know: after a change to what everything is built with, an
    older closure has nothing in common with the newest revision either. A store is not held to it: what it does not
    have is missing.
    """
    if deployed.store_dir != store_dir:
        raise InvalidInputError(
            f"{deployed.described} is of the store {deployed.store_dir}, and {revision} evaluates for {store_dir}",
            hint="no path can be the same in two store directories: compare what is of one",
        )
    if deployed.is_closure and deployed.paths.isdisjoint(known):
        evaluated = f" ({revision} was evaluated for {system}; --system evaluates for another)" if system else ""
        raise InvalidInputError(
            f"nothing in {deployed.described} is known at {revision}: neither an output nor an input source",
            hint=f"is it of another system or project?{evaluated}",
        )
