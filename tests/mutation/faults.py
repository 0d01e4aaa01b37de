"""What can be wrong with the wiring of one service: causes 1 to 5 and 9 of the truth corpus."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from nixdrift.store.nar import Directory, Node, Regular, nar_digest
from nixdrift.store.paths import source_path
from tests.mutation.project import Service, Style

FLAVOURS = ("file", "flake")


@dataclass(frozen=True, slots=True)
class Scene:
    """What a fault may refer to: the repository, and its first commit."""

    repository: Path
    first: str
    flavour: str
    files: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Fault:
    """A way in which a service is not wired to its own sources."""

    name: str
    cause: int
    wiring: Callable[[Service, Scene], str]
    change: tuple[str, str] = ("main.go", "package main // changed\n")
    """What is changed below the service's directory."""
    flavours: tuple[str, ...] = FLAVOURS
    is_new: bool = False
    """Whether the commit that is judged is the one that introduces it."""
    needs_in_store: bool = False
    """Whether the service's directory has to be a store object already."""


def _all_but_its_own(service: Service, _scene: Scene) -> str:
    left_out = f'[ "{service.name}" ".git" "default.nix" "flake.nix" "nixdrift.toml" "README.md" "docs" ]'
    keep = f"path: _: !(builtins.elem (baseNameOf path) {left_out})"
    return f'src = builtins.path {{ name = "stack"; path = ./.; filter = {keep}; }};'


def _without_its_code(service: Service, _scene: Scene) -> str:
    return f'src = builtins.filterSource (path: _: baseNameOf path != "main.go") ./{service.directory};'


def _only_what_was_there(service: Service, _scene: Scene) -> str:
    listed = '[ "main.go" "data" "zones.txt" "regions.txt" ]'
    keep = f"path: _: builtins.elem (baseNameOf path) {listed}"
    return f'src = builtins.path {{ name = "src"; path = ./{service.directory}; filter = {keep}; }};'


def _by_a_pattern(service: Service, _scene: Scene) -> str:
    keep = 'path: type: type == "directory" || builtins.match ".*[.]txt" path != null'
    return f'src = builtins.path {{ name = "src"; path = ./{service.directory}; filter = {keep}; }};'


def _nothing(_service: Service, _scene: Scene) -> str:
    return 'args = [ "-c" "mkdir $out" ];'


def _pinned_by_its_hash(service: Service, scene: Scene) -> str:
    digest = nar_digest(directory_of(service, scene.files)).hex()
    return f'src = builtins.path {{ path = ./{service.directory}; sha256 = "{digest}"; }};'


def _store_path(service: Service, scene: Scene) -> str:
    return f"src = builtins.storePath {_stored(service, scene)};"


def _literal(service: Service, scene: Scene) -> str:
    return f'src = "{_stored(service, scene)}";'


def _stored(service: Service, scene: Scene) -> str:
    digest = nar_digest(directory_of(service, scene.files))
    return f"/nix/store/{source_path(digest, service.name, '/nix/store')}"


def directory_of(service: Service, files: Mapping[str, str]) -> Node:
    """Give a service's directory as an archive holds it."""
    return _directory(
        {
            path.removeprefix(f"{service.directory}/"): text
            for path, text in files.items()
            if path.startswith(f"{service.directory}/")
        }
    )


def _directory(files: Mapping[str, str]) -> Node:
    names = {path.partition("/")[0] for path in files}
    entries: dict[bytes, Node] = {}
    for name in names:
        inside = {path.removeprefix(f"{name}/"): text for path, text in files.items() if path.startswith(f"{name}/")}
        entries[name.encode()] = _directory(inside) if inside else Regular(files[name].encode())
    return Directory(entries)


def _of_the_first_commit(service: Service, scene: Scene) -> str:
    url = "./." if scene.flavour == "file" else f'"file://{scene.repository}"'
    return f'src = (builtins.fetchGit {{ url = {url}; rev = "{scene.first}"; }}) + "/{service.directory}";'


def _as_a_string(service: Service, _scene: Scene) -> str:
    return f"src = toString ./{service.directory};"


def _of_the_host(service: Service, _scene: Scene) -> str:
    return f'args = [ "-c" "cp -r /srv/stack/{service.directory} $out" ];'


def _without_context(service: Service, _scene: Scene) -> str:
    return f'src = builtins.unsafeDiscardStringContext "${{./{service.directory}}}";'


FAULTS: tuple[Fault, ...] = (
    Fault("a filter leaves its directory out", 1, _all_but_its_own),
    Fault("a filter leaves a file out", 1, _without_its_code),
    Fault("an allow-list lacks a new file", 1, _only_what_was_there, ("data/places.txt", "new\n")),
    Fault("a pattern leaves its code out", 1, _by_a_pattern),
    Fault("the sources are dropped by this commit", 3, _nothing, is_new=True),
    Fault("a filter that this commit adds leaves its code out", 3, _by_a_pattern, is_new=True),
    Fault("pinned by its hash", 4, _pinned_by_its_hash),
    Fault("builtins.storePath", 4, _store_path, flavours=("file",), needs_in_store=True),
    Fault("a literal store path", 4, _literal),
    Fault("fetchGit of the first commit", 5, _of_the_first_commit),
    Fault("toString of its directory", 9, _as_a_string),
    Fault("a path of the host", 9, _of_the_host),
    Fault("unsafeDiscardStringContext", 9, _without_context),
)


def can_have(service: Service, fault: Fault) -> bool:
    """Tell whether a fault would not be the service's healthy way of taking its sources."""
    return not (service.style is Style.ALLOWED and fault.name == "an allow-list lacks a new file")
