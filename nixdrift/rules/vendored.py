"""A lock file changed, and the hash of the dependencies that are vendored by it did not.

What is built has the new lock file at most, and the old dependencies: `vendorHash`, `cargoHash`, `npmDepsHash` and the
like stand for what was fetched when they were written. Directories of the repository that a `go.mod` replaces a module
with are vendored with the others, and stay behind in the same way. An error where the lock file reaches what is built
by no other way than through that hash.

Fires:

- the vendored dependencies take the lock file, and their declared hash stayed; a warning where what is built from them
  takes it directly, too, and was built anew with the dependencies of before
- they do not even take it, and are known by an attribute (`goModules`, `cargoDeps`, `npmDeps`) or by their name, and
  what is built was built anew with a new lock file (warning)

Stays silent:

- the hash changed, too
- layout and comments of the lock file changed, or what tells no dependency in a `go.mod`; or it only moved
- it is a lock file of another directory, among sources that are inherited; `modRoot` and the like are heeded
- a module is replaced with a directory, and modules are downloaded and not vendored (`proxyVendor`)

Usual remedy: refresh the hash; where it is empty, Nix says which it should be.
"""

from collections.abc import Iterator, Mapping, Sequence

from nixdrift.changes import EXECUTABLE_MODE, FILE_MODE, Change, ChangeKind
from nixdrift.comparison.compare import Comparison, Evidence
from nixdrift.comparison.side import Side
from nixdrift.comparison.vendored import Vendored, used_as
from nixdrift.derivation.attributes import attributes
from nixdrift.judgement import Component, ComponentJudgement, Finding, Level, PathJudgement, TraceStep, Verdict
from nixdrift.locks import say_the_same
from nixdrift.manifests import is_lock_file
from nixdrift.model import StorePath, is_fixed_output, output_path
from nixdrift.rules.fixed_outputs import hash_place
from nixdrift.rules.rule import Explanation, Rule, changed_paths, finding
from nixdrift.vendoring import HASHES, Ecosystem, ecosystems_of


def _explain(comparison: Comparison, judged: ComponentJudgement, path: PathJudgement) -> Explanation | None:
    """Explain a path that vendored dependencies take, and that their hash hides."""
    if path.verdict is not Verdict.FROZEN or is_no_news(comparison, judged.component, path.change):
        return None
    level = Level.WARNING if path.delivered_by else Level.ERROR
    barrier = next((step.store_path for step in path.trace if step.kind == "break"), None)
    vendored = _vendored_at(comparison, path.change)
    if barrier is None or barrier not in vendored.side.graph.derivations:
        is_lock = is_lock_file(path.change.path)
        return Explanation("refresh the hash of what is vendored", level=level) if is_lock else None
    if not vendored.origins(barrier).has(path.change.path):
        return None
    place = hash_place(vendored.side, barrier, *HASHES)
    return Explanation(f"refresh {place.words}", location=place.position, level=level)


def _vendored_at(comparison: Comparison, change: Change) -> Vendored:
    return comparison.vendored_before if change.kind is ChangeKind.REMOVED else comparison.vendored_after


def is_no_news(comparison: Comparison, component: Component, change: Change) -> bool:
    """Tell whether a path is a lock file that says what it said before, or has only moved with what it is taken in."""
    is_same = is_lock_file(change.path) and says_the_same(comparison.evidence, change)
    return is_same or comparison.sight.moves.counterpart(component, change) is not None


def says_the_same(evidence: Evidence, change: Change) -> bool:
    """Tell whether a file that changed says what it said before, as far as its kind is known."""
    before, after, read = change.before, change.after, evidence.read_blob
    if before is None or after is None or read is None or not {before.mode, after.mode} <= {FILE_MODE, EXECUTABLE_MODE}:
        return False
    return say_the_same(change.path, read(before.object_id), read(after.object_id))


def _between(comparison: Comparison) -> Iterator[Finding]:
    """Find what was rebuilt with a new lock file, and with dependencies that do not even take it."""
    for judged in comparison.judgement.components:
        rebuilt = [path for path in judged.paths if path.verdict is Verdict.REBUILT]
        rebuilt = [path for path in rebuilt if not is_no_news(comparison, judged.component, path.change)]
        if rebuilt:
            yield from _left_behind(comparison, judged, rebuilt)


def _left_behind(
    comparison: Comparison, judged: ComponentJudgement, rebuilt: Sequence[PathJudgement]
) -> Iterator[Finding]:
    taker, former = judged.component.after, judged.component.before
    vendored = comparison.vendored_after
    derivation = comparison.after.graph.derivations.get(taker) if taker else None
    if taker is None or former is None or derivation is None:
        return
    known, before = attributes(derivation), _outputs(comparison.before, former)
    for path in derivation.input_derivations:
        ecosystems = _recognised(comparison.after, known, path)
        if not ecosystems or not _own_outputs(comparison.after, path) <= before:
            continue
        expected = vendored.expected_origins(taker, ecosystems)
        missed = [one for one in rebuilt if expected.has(one.change.path) and not _takes(vendored, path, one.change)]
        if missed:
            yield _finding(comparison, judged, path, missed)


def _recognised(side: Side, known: Mapping[str, str], path: StorePath) -> tuple[Ecosystem, ...]:
    """Recognise vendored dependencies by the attribute that they are, or else by their name and their hash."""
    derivation = side.graph.derivations[path]
    names = used_as(side, known, path)
    ecosystems = ecosystems_of(derivation.name, names)
    is_told = is_fixed_output(derivation) or any(names.intersection(one.attributes) for one in ecosystems)
    return ecosystems if is_told else ()


def _outputs(side: Side, path: StorePath) -> frozenset[StorePath]:
    """Give the output paths of all inputs."""
    return frozenset().union(*(_own_outputs(side, one) for one in side.graph.derivations[path].input_derivations))


def _own_outputs(side: Side, path: StorePath) -> frozenset[StorePath]:
    return frozenset(output_path(one) or path for one in side.graph.derivations[path].outputs.values())


def _takes(vendored: Vendored, path: StorePath, change: Change) -> bool:
    tree = vendored.side.tree
    return tree is not None and any(one.holds(change.path, tree) is not None for one in vendored.sources(path))


def _finding(
    comparison: Comparison, judged: ComponentJudgement, path: StorePath, missed: Sequence[PathJudgement]
) -> Finding:
    name, taker = judged.component.name, judged.component.after
    vendored = comparison.after.graph.derivations[path].name
    place = hash_place(comparison.after, path, *HASHES)
    return finding(
        "vendored",
        Level.WARNING,
        name,
        (one.change.path for one in missed),
        message=f"{name} was rebuilt with {changed_paths(missed)}, but with the vendored dependencies that it had",
        reason=f"{missed[0].reason}; {vendored}, which is to be made from it, is what it was at base",
        remedy=f"refresh {place.words}",
        location=place.position or judged.component.position,
        trace=(*missed[0].trace[:1], TraceStep("break", vendored, path), TraceStep("component", name, taker)),
    )


VENDORED = Rule(
    "vendored",
    Level.ERROR,
    "a lock file changed, the hash of what it locks did not",
    explain=_explain,
    between=_between,
)
"""Its explanations are said in the words of the verdict, which is ``frozen``."""
