"""Where the files of a revision lay while somebody else evaluated it: a dump or a list of jobs does not say it."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from nixdrift.evaluation import Evaluation
from nixdrift.model import Derivation, StorePath, output_path
from nixdrift.sources.proof import FLAKE_SOURCE, Prover
from nixdrift.store.base32 import ALPHABET
from nixdrift.store.paths import source_path
from nixdrift.tree import Tree


def with_top(evaluation: Evaluation, tree: Tree, prover: Prover, repository: Path) -> Evaluation:
    """Give an evaluation with the place of its files, where its derivations name it: paths may begin with it.

    A flake's is proven: it is the store path that Nix gives to the whole tree. An expression file's is the repository
    at hand, if that is where it was evaluated.
    """
    texts = [_text(derivation) for derivation in evaluation.derivations.values()]
    own = _own_source(evaluation, texts, tree, prover)
    place = f"{evaluation.store_dir}/{own}"
    if own is not None and any(place in text for text in texts):
        return replace(evaluation, top=place)
    return replace(evaluation, top=str(repository)) if _is_checkout(str(repository), texts, tree) else evaluation


def _text(derivation: Derivation) -> str:
    """Put all texts of a derivation together: where one is looked for, it is hardly ever there."""
    structured = derivation.structured_attrs or ""
    return "\0".join((derivation.builder, *derivation.args, *derivation.env.values(), structured))


def _is_checkout(directory: str, texts: Sequence[str], tree: Tree) -> bool:
    """Tell whether texts name files of a tree by their place in a directory, and nothing else that ends like it."""
    pattern = re.compile(rf"(?P<longer>[\w+\-.])?{re.escape(directory)}(?:/(?P<name>[^\s\0/:;,'\"]+))?")
    found = [match for text in texts if directory in text for match in pattern.finditer(text)]
    return any(match["name"] in tree.entries for match in found) and not any(match["longer"] for match in found)


def _own_source(evaluation: Evaluation, texts: Sequence[str], tree: Tree, prover: Prover) -> StorePath | None:
    """Hash the whole tree, where a store object that nothing makes could be it."""
    named = set(_sources_named(evaluation.store_dir, texts))
    derivations = evaluation.derivations.values() if named else ()
    made = {output_path(output) for derivation in derivations for output in derivation.outputs.values()}
    digest = prover.archive_digest(tree, "") if named - made else None
    return None if digest is None else source_path(digest, FLAKE_SOURCE, evaluation.store_dir)


def _sources_named(store_dir: str, texts: Iterable[str]) -> Iterator[StorePath]:
    find = re.compile(rf"{re.escape(store_dir)}/([{ALPHABET}]{{32}}-{FLAKE_SOURCE})(?![\w+\-.?=])").findall
    return (StorePath(found) for text in texts if f"-{FLAKE_SOURCE}" in text for found in find(text))
