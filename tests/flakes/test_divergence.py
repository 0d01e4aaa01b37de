"""Where a lock file was made for another input than the flake asks for."""

import pytest

from nixdrift.flakes import Divergence, LockedInput, Reference, divergences
from nixdrift.flakes.divergence import directory_within
from tests.worlds import tree_of

OLD, NEW = "1" * 40, "2" * 40


def locked(name: str, original: Reference) -> LockedInput:
    return LockedInput(tuple(name.split("/")), original, original)


def found(files: dict[str, str], *locks: LockedInput, directory: str = "") -> list[Divergence]:
    tree, blobs = tree_of(files)
    return list(divergences(tree, blobs.__getitem__, directory, locks))


def flake(inputs: str) -> str:
    return f"{{ {inputs} outputs = x: x; }}"


def test_an_input_that_is_asked_for_otherwise_diverges() -> None:
    lock = locked("a", {"type": "github", "owner": "o", "repo": "a", "rev": OLD})
    files = {"flake.nix": flake(f'inputs.a.url = "github:o/a/{NEW}";')}

    (one,) = found(files, lock)

    assert (one.flake, one.locked, one.is_inside) == ("flake.nix", lock, False)
    assert one.differences == (f"rev {NEW}, and the lock {OLD}",)


SAME = {
    "as before": ('inputs.a.url = "github:o/a";', {"type": "github", "owner": "o", "repo": "a"}),
    "another form": (
        'inputs.a = { type = "github"; owner = "o"; repo = "a"; };',
        {"type": "github", "owner": "o", "repo": "a"},
    ),
    "a path without its scheme": ('inputs.a.url = "./a/";', {"type": "path", "path": "./a"}),
    "a flag that is not set": (
        'inputs.a = { type = "git"; url = "https://x/y"; submodules = false; };',
        {"type": "git", "url": "https://x/y"},
    ),
    "a plain file": (
        'inputs.a = { url = "https://x/y.txt"; flake = false; };',
        {"type": "file", "url": "https://x/y.txt"},
    ),
    "of another form than is known": ('inputs.a.url = "hg+https://x/y";', {"type": "hg", "url": "https://x/y"}),
    "computed": ('inputs.a.url = "github:" + "o/b";', {"type": "github", "owner": "o", "repo": "a"}),
    "followed": ('inputs.a.follows = "b";', {"type": "github", "owner": "o", "repo": "a"}),
}


@pytest.mark.parametrize(("written", "original"), SAME.values(), ids=SAME.keys())
def test_an_input_that_means_the_same_or_is_not_understood_does_not(written: str, original: Reference) -> None:
    assert found({"flake.nix": flake(written)}, locked("a", original)) == []


def test_an_input_that_is_not_locked_yet_is_nix_s_business() -> None:
    assert found({"flake.nix": flake('inputs.a.url = "github:o/a";')}) == []


CHILD = locked("child", {"type": "path", "path": "./child"})
INNER = {
    "flake.nix": flake('inputs.child.url = "path:./child";'),
    "child/flake.nix": flake(f'inputs.a.url = "github:o/a/{NEW}";'),
}


def test_the_inputs_of_a_flake_inside_are_compared_with_the_outer_lock() -> None:
    lock = locked("child/a", {"type": "github", "owner": "o", "repo": "a", "rev": OLD})

    (one,) = found(INNER, CHILD, lock)

    assert (one.flake, one.locked.title, one.is_inside) == ("child/flake.nix", "child/a", True)


def test_inputs_that_the_outer_flake_gives_to_an_inner_one_are_not_its_own() -> None:
    lock = locked("child/a", {"type": "github", "owner": "o", "repo": "a", "rev": OLD})
    outer = flake('inputs.child = { url = "path:./child"; inputs.a.url = "github:o/a"; };')

    assert found({**INNER, "flake.nix": outer}, CHILD, lock) == []


def test_a_flake_that_leads_into_itself_ends() -> None:
    files = {"flake.nix": flake('inputs.child.url = "path:./.";')}

    assert found(files, locked("child", {"type": "path", "path": "./."})) == []


def test_a_place_on_this_machine_is_named_by_its_last_part_alone() -> None:
    files = {"flake.nix": flake('inputs.a.url = "git+file:///home/me/new";')}

    (one,) = found(files, locked("a", {"type": "git", "url": "file:///home/me/old"}))

    assert one.differences == ("url new, and the lock old",)


@pytest.mark.parametrize(
    ("reference", "directory", "leads_to"),
    [
        ({"type": "path", "path": "./child"}, "", "child"),
        ({"type": "path", "path": "./child"}, "nix", "nix/child"),
        ({"type": "path", "path": "../child"}, "nix", "child"),
        ({"type": "path", "path": ".."}, "nix", ""),
        ({"type": "path", "path": "./child", "dir": "x"}, "", "child/x"),
        ({"type": "path", "path": "../child"}, "", None),
        ({"type": "path", "path": "/child"}, "", None),
        ({"type": "git", "url": "file:./child"}, "", None),
    ],
)
def test_a_relative_reference_leads_to_a_directory(reference: Reference, directory: str, leads_to: str | None) -> None:
    assert directory_within(reference, directory) == leads_to
