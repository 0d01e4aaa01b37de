"""The rule about files that git ignores: when it fires, and when it stays silent."""

import pytest

from nixdrift.file_facts import FileFacts
from nixdrift.rules import inspect
from nixdrift.rules.inspection import Inspection
from tests.rules.unseen import compared, found, in_short
from tests.worlds import STACK, edited, make_world, stack

EDIT = edited(STACK, {"goinstance/main.go": "new\n"})

FIRES = [
    ("goinstance/keys.local",),
    ("goinstance/build/",),
    ("goinstance/build/", "goinstance/keys.local", "misc/other"),
    ("goinstance/result", "goinstance/.direnv/", "goinstance/results/"),
]


@pytest.mark.parametrize("ignored", FIRES)
def test_it_notes_what_lies_among_the_sources_of_a_component(ignored: tuple[str, ...]) -> None:
    comparison = compared(make_world(stack, STACK, EDIT), head=FileFacts(ignored=ignored))
    expected = tuple(
        path for path in ignored if path.startswith("goinstance") and path.strip("/").split("/")[1] not in LEFTOVERS
    )

    assert in_short("ignored-file", comparison) == [("note", "goinstance", expected)]


LEFTOVERS = {"result", ".direnv"}
SILENT = [
    (),
    ("misc/keys.local",),
    ("keys.local",),
    ("goinstance2/keys.local",),
    ("goinstance/result",),
    ("goinstance/result-dev",),
    ("goinstance/.direnv/",),
]


@pytest.mark.parametrize("ignored", SILENT)
def test_it_is_silent(ignored: tuple[str, ...]) -> None:
    assert found("ignored-file", compared(make_world(stack, STACK, EDIT), head=FileFacts(ignored=ignored))) == []


def test_it_is_silent_about_a_component_that_did_not_change() -> None:
    world = make_world(stack, STACK, edited(STACK, {"misc/notes.txt": "new\n"}))

    assert found("ignored-file", compared(world, head=FileFacts(ignored=("goinstance/keys.local",)))) == []


def test_it_is_silent_where_git_was_not_asked() -> None:
    assert found("ignored-file", compared(make_world(stack, STACK, EDIT))) == []


@pytest.mark.parametrize(("of_flake", "words"), [(True, "neither a commit nor a flake"), (False, "no commit holds")])
def test_the_reason_is_that_of_what_is_evaluated(of_flake: bool, words: str) -> None:
    facts = FileFacts(ignored=("goinstance/keys.local",))

    (finding,) = found("ignored-file", compared(make_world(stack, STACK, EDIT), head=facts, of_flake=of_flake))

    assert words in finding.reason


def test_a_fingerprint_does_not_depend_on_which_files_are_ignored() -> None:
    def fingerprint(*ignored: str) -> str:
        (finding,) = found("ignored-file", compared(make_world(stack, STACK, EDIT), head=FileFacts(ignored=ignored)))
        return finding.fingerprint

    assert fingerprint("goinstance/a") == fingerprint("goinstance/a", "goinstance/b")


def test_an_audit_looks_at_every_component() -> None:
    world = make_world(stack, STACK, edited(EDIT, {"platform/platform.txt": "two\n"}))
    comparison = compared(world, head=FileFacts(ignored=("goinstance/a", "platform/b")))
    derivations = frozenset(comparison.after.graph.derivations)
    everything = Inspection(comparison.after, comparison.config, comparison.evidence, derivations, frozenset())

    assert [one.component for one in inspect(everything) if one.rule == "ignored-file"] == ["goinstance", "platform"]
