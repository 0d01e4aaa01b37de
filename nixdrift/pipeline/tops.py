"""Where the files of a revision lay while somebody else evaluated it: a dump or a list of jobs does not say it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from nixdrift.evaluation import Evaluation
from nixdrift.model import Derivation, StorePath, name_of, output_path
from nixdrift.sources.proof import FLAKE_SOURCE, Prover
from nixdrift.store.base32 import ALPHABET
from nixdrift.store.paths import source_path
from nixdrift.tree import Tree


def with_top(evaluation: Evaluation, tree: Tree, prover: Prover, repository: Path) -> Evaluation:
    """Give an evaluation with the place of its files, where its derivations name it: paths may begin with it.

    A flake's is proven: it is the store path that Nix gives to the whole tree. An expression file's is the repository
    at hand, if that is where it was evaluated.
    """
    texts = [text for derivation in evaluation.derivations.values() for text in _texts(derivation)]
    own = f"{evaluation.store_dir}/{_own_source(evaluation, tree, prover)}"
    if any(own in text for text in texts):
        return replace(evaluation, top=own)
    return replace(evaluation, top=str(repository)) if _is_checkout(str(repository), texts, tree) else evaluation


def _is_checkout(directory: str, texts: Sequence[str], tree: Tree) -> bool:
    """Tell whether texts name files of a tree by their place in a directory, and nothing else that ends like it."""
    pattern = re.compile(rf"(?P<longer>[\w+\-.])?{re.escape(directory)}(?:/(?P<name>[^\s/:;,'\"]+))?")
    found = [match for text in texts if directory in text for match in pattern.finditer(text)]
    return any(match["name"] in tree.entries for match in found) and not any(match["longer"] for match in found)


def _own_source(evaluation: Evaluation, tree: Tree, prover: Prover) -> StorePath | None:
    """Hash the whole tree, where a store object that nothing makes could be it."""
    derivations = evaluation.derivations
    made = {output_path(output) for derivation in derivations.values() for output in derivation.outputs.values()}
    if not set(_sources_named(evaluation)) - made:
        return None
    digest = prover.archive_digest(tree, "")
    return None if digest is None else source_path(digest, FLAKE_SOURCE, evaluation.store_dir)


def _sources_named(evaluation: Evaluation) -> Iterator[StorePath]:
    find = re.compile(rf"{re.escape(evaluation.store_dir)}/([{ALPHABET}]{{32}}-{FLAKE_SOURCE})(?![\w+\-.?=])").findall
    for derivation in evaluation.derivations.values():
        yield from (source for source in derivation.input_sources if name_of(source) == FLAKE_SOURCE)
        yield from (StorePath(found) for text in _texts(derivation) for found in find(text))


def _texts(derivation: Derivation) -> Iterator[str]:
    yield from (derivation.builder, *derivation.args, *derivation.env.values(), derivation.structured_attrs or "")
