"""Attributes, arguments and files are compared down to the keys that are in them."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from nixdrift.model import Derivation, StorePath
from tests.parity.roots import Expression, Roots, addresses, parity, reference, told, with_env, written
from tests.worlds import File, Files, Revision, executable

STRUCTURED = [
    ({"s": {"image": "x", "n": 1}}, {"s": {"image": "y", "n": 1}}, [("attribute.s.image", "x", "y")]),
    ({"s": {"a": 1}}, {"s": {}}, [("attribute.s.a", "1", None)]),
    ({"s": {"a": {"b": 1}}}, {}, [("attribute.s", '{\n  "a": {\n    "b": 1\n  }\n}', None)]),
    ({"l": [{"i": 1}, {"i": 2}]}, {"l": [{"i": 1}, {"i": 3}]}, [("attribute.l.1.i", "2", "3")]),
    ({"l": ["a"]}, {"l": ["a", "b"]}, [("attribute.l", '[\n  "a"\n]', '[\n  "a",\n  "b"\n]')]),
    ({"v": "1"}, {"v": 1}, [("attribute.v", '"1"', "1")]),
    ({"v": True}, {"v": 1}, [("attribute.v", "true", "1")]),
    ({"v": None}, {}, [("attribute.v", "null", None)]),
    ({"name": "x"}, {"name": "y"}, []),
]


@pytest.mark.parametrize(("one", "other", "expected"), STRUCTURED)
def test_structured_attributes_are_compared_down_to_the_key(
    one: object, other: object, expected: list[tuple[str, str | None, str | None]]
) -> None:
    texts = {"staging-app-1.0": json.dumps(one), "production-app-1.0": json.dumps(other)}
    found = parity(with_env({}, {}), amend=lambda made: replace(made, structured_attrs=texts[made.name]))

    assert told(found) == expected


def test_arguments_builder_and_system_are_fields_too() -> None:
    def amend(made: Derivation) -> Derivation:
        if made.name.startswith("staging"):
            return made
        return replace(made, args=("-c", "x"), builder="/bin/bash", system="aarch64-linux")

    assert told(parity(with_env({}, {}), amend=amend)) == [
        ("args", "", "-c\nx"),
        ("builder", "/bin/sh", "/bin/bash"),
        ("system", "x86_64-linux", "aarch64-linux"),
    ]


def test_an_argument_of_two_lines_is_not_two_arguments() -> None:
    args = {"staging-app-1.0": ("a\nb",), "production-app-1.0": ("a", "b")}

    found = parity(with_env({}, {}), amend=lambda made: replace(made, args=args[made.name]))

    assert addresses(found) == ["args"]


def test_a_written_file_is_compared_by_its_keys() -> None:
    found = parity(written("A=1\nB=2\n", "A=1\n# a comment\nB=3\nC=4\n"))

    assert told(found) == [("file.staging.env.B", "2", "3"), ("file.staging.env.C", None, "4")]
    assert [one.mirrored for one in found.differences] == ["file.production.env.B", "file.production.env.C"]
    assert found.census.files == 1


@pytest.mark.parametrize("text", ["listen on {}\n", "listen:\n  port: {}\n"], ids=["words", "YAML"])
def test_a_written_file_without_known_keys_is_compared_as_a_text(text: str) -> None:
    found = parity(written(text.format(80), text.format(81)))

    assert told(found) == [("file.staging.env", text.format(80), text.format(81))]


def test_a_file_that_a_builder_makes_is_compared_by_what_it_is_made_from() -> None:
    def expression(revision: Revision) -> Roots:
        def root(name: str, port: int) -> StorePath:
            file = revision.derive(f"{name}.env", env={"buildCommand": f"echo PORT={port} > $out"})
            return revision.derive(f"{name}-app", [], [file], env={"file": reference(revision, file)})

        return {"staging": root("staging", 80), "production": root("production", 81)}

    found = parity(expression)

    assert told(found) == [("staging.env: env.buildCommand", "echo PORT=80 > $out", "echo PORT=81 > $out")]
    assert found.census.files == 0


def test_files_of_two_kinds_differ_as_texts() -> None:
    assert told(parity(written("A=1\n", '{"A": "1"}'))) == [("file.staging.env", "A=1\n", '{"A": "1"}')]


CONFIGURATIONS: Files = {
    "env/staging.json": '{"image": "stack-7", "region": "eu"}',
    "env/production.json": '{"image": "stack-8", "region": "eu"}',
    "conf/staging/app.env": "A=1\n",
    "conf/staging/only": "x\n",
    "conf/staging/same": "same\n",
    "conf/production/app.env": "A=2\n",
    "conf/production/same": "same\n",
}


def taking(place: str, *, is_listed: bool = True, ending: str = "") -> Expression:
    def expression(revision: Revision) -> Roots:
        sources = {
            name: revision.source(f"{place}/{name}{ending}", is_listed=is_listed) for name in ("staging", "production")
        }
        return {name: revision.derive(name, [source]) for name, source in sources.items()}

    return expression


def test_a_source_that_is_a_file_is_compared_by_its_keys(tmp_path: Path) -> None:
    found = parity(taking("env", ending=".json"), CONFIGURATIONS, store=tmp_path)

    assert told(found) == [("file.staging.json.image", "stack-7", "stack-8")]


def test_a_source_that_is_a_directory_is_compared_file_by_file(tmp_path: Path) -> None:
    found = parity(taking("conf"), CONFIGURATIONS, store=tmp_path)

    assert told(found) == [("file.staging/app.env.A", "1", "2"), ("file.staging/only", "x\n", None)]


def test_a_file_that_is_not_at_hand_is_a_difference() -> None:
    found = parity(taking("env", is_listed=False, ending=".json"), CONFIGURATIONS)

    (difference,) = found.differences
    assert (difference.address, difference.is_known) == ("file.staging.json", False)
    assert (found.census.files, found.census.files_not_at_hand) == (0, 1)


def test_files_that_differ_in_no_content_differ(tmp_path: Path) -> None:
    files: Files = {"env/staging": executable("A=1\n"), "env/production": "A=1\n"}

    assert addresses(parity(taking("env"), files, store=tmp_path)) == ["file.staging"]


def test_files_that_are_no_text_and_of_one_size_differ(tmp_path: Path) -> None:
    files: Files = {"env/staging": File(b"\0a"), "env/production": File(b"\0b")}

    assert told(parity(taking("env"), files, store=tmp_path)) == [("file.staging", *["2 bytes that are no text"] * 2)]


def test_a_file_is_the_one_that_the_same_variable_is_set_to(tmp_path: Path) -> None:
    files: Files = {"a.json": '{"image": "x"}', "b.json": '{"image": "y"}'}

    def expression(revision: Revision) -> Roots:
        return {
            name: revision.derive(name, [revision.source(file, is_listed=True)])
            for name, file in (("staging", "a.json"), ("production", "b.json"))
        }

    assert told(parity(expression, files, store=tmp_path)) == [("file.a.json.image", "x", "y")]
