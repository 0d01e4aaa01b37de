"""Names are data: whatever an attribute, a file or an argument is called, it is never evaluated as Nix code."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nixdrift.nix import nix_string, parse_attribute_path
from nixdrift.nix.attributes import format_attribute_path
from tests.nix.project import DERIVE, make_project, roots, verdicts

NAMES = (
    "with space",
    "dots.and.more",
    'quo"te',
    '${throw "evaluated"}',
    "$${x}",
    "back\\slash",
    "semi;colon",
    "größe",
    "new\nline",
    "-dash",
    "rec",
    "",
)


def test_any_attribute_name_is_found_and_can_be_asked_for_by_the_name_it_is_given(
    nix_bin: Path, tmp_path: Path
) -> None:
    expression = f"""let make = {DERIVE}; in builtins.listToAttrs (map
      (name: {{ inherit name; value = make (builtins.hashString "md5" name); }})
      (builtins.fromJSON (builtins.readFile ./names.json)))"""
    files = {"default.nix": expression, "names.json": json.dumps(NAMES)}
    project = make_project(tmp_path, nix_bin, files)
    found = roots(project.check())
    assert {parse_attribute_path(name) for name in found} == {(name,) for name in NAMES}
    assert roots(project.check(*sorted(found))) == found


FILES = (
    "with space.nix",
    'quo"te.nix',
    "${throw 1}.nix",
    "semi;colon.nix",
    "größe.nix",
    "-dash.nix",
    "back\\slash.nix",
)


@pytest.mark.parametrize("file", FILES)
def test_any_file_name_can_be_evaluated(file: str, nix_bin: Path, tmp_path: Path) -> None:
    project = make_project(tmp_path, nix_bin, {file: f'{{ a = ({DERIVE}) "a"; }}'})
    assert verdicts(project.check(file=file)) == {"a": "rebuilt"}


@pytest.mark.parametrize("directory", ["with space", "größe", "per%20cent", "a#b", "q?x", "am&p"])
def test_a_flake_in_a_directory_of_any_name_is_judged(directory: str, newest_nix: Path, tmp_path: Path) -> None:
    flake = f'{{ outputs = {{ self }}: {{ packages.x86_64-linux.a = ({DERIVE}) "a"; }}; }}'
    files = {f"{directory}/flake.nix": flake, f"{directory}/src/main.go": "package a\n"}
    project = make_project(tmp_path, newest_nix, files)
    report = project.check(repository=project.repository / directory)
    assert verdicts(report) == {"packages.x86_64-linux.a": "rebuilt"}


@given(st.lists(st.text(min_size=1), min_size=1).map(tuple))
def test_an_attribute_path_is_read_as_it_is_written(path: tuple[str, ...]) -> None:
    assert parse_attribute_path(format_attribute_path(path)) == path


@given(st.text())
def test_a_string_ends_where_it_ends(text: str) -> None:
    literal = nix_string(text)
    inside = literal[1:-1].replace("\\\\", "")
    assert '"' not in inside.replace('\\"', "")
    assert "${" not in inside.replace("\\${", "")


def test_nix_reads_a_string_as_it_was(nix_bin: Path, tmp_path: Path) -> None:
    texts = ["", "$", "$$", "${x}", "$${x}", "\\${x}", "\\", '"', "''", "\n\r\t", "größe", "{", "$\\{"]
    expression = f'{{ texts }}: assert texts == builtins.fromJSON (builtins.readFile ./texts.json); ({DERIVE}) "a"'
    project = make_project(tmp_path, nix_bin, {"default.nix": expression, "texts.json": json.dumps(texts)})
    given = {"texts": f"[ {' '.join(nix_string(text) for text in texts)} ]"}
    assert verdicts(project.check(file="default.nix", arguments=given)) == {"default.nix": "rebuilt"}
