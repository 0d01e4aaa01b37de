"""The rule about links that leave a source: when it fires, and when it stays silent."""

import pytest

from nixdrift.model import StorePath
from nixdrift.rules import apply_rules
from tests.rules.unseen import compared, found, in_short
from tests.worlds import STACK, Expression, Files, Revision, configured, edited, make_world, stack, symlink

LINKED = edited(STACK, {"shared/limits.txt": "one\n", "goinstance/limits.txt": symlink("../shared/limits.txt")})
FOLDER = edited(STACK, {"shared/limits.txt": "one\n", "goinstance/settings": symlink("../shared")})
STEPS = edited(
    STACK,
    {
        "shared/v1/limits.txt": "one\n",
        "shared/current": symlink("v1"),
        "goinstance/settings": symlink("../shared/current"),
    },
)


def taking(*paths: str) -> Expression:
    def expression(revision: Revision) -> dict[str, StorePath]:
        platform = revision.derive("platform-1.0", [revision.source("platform")])
        taken = [revision.source(path) for path in paths]
        return {"platform": platform, "goinstance": revision.derive("goinstance-1.0", taken, [platform])}

    return expression


SOURCE_IS_LINK = edited(STACK, {"service": symlink("goinstance")})

FIRES = [
    (stack, LINKED, {"shared/limits.txt": "two\n"}, "shared/limits.txt"),
    (stack, LINKED, {"shared/limits.txt": "two\n", "platform/platform.txt": "two\n"}, "shared/limits.txt"),
    (stack, LINKED, {"shared/limits.txt": "two\n", "goinstance/main.go": "new\n"}, "shared/limits.txt"),
    (stack, FOLDER, {"shared/limits.txt": "two\n"}, "shared/limits.txt"),
    (stack, FOLDER, {"shared/more.txt": "new\n"}, "shared/more.txt"),
    (stack, STEPS, {"shared/v1/limits.txt": "two\n"}, "shared/v1/limits.txt"),
    (taking("service"), SOURCE_IS_LINK, {"goinstance/main.go": "new\n"}, "goinstance/main.go"),
]


@pytest.mark.parametrize(("expression", "files", "edit", "path"), FIRES)
def test_it_explains_why_a_change_of_what_a_link_leads_to_is_missed(
    expression: Expression, files: Files, edit: Files, path: str
) -> None:
    comparison = compared(make_world(expression, files, edited(files, edit)))

    assert in_short("leaving-link", comparison) == [("warning", "goinstance", (path,))]


SILENT = [
    (taking("goinstance", "shared"), LINKED, {"shared/limits.txt": "two\n"}),
    (taking(""), LINKED, {"shared/limits.txt": "two\n"}),
    (stack, edited(STACK, {"goinstance/x": symlink("data/regions.txt")}), {"goinstance/data/regions.txt": "us\n"}),
    (stack, edited(LINKED, {"shared/other.txt": "one\n"}), {"shared/other.txt": "two\n"}),
    (stack, edited(STACK, {"goinstance/MANUAL": symlink("../docs/operations.md")}), {"docs/operations.md": "new\n"}),
    (
        stack,
        edited(STACK, {"tools/x": symlink("../shared/limits.txt"), "shared/limits.txt": "one\n"}),
        {"shared/limits.txt": "two\n"},
    ),
    (stack, LINKED, {"goinstance/main.go": "new\n"}),
]


@pytest.mark.parametrize(("expression", "files", "edit"), SILENT)
def test_it_is_silent(expression: Expression, files: Files, edit: Files) -> None:
    assert found("leaving-link", compared(make_world(expression, files, edited(files, edit)))) == []


INTRODUCED = [
    ({"shared/limits.txt": "one\n"}, {"goinstance/limits.txt": symlink("../shared/limits.txt")}, True),
    ({"shared/limits.txt": "one\n"}, {"goinstance/settings": symlink("../shared")}, True),
    ({}, {"goinstance/x": symlink("../nowhere")}, False),
    ({}, {"goinstance/x": symlink("/etc/hosts")}, False),
    ({}, {"goinstance/x": symlink("../../elsewhere")}, False),
    ({}, {"goinstance/x": symlink("main.go")}, False),
    ({}, {"goinstance/MANUAL.md": symlink("../docs/operations.md")}, False),
]


@pytest.mark.parametrize(("more", "edit", "is_found"), INTRODUCED)
def test_it_notes_a_link_that_leaves_the_source_from_this_commit_on(more: Files, edit: Files, is_found: bool) -> None:
    files = edited(STACK, more)

    findings = in_short("leaving-link", compared(make_world(stack, files, edited(files, edit))))

    assert findings == ([("note", "goinstance", tuple(edit))] if is_found else [])


def test_it_says_which_link_it_is_and_how_to_say_that_it_does_not_matter() -> None:
    world = make_world(stack, FOLDER, edited(FOLDER, {"shared/limits.txt": "two\n"}))

    (finding,) = found("leaving-link", compared(world))

    assert "goinstance/settings is a link to shared" in finding.reason
    assert "components.goinstance.ignore" in finding.remedy
    ignoring = configured('[components.goinstance]\nignore = ["shared/**"]')
    assert apply_rules(compared(world, config=ignoring)) == ()
