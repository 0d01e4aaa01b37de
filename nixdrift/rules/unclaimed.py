"""Something that can be built changed, and no component claims it.

The directory holds a build manifest, so it is the source of something; no root that was evaluated reaches it.
Either the roots leave something out that is deployed from elsewhere, or nothing builds it any more.

Fires:

- the checks are evaluated, and what is deployed is built from packages that they do not reach
- a new directory with a `go.mod`, `Cargo.toml`, `package.json` or the like is built by no expression yet
- in an audit: such a manifest belongs to no component, whether it changed or not

Stays silent:

- no manifest is in the directory, nor in one above it but the top of the repository
- `nixdrift.toml` declares the path as somebody's source, or ignores it
- the path is documentation, housekeeping, or a Nix expression

Usual remedy: evaluate the root that builds it, or declare it in `nixdrift.toml`.
"""

from collections.abc import Iterator, Sequence

from nixdrift.changes import shown
from nixdrift.comparison.compare import Comparison
from nixdrift.judgement import Finding, Level, TraceStep, UnclaimedDirectory
from nixdrift.naming import normalised
from nixdrift.rules.rule import Rule, finding, listed
from nixdrift.tree import join

_EVALUATE = "evaluate the root that builds them"


def _between(comparison: Comparison) -> Iterator[Finding]:
    for unclaimed in comparison.judgement.unclaimed:
        if unclaimed.manifests:
            yield unclaimed_finding(unclaimed, root=_root_to_evaluate(comparison, unclaimed.directory))


def _root_to_evaluate(comparison: Comparison, directory: str) -> str:
    """Say what to evaluate: what was not asked for and is named like a directory, else what else there is."""
    unasked = comparison.evidence.unasked
    names = comparison.owners.directories.above([join(directory, "a file")])
    known = {name.name for name in names}
    namesakes = [one for one in unasked if normalised(one.rpartition(".")[2]) in known]
    if namesakes:
        return f"evaluate {listed(namesakes)} as well, which nobody asked for"
    return f"{_EVALUATE} (nobody asked for {listed(unasked)})" if unasked else _EVALUATE


def unclaimed_finding(
    unclaimed: UnclaimedDirectory, identity: Sequence[str] | None = None, *, root: str = _EVALUATE
) -> Finding:
    """Give the finding about a directory; ``identity`` is what tells it from others, where its paths do not.

    ``root`` says what to evaluate.
    """
    where = f"{shown(unclaimed.directory)}/" if unclaimed.directory else "the top directory"
    manifests = listed(unclaimed.manifests)
    return finding(
        "unclaimed",
        Level.WARNING,
        None,
        unclaimed.paths,
        message=f"no component claims {listed(unclaimed.paths)}, though {where} is built by {manifests}",
        reason="no input source of an evaluated root holds them, and no component is named like a directory above",
        remedy=f"{root}, or declare them in nixdrift.toml (as sources, or to ignore)",
        trace=tuple(TraceStep("path", shown(path)) for path in unclaimed.paths[:1]),
        identity=identity,
    )


UNCLAIMED = Rule("unclaimed", Level.WARNING, "can be built, and no component claims it", between=_between)
