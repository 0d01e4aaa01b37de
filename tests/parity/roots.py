"""Two roots of a synthetic world, compared."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from nixdrift.comparison.side import Side
from nixdrift.config import Config
from nixdrift.evaluation import Evaluation
from nixdrift.graph import build_graph
from nixdrift.model import Derivation, StorePath, output_path
from nixdrift.parity import Compared, Operand, Parity, compare_roots
from nixdrift.parity.contents import stored_contents
from nixdrift.report import RevisionInfo
from tests.worlds import STORE_DIR, Files, Revision, make_world

Roots = Mapping[str, StorePath]
Expression = Callable[[Revision], Roots]

NOTHING: Files = {"README.md": "# The stack\n"}


def operand(evaluation: Evaluation, name: str, store: Path | None = None, revision: str = "HEAD") -> Compared:
    root = next(root for root in evaluation.roots if root.name == name)
    side = Side(evaluation, build_graph(evaluation.derivations, source="the world"), None, {})
    found = Operand(name, root.name, root.drv_path, root.position, RevisionInfo(revision))
    return Compared(found, side, stored_contents(store or Path("/nowhere")))


def parity(
    expression: Expression,
    files: Files = NOTHING,
    config: Config | None = None,
    *,
    names: tuple[str, str] = ("staging", "production"),
    store: Path | None = None,
    amend: Callable[[Derivation], Derivation] = lambda derivation: derivation,
) -> Parity:
    """Compare two roots of an expression; ``amend`` changes what no expression of a synthetic world can say."""
    evaluation = make_world(expression, files, files, store=store).base
    amended = {path: amend(derivation) for path, derivation in evaluation.derivations.items()}
    a, b = (operand(replace(evaluation, derivations=amended), name, store) for name in names)
    return compare_roots(a, b, (config or Config()).expected)


def told(found: Parity) -> list[tuple[str, str | None, str | None]]:
    return [(one.address, one.a, one.b) for one in found.differences]


def addresses(found: Parity) -> list[str]:
    return [one.address for one in found.differences]


def referring(found: Parity, address: str) -> list[tuple[str, str, str | None]]:
    one = next(one for one in found.differences if one.address == address)
    return [("a" if each.of_a else "b", each.name, each.had_by) for each in one.references]


def with_env(staging: Mapping[str, str], production: Mapping[str, str]) -> Expression:
    """Give two roots that differ by some variables and nothing else."""
    return lambda revision: {
        "staging": revision.derive("staging-app-1.0", env=staging),
        "production": revision.derive("production-app-1.0", env=production),
    }


def reference(revision: Revision, path: StorePath) -> str:
    return f"{STORE_DIR}/{output_path(revision.derivations[path].outputs['out'])}/bin"


def written(text: str, other: str) -> Expression:
    """Give two roots, each with an environment file of its own that a derivation writes."""

    def expression(revision: Revision) -> Roots:
        def root(name: str, content: str) -> StorePath:
            file = revision.derive(f"{name}.env", env={"text": content, "passAsFile": "text"})
            return revision.derive(f"{name}-app", [], [file], env={"inputs": "", "file": reference(revision, file)})

        return {"staging": root("staging", text), "production": root("production", other)}

    return expression
