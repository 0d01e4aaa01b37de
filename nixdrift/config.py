"""What ``nixdrift.toml`` declares: who owns which paths, and what does not matter."""

import difflib
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from nixdrift.errors import InvalidInputError
from nixdrift.gitignore import Patterns, patterns

FILE_NAME = "nixdrift.toml"

HOUSEKEEPING = (
    "README*",
    "*.md",
    "*.rst",
    "LICENSE*",
    "COPYING*",
    "NOTICE*",
    "AUTHORS*",
    "CODEOWNERS",
    "CHANGELOG*",
    "docs/",
    "doc/",
    ".gitignore",
    ".gitattributes",
    ".gitmodules",
    ".editorconfig",
    ".mailmap",
    ".git-blame-ignore-revs",
    ".github/",
    ".gitlab/",
    ".gitlab-ci.yml",
    ".circleci/",
    ".ci/",
    ".travis.yml",
    ".pre-commit-config.yaml",
    "nixdrift.toml",
    "nixdrift-baseline.json",
)
"""Documentation and housekeeping: not expected to reach an output unless an input source holds them."""

_TOP_KEYS = ("compare", "components", "generated", "housekeeping", "ignore")
_COMPONENT_KEYS = ("derivation", "ignore", "sources")
_GENERATED_KEYS = ("command", "from", "to")
_COMPARE_KEYS = ("expected",)
_EXPECTED_KEYS = ("between", "difference", "reason")


@dataclass(frozen=True, slots=True)
class DeclaredComponent:
    """What is declared of one component."""

    name: str
    sources: Patterns | None = None
    """The paths that belong to it; None: as proven and inferred."""
    ignore: Patterns = field(default_factory=lambda: patterns(()))
    derivation: str | None = None
    """The root or derivation that it is, where the name does not say so."""


@dataclass(frozen=True, slots=True)
class Generated:
    """Files that are generated from others."""

    origins: Patterns
    made: Patterns
    command: str | None = None
    """What generates them."""


@dataclass(frozen=True, slots=True)
class ExpectedDifference:
    """A difference between two roots that is meant to be there."""

    difference: str
    """Its address, or a pattern in which ``*`` stands for anything."""
    reason: str | None = None
    between: tuple[str, str] | None = None
    """The two roots, or patterns for them; None: any two."""


@dataclass(frozen=True, slots=True)
class Config:
    """The whole configuration; the empty one is the default."""

    components: Mapping[str, DeclaredComponent] = field(default_factory=dict)
    ignore: Patterns = field(default_factory=lambda: patterns(()))
    housekeeping: Patterns = field(default_factory=lambda: patterns(HOUSEKEEPING))
    generated: tuple[Generated, ...] = ()
    expected: tuple[ExpectedDifference, ...] = ()

    def without(self, component: str) -> "Config":
        """Give it as if a component were not declared."""
        return replace(self, components={name: one for name, one in self.components.items() if name != component})


def parse_config(content: bytes, *, source: str = FILE_NAME) -> Config:
    """Read a configuration.

    Raises `InvalidInputError` for text that is not TOML, an unknown key (with the one that was meant, as far as
    can be guessed), or a value of another type.
    """
    try:
        table = tomllib.loads(content.decode("utf-8"))
    except RecursionError:
        raise InvalidInputError(f"{source}: is nested too deeply", hint="see https://toml.io") from None
    except ValueError as error:
        # Not only what is no TOML or no UTF-8: Python reads no number of thousands of digits.
        raise InvalidInputError(f"{source}: not TOML: {error}", hint="see https://toml.io") from error
    _check_keys(table, _TOP_KEYS, source, "")
    components = _table(table, "components", source, "")
    return Config(
        {name: _component(name, _table(components, name, source, "components."), source) for name in components},
        _patterns(table, "ignore", source, "") or patterns(()),
        _patterns(table, "housekeeping", source, "") or patterns(HOUSEKEEPING),
        tuple(_generated(one, source) for one in _tables(table, "generated", source)),
        _expected(_table(table, "compare", source, ""), source),
    )


def _component(name: str, table: Mapping[str, Any], source: str) -> DeclaredComponent:
    prefix = f"components.{name}."
    _check_keys(table, _COMPONENT_KEYS, source, prefix)
    derivation = _string(table, "derivation", source, prefix, hint='derivation = "goinstance"')
    return DeclaredComponent(
        name,
        _patterns(table, "sources", source, prefix),
        _patterns(table, "ignore", source, prefix) or patterns(()),
        derivation,
    )


def _generated(table: Mapping[str, Any], source: str) -> Generated:
    prefix = "generated."
    _check_keys(table, _GENERATED_KEYS, source, prefix)
    origins, made = _patterns(table, "from", source, prefix), _patterns(table, "to", source, prefix)
    if origins is None or made is None:
        missing = "from" if origins is None else "to"
        raise InvalidInputError(f"{source}: [[generated]] has no {missing}", hint=f'{missing} = ["path/**"]')
    return Generated(origins, made, _string(table, "command", source, prefix, hint='command = "make generated"'))


def _expected(table: Mapping[str, Any], source: str) -> tuple[ExpectedDifference, ...]:
    _check_keys(table, _COMPARE_KEYS, source, "compare.")
    return tuple(_expected_difference(one, source) for one in _tables(table, "expected", source, "compare."))


def _expected_difference(table: Mapping[str, Any], source: str) -> ExpectedDifference:
    prefix = "compare.expected."
    _check_keys(table, _EXPECTED_KEYS, source, prefix)
    difference = _string(table, "difference", source, prefix, hint='difference = "env.REGION"')
    if not difference:
        raise InvalidInputError(
            f"{source}: [[compare.expected]] has no difference", hint='difference = "env.REGION", as compare writes it'
        )
    reason = _string(table, "reason", source, prefix, hint='reason = "each has its own region"')
    return ExpectedDifference(difference, reason, _between(table, source, prefix))


def _between(table: Mapping[str, Any], source: str, prefix: str) -> tuple[str, str] | None:
    match table.get("between"):
        case None:
            return None
        case [str(one), str(other)]:
            return one, other
    raise InvalidInputError(f"{source}: {prefix}between is not two roots", hint='between = ["staging*", "production*"]')


def _check_keys(table: Mapping[str, Any], known: tuple[str, ...], source: str, prefix: str) -> None:
    for key in table:
        if key not in known:
            meant = difflib.get_close_matches(key, known, n=1)
            hint = f"did you mean {meant[0]}?" if meant else f"the keys here are {', '.join(known)}"
            raise InvalidInputError(f"{source}: unknown key {prefix}{key:.80}", hint=hint)


def _table(table: Mapping[str, Any], key: str, source: str, prefix: str) -> Mapping[str, Any]:
    value = table.get(key, {})
    if not isinstance(value, dict):
        raise InvalidInputError(f"{source}: {prefix}{key} is not a table", hint=f"write [{prefix}{key}]")
    return value


def _tables(table: Mapping[str, Any], key: str, source: str, prefix: str = "") -> Sequence[Mapping[str, Any]]:
    value = table.get(key, [])
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise InvalidInputError(f"{source}: {prefix}{key} is not a list of tables", hint=f"write [[{prefix}{key}]]")
    return value


def _string(table: Mapping[str, Any], key: str, source: str, prefix: str, *, hint: str) -> str | None:
    value = table.get(key)
    if value is not None and not isinstance(value, str):
        raise InvalidInputError(f"{source}: {prefix}{key} is not a string", hint=hint)
    return value


def _patterns(table: Mapping[str, Any], key: str, source: str, prefix: str) -> Patterns | None:
    value = table.get(key)
    if value is None:
        return None
    if not isinstance(value, list) or not all(isinstance(text, str) for text in value):
        raise InvalidInputError(f"{source}: {prefix}{key} is not a list of patterns", hint=f'{key} = ["path/**"]')
    try:
        return patterns(value)
    except ValueError as error:
        raise InvalidInputError(f"{source}: {prefix}{key}: {error}", hint="patterns are as in .gitignore") from error
