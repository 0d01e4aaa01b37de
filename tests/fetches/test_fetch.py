"""What a fixed-output derivation asks for, and what became of it."""

import json
from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nixdrift.fetches import FetchChange, Relation, ask_alike, read_fetch, written_address
from nixdrift.fetches.written import shortened
from nixdrift.model import Derivation, FixedOutput, InputDerivation, StorePath

DIGEST, OTHER_DIGEST = "0" * 32, "1" * 32


def derivation(
    env: Mapping[str, str] | None = None,
    *,
    name: str = "source",
    args: tuple[str, ...] = (),
    structured: Mapping[str, object] | None = None,
    tools: tuple[str, ...] = (),
) -> Derivation:
    return Derivation(
        drv_path=StorePath(f"{DIGEST}-{name}.drv"),
        name=name,
        system="x86_64-linux",
        builder="/bin/sh",
        args=args,
        env={"name": name, **(env or {})},
        structured_attrs=None if structured is None else json.dumps(structured),
        outputs={"out": FixedOutput(StorePath(f"{DIGEST}-{name}"), "nar", "sha256", "ab" * 32)},
        input_sources=(),
        input_derivations={StorePath(f"{one}-tool.drv"): InputDerivation(("out",), {}) for one in tools},
    )


def change(before: Derivation, after: Derivation) -> FetchChange:
    return FetchChange(read_fetch(before), read_fetch(after))


ENVIRONMENTS = st.dictionaries(
    st.sampled_from(["url", "urls", "rev", "unpack", "postFetch", "eggName", "version", "cvsRoot", "builder", "out"]),
    st.sampled_from(["", "1", "https://a.example.org/x", "https://b.example.org/x"]),
    max_size=4,
)
ARGUMENTS = st.sampled_from([(), ("-c", "curl https://a.example.org/x"), ("-c", "curl https://b.example.org/x")])


@given(ENVIRONMENTS, ENVIRONMENTS, ARGUMENTS, ARGUMENTS)
def test_what_is_told_quickly_to_ask_alike_has_equal_keys(
    env: Mapping[str, str], other_env: Mapping[str, str], args: tuple[str, ...], other_args: tuple[str, ...]
) -> None:
    one, other = derivation(env, args=args), derivation(other_env, args=other_args, tools=(OTHER_DIGEST,))

    assert read_fetch(one).key == read_fetch(other).key or not ask_alike(one, other)
    assert ask_alike(one, replace(one, env={**one.env, "stdenv": "another"}))


def test_addresses_come_from_the_attributes_of_every_fetcher() -> None:
    both = {"url": "https://a.example.org/x", "urls": "https://a.example.org/x https://b.example.org/x"}

    assert read_fetch(derivation(both)).addresses == ("https://a.example.org/x", "https://b.example.org/x")
    assert read_fetch(derivation({"imageName": "library/sed", "imageDigest": "sha256:1"})).revision == "sha256:1"
    assert read_fetch(derivation({"cvsRoot": "cvs.example.org", "module": "sed"})).addresses == ("cvs.example.org/sed",)
    assert read_fetch(derivation({"eggName": "sed", "version": "4.8"})).version == "4.8"


def test_an_address_may_stand_in_what_is_run() -> None:
    run = derivation(args=("-c", "curl 'https://example.org/a-1.zip' > $out; unzip http://example.org/b"))

    assert read_fetch(run).addresses == ("https://example.org/a-1.zip", "http://example.org/b")


def test_structured_attributes_are_read_like_variables() -> None:
    structured = {"urls": ["https://a.example.org/x", "https://b.example.org/x"], "unpack": True, "executable": False}

    found = read_fetch(derivation(structured=structured))

    assert found.addresses == ("https://a.example.org/x", "https://b.example.org/x")
    assert dict(found.options) == {"unpack": "1"}


@pytest.mark.parametrize(("method", "is_file"), [("flat", True), ("nar", False)])
def test_a_file_is_told_from_a_tree_by_how_it_is_hashed(method: str, is_file: bool) -> None:
    output = FixedOutput(StorePath(f"{DIGEST}-source"), method, "sha256", "ab" * 32)

    assert read_fetch(replace(derivation(), outputs={"out": output})).is_file is is_file


@pytest.mark.parametrize("unset", ["", "0", "false"])
def test_an_option_that_is_set_to_nothing_is_not_set(unset: str) -> None:
    assert read_fetch(derivation({"fetchSubmodules": unset})).options == {}


def test_the_digests_of_store_paths_ask_for_nothing() -> None:
    def using(digest: str) -> Derivation:
        tool = f"/nix/store/{digest}-patchutils-0.3"
        return derivation({"url": f"file://{tool}/x", "postFetch": f"{tool}/bin/lsdiff"}, args=(f"{tool}/builder.sh",))

    assert read_fetch(using(DIGEST)) == read_fetch(using(OTHER_DIGEST))


def test_what_is_inherited_from_what_is_built_with_it_asks_for_nothing() -> None:
    before, after = derivation({"postPatch": "a", "src": "/a"}), derivation({"postPatch": "b", "src": "/b"})

    assert read_fetch(before) == read_fetch(after)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("manual-5.0", "manual-6.0", Relation.VERSION),
        ("manual-5.0", "handbook-6.0", Relation.SAME),
        ("manual", "manual-6.0", Relation.SAME),
        ("manual-5.0", "manual-5.0", Relation.SAME),
    ],
)
def test_the_version_in_a_name_counts_where_the_address_has_none(before: str, after: str, expected: Relation) -> None:
    silent = {"url": "https://example.org/latest/manual"}
    telling = {"url": "https://example.org/manual-1.zip"}

    assert change(derivation(silent, name=before), derivation(silent, name=after)).relation is expected
    assert change(derivation(telling, name=before), derivation(telling, name=after)).relation is Relation.SAME
    assert change(derivation(name=before), derivation(name=after)).relation is Relation.SAME


def test_an_address_that_comes_or_goes_altogether_is_unclear() -> None:
    found = change(derivation(), derivation({"url": "https://example.org/a-1.zip"}))

    assert found.relation is Relation.UNCLEAR
    assert [one.name for one in found.addresses] == ["url"]


def test_a_mirror_that_comes_or_goes_beside_one_that_stays_is_no_difference() -> None:
    one, both = {"urls": "https://example.org/a-1"}, {"urls": "https://example.com/a-1 https://example.org/a-1"}

    assert change(derivation(one), derivation(both)).addresses == ()
    assert change(derivation(both), derivation(one)).addresses == ()


def test_two_scripts_that_were_edited_in_the_same_way_have_one_edit() -> None:
    def edited(own: str, other: str) -> FetchChange:
        return change(
            derivation({"postFetch": f"cd {own}\nrm a\n"}), derivation({"postFetch": f"cd {own}\nrm {other}\n"})
        )

    assert edited("x", "b").edit == edited("y", "b").edit
    assert edited("x", "b").edit != edited("x", "c").edit
    assert edited("x", "b").is_rewritten_only


@pytest.mark.parametrize(
    ("address", "written"),
    [
        ("https://example.org/a", "https://example.org/a"),
        ("https://me:secret@example.org/a", "https://example.org/a"),
        ("https://example.org/a?x=1&private_token=abc&y=2", "https://example.org/a?x=1&private_token=…&y=2"),
        ("file:///home/somebody/a.zip", "file:a.zip"),
        ("/home/somebody/a.zip", "file:a.zip"),
    ],
)
def test_an_address_is_written_without_secrets_and_without_places_on_the_machine(address: str, written: str) -> None:
    assert written_address(address) == written


def test_a_long_text_is_cut_and_says_so() -> None:
    assert shortened("a" * 1000).endswith("a…")
    assert len(shortened("a" * 1000)) < 200
