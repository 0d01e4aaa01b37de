"""A perturbed file is another one, and still what it was."""

import json
import tomllib
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from nixdrift.changes import EXECUTABLE_MODE, FILE_MODE, SUBMODULE_MODE, SYMLINK_MODE, FileState
from nixdrift.probe.perturbation import perturbed

ID = "0" * 40
PLAIN = FileState(FILE_MODE, ID)

KEYS = st.text(st.characters(codec="ascii", categories=["Ll"]), min_size=1, max_size=5)
LEAVES = st.none() | st.booleans() | st.integers(-(2**53) + 2, 2**53 - 1) | st.text(max_size=5)
VALUES = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3))


def leaves(old: Any, new: Any) -> list[tuple[Any, Any]]:
    """Each string and number of the old value beside what stands in its place in the new one."""
    match old:
        case list():
            return [pair for one, other in zip(old, new, strict=False) for pair in leaves(one, other)]
        case dict():
            return [pair for key, one in old.items() for pair in leaves(one, new[key])]
        case bool() | None:
            return []
    return [(old, new)]


@given(st.dictionaries(KEYS, VALUES, max_size=4))
@example({"a": {"aa": [], "a": 0}})  # an empty list gets an element, and what follows it counts as before
def test_of_json_every_string_and_number_changes_and_it_stays_json(value: dict[str, Any]) -> None:
    content = json.dumps(value).encode()

    found = json.loads(perturbed("a/config.json", PLAIN, content).content or b"")

    assert all(new != old for old, new in leaves(value, found))


@given(st.dictionaries(KEYS, st.text(st.characters(codec="ascii", categories=["Ll", "Nd"])), min_size=1))
def test_of_toml_the_strings_change_and_it_stays_toml(value: dict[str, str]) -> None:
    content = "".join(f'{key} = "{text}"\n' for key, text in value.items()).encode()

    found = tomllib.loads((perturbed("Cargo.toml", PLAIN, content).content or b"").decode())

    assert found.keys() == value.keys()
    assert all(found[key] != value[key] for key in value)


@given(st.binary(max_size=40), st.sampled_from(["a.txt", "a.nix", "a.json", "a.toml", "yarn.lock", "VERSION", ".lock"]))
def test_every_file_becomes_another(content: bytes, path: str) -> None:
    found = perturbed(path, PLAIN, content)

    assert (found.mode, found.content) != (FILE_MODE, content)
    assert found.content is not None or found.mode != FILE_MODE


@given(st.text(st.characters(codec="ascii", exclude_characters="\0")))
def test_of_a_text_more_than_white_space_at_its_end_changes(text: str) -> None:
    found = (perturbed("VERSION", PLAIN, text.encode()).content or b"").decode()

    assert found.strip() != text.strip()


@pytest.mark.parametrize("mode", [FILE_MODE, EXECUTABLE_MODE])
def test_what_only_a_program_can_read_keeps_its_content(mode: str) -> None:
    found = perturbed("logo.png", FileState(mode, ID), b"\x89PNG\0")

    assert found.content is None
    assert {found.mode, mode} == {FILE_MODE, EXECUTABLE_MODE}


@pytest.mark.parametrize(("target", "expected"), [(b"../b", b"./../b"), (b"/etc/x", b"/./etc/x")])
def test_a_link_still_leads_where_it_led(target: bytes, expected: bytes) -> None:
    found = perturbed("link", FileState(SYMLINK_MODE, ID), target)

    assert (found.mode, found.content) == (SYMLINK_MODE, expected)


def test_a_submodule_links_to_another_commit() -> None:
    found = perturbed("module", FileState(SUBMODULE_MODE, ID), b"")

    assert found.mode == SUBMODULE_MODE
    assert found.content
    assert len(found.content) == len(ID)
    assert found.content != ID.encode()


def test_an_expression_gets_a_comment_and_a_lock_of_a_flake_locks_what_it_did() -> None:
    assert perturbed("default.nix", PLAIN, b"{ }").content == b"{ }\n# nixdrift probe\n"
    assert perturbed("nix/flake.lock", PLAIN, b'{"version": 7}').content == b'{"version": 7}\n'


@pytest.mark.parametrize("content", [b"", b"{", b"[1]", b"1"])
def test_what_is_called_json_and_is_none_changes_like_a_text(content: bytes) -> None:
    assert perturbed("a.json", PLAIN, content).content != content
