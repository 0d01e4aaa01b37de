"""``nixdrift.toml``: what may stand in it, and what is said of what may not."""

import pytest

from nixdrift.config import Config, ExpectedDifference, parse_config
from nixdrift.errors import InvalidInputError
from tests.worlds import configured


def test_an_empty_file_is_the_default() -> None:
    assert configured("") == Config()


def test_everything_that_can_be_declared_is_read() -> None:
    config = configured(
        """
        ignore = ["generated/"]
        housekeeping = ["notes/"]
        [components.goinstance]
        sources = ["launcher/**"]
        ignore = ["*.tmp"]
        derivation = "goinstance-1.0"
        [[generated]]
        from = ["api/*.proto"]
        to = ["api/generated.nix"]
        command = "make api"
        [[generated]]
        from = ["a"]
        to = ["b"]
        """
    )
    first, second = config.generated
    declared = config.components["goinstance"]

    assert declared.name == "goinstance"
    assert declared.derivation == "goinstance-1.0"
    assert declared.sources is not None
    assert declared.sources.match("launcher/main.go")
    assert declared.ignore.match("launcher/x.tmp")
    assert config.ignore.match("generated/a/b")
    assert config.housekeeping.match("notes/today")
    assert first.origins.match("api/launch.proto")
    assert first.made.match("api/generated.nix")
    assert (first.command, second.command) == ("make api", None)


def test_what_is_declared_to_be_housekeeping_replaces_the_default() -> None:
    assert configured('housekeeping = ["notes/"]').housekeeping.match("README.md") is False
    assert configured("housekeeping = []").housekeeping.match("README.md") is False


@pytest.mark.parametrize(
    "path", ["README", "a/README.md", "docs/a/b.png", ".github/workflows/ci.yml", "LICENSE", "nixdrift.toml"]
)
def test_documentation_is_housekeeping_by_default(path: str) -> None:
    assert Config().housekeeping.match(path)


@pytest.mark.parametrize("path", ["main.go", "a/readme.go", "docs.go", "github/a", "Makefile", "default.nix"])
def test_what_is_built_is_not_housekeeping(path: str) -> None:
    assert not Config().housekeeping.match(path)


@pytest.mark.parametrize(
    ("pattern", "matching", "other"),
    [
        ("/top.txt", "top.txt", "a/top.txt"),
        ("*.txt", "a/b.txt", "a/b.go"),
        ("a/", "a/b/c", "ab/c"),
        ("a/**/z", "a/b/c/z", "b/z"),
    ],
)
def test_patterns_are_those_of_gitignore(pattern: str, matching: str, other: str) -> None:
    config = Config(ignore=configured(f'ignore = ["{pattern}"]').ignore)

    assert config.ignore.match(matching)
    assert not config.ignore.match(other)


def test_a_later_pattern_can_take_back_an_earlier_one() -> None:
    config = configured('ignore = ["*.txt", "!keep.txt"]')

    assert config.ignore.match("a.txt")
    assert not config.ignore.match("keep.txt")


def test_a_pattern_matches_a_path_of_any_bytes() -> None:
    assert configured('ignore = ["a/*"]').ignore.match("a/strange\n\udcff")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("ignore =", "not TOML"),
        ("ignored = []", "unknown key ignored"),
        ("[components.x]\nsource = []", r"unknown key components\.x\.source"),
        ('ignore = "a"', "ignore is not a list"),
        ("ignore = [1]", "ignore is not a list"),
        ("components = []", "components is not a table"),
        ("[components]\nx = 1", r"components\.x is not a table"),
        ("[components.x]\nderivation = 1", r"components\.x\.derivation is not a string"),
        ("[components.x]\nsources = {}", r"components\.x\.sources is not a list"),
        ("generated = {}", "generated is not a list of tables"),
        ("generated = [1]", "generated is not a list of tables"),
        ('[[generated]]\nfrom = ["a"]', r"\[\[generated\]\] has no to"),
        ('[[generated]]\nto = ["a"]', r"\[\[generated\]\] has no from"),
        ('[[generated]]\nfrom = "a"\nto = ["b"]', r"generated\.from is not a list"),
        ('[[generated]]\nfrom = ["a"]\nto = ["b"]\ncommand = 1', r"generated\.command is not a string"),
        ('[[generated]]\nfrom = ["a"]\nto = ["b"]\ncomand = "c"', r"unknown key generated\.comand"),
        ("compare = []", "compare is not a table"),
        ("[compare]\nexpect = []", r"unknown key compare\.expect"),
        ("[compare]\nexpected = {}", r"compare\.expected is not a list of tables"),
        ('[[compare.expected]]\nreason = "x"', r"\[\[compare\.expected\]\] has no difference"),
        ('[[compare.expected]]\ndifference = ""', r"\[\[compare\.expected\]\] has no difference"),
        ("[[compare.expected]]\ndifference = 1", r"compare\.expected\.difference is not a string"),
        ('[[compare.expected]]\ndifference = "a"\nreason = 1', r"compare\.expected\.reason is not a string"),
        ('[[compare.expected]]\ndifference = "a"\nbetween = "a"', r"compare\.expected\.between is not two roots"),
        ('[[compare.expected]]\ndifference = "a"\nbetween = ["a"]', r"compare\.expected\.between is not two roots"),
        ('[[compare.expected]]\ndifference = "a"\nbetwen = []', r"unknown key compare\.expected\.betwen"),
    ],
)
def test_what_may_not_stand_in_it_is_named_with_the_file(text: str, message: str) -> None:
    with pytest.raises(InvalidInputError, match=f"my.toml: .*{message}"):
        parse_config(text.encode(), source="my.toml")


def test_the_key_that_was_meant_is_guessed() -> None:
    with pytest.raises(InvalidInputError) as caught:
        configured("[components.x]\nsource = []")

    assert "sources" in str(caught.value.hint)


def test_bytes_that_are_no_text_are_refused() -> None:
    with pytest.raises(InvalidInputError, match="not TOML"):
        parse_config(b"\xff")


def test_expected_differences_are_read() -> None:
    config = configured(
        """
        [[compare.expected]]
        difference = "env.REGION"
        reason = "each has its own"
        between = ["staging*", "production"]
        [[compare.expected]]
        difference = "file.*"
        """
    )

    assert config.expected == (
        ExpectedDifference("env.REGION", "each has its own", ("staging*", "production")),
        ExpectedDifference("file.*"),
    )
