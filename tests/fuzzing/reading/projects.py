"""What lies in a repository: its configuration, its flakes, and what pins what it takes."""

from nixdrift.config import parse_config
from nixdrift.flakes import LockedInput, line_of, local_path, parse_lock, repository_name
from nixdrift.flakes.divergence import Divergence, directory_within
from nixdrift.flakes.inputs import asked_inputs
from nixdrift.gitignore import Patterns
from nixdrift.locks import replaced_directories, say_the_same
from nixdrift.manifests import MANIFESTS, manifest_name
from nixdrift.parity.expected import with_expectations
from nixdrift.parity.result import Difference
from tests.fuzzing.seeds import TWINS

_DIFFERENCE = Difference("env." + "a" * 100, "env." + "a" * 100, "1", "2", ("/nix/store/a",))


def read_a_configuration(data: bytes) -> None:
    config = parse_config(data)
    every = [config.ignore, config.housekeeping]
    every += [one for generated in config.generated for one in (generated.origins, generated.made)]
    every += [one for component in config.components.values() for one in (component.sources, component.ignore) if one]
    for patterns in every:
        _match(patterns)
    with_expectations([_DIFFERENCE], config.expected, "a" * 100, "b")


def _match(patterns: Patterns) -> None:
    for path in ("goinstance/main.go", "a\nb", "docs/x/y.md", "\udcff", "a/" * 100 + "c", "a" * 250):
        patterns.match(path)


def read_a_flake(data: bytes) -> None:
    for one in asked_inputs(data).values():
        local_path(one.reference)
        repository_name(one.reference)
        directory_within(one.reference, "child")


def read_a_flake_lock(data: bytes) -> None:
    for one in parse_lock(data) or ():
        for reference in (one.locked, one.original):
            local_path(reference)
            repository_name(reference)
            directory_within(reference, "child")
        _differs(one)
        line_of(data, one.revision or one.nar_hash or f'"{one.name[-1]}"')


def _differs(one: LockedInput) -> None:
    str(Divergence("flake.nix", {"type": "path", "path": "./child"}, one).differences)


def read_other_locks(data: bytes) -> None:
    parts = data.split(TWINS)
    name, before, after = [*parts, b"", b"", b""][:3]
    text = name.decode("utf-8", "replace")
    assert say_the_same(text, before, before)
    assert say_the_same(text, before, after) == say_the_same(text, after, before)
    if text in MANIFESTS:
        manifest_name(text, before)
    tuple(replaced_directories(before.decode("utf-8", "surrogateescape"), "goinstance"))
