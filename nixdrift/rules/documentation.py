"""What is said of a rule to people: the docstring of its module, as Markdown."""

import difflib
from collections.abc import Iterable
from importlib import import_module
from inspect import cleandoc

from nixdrift.errors import UsageError
from nixdrift.rules.registry import RULES
from nixdrift.rules.rule import Rule


def documentation(rule: Rule) -> str:
    """Give the documentation of a rule, without a heading."""
    module = import_module(f"nixdrift.rules.{rule.id.replace('-', '_')}")
    # Python without docstrings (-OO) has nothing more to say.
    return cleandoc(module.__doc__ or rule.summary).replace("``", "`")


def by_name(rules: Iterable[Rule] = RULES) -> tuple[Rule, ...]:
    """Give the rules in the order in which people look for them."""
    return tuple(sorted(rules, key=lambda rule: rule.id))


def find_rule(name: str) -> Rule:
    """Give the rule of a name.

    Raises `UsageError` where there is none, with the one that was meant as far as can be guessed.
    """
    known = {rule.id: rule for rule in RULES}
    wanted = name.strip().casefold().replace("_", "-")
    if wanted in known:
        return known[wanted]
    meant = difflib.get_close_matches(wanted, known, n=1)
    raise UsageError(
        f"no such rule: {name}",
        hint=f"did you mean {meant[0]}?" if meant else "`nixdrift rules` lists them",
    )
