"""Several versions of one thing share a name, and not the paths that the name claims."""

from collections.abc import Mapping

from nixdrift.model import StorePath
from tests.worlds import Revision, edited, make_world, verdicts

FILES = {"julia/fix-4.patch": "old\n", "julia/fix-5.patch": "old\n", "README.md": "# Julia\n"}


def test_a_version_does_not_own_what_another_version_takes() -> None:
    def two_versions(revision: Revision) -> Mapping[str, StorePath]:
        old = revision.derive("julia-0.4.2", [revision.source("julia/fix-4.patch")])
        new = revision.derive("julia-0.5.0", [revision.source("julia/fix-5.patch")])
        return {"julia_4": old, "julia_5": new}

    world = make_world(two_versions, FILES, edited(FILES, {"julia/fix-5.patch": "new\n"}))

    assert verdicts(world.judge()) == {"julia_4": "unchanged", "julia_5": "rebuilt"}


def test_a_version_does_not_own_what_was_added_with_another_version() -> None:
    def second_version_at_head(revision: Revision) -> Mapping[str, StorePath]:
        old = revision.derive("julia-0.4.2", [revision.source("julia/fix-4.patch")])
        if revision.base is None:
            return {"julia_4": old}
        return {"julia_4": old, "julia_5": revision.derive("julia-0.5.0")}

    world = make_world(second_version_at_head, FILES, edited(FILES, {"julia/fix-6.patch": "new\n"}))

    assert verdicts(world.judge()) == {"julia_4": "unchanged", "julia_5": "added"}


def test_what_no_version_takes_is_missed_by_every_version() -> None:
    def two_versions(revision: Revision) -> Mapping[str, StorePath]:
        return {
            "julia_4": revision.derive("julia-0.4.2", [revision.source("julia/fix-4.patch")]),
            "julia_5": revision.derive("julia-0.5.0", [revision.source("julia/fix-5.patch")]),
        }

    world = make_world(two_versions, FILES, edited(FILES, {"julia/fix-6.patch": "new\n"}))

    assert verdicts(world.judge()) == {"julia_4": "stale", "julia_5": "stale"}


def test_the_same_version_elsewhere_is_held_to_the_name_all_the_same() -> None:
    def two_systems(revision: Revision) -> Mapping[str, StorePath]:
        wired = revision.derive("julia-0.5.0", [revision.source("julia/fix-5.patch")])
        unwired = revision.derive("julia-0.5.0", [revision.source("README.md")])
        return {"one.julia": wired, "other.julia": unwired}

    world = make_world(two_systems, FILES, edited(FILES, {"julia/fix-5.patch": "new\n"}))

    assert verdicts(world.judge()) == {"one.julia": "rebuilt", "other.julia": "stale"}
