"""What the texts of a derivation mention that none of its inputs holds."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nixdrift.comparison.mentions import Mention, MentionKind, Mentions
from nixdrift.graph import build_graph
from nixdrift.model import Derivation, FloatingOutput, InputAddressedOutput, InputDerivation, StorePath
from tests.worlds import STORE_DIR, SYSTEM, TOP

SOURCE = StorePath(f"{'1' * 32}-goinstance")
PLATFORM = StorePath(f"{'2' * 32}-platform.drv")
PLATFORM_OUT = StorePath(f"{'3' * 32}-platform")
PLATFORM_DEV = StorePath(f"{'4' * 32}-platform-dev")
OWN_OUT = StorePath(f"{'5' * 32}-goinstance-1.0")
GOINSTANCE = StorePath(f"{'6' * 32}-goinstance-1.0.drv")
STRANGE = StorePath(f"{'7' * 32}-goinstance")
TREE = StorePath(f"{'8' * 32}-source")
PLACEHOLDER = "/1rz4g4znpzjwh1xymhjpm42vipw92pr73vdgl6xs1hycac8kf2n9"

NOTHING = Derivation(PLATFORM, "platform", SYSTEM, "/bin/sh", (), {}, None, {}, (), {})
OUTPUTS = {"out": InputAddressedOutput(PLATFORM_OUT), "dev": InputAddressedOutput(PLATFORM_DEV)}


def mentioned(
    env: dict[str, str] | None = None,
    *,
    top: str | None = TOP,
    args: tuple[str, ...] = (),
    builder: str = "/bin/sh",
    attributes: str | None = None,
    sources: tuple[StorePath, ...] = (SOURCE,),
) -> list[Mention]:
    platform = replace(NOTHING, outputs=OUTPUTS)
    goinstance = replace(
        NOTHING,
        drv_path=GOINSTANCE,
        name="goinstance-1.0",
        builder=builder,
        args=args,
        env=env or {},
        structured_attrs=attributes,
        outputs={"out": InputAddressedOutput(OWN_OUT), "later": FloatingOutput("nar", "sha256")},
        input_sources=sources,
        input_derivations={PLATFORM: InputDerivation(("out",), {})},
    )
    graph = build_graph({PLATFORM: platform, GOINSTANCE: goinstance}, source="a test")
    return list(Mentions(graph, STORE_DIR, top).of(GOINSTANCE))


def in_variable(text: str, top: str | None = TOP) -> list[tuple[str, str]]:
    return [(one.kind.value, one.path) for one in mentioned({"x": text}, top=top)]


FOUND = [
    (f"{TOP}/goinstance", "repository", "goinstance"),
    (TOP, "repository", ""),
    (f"{TOP}/", "repository", ""),
    (f"{TOP}/goinstance/../shared/", "repository", "shared"),
    (f"cp -r {TOP}/goinstance/*.go $out", "repository", "goinstance"),
    (f'exec "{TOP}/a b"', "repository", "a"),
    (f"{STORE_DIR}/{STRANGE}", "store", STRANGE),
    (f"-I{STORE_DIR}/{STRANGE}/include:x", "store", f"{STRANGE}/include"),
    (f"see {STORE_DIR}/{STRANGE}.", "store", STRANGE),
    (f"{TOP}2/goinstance", "machine", f"{TOP}2/goinstance"),
    (f"{TOP}-old/goinstance", "machine", f"{TOP}-old/goinstance"),
    ("/srv/stack/goinstance", "machine", "/srv/stack/goinstance"),
    ("cp -r /srv/stack/goinstance/ $out", "machine", "/srv/stack/goinstance"),
    ("X=/home/me/x", "machine", "/home/me/x"),
    ("'/home/me/x'", "machine", "/home/me/x"),
]

SILENT = [
    "",
    "/",
    "/bin/sh",
    "/usr/bin/env bash",
    "/dev/null",
    "/tmp/x",  # noqa: S108
    "/build/source",
    "/proc/self/fd",
    "/etc/passwd",
    "/var/lib/goinstance",
    "/homeless-shelter/x",
    "/srv",
    STORE_DIR,
    f"{STORE_DIR}/",
    f"{STORE_DIR}/.links",
    f"{STORE_DIR}/{SOURCE}",
    f"{STORE_DIR}/{SOURCE}/main.go",
    f"{STORE_DIR}/{SOURCE}include",
    f"{STORE_DIR}/{PLATFORM}",
    f"{STORE_DIR}/{PLATFORM_OUT}/bin",
    f"{STORE_DIR}/{PLATFORM_DEV}/include",
    f"{STORE_DIR}/{OWN_OUT}/share",
    PLACEHOLDER,
    f"{PLACEHOLDER}/share/doc",
    "https://example.org/srv/stack/goinstance",
    "ssh://git@example.org/srv/stack",
    "git@example.org:/srv/stack/goinstance",
    "s/goinstance/platform/g",
    "sed -e s,/srv,x, s@/a/b@c@",
    "$out/share/doc/x",
    "${src}/a/b",
    "$(pwd)/a/b",
    "./a/b",
    "../a/b",
    "*/a/b",
    "//server/share",
    "a/b/c",
]


def test_a_store_below_a_directory_of_the_machine_is_a_path_of_the_machine_as_well() -> None:
    place = f"/mnt{STORE_DIR}/{STRANGE}"

    assert ("machine", place) in in_variable(place)


@pytest.mark.parametrize(("text", "kind", "path"), FOUND)
def test_a_path_is_mentioned(text: str, kind: str, path: str) -> None:
    assert in_variable(text) == [(kind, path)]


@pytest.mark.parametrize("text", SILENT)
def test_nothing_is_mentioned(text: str) -> None:
    assert in_variable(text) == []


def test_every_text_of_a_derivation_is_read_and_called_by_its_name() -> None:
    path = f"{TOP}/goinstance"

    found = mentioned(
        {"src": path},
        args=("-e", f"source {path}"),
        builder=path,
        attributes=f'{{"sources": {{"own": ["{path}"], "count": 1}}}}',
    )

    assert [(one.attribute, one.where, one.is_all) for one in found] == [
        ("builder", "builder", True),
        ("args", "argument 2", False),
        ("src", "variable src", True),
        ("sources", "attribute sources", True),
    ]


def test_attributes_that_are_no_text_are_read_as_a_whole() -> None:
    (found,) = mentioned(attributes=f'{{"x": "{TOP}/goinstance\udcff"}}')

    assert found.attribute == "__json"


def test_what_is_said_twice_in_one_place_is_one_mention() -> None:
    assert len(mentioned({"x": f"{TOP}/goinstance {TOP}/goinstance"})) == 1


def test_of_a_flake_whose_tree_is_no_input_the_repository_is_mentioned() -> None:
    top = f"{STORE_DIR}/{TREE}"

    assert in_variable(f"{top}/goinstance", top) == [("repository", "goinstance")]


def test_of_a_flake_whose_tree_is_an_input_nothing_is_mentioned() -> None:
    top = f"{STORE_DIR}/{TREE}"

    assert mentioned({"x": f"{top}/goinstance"}, top=top, sources=(TREE,)) == []


def test_where_it_is_not_known_where_the_files_lay_another_tree_is_any_store_object() -> None:
    assert in_variable(f"{STORE_DIR}/{TREE}/goinstance", None) == [("store", f"{TREE}/goinstance")]


@given(
    st.lists(st.sampled_from([SOURCE, PLATFORM, PLATFORM_OUT, PLATFORM_DEV, OWN_OUT])),
    st.text(alphabet=" /.:=\"'-_$abcx\n", max_size=20),
)
def test_whatever_stands_around_them_inputs_and_outputs_are_never_mentioned(paths: list[str], between: str) -> None:
    text = between.join(f"{STORE_DIR}/{path}" for path in paths)

    found = mentioned({"x": text}, top=None)

    assert [one for one in found if one.kind is not MentionKind.MACHINE] == []


@given(st.text(max_size=30), st.text(max_size=30))
def test_a_path_of_the_repository_is_found_whatever_stands_before_it(before: str, after: str) -> None:
    found = mentioned({"x": f"{before}{TOP}/goinstance\n{after}"})

    assert (MentionKind.REPOSITORY, "goinstance") in {(one.kind, one.path) for one in found}
