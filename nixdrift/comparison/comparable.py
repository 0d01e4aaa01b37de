"""Whether two evaluations can be compared at all."""

from collections.abc import Iterable

from nixdrift.errors import IncompleteGraphError
from nixdrift.evaluation import Evaluation
from nixdrift.links import systems_of


def check_comparable(base: Evaluation, head: Evaluation) -> None:
    """Raise `IncompleteGraphError` where two evaluations are not of one project, made in one way."""
    if base.store_dir != head.store_dir:
        raise IncompleteGraphError(
            f"base and head are from different store directories: {base.store_dir} and {head.store_dir}",
            hint="make both dumps on one machine",
        )
    for what, one, other in (
        ("Nix versions", base.nix_version, head.nix_version),
        ("systems", base.system, head.system),
    ):
        if one and other and one != other:
            raise IncompleteGraphError(
                f"base and head were evaluated with different {what}: {one} and {other}",
                hint="evaluate both in the same way",
            )
    systems = _systems(base), _systems(head)
    if all(systems) and not systems[0] & systems[1]:
        raise IncompleteGraphError(
            f"base and head are for different systems: {_words(systems[0])} and {_words(systems[1])}",
            hint="evaluate both for one system: --system",
        )


def _systems(evaluation: Evaluation) -> frozenset[str]:
    return systems_of(evaluation.derivations) - {"builtin"}


def _words(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))
