"""What the tests of rules about files that Nix never sees have in common."""

from dataclasses import replace

from nixdrift.comparison.compare import Comparison, compare
from nixdrift.config import Config
from nixdrift.file_facts import FileFacts
from nixdrift.judgement import Finding
from nixdrift.rules import apply_rules
from tests.worlds import World


def compared(
    world: World,
    *,
    base: FileFacts | None = None,
    head: FileFacts | None = None,
    of_flake: bool | None = None,
    config: Config | None = None,
) -> Comparison:
    """Compare the two sides of a world, knowing more of their files."""
    evidence = replace(world.evidence(), base_files=base, head_files=head)
    sides = (replace(side, of_flake=of_flake) for side in (world.base, world.head))
    return compare(*sides, world.changes, config or Config(), evidence)


def found(rule: str, comparison: Comparison) -> list[Finding]:
    return [one for one in apply_rules(comparison) if one.rule == rule]


def in_short(rule: str, comparison: Comparison) -> list[tuple[str, str | None, tuple[str, ...]]]:
    """Give level, component and paths of what a rule finds."""
    return [(one.level.value, one.component, one.paths) for one in found(rule, comparison)]
