"""For every local source of the corpus, the store path computed from git's objects is the one that Nix gave it."""

import os
from pathlib import Path

import pytest

from nixdrift.comparison.filtering import Filtered
from nixdrift.derivation.stored import Texts
from nixdrift.nix import NixSettings, open_nix
from nixdrift.project import evaluate_revision, read_project
from nixdrift.repository import open_repository, private_repository
from nixdrift.sources import Evidence, Prover, list_source, match_listing
from tests.corpus import CORPUS, FLAVOURS, make_project

CAUSES = sorted(directory.parent.name for directory in CORPUS.glob("*/pairs.toml"))


@pytest.mark.parametrize("flavour", FLAVOURS)
@pytest.mark.parametrize("cause", CAUSES)
def test_every_source_is_the_path_that_it_is_proven_to_be(
    cause: str, flavour: str, nix_bin: Path, nix_store: Path, tmp_path: Path
) -> None:
    repository = make_project(tmp_path, cause, flavour)
    user = open_repository(repository)
    (tmp_path / "run").mkdir()
    environment = {"PATH": f"{nix_bin}:{os.environ['PATH']}", "HOME": str(tmp_path)}
    with private_repository(user, tmp_path / "run") as private:
        nix = open_nix(NixSettings(system="x86_64-linux", store=nix_store), tmp_path / "run", environment)
        head = user.resolve("HEAD")
        tree = private.tree(head)
        evaluated = evaluate_revision(nix, private, read_project("", None, (), {}), head, tree, Texts())
        assert evaluated is not None
        derivations = evaluated.evaluation.derivations.values()
        sources = {source for derivation in derivations for source in derivation.input_sources}

        proven = Prover(private.blob, nix.store_dir).prove(tree, tree.entries, sources)

        for source in sources:
            if source in proven:
                assert proven[source].evidence is Evidence.STORE_PATH
                continue
            # A filter leaves something out, or, outside of flakes, the whole directory takes `.git` along: no git
            # object is the source, but all of its files are.
            listing = list_source(nix.physical_store, source, user.object_format)
            assert listing is not None
            found = match_listing(source, listing, tree)
            assert found is not None
            assert found.is_whole
            assert any(path.startswith(".git") for path in listing) or not Filtered(found, tree).is_complete
        assert sources
