"""The inputs that a flake asks for, read from its text."""

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nixdrift.flakes.inputs import asked_inputs
from nixdrift.flakes.tokens import NotUnderstoodError, tokens
from tests.flakes.real_nix import evaluated

LIBRARY = {"type": "github", "owner": "a", "repo": "library"}

WRITTEN = {
    "a path of names": '{ inputs.library.url = "github:a/library"; outputs = x: x; }',
    "sets in sets": '{ inputs = { library = { url = "github:a/library"; flake = false; }; }; outputs = x: x; }',
    "a set and a path": '{ inputs = { }; inputs.library = { url = "github:a/library"; }; outputs = x: x; }',
    "a quoted name": '{ inputs."library".url = "github:a/library"; outputs = x: x; }',
    "attributes": '{ inputs.library = { type = "github"; owner = "a"; repo = "library"; }; outputs = x: x; }',
    "a text of two quotes": "{ inputs.library.url = ''github:a/library''; outputs = x: x; }",
    "a bare URL": "{ inputs.library.url = github:a/library; outputs = x: x; }",
    "comments": '# one\n{ /* two; } */ inputs.library.url = # three\n "github:a/library"; outputs = x: x; }',
    "after the outputs": '{ outputs = { self }: let a = 1; in { b = a; }; inputs.library.url = "github:a/library"; }',
    "after with and assert": '{ outputs = x: with x; assert 1 == 1; x; inputs.library.url = "github:a/library"; }',
    "after texts": (
        '{ description = "${"a;b}"} \\" ;"; outputs = x: "${x."y;"}" + \'\'$${ ; \'\'\' ${"}"} \'\';'
        ' inputs.library.url = "github:a/library"; }'
    ),
    "after an inheritance": '{ inherit (import ./x.nix) outputs; inputs.library.url = "github:a/library"; }',
}


@pytest.mark.parametrize("text", WRITTEN.values(), ids=WRITTEN.keys())
def test_an_input_is_read_however_it_is_written(text: str) -> None:
    (name, asked), *others = asked_inputs(text.encode()).items()

    assert (name, asked.reference, others) == ("library", LIBRARY, [])


NOT_READ = {
    "an input that follows another": '{ inputs.library.follows = "nixpkgs"; outputs = x: x; }',
    "one that is computed": '{ inputs.library.url = "github:" + "a/library"; outputs = x: x; }',
    "one in which something is put": '{ inputs.library.url = "github:${"a"}/library"; outputs = x: x; }',
    "one with a name that is computed": '{ inputs.${"library"}.url = "github:a/library"; outputs = x: x; }',
    "one with a list": '{ inputs.library = { type = "github"; owner = [ "a" ]; repo = "library"; }; outputs = x: x; }',
    "no inputs": "{ outputs = x: x; }",
    "inputs of another name": '{ outputs = x: { inputs.library.url = "github:a/library"; }; }',
    "a function": '{ a }: { inputs.library.url = "github:a/library"; }',
    "no end": '{ inputs.library.url = "github:a/library"; outputs = x: "',
    "nothing": "",
}


@pytest.mark.parametrize("text", NOT_READ.values(), ids=NOT_READ.keys())
def test_nothing_is_said_of_what_is_not_written_out(text: str) -> None:
    assert asked_inputs(text.encode()) == {}


def test_a_computed_input_leaves_the_others() -> None:
    text = '{ inputs.a.url = "github:" + "a/b"; inputs.library.url = "github:a/library"; outputs = x: x; }'

    assert set(asked_inputs(text.encode())) == {"library"}


def test_inputs_of_an_input_are_what_the_flake_asks_for_in_its_stead() -> None:
    text = '{ inputs.child = { url = "path:./child"; inputs.library.follows = "library"; }; outputs = x: x; }'

    assert asked_inputs(text.encode())["child"].overridden == {"library"}


def test_bytes_that_are_no_text_say_nothing() -> None:
    assert asked_inputs(b"{ inputs.a.url = \xff; }") == {}


@pytest.mark.parametrize("text", ["{ inputs" + " = { a" * 5000, '{ inputs = "' + '${"' * 5000])
def test_what_is_nested_too_deeply_says_nothing(text: str) -> None:
    assert asked_inputs(text.encode()) == {}


@given(st.text(alphabet="{}[]();:=.\"'$/*#ab \n", max_size=40))
def test_any_text_is_cut_into_tokens_or_refused(text: str) -> None:
    with suppress(NotUnderstoodError):
        assert sum(len(token.text) for token in tokens(text)) <= len(text)
    assert isinstance(asked_inputs(text.encode()), dict)


def test_real_nix_sees_the_same_inputs(newest_nix: Path, tmp_path: Path) -> None:
    for number, text in enumerate(WRITTEN.values()):
        (tmp_path / f"{number}.nix").write_text(text.replace("inherit (import ./x.nix) outputs", "outputs = x: x"))
    files = " ".join(f"({tmp_path}/{number}.nix)" for number in range(len(WRITTEN)))
    names = evaluated(newest_nix, f"map (file: builtins.attrNames (import file).inputs) [ {files} ]", tmp_path)

    assert names == [["library"]] * len(WRITTEN)
