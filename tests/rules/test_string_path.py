"""The rule about paths that are named as strings: when it fires, and when it stays silent."""

from collections.abc import Mapping

import pytest

from nixdrift.judgement import Finding
from nixdrift.model import StorePath
from nixdrift.rules import apply_rules
from tests.worlds import STACK, STORE_DIR, TOP, Expression, Files, Revision, World, configured, edited, make_world

EDIT = edited(STACK, {"goinstance/main.go": "new\n"})
BUNDLED = edited(EDIT, {"platform/platform.txt": "two\n"})
ELSEWHERE = "/srv/stack/goinstance"


def goinstance(*sources: str, **env: str) -> Expression:
    """Give a stack in which goinstance is built from the platform and some sources, with other variables."""

    def expression(revision: Revision) -> Mapping[str, StorePath]:
        platform = revision.derive("platform-1.0", [revision.source("platform")])
        taken = [revision.source(path) for path in sources]
        return {"platform": platform, "goinstance": revision.derive("goinstance-1.0", taken, [platform], env=env)}

    return expression


def without_context(path: str, name: str | None = None, within: str = "") -> Expression:
    """Give a stack in which a variable of goinstance is the store path of a source that it does not take."""

    def expression(revision: Revision) -> Mapping[str, StorePath]:
        platform = revision.derive("platform-1.0", [revision.source("platform")])
        env = {"src": f"{STORE_DIR}/{revision.source(path, name)}{within}"}
        return {"platform": platform, "goinstance": revision.derive("goinstance-1.0", [], [platform], env=env)}

    return expression


def wrapped(revision: Revision) -> Mapping[str, StorePath]:
    unwrapped = revision.derive("goinstance-unwrapped-1.0", [], env={"src": f"{TOP}/goinstance"})
    return {"goinstance": revision.derive("goinstance-1.0", [], [unwrapped])}


def found(world: World) -> list[Finding]:
    return [one for one in apply_rules(world.compare()) if one.rule == "string-path"]


EXPLAINED = [
    (goinstance(src=f"{TOP}/goinstance"), EDIT, "its variable src names goinstance/ as a string"),
    (goinstance(src=f"{TOP}/goinstance"), BUNDLED, "its variable src names goinstance/ as a string"),
    (goinstance(src=f"{TOP}/goinstance/main.go"), EDIT, "its variable src names goinstance/main.go as a string"),
    (goinstance(run=f"cd {TOP} && make"), EDIT, "its variable run names the repository as a string"),
    (goinstance(src=ELSEWHERE), EDIT, "its variable src names goinstance/ by a path of the machine"),
    (goinstance(run=f"cp -r {ELSEWHERE}/main.go $out"), BUNDLED, "names goinstance/main.go by a path of the machine"),
    (without_context("goinstance"), EDIT, "its variable src names goinstance/ in the store"),
    (without_context("goinstance", "code"), EDIT, "its variable src names goinstance/ in the store"),
    (without_context("goinstance"), BUNDLED, "its variable src names goinstance/ in the store"),
    (without_context("", "source", "/goinstance"), EDIT, "its variable src names goinstance/ in the store"),
    (goinstance(src=f"{STORE_DIR}/{'0' * 32}-goinstance"), EDIT, "its variable src names goinstance/ in the store"),
    (wrapped, EDIT, "goinstance-unwrapped-1.0's variable src names goinstance/ as a string"),
]


@pytest.mark.parametrize(("expression", "after", "reason"), EXPLAINED)
def test_it_explains_why_a_change_is_missed(expression: Expression, after: Files, reason: str) -> None:
    findings = [one for one in found(make_world(expression, STACK, after)) if one.component == "goinstance"]

    assert [(one.level.value, one.paths) for one in findings] == [("error", ("goinstance/main.go",))]
    assert reason in findings[0].reason
    assert "goinstance" in findings[0].remedy or "the repository" in findings[0].remedy


SILENT_ABOUT_CHANGES = [
    # The path is an input all the same.
    (goinstance("goinstance", directory=f"{TOP}/goinstance"), EDIT),
    (goinstance("goinstance", directory=ELSEWHERE), EDIT),
    # What is named is not what changed.
    (goinstance(src=f"{TOP}/goinstance/data"), EDIT),
    (goinstance(src=f"{TOP}/platform"), EDIT),
    (goinstance(src="/srv/stack/goinstance/data"), EDIT),
    (goinstance(src="/srv/stack/platform"), EDIT),
    (without_context("platform"), EDIT),
    # Programs keep their own files there.
    (goinstance(state="/var/lib/goinstance", settings="/etc/goinstance"), EDIT),
]


@pytest.mark.parametrize(("expression", "after"), SILENT_ABOUT_CHANGES)
def test_it_does_not_explain_what_it_has_nothing_to_do_with(expression: Expression, after: Files) -> None:
    assert found(make_world(expression, STACK, after)) == []


WIRED = goinstance("goinstance")

INTRODUCED = [
    (goinstance(src=f"{TOP}/goinstance"), "warning", ("goinstance",), "names goinstance/ as a string"),
    (goinstance(src=TOP), "warning", (), "names the repository as a string"),
    (without_context("goinstance"), "warning", ("goinstance",), "names goinstance/ in the store"),
    (without_context("goinstance", "code"), "warning", (), "names code in the store"),
    (goinstance("goinstance", x=f"{STORE_DIR}/{'0' * 32}-x"), "warning", (), "names x in the store"),
    (goinstance(src=ELSEWHERE), "warning", ("goinstance",), "takes goinstance/ from the machine"),
    (goinstance(run="cp -r /stack/goinstance/main.go $out"), "warning", ("goinstance/main.go",), "from the machine"),
    (goinstance("goinstance", keys="/home/me/keys"), "note", (), "names a path of the machine (variable keys)"),
]


@pytest.mark.parametrize(("expression", "level", "paths", "message"), INTRODUCED)
def test_it_fires_where_a_string_is_new(
    expression: Expression, level: str, paths: tuple[str, ...], message: str
) -> None:
    (finding,) = found(make_world(WIRED, STACK, STACK, new_expression=expression))

    assert (finding.level.value, finding.component, finding.paths) == (level, "goinstance", paths)
    assert message in finding.message


NOT_INTRODUCED = [
    goinstance("goinstance", directory=f"{TOP}/goinstance"),
    goinstance("goinstance", directory=ELSEWHERE),
    goinstance("goinstance", expression=f"{TOP}/default.nix"),
    goinstance("goinstance", text="WorkingDirectory=/srv/stack/platform"),
    goinstance("goinstance", state="/var/lib/goinstance"),
    goinstance("goinstance", run="ls /srv/other/things"),
    goinstance("goinstance", url="https://example.org/stack/goinstance"),
]


@pytest.mark.parametrize("expression", NOT_INTRODUCED)
def test_it_is_silent_where_a_string_harms_nobody(expression: Expression) -> None:
    assert found(make_world(WIRED, STACK, STACK, new_expression=expression)) == []


@pytest.mark.parametrize(("before", "_level", "_paths", "_message"), INTRODUCED)
def test_it_is_silent_about_a_string_that_was_there_before(
    before: Expression, _level: str, _paths: tuple[str, ...], _message: str
) -> None:
    def after(revision: Revision) -> Mapping[str, StorePath]:
        roots = before(revision)
        again = revision.derivations[roots["goinstance"]]
        return {
            **roots,
            "goinstance": revision.derive(
                again.name, again.input_sources, list(again.input_derivations), env={**again.env, "version": "2"}
            ),
        }

    assert found(make_world(before, STACK, STACK, new_expression=after)) == []


def test_the_same_string_in_several_places_is_one_finding() -> None:
    expression = goinstance(src=f"{TOP}/goinstance", run=f"cd {TOP}/goinstance")

    (finding,) = found(make_world(WIRED, STACK, STACK, new_expression=expression))

    assert "(variable run, variable src)" in finding.message


def test_a_fingerprint_is_the_same_for_another_content_of_the_store_and_another_version() -> None:
    def fingerprint(content: str, version: str) -> str:
        def expression(revision: Revision) -> Mapping[str, StorePath]:
            tool = revision.derive(f"tool-{version}", env={"x": f"{STORE_DIR}/{revision.source('goinstance', 'x')}"})
            return {"fleet": revision.derive("fleet", inputs=[tool])}

        files = edited(STACK, {"goinstance/main.go": content})
        (finding,) = found(
            make_world(lambda revision: {"fleet": revision.derive("fleet")}, files, files, new_expression=expression)
        )
        return finding.fingerprint

    assert fingerprint("one", "1.0") == fingerprint("two", "2.0")


def test_no_path_of_the_machine_and_no_digest_is_written() -> None:
    expressions = [goinstance(src="/home/me/keys/goinstance"), without_context("goinstance"), goinstance(src=TOP)]
    for expression in expressions:
        for world in (make_world(WIRED, STACK, STACK, new_expression=expression), make_world(expression, STACK, EDIT)):
            for finding in found(world):
                text = f"{finding.message}{finding.reason}{finding.remedy}"
                assert "/home" not in text
                assert TOP not in text
                assert STORE_DIR not in text


def test_a_component_owns_the_paths_that_it_names_as_strings() -> None:
    expression: Expression = lambda revision: {  # noqa: E731
        "monitor": revision.derive("monitor-1.0", env={"script": f"{TOP}/goinstance/main.go"})
    }
    world = make_world(expression, STACK, EDIT)

    (finding,) = found(world)

    assert (finding.component, finding.level.value) == ("monitor", "error")
    assert "components.monitor.ignore" in finding.remedy
    assert apply_rules(world.compare(configured('[components.monitor]\nignore = ["goinstance/**"]'))) == ()


def test_a_string_that_is_the_whole_repository_makes_nothing_its_own() -> None:
    expression: Expression = lambda revision: {"monitor": revision.derive("monitor-1.0", env={"top": TOP})}  # noqa: E731

    assert found(make_world(expression, STACK, EDIT)) == []


def test_what_moves_a_component_whose_text_names_another_object_is_that_text() -> None:
    judged = make_world(without_context("goinstance"), STACK, EDIT).judge().components

    assert [one.causes for one in judged if one.component.name == "goinstance"] == [("its variable src",)]
