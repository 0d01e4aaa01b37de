"""What directories are called, by themselves and by the manifests in them."""

import pytest

from nixdrift.comparison.directories import Directories, manifests_in
from nixdrift.manifests import MANIFESTS, is_lock_file, manifest_name
from nixdrift.tree import ancestors
from tests.worlds import Files, submodule, tree_of

NAMING = [
    ("go.mod", "module example.org/fleet/goinstance\n\ngo 1.22\n", "goinstance"),
    ("go.mod", "// a comment\nmodule example.org/goinstance/v2\n", "goinstance"),
    ("go.mod", 'module "example.org/goinstance"\n', "goinstance"),
    ("go.mod", "module goinstance\n", "goinstance"),
    ("Cargo.toml", '[package]\nname = "goinstance"\n', "goinstance"),
    ("package.json", '{"name": "goinstance"}', "goinstance"),
    ("package.json", '{"name": "@example/goinstance"}', "goinstance"),
    ("pyproject.toml", '[project]\nname = "goinstance"\n', "goinstance"),
    ("composer.json", '{"name": "example/goinstance"}', "goinstance"),
]

SILENT = [
    ("go.mod", "go 1.22\n"),
    ("Cargo.toml", "[workspace]\nmembers = []\n"),
    ("Cargo.toml", "not = = toml"),
    ("Cargo.toml", "package = 1\n"),
    ("package.json", "{"),
    ("package.json", "[]"),
    ("package.json", '{"name": 1}'),
    ("pyproject.toml", "[tool.ruff]\n"),
    ("composer.json", ""),
    ("Makefile", "name = goinstance\n"),
    ("pom.xml", "<project/>"),
]


@pytest.mark.parametrize(("manifest", "content", "name"), NAMING)
def test_a_manifest_names_what_is_built_in_its_directory(manifest: str, content: str, name: str) -> None:
    assert manifest_name(manifest, content.encode()) == name


@pytest.mark.parametrize(("manifest", "content"), SILENT)
def test_a_manifest_that_says_no_name_gives_none(manifest: str, content: str) -> None:
    assert manifest_name(manifest, content.encode()) is None


@pytest.mark.parametrize("manifest", sorted(MANIFESTS))
@pytest.mark.parametrize("content", [b"\xff\xfe", b"", b"\0" * 10, b"{}", b"[]", b"module", b"[package]\nname = ''\n"])
def test_no_content_of_a_manifest_is_an_error(manifest: str, content: bytes) -> None:
    assert not manifest_name(manifest, content)


def names(files: Files, path: str) -> dict[str, set[str]]:
    tree, blobs = tree_of(files)
    found: dict[str, set[str]] = {directory: set() for directory in ancestors(path)}
    for name in Directories([tree], blobs.__getitem__).above([path]):
        found[name.directory].add(name.name)
    return found


def test_every_directory_above_a_path_bears_its_own_name_and_those_of_its_manifests() -> None:
    files = {
        "services/Go-Instance/cmd/main.go": "",
        "services/Go-Instance/go.mod": "module example.org/launcher\n",
        "package.json": '{"name": "fleet"}',
    }

    assert names(files, "services/Go-Instance/cmd/main.go") == {
        "services/Go-Instance/cmd": {"cmd"},
        "services/Go-Instance": {"goinstance", "launcher"},
        "services": {"services"},
        "": {"fleet"},
    }


def test_a_manifest_counts_though_only_one_of_two_trees_has_it() -> None:
    old, old_blobs = tree_of({"a/go.mod": "module example.org/old\n"})
    new, new_blobs = tree_of({"a/go.mod": "module example.org/new\n"})

    found = Directories([old, new], {**old_blobs, **new_blobs}.__getitem__)

    assert {name.name for name in found.names("a")} == {"a", "old", "new"}


def test_without_contents_directories_bear_their_own_names_alone() -> None:
    assert {name.name for name in Directories([], None).names("a/b")} == {"b"}


def test_the_manifests_in_a_directory_are_found_and_those_below_it_are_not() -> None:
    tree, _blobs = tree_of({"a/go.mod": "", "a/b/Makefile": "", "a/main.go": ""})

    assert manifests_in("a", tree) == ("a/go.mod",)
    assert manifests_in("", tree) == ()


def test_a_directory_that_is_named_like_a_manifest_is_none() -> None:
    tree, blobs = tree_of({"a/go.mod/file": "module example.org/goinstance\n"})

    assert manifests_in("a", tree) == ()
    assert {name.name for name in Directories([tree], blobs.__getitem__).names("a")} == {"a"}


def test_a_submodule_that_is_named_like_a_manifest_is_none() -> None:
    tree, blobs = tree_of({"a/go.mod": submodule("1" * 40)})
    held = {object_id: content for object_id, content in blobs.items() if object_id != "1" * 40}

    assert {name.name for name in Directories([tree], held.__getitem__).names("a")} == {"a"}


@pytest.mark.parametrize("path", ["go.sum", "a/Cargo.lock", "requirements.txt", "a/requirements-dev.txt", "uv.lock"])
def test_files_that_pin_what_is_fetched_are_lock_files(path: str) -> None:
    assert is_lock_file(path)


@pytest.mark.parametrize("path", ["main.go", "go.sum/x", "Cargo.toml", "requirements.md", "flake.lock"])
def test_other_files_are_not(path: str) -> None:
    assert not is_lock_file(path)
