"""Patterns as in ``.gitignore``: what git itself says of them, what they meant before, and what they cost."""

import re
import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pathspec import GitIgnoreSpec

from nixdrift.gitignore import LONGEST, Patterns, patterns
from tests.placeholders import git
from tests.test_growth import cost

PIECES = ("a", "b", "aab", "*", "?", "/", "/**/", "**/", "/*", "\\*", "\\a", " ", "!", "#", "-")
BRACKETS = (
    "[ab]",
    "[!a]",
    "[^a-c]",
    "[c-a]",
    "[]-]",
    "[a",
    "[[:alpha:]x]",
    "[[:other:]]",
    "[a/]",
    "[\\]]",
    "[a-\\c-e]",
)
NAMES = ("a", "b", "ab", "aab", "ba", "*", "a b", "x", "-", "]", " a", "a ", "A")
CHARACTERS = [chr(number) for number in range(1, 128) if chr(number) not in "./\n"]
CLASSES = ["alnum", "alpha", "blank", "cntrl", "digit", "graph", "lower", "print", "punct", "space", "upper", "xdigit"]

PATTERNS = 1000
NOT_AS_GIT = re.compile(r"\*\*\*|\*\*/ *$|^!/ *$")
"""What pathspec, of which the patterns were before, takes otherwise than git."""

paths = st.lists(st.sampled_from(NAMES), min_size=1, max_size=5).map("/".join)


def pattern_of(*pieces: str) -> st.SearchStrategy[str]:
    return st.lists(st.sampled_from(pieces), min_size=1, max_size=6).map("".join)


def drawn(random: Random, *pieces: str) -> str:
    """Draw a pattern; not by hypothesis, which would ask git anew for each that it makes simpler."""
    while True:
        text = "".join(random.choices(pieces, k=random.randint(1, 6)))
        # Git says that ** beside anything else is *; after plain characters, it takes it for directories all the same.
        if not re.search(r"[^/*]\*\*", text):
            return text


def drawn_paths(random: Random) -> list[str]:
    return ["/".join(random.choices(NAMES, k=random.randint(1, 5))) for _ in range(12)]


def known(texts: Iterable[str]) -> Patterns | None:
    try:
        return patterns(texts)
    except ValueError:
        return None


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("repository")
    git(directory, "init", "--quiet")
    return directory


def ignored(repository: Path, asked: Sequence[tuple[list[str], Sequence[str]]]) -> list[set[str]]:
    """Give what git ignores of some paths, for each list of patterns: all of it is asked at once."""
    for number, (texts, _paths) in enumerate(asked):
        file = repository / str(number) / ".gitignore"
        file.parent.mkdir(exist_ok=True)
        file.write_text("".join(f"{text}\n" for text in texts))
    given = "\0".join(f"{number}/{path}" for number, (_texts, paths) in enumerate(asked) for path in paths)
    command = ["git", "-c", "core.excludesFile=/dev/null", "check-ignore", "--no-index", "-z", "--stdin"]
    said = subprocess.run(command, cwd=repository, input=given.encode(), stdout=subprocess.PIPE, check=False).stdout
    found: list[set[str]] = [set() for _ in asked]
    for one in filter(None, said.decode().split("\0")):
        place, _slash, path = one.partition("/")
        found[int(place)].add(path)
    return found


def test_a_pattern_matches_what_git_ignores(repository: Path) -> None:
    random = Random(1)
    asked = [([drawn(random, *PIECES, *BRACKETS)], drawn_paths(random)) for _ in range(PATTERNS)]
    for (texts, paths), one in zip(asked, ignored(repository, asked), strict=True):
        compiled = known(texts)

        # What is refused matches nothing in git.
        assert {path for path in paths if compiled and compiled.match(path)} == one, texts


def test_of_several_patterns_the_last_counts_as_in_git(repository: Path) -> None:
    random = Random(2)
    asked = [([drawn(random, *PIECES[:8]) for _ in range(random.randint(1, 4))], NAMES) for _ in range(PATTERNS)]
    asked = [(texts, names) for texts, names in asked if known(texts)]
    for (texts, names), one in zip(asked, ignored(repository, asked), strict=True):
        assert {name for name in names if patterns(texts).match(name)} == one, texts


def test_every_class_of_characters_is_git_s(repository: Path) -> None:
    texts = [f"[{mark}[:{name}:]]" for name in CLASSES for mark in ("", "!")]
    said = ignored(repository, [([text], CHARACTERS) for text in texts])

    for text, one in zip(texts, said, strict=True):
        assert {char for char in CHARACTERS if patterns([text]).match(char)} == one, text


@settings(max_examples=300)
@given(texts=st.lists(pattern_of(*PIECES).filter(lambda text: not NOT_AS_GIT.search(text)), max_size=4), path=paths)
def test_what_patterns_meant_before_they_mean_still(texts: list[str], path: str) -> None:
    compiled = known(texts)
    if compiled is not None:
        assert compiled.match(path) == GitIgnoreSpec.from_lines(texts).match_file(path)


@pytest.mark.parametrize(
    ("texts", "path", "is_matched"),
    [
        # A path that is matched itself is asked for by name: no directory above decides for it, as one would in git.
        (["a/", "!a/keep"], "a/keep", False),
        (["a/**", "!a/docs/**"], "a/docs/b", False),
        (["*.txt", "!a/"], "a/b.txt", True),
        (["a/", "!a/b/"], "a/b/c", False),
        (["a"], "x\ny/a", True),
        (["a"], "a\n", False),
        (["a\t"], "a\t", True),
        (["?"], "é", True),
        (["a?"], "a\udcff", True),
        (["[!/]b"], "a/b", False),
        (["[+-9]b"], "/b", False),
        (["a//b", "//a", "/", "//"], "a/b", False),
        (["***/a"], "a", True),
        ([], "a", False),
    ],
)
def test_a_path_is_matched(texts: list[str], path: str, *, is_matched: bool) -> None:
    assert patterns(texts).match(path) == is_matched


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a\\", "a backslash with nothing behind it"),
        ("a\\/", "a backslash with nothing behind it"),
        ("!", "! without a pattern"),
        ("a" * (LONGEST + 1), "a pattern of more than 4096 characters"),
    ],
)
def test_what_can_be_no_pattern_is_refused(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        patterns([text])


HOSTILE = [
    ("*a" * 40 + "b", "a" * 250),
    ("*[ab]" * 40 + "c", "ab" * 120),
    ("*?" * 100 + "b", "a" * 250),
    ("**/a/" * 40 + "b", "a/" * 100 + "c"),
    ("**/*a*a*a/" * 20 + "b", "aaaaaaaa/" * 100 + "c"),
    ("**/" + "a/" * 40 + "b/**/c", "a/" * 200 + "c"),
    ("**/" + "*a*a*a/" * 10 + "*b/**/c", "aaaaaaaa/" * 100 + "c"),
    ("**/**/" * 40 + "a", "b/" * 200 + "b"),
]
"""Patterns that nearly match, in as many ways as there are."""


def steps(text: str, path: str) -> int:
    return cost(patterns([text]).match, path)


@pytest.mark.parametrize(("text", "path"), HOSTILE)
def test_a_pattern_that_nearly_matches_costs_no_more_than_its_length_times_the_path_s(text: str, path: str) -> None:
    assert steps(text, path) <= 8 * len(text) * len(path)


@given(text=pattern_of("a", "b", "*", "?", "/", "**/", "*a", "[ab]", "*a/"), path=pattern_of("a", "aa", "b", "/"))
def test_no_pattern_costs_more_than_its_length_times_the_path_s(text: str, path: str) -> None:
    # And what a pattern costs that has nothing to look for.
    assert steps(text, path) <= 100 + 8 * len(text) * len(path)


def test_a_path_that_has_nothing_of_a_pattern_costs_next_to_nothing() -> None:
    assert steps("**/docs/*.md", "a/" * 100 + "main.go") <= 10
