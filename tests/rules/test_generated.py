"""The rule `generated`: when it fires, and when it stays silent."""

from dataclasses import replace

import pytest

from nixdrift.comparison.compare import Evidence
from nixdrift.judgement import Finding
from nixdrift.rules import apply_rules
from tests.worlds import Files, World, configured, edited, make_world, stack

FILES: Files = {
    "goinstance/main.go": "package main\n",
    "goinstance/go.mod": "module goinstance\nrequire launch v1.0.0\n",
    "goinstance/gomod2nix.toml": "launch = 1\n",
    "goinstance/api.proto": "message Launch {}\n",
    "goinstance/api.nix": "{ }\n",
    "goinstance/package.json": '{ "dependencies": { "left": "1" }, "scripts": {} }',
    "goinstance/node-packages.nix": "{ left = 1; }\n",
    "goinstance/yarn.lock": "left 1\n",
    "platform/Cargo.lock": "version = 3\n",
    "platform/Cargo.nix": "{ version = 3; }\n",
}
DECLARED = '[[generated]]\nfrom = ["*.proto"]\nto = ["goinstance/api.nix"]\ncommand = "make api"\n'
MISSING = DECLARED.replace("api.nix", "apis.nix")

FIRES = [
    ("warning", {"goinstance/go.mod": "require launch v2.0.0\n"}, "", "gomod2nix.toml"),
    ("warning", {"goinstance/go.sum": "launch v1.0.0 h1:x=\n"}, "", "gomod2nix.toml"),
    ("warning", {"platform/Cargo.lock": "version = 4\n"}, "", "Cargo.nix"),
    ("warning", {"goinstance/package.json": '{ "dependencies": { "left": "2" } }'}, "", "node-packages.nix"),
    ("warning", {"goinstance/api.proto": "message Stop {}\n"}, DECLARED, "make api"),
    ("warning", {"goinstance/api.proto": None}, DECLARED, "api.nix"),
    ("warning", {"goinstance/more.proto": "message Stop {}\n"}, DECLARED, "api.nix"),
    ("note", {"goinstance/api.proto": "message Stop {}\n"}, MISSING, "apis.nix"),
]

SILENT = [
    ({"goinstance/go.mod": "require launch v2.0.0\n", "goinstance/gomod2nix.toml": "launch = 2\n"}, ""),
    ({"goinstance/go.mod": "module goinstance\ngo 1.21\nrequire launch v1.0.0 // x\n"}, ""),
    ({"goinstance/go.mod": None}, ""),
    ({"goinstance/go.mod": "require launch v2.0.0\n", "goinstance/gomod2nix.toml": None}, ""),
    ({"goinstance/package.json": '{ "dependencies": { "left": "1" }, "scripts": { "a": "b" } }'}, ""),
    ({"goinstance/yarn.lock": "left 2\n"}, ""),
    ({"goinstance/Cargo.lock": "version = 4\n"}, ""),
    ({"goinstance/gomod2nix.toml": "launch = 2\n"}, ""),
    ({"goinstance/api.proto": "message Stop {}\n"}, ""),
    ({"goinstance/api.proto": "message Stop {}\n", "goinstance/api.nix": "{ stop = 1; }\n"}, DECLARED),
    ({"goinstance/api.nix": "{ stop = 1; }\n"}, DECLARED),
    ({"goinstance/main.go": "package launch\n"}, MISSING),
    ({"platform/Cargo.lock": "version = 4\n"}, 'ignore = ["platform/Cargo.lock"]\n'),
]


def found(world: World, config: str) -> list[Finding]:
    return [one for one in apply_rules(world.compare(configured(config))) if one.rule == "generated"]


@pytest.mark.parametrize(("level", "edits", "config", "told"), FIRES)
def test_it_fires(level: str, edits: dict[str, str | None], config: str, told: str) -> None:
    (finding,) = found(make_world(stack, FILES, edited(FILES, edits)), config)

    assert (finding.level.value, finding.paths) == (level, tuple(edits))
    assert told in f"{finding.message} {finding.reason} {finding.remedy}"


@pytest.mark.parametrize(("edits", "config"), SILENT)
def test_it_stays_silent(edits: dict[str, str | None], config: str) -> None:
    assert found(make_world(stack, FILES, edited(FILES, edits)), config) == []


def test_a_finding_is_the_components_that_alone_owns_what_changed() -> None:
    edits = {"goinstance/go.mod": "require launch v2.0.0\n", "goinstance/go.sum": "launch v2.0.0 h1:x=\n"}

    (finding,) = found(make_world(stack, FILES, edited(FILES, edits)), "")

    assert finding.component == "goinstance"
    assert finding.paths == ("goinstance/go.mod", "goinstance/go.sum")


def test_without_a_repository_nothing_can_be_said() -> None:
    world = make_world(stack, FILES, edited(FILES, {"platform/Cargo.lock": "version = 4\n"}))
    comparison = replace(world.compare(), evidence=Evidence())

    assert [one for one in apply_rules(comparison) if one.rule == "generated"] == []
