"""What real Nix was once misread in: files that choose, and contents that happen to be the same."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from tests.command import CommandLine, Outcome
from tests.nix.project import make_history

DERIVE = (
    'let make = name: more: derivation ({ inherit name; system = "x86_64-linux"; builder = "/bin/sh"; } // more); in'
)
ALL_BUT_EXTRA = 'builtins.path { name = "app"; path = ./app; filter = path: _: baseNameOf path != "extra"; }'
CHOSEN = "builtins.fromJSON (builtins.readFile ./app/chosen.json)"


def judged(
    nixdrift: CommandLine, nix: Path, directory: Path, *states: Mapping[str, str], options: Sequence[str] = ()
) -> Outcome:
    """Commit some files, then others over them, and judge the difference."""
    repository = make_history(directory, *states)
    return nixdrift("check", "--format", "json", "--system", "x86_64-linux", *options, nix=nix, cwd=repository)


FILTER = f'path: type: type == "directory" || builtins.elem (baseNameOf path) ({CHOSEN})'
FILTERED = f'src = builtins.path {{ name = "app"; path = ./app/versions; filter = {FILTER}; }};'
CHOICES = {
    "which directory": (
        'src = builtins.path { name = "source"; path = ./app/versions + "/${' + CHOSEN + '}"; };',
        ('"one"', '"two"'),
    ),
    "what a filter leaves out": (
        FILTERED,
        ('["first"]', '["first", "second"]'),
    ),
    "in which order": (
        f'srcs = map (one: builtins.path {{ name = "source"; path = ./app/versions + "/${{one}}"; }}) ({CHOSEN});',
        ('["one", "two"]', '["two", "one"]'),
    ),
}


@pytest.mark.parametrize(("mode", "verdict"), [("never", "unproven"), ("auto", "rebuilt"), ("always", "rebuilt")])
@pytest.mark.parametrize("more", [{}, {"app/versions/one/first": "new\n", "app/versions/two/first": "newer\n"}])
@pytest.mark.parametrize("choice", CHOICES)
def test_a_file_that_evaluation_reads_to_choose_a_source_is_never_called_masked(
    choice: str,
    more: Mapping[str, str],
    mode: str,
    verdict: str,
    newest_nix: Path,
    nixdrift: CommandLine,
    tmp_path: Path,
) -> None:
    expression, (before, after) = CHOICES[choice]
    base = {
        "default.nix": f'{DERIVE} {{ app = make "app" {{ {expression} }}; }}',
        "app/chosen.json": before,
        "app/versions/one/first": "one\n",
        "app/versions/two/first": "two\n",
        "app/versions/two/second": "two\n",
    }

    edit = {"app/chosen.json": after, **more}
    outcome = judged(nixdrift, newest_nix, tmp_path, base, edit, options=["--counterfactual", mode])

    (app,) = outcome.report["components"]
    verdicts = {path["path"]: path["verdict"] for path in app["changed_paths"]}
    assert verdicts["app/chosen.json"] == verdict
    found = [path for finding in outcome.report["findings"] for path in finding["paths"]]
    assert ("app/chosen.json" in found) is (verdict == "unproven")


@pytest.mark.parametrize("content", ["", "new\n"])
def test_a_file_that_became_equal_to_an_input_of_another_name_is_not_taken_for_it(
    content: str, newest_nix: Path, nixdrift: CommandLine, tmp_path: Path
) -> None:
    base = {
        "default.nix": f'{DERIVE} {{ app = make "app" {{ src = {ALL_BUT_EXTRA}; marker = ./marker; }}; }}',
        "app/main": "main\n",
        "app/extra": "extra\n",
        "marker": "marker\n",
    }

    outcome = judged(nixdrift, newest_nix, tmp_path, base, {"app/extra": content, "marker": content})

    assert outcome.verdicts == {"app": "masked"}
    assert outcome.report["findings"][0]["paths"] == ["app/extra"]


def test_a_lock_file_that_became_equal_to_another_input_stays_behind_its_fixed_hash(
    newest_nix: Path, nixdrift: CommandLine, tmp_path: Path
) -> None:
    fixed = 'outputHashMode = "recursive"; outputHashAlgo = "sha256"; outputHash = "sha256-' + "A" * 43 + '=";'
    base = {
        "default.nix": f'{DERIVE} let vendor = make "app-vendor" {{ src = ./app; {fixed} }}; in '
        f'{{ app = make "app" {{ inherit vendor; src = {ALL_BUT_EXTRA}; other = ./other; }}; }}',
        "app/main": "main\n",
        "app/extra": "extra\n",
        "other": "other\n",
    }

    outcome = judged(nixdrift, newest_nix, tmp_path, base, {"app/extra": "new\n", "other": "new\n"})

    assert outcome.verdicts == {"app": "frozen", "app-vendor": "frozen"}
    assert outcome.status == 1


@pytest.mark.parametrize(("more", "verdict"), [({}, "stale"), ({"marker": "new\n"}, "masked")])
def test_a_file_that_became_equal_to_what_a_filtered_source_held_already_is_no_input(
    more: Mapping[str, str], verdict: str, newest_nix: Path, nixdrift: CommandLine, tmp_path: Path
) -> None:
    pinned = 'builtins.path { name = "app"; path = ./vendor; filter = path: _: baseNameOf path == "main"; }'
    base = {
        "default.nix": f'{DERIVE} {{ app = make "app" {{ src = {pinned}; marker = ./marker; }}; }}',
        "vendor/main": "vendored\n",
        "vendor/other": "other\n",
        "app/main": "main\n",
        "marker": "marker\n",
    }

    outcome = judged(nixdrift, newest_nix, tmp_path, base, {"app/main": "vendored\n", **more})

    assert outcome.verdicts == {"app": verdict}
    assert outcome.report["findings"][0]["paths"] == ["app/main"]
