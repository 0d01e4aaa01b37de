"""A file changed from which another one is generated, and that one did not.

Nix reads what was generated (`Cargo.nix`, `gomod2nix.toml`, `node-packages.nix`), so a change of what it was generated
from acts only once somebody generates it anew. The usual pairs of a lock file and what is generated beside it are
known; others are declared in `nixdrift.toml` (`[[generated]]`).

Fires:

- a lock file changed, and the generated file beside it did not: `Cargo.lock` and `Cargo.nix`, `go.mod` and
  `gomod2nix.toml`, `yarn.lock` and `yarn.nix`, and so on
- a path that is declared in `from` changed, and none that is declared in `to` did
- nothing is there that is declared to be generated from what changed (note)

Stays silent:

- any of the generated files changed, too
- nothing is generated from the lock file
- layout and comments of the lock file changed, or what tells no dependency in a `package.json` or `go.mod`

Usual remedy: run what generates it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from nixdrift.changes import TREE_MODE, Change, ChangeKind, shown
from nixdrift.comparison.compare import Comparison
from nixdrift.config import Generated
from nixdrift.judgement import Finding, Level, TraceStep
from nixdrift.rules.rule import Rule, finding, listed
from nixdrift.rules.vendored import says_the_same
from nixdrift.tree import Tree, join


@dataclass(frozen=True, slots=True)
class _Known:
    """A pair of files in one directory that a known program makes one of the other."""

    origins: tuple[str, ...]
    made: tuple[str, ...]
    command: str


_KNOWN = (
    _Known(("Cargo.lock",), ("Cargo.nix",), "crate2nix generate, or cargo2nix"),
    _Known(("go.mod", "go.sum"), ("gomod2nix.toml",), "gomod2nix generate"),
    _Known(("go.mod", "go.sum"), ("govendor.toml",), "govendor"),
    _Known(("package.json", "package-lock.json", "node-packages.json"), ("node-packages.nix",), "node2nix"),
    _Known(("yarn.lock",), ("yarn.nix",), "yarn2nix > yarn.nix"),
    _Known(("bun.lock", "bun.lockb"), ("bun.nix",), "bun2nix"),
    _Known(("Gemfile.lock",), ("gemset.nix",), "bundix"),
    _Known(("mix.lock",), ("mix_deps.nix", "mix.nix", "deps.nix"), "mix2nix"),
    _Known(("rebar.lock",), ("rebar-deps.nix",), "rebar3 nix lock"),
    _Known(("composer.lock",), ("php-packages.nix",), "composer2nix"),
    _Known(("requirements.txt",), ("requirements.nix",), "pypi2nix"),
    _Known(("packages.lock.json",), ("deps.json", "deps.nix", "nuget-deps.json", "nuget-deps.nix"), "fetch-deps"),
    _Known(("pubspec.lock",), ("pubspec.lock.json",), "yq . pubspec.lock > pubspec.lock.json"),
    _Known(("elm.json",), ("elm-srcs.nix",), "elm2nix convert > elm-srcs.nix"),
    _Known(("shard.lock",), ("shards.nix",), "crystal2nix"),
    _Known(("dub.selections.json",), ("dub-lock.json",), "dub-to-nix > dub-lock.json"),
)


def _between(comparison: Comparison) -> Iterator[Finding]:
    tree = comparison.evidence.head_tree
    if tree is None:
        return
    changed = [change for change in comparison.changes if not comparison.config.ignore.match(change.path)]
    yield from _known(comparison, tree, changed)
    for declared in comparison.config.generated:
        yield from _declared(comparison, tree, changed, declared)


def _known(comparison: Comparison, tree: Tree, changed: Iterable[Change]) -> Iterator[Finding]:
    origins = {
        change.path: change
        for change in changed
        if change.kind is not ChangeKind.REMOVED and not says_the_same(comparison.evidence, change)
    }
    directories = sorted({path.rpartition("/")[0] for path in origins})
    for directory, known in ((directory, known) for directory in directories for known in _KNOWN):
        made = [path for path in (join(directory, name) for name in known.made) if path in tree.entries]
        paths = [path for path in (join(directory, name) for name in known.origins) if path in origins]
        if paths and made and not _have_changed(comparison, made):
            yield _finding(comparison, paths, made, known.command)


def _declared(comparison: Comparison, tree: Tree, changed: Iterable[Change], declared: Generated) -> Iterator[Finding]:
    paths = [one.path for one in changed if declared.origins.match(one.path) and not declared.made.match(one.path)]
    if not paths or any(declared.made.match(change.path) for change in comparison.changes):
        return
    made = sorted(path for path in _files(tree) if declared.made.match(path))
    yield _finding(comparison, paths, made, declared.command) if made else _nothing(paths, declared)


def _nothing(paths: Sequence[str], declared: Generated) -> Finding:
    patterns = ", ".join(declared.made.texts)
    return finding(
        "generated",
        Level.NOTE,
        None,
        paths,
        message=f"{listed(paths)} changed, and there is nothing that is declared to be generated from it",
        reason=f"no file matches {patterns} at base or head",
        remedy="correct the patterns of [[generated]] in nixdrift.toml",
        identity=(*paths, *declared.made.texts),
    )


def _files(tree: Tree) -> Iterator[str]:
    return (path for path, state in tree.entries.items() if state.mode != TREE_MODE)


def _have_changed(comparison: Comparison, made: Iterable[str]) -> bool:
    changed = {change.path for change in comparison.changes}
    return any(path in changed for path in made)


def _finding(comparison: Comparison, paths: Sequence[str], made: Sequence[str], command: str | None) -> Finding:
    owners = {component.name for path in paths for component in comparison.owners.of(path)}
    what = listed(made)
    by = f": {command}" if command else ""
    return finding(
        "generated",
        Level.WARNING,
        owners.pop() if len(owners) == 1 else None,
        paths,
        message=f"{listed(paths)} changed, and {what}, which is generated from it, did not",
        reason=f"Nix reads {what}, which has the content that it had at base",
        remedy=f"generate {what} anew{by}",
        trace=(TraceStep("path", shown(paths[0])), TraceStep("break", shown(made[0]))),
        identity=(*sorted(paths), *sorted(made)),
    )


GENERATED = Rule("generated", Level.WARNING, "generated from what changed, and not generated anew", between=_between)
