"""Derivations that differ in how a fixed output comes about, and in nothing that Nix hashes for an output."""

from hypothesis import strategies as st

from nixdrift.store.hashes import DIGEST_SIZES

from .derivations import Made, Surroundings
from .literals import Expression, literal
from .sources import SPELLINGS, names, spell


@st.composite
def twins(draw: st.DrawFn, around: Surroundings) -> list[Expression]:
    """Draw two ways to one fixed output, two that each take one of them, and one that takes outputs of both."""
    algorithm = draw(st.sampled_from(around.features.algorithms))
    digest = draw(st.binary(min_size=DIGEST_SIZES[algorithm], max_size=DIGEST_SIZES[algorithm])).hex()
    fixed = {
        **_plain(draw(names)),
        "outputHash": spell(algorithm, digest, draw(st.sampled_from(SPELLINGS))),
        "outputHashAlgo": algorithm,
        "outputHashMode": draw(st.sampled_from(["flat", "recursive"])),
    }
    fetched = [_add(around, {**fixed, "url": url}, "out") for url in ("a", "b")]
    outputs = draw(st.permutations(["out", "dev", "lib"]))
    between = {**_plain(draw(names)), "outputs": outputs}
    users = [_add(around, {**between, "src": Expression(made.variable)}, *outputs) for made, _ in fetched]
    taken = [
        Expression(f"{made.variable}.{output}")
        for made, _ in users
        for output in draw(st.lists(st.sampled_from(outputs), min_size=1, max_size=2))
    ]
    last = _add(around, {**_plain(draw(names)), "taken": taken}, "out")
    return [expression for _made, expression in (*fetched, *users, last)]


def _plain(name: str) -> dict[str, object]:
    return {"name": name, "system": "x86_64-linux", "builder": "/bin/sh"}


def _add(around: Surroundings, attributes: dict[str, object], *outputs: str) -> tuple[Made, Expression]:
    made = Made(f"d{len(around.made)}", outputs)
    around.made.append(made)
    return made, Expression(f"derivation {literal(attributes)}")
