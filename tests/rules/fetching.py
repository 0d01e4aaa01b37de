"""Worlds in which goinstance is built from what is fetched."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from nixdrift.judgement import Finding
from nixdrift.model import StorePath
from nixdrift.rules import apply_rules
from tests.worlds import STACK, Expression, Files, Revision, make_world

FORGE = "https://forge.example.org/stack"
COMMIT, OTHER = "0123456789abcdef0123456789abcdef01234567", "76543210fedcba9876543210fedcba9876543210"


@dataclass(frozen=True)
class Fetched:
    """A fixed output: its variables, any text whose hash is declared, what it is called and what it takes."""

    env: Mapping[str, str] = field(default_factory=dict)
    fixed: str = "launcher"
    name: str = "source"
    tool: str = "curl-8.1"
    source: str | None = None


def at(url: str, **more: str) -> Fetched:
    """Give what is fetched from one address; ``rev`` and options are variables, too."""
    known = {key: more.pop(key) for key in ("fixed", "name", "tool", "source") if key in more}
    return Fetched({"url": url, **more}, **known)


def built_from(*fetched: Fetched) -> Expression:
    """Let goinstance be built from some fixed outputs, beside its own sources."""

    def expression(revision: Revision) -> Mapping[str, StorePath]:
        inputs = [_fetch(revision, one) for one in fetched]
        return {"goinstance": revision.derive("goinstance-1.0", [revision.source("goinstance")], inputs)}

    return expression


def _fetch(revision: Revision, one: Fetched) -> StorePath:
    sources = [revision.source(one.source)] if one.source else []
    tool = revision.derive(one.tool)
    return revision.derive(one.name, sources, [tool], fixed=one.fixed, env=one.env)


def found(
    rule: str, before: Sequence[Fetched], after: Sequence[Fetched], files: Files = STACK, new_files: Files | None = None
) -> list[Finding]:
    """Give what one rule finds between two revisions."""
    world = make_world(built_from(*before), files, new_files or files, new_expression=built_from(*after))
    return [one for one in apply_rules(world.compare()) if one.rule == rule]
