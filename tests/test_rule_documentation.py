"""Every rule says what it means, when it fires and when it stays silent: on its page, and offline."""

import re
from pathlib import Path

import pytest

from nixdrift.rules import RULES, Rule
from nixdrift.rules.documentation import by_name, documentation
from tests.command import CHECKOUT, CommandLine

IDS = [rule.id for rule in RULES]
SECTIONS = ("Fires:", "Stays silent:")


def bullets(text: str, heading: str) -> list[str]:
    """Give the items of the list below a heading."""
    found = re.search(rf"^{re.escape(heading)}\n\n((?:(?:- |  ).+\n?)+)", text, re.MULTILINE)
    return re.findall(r"^- .+", found[1], re.MULTILINE) if found else []


@pytest.mark.parametrize("rule", RULES, ids=IDS)
def test_every_rule_says_when_it_fires_and_when_it_stays_silent(rule: Rule) -> None:
    text = documentation(rule)

    assert [heading for heading in SECTIONS if not bullets(text, heading)] == []
    assert not text.startswith(SECTIONS), "what it means comes first"


@pytest.mark.parametrize("rule", RULES, ids=IDS)
def test_the_documentation_of_a_rule_is_markdown_that_fits_its_page(rule: Rule) -> None:
    text = documentation(rule)

    assert "``" not in text
    assert not re.search(r"^#", text, re.MULTILINE), "the page makes the headings"
    assert max(map(len, text.splitlines())) <= 120


def test_no_two_rules_have_one_id() -> None:
    assert len(set(IDS)) == len(IDS)


def test_every_rule_has_a_section_on_its_page() -> None:
    page = (CHECKOUT / "docs" / "rules.md").read_text()

    assert re.findall(r"^## (.+)$", page, re.MULTILINE) == [rule.id for rule in by_name()]


def test_the_rules_are_listed(nixdrift: CommandLine, tmp_path: Path) -> None:
    outcome = nixdrift("rules", cwd=tmp_path)

    lines = outcome.stdout.decode().splitlines()
    assert (outcome.status, outcome.stderr) == (0, "")
    assert [line.split()[0] for line in lines[1:] if not line.startswith(" ")] == sorted(IDS)
    assert all(rule.level.value in outcome.stdout.decode() for rule in RULES)


@pytest.mark.parametrize("rule", RULES, ids=IDS)
def test_a_rule_is_explained_offline(rule: Rule, nixdrift: CommandLine, tmp_path: Path) -> None:
    outcome = nixdrift("rules", rule.id, cwd=tmp_path)

    text = outcome.stdout.decode()
    assert text.startswith(f"{rule.id} ({rule.level.value}): {rule.summary}\n\n")
    assert documentation(rule) in text


@pytest.mark.parametrize("name", ["STALE", " stale "])
def test_a_rule_is_found_however_its_name_is_written(name: str, nixdrift: CommandLine, tmp_path: Path) -> None:
    assert nixdrift("rules", name, cwd=tmp_path).stdout.startswith(b"stale (error)")


@pytest.mark.parametrize(("name", "hint"), [("stael", "did you mean stale?"), ("zzz", "`nixdrift rules` lists them")])
def test_an_unknown_rule_is_refused(name: str, hint: str, nixdrift: CommandLine, tmp_path: Path) -> None:
    nixdrift.refuses(nixdrift("rules", name, cwd=tmp_path), 2, f"no such rule: {name}", re.escape(hint))
