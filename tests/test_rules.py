"""Each rule: when it fires, and when it stays silent."""

import importlib
from collections.abc import Sequence
from dataclasses import replace

import pytest

from nixdrift.changes import Change, ChangeKind
from nixdrift.comparison.compare import Comparison, Evidence, compare
from nixdrift.config import Config
from nixdrift.evaluation import Evaluation, Position
from nixdrift.judgement import (
    Census,
    Component,
    ComponentJudgement,
    Finding,
    Judgement,
    Level,
    Moved,
    Ownership,
    OwnershipKind,
    Pairing,
    PathJudgement,
    TraceStep,
    UnclaimedDirectory,
    Verdict,
)
from nixdrift.model import StorePath
from nixdrift.rules import RULES, apply_rules
from nixdrift.rules.rule import fingerprint, listed

NO_DERIVATIONS = Evaluation("/nix/store", (), {})
NOBODY = Census(**dict.fromkeys(Census.__dataclass_fields__, 0))
SEEN = (TraceStep("path", "a"), TraceStep("component", "goinstance"))
BROKEN = (TraceStep("path", "a"), TraceStep("break", "modules"), TraceStep("component", "goinstance"))


def path(
    verdict: str,
    name: str = "goinstance/main.go",
    *,
    kind: OwnershipKind = OwnershipKind.INFERRED,
    delivered_by: tuple[str, ...] = (),
    trace: tuple[TraceStep, ...] = BROKEN,
) -> PathJudgement:
    change = Change(name, ChangeKind.MODIFIED)
    return PathJudgement(change, Ownership(kind, "why"), Verdict(verdict), f"why {name}", trace, delivered_by)


def component(*paths: PathJudgement, name: str = "goinstance", position: Position | None = None) -> ComponentJudgement:
    before, after = StorePath(f"{'0' * 32}-{name}.drv"), StorePath(f"{'1' * 32}-{name}.drv")
    known = Component(name, Pairing.ROOT, before, after, position=position, is_root=True)
    worst = max((one.verdict for one in paths), key=lambda verdict: verdict.severity, default=Verdict.UNCHANGED)
    return ComponentJudgement(known, worst, "why", Moved.YES, paths, ("platform",))


def judgement(*components: ComponentJudgement, unclaimed: Sequence[UnclaimedDirectory] = ()) -> Comparison:
    """Give a comparison that came to a judgement; nothing else is known of its two sides."""
    nothing = compare(NO_DERIVATIONS, NO_DERIVATIONS, (), Config(), Evidence())
    return replace(nothing, judgement=Judgement(components, tuple(unclaimed), (), (), (), NOBODY))


def fired(comparison: Comparison) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(one.rule, one.level.value, one.paths) for one in apply_rules(comparison)]


MAIN = ("goinstance/main.go",)
LOCK = "goinstance/go.sum"

FIRES = [
    ("stale", "error", [path("stale")], MAIN),
    ("stale", "error", [path("stale", kind=OwnershipKind.PROVEN)], MAIN),
    ("stale", "error", [path("stale"), path("rebuilt", "goinstance/data")], MAIN),
    ("stale", "error", [path("stale", "b"), path("stale", "a")], ("a", "b")),
    ("masked", "error", [path("masked")], MAIN),
    ("masked", "error", [path("masked"), path("rebuilt", "goinstance/data")], MAIN),
    ("frozen", "error", [path("frozen")], MAIN),
    ("vendored", "error", [path("frozen", LOCK)], (LOCK,)),
    ("vendored", "warning", [path("frozen", LOCK, delivered_by=("app",))], (LOCK,)),
    ("unproven", "warning", [path("unproven")], MAIN),
    ("unknown", "warning", [path("unknown")], MAIN),
    ("unknown", "note", [path("unknown", trace=SEEN)], MAIN),
]

SILENT = [
    ("stale", [path("masked"), path("rebuilt"), path("unchanged"), path("frozen")]),
    ("masked", [path("stale"), path("rebuilt"), path("unproven")]),
    ("frozen", [path("frozen", delivered_by=("app",)), path("stale", LOCK)]),
    ("vendored", [path("frozen"), path("stale", LOCK), path("masked", LOCK), path("rebuilt", LOCK)]),
    ("unproven", [path("unknown"), path("rebuilt"), path("stale")]),
    ("unknown", [path("unproven"), path("rebuilt")]),
]


@pytest.mark.parametrize(("rule", "level", "paths", "named"), FIRES)
def test_a_rule_fires(rule: str, level: str, paths: list[PathJudgement], named: tuple[str, ...]) -> None:
    assert fired(judgement(component(*paths))) == [(rule, level, named)]


@pytest.mark.parametrize(("rule", "paths"), SILENT)
def test_a_rule_stays_silent(rule: str, paths: list[PathJudgement]) -> None:
    assert rule not in {one.rule for one in apply_rules(judgement(component(*paths)))}


@pytest.mark.parametrize("verdict", ["unchanged", "rippled", "added", "removed", "rebuilt"])
def test_a_healthy_verdict_is_no_finding(verdict: str) -> None:
    assert apply_rules(judgement(component(path(verdict)))) == ()


@pytest.mark.parametrize("verdict", list(Verdict))
def test_a_component_without_changed_paths_is_no_finding_whatever_its_verdict(verdict: Verdict) -> None:
    assert apply_rules(judgement(replace(component(), verdict=verdict))) == ()


def test_lost_paths_and_lock_files_are_findings_of_two_rules() -> None:
    paths = [path("frozen"), path("frozen", LOCK, delivered_by=("app",))]

    assert fired(judgement(component(*paths))) == [("frozen", "error", MAIN), ("vendored", "warning", (LOCK,))]


def test_what_is_seen_and_what_is_not_are_two_findings_of_the_unknown_rule() -> None:
    paths = [path("unknown", trace=SEEN), path("unknown", "b")]

    assert fired(judgement(component(*paths))) == [("unknown", "warning", ("b",)), ("unknown", "note", MAIN)]


def test_unclaimed_fires_where_a_manifest_says_that_something_is_built() -> None:
    built = UnclaimedDirectory("tools", ("tools/x.go",), ("tools/go.mod",))

    (finding,) = apply_rules(judgement(unclaimed=[built]))

    assert (finding.rule, finding.level, finding.component) == ("unclaimed", Level.WARNING, None)
    assert finding.paths == ("tools/x.go",)


def test_unclaimed_stays_silent_where_nothing_is_built() -> None:
    assert apply_rules(judgement(unclaimed=[UnclaimedDirectory("misc", ("misc/a.txt",), ())])) == ()


def test_the_worst_finding_comes_first_then_by_rule_component_and_paths() -> None:
    found = apply_rules(
        judgement(
            component(path("unknown", trace=SEEN), name="a"),
            component(path("stale"), name="z"),
            component(path("stale"), name="b"),
            component(path("masked"), name="c"),
            component(path("unproven"), name="d"),
        )
    )

    assert [(one.rule, one.component) for one in found] == [
        ("masked", "c"),
        ("stale", "b"),
        ("stale", "z"),
        ("unproven", "d"),
        ("unknown", "a"),
    ]


def one_finding(judged: ComponentJudgement) -> Finding:
    (finding,) = apply_rules(judgement(judged))
    return finding


@pytest.mark.parametrize("verdict", ["stale", "masked", "frozen", "unproven", "unknown"])
def test_a_finding_carries_all_that_a_person_needs(verdict: str) -> None:
    finding = one_finding(component(path(verdict), position=Position("default.nix", 3)))

    assert "goinstance" in finding.message
    assert "goinstance/main.go" in finding.message
    assert finding.reason == "why goinstance/main.go"
    assert finding.trace == BROKEN
    assert finding.remedy
    assert finding.location == Position("default.nix", 3)


@pytest.mark.parametrize("verdict", ["stale", "masked"])
def test_what_to_do_names_the_place_of_the_definition(verdict: str) -> None:
    finding = one_finding(component(path(verdict), position=Position("nix/all.nix", 7)))

    assert "nix/all.nix:7" in finding.remedy


def test_only_what_is_inferred_may_be_declared_away() -> None:
    inferred = one_finding(component(path("stale")))
    proven = one_finding(component(path("stale", kind=OwnershipKind.PROVEN)))

    assert "nixdrift.toml" in inferred.remedy
    assert "nixdrift.toml" not in proven.remedy


def test_the_key_of_a_declaration_is_quoted_where_toml_asks_for_it() -> None:
    finding = one_finding(component(path("stale"), name="packages.x86_64-linux.goinstance"))

    assert 'components."packages.x86_64-linux.goinstance"' in finding.remedy


def test_a_frozen_finding_names_the_derivation_whose_hash_was_not_refreshed() -> None:
    assert "modules" in one_finding(component(path("frozen"))).remedy


def test_a_masked_finding_names_what_moved_the_component() -> None:
    assert "platform" in one_finding(component(path("masked"))).message


def test_a_fingerprint_tells_rule_component_and_paths_apart_and_nothing_else() -> None:
    one = fingerprint("stale", "a", ["b", "c"])

    assert one == fingerprint("stale", "a", ("b", "c"))
    assert (
        len({one, fingerprint("masked", "a", "bc"), fingerprint("stale", "b", "bc"), fingerprint("stale", "a", "b")})
        == 4
    )
    assert one_finding(component(path("stale"))).fingerprint == (
        one_finding(component(path("stale"), position=Position("x.nix", 9))).fingerprint
    )


def test_a_fingerprint_can_be_made_of_names_of_any_bytes() -> None:
    assert fingerprint("stale", "a", ["\udcff"]) != fingerprint("stale", "a", ["\udcfe"])


def test_many_paths_are_counted_and_unusual_ones_quoted() -> None:
    assert listed(["b", "a"]) == "a, b"
    assert "2 more" in listed("abcde")
    assert listed(["a\nb"]) == '"a\\nb"'


def test_every_rule_has_an_id_of_its_own_and_a_documentation() -> None:
    assert len({rule.id for rule in RULES}) == len(RULES)
    for rule in RULES:
        assert importlib.import_module(f"nixdrift.rules.{rule.id.replace('-', '_')}").__doc__
