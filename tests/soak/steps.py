"""What is committed in a soak, one step after the other and then from the start again, and what is right about it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tests.corpus import apply, commit_all

Change = Callable[[Path, int], None]
"""Changes what is not committed yet; the number makes contents that never were there before."""

_OWN = "goinstance/main.go"
_BELOW = "platform/platform.txt"
_WIRED = "src = ./goinstance; inherit platform;"
_UNWIRED = "inherit platform;"
_GATEWAY = '  gateway = component "gateway-1.0" { src = ./gateway; };\n'


@dataclass(frozen=True, slots=True)
class Step:
    """One commit, or a merge."""

    name: str
    change: Change
    verdicts: Mapping[str, str]
    """Component → its verdict, beside the first parent; this is all of them."""
    rules: frozenset[str] = frozenset()
    """The rules of all findings that are no notes."""
    wired: bool = True
    """Whether goinstance takes its sources from then on."""

    @property
    def there(self) -> frozenset[str]:
        """The components that there are afterwards."""
        return frozenset(name for name, verdict in self.verdicts.items() if verdict != "removed")


def commit(step: Step, repository: Path, number: int) -> None:
    """Take a step."""
    step.change(repository, number)
    commit_all(repository, f"{number}: {step.name}")


def _written(*paths: str) -> Change:
    def change(repository: Path, number: int) -> None:
        apply(repository, tuple({"write": [path, f"{path}, written at {number}\n"]} for path in paths))

    return change


def _edited(*edits: Mapping[str, object]) -> Change:
    return lambda repository, _number: apply(repository, edits)


def _merge(repository: Path, number: int) -> None:
    edit = partial(apply, repository)
    edit(({"git": ["checkout", "--quiet", "-b", "side"]}, {"write": [_BELOW, f"merged at {number}\n"]}))
    commit_all(repository, f"{number}: on a branch")
    edit(({"git": ["checkout", "--quiet", "main"]}, {"write": ["README.md", f"before {number}\n"]}))
    commit_all(repository, f"{number}: beside it")
    edit(({"merge": ["side", "theirs"]}, {"git": ["branch", "--quiet", "--delete", "--force", "side"]}))


def _add_component(repository: Path, number: int) -> None:
    added = ["  goinstance = component", f"{_GATEWAY}  goinstance = component"]
    apply(repository, ({"write": ["gateway/main.go", f"gateway {number}\n"]}, {"replace": added}))


def _verdicts(goinstance: str, platform: str, **others: str) -> Mapping[str, str]:
    return {"goinstance": goinstance, "platform": platform, **others}


STEPS = (
    Step("a service", _written(_OWN), _verdicts("rebuilt", "unchanged")),
    Step("what it is built on", _written(_BELOW), _verdicts("rippled", "rebuilt")),
    Step("both of them", _written(_OWN, _BELOW), _verdicts("rebuilt", "rebuilt")),
    Step("documentation", _written("docs/operations.md"), _verdicts("unchanged", "unchanged")),
    Step(
        "a file is renamed",
        _edited({"move": ["goinstance/data/regions.txt", "goinstance/data/places.txt"]}),
        _verdicts("rebuilt", "unchanged"),
    ),
    Step("a file is deleted", _edited({"delete": "goinstance/data/places.txt"}), _verdicts("rebuilt", "unchanged")),
    Step("a file is added", _written("goinstance/data/regions.txt"), _verdicts("rebuilt", "unchanged")),
    Step("a merge", _merge, _verdicts("rippled", "rebuilt")),
    Step("a component is added", _add_component, _verdicts("unchanged", "unchanged", gateway="added")),
    Step(
        "a component is removed",
        _edited({"git": ["rm", "--quiet", "-r", "gateway"]}, {"replace": [_GATEWAY, ""]}),
        _verdicts("unchanged", "unchanged", gateway="removed"),
    ),
    Step(
        "the wiring is broken",
        _edited({"replace": [_WIRED, _UNWIRED]}),
        _verdicts("rippled", "unchanged"),
        frozenset({"unwired"}),
        wired=False,
    ),
    Step(
        "a service that is not wired",
        _written(_OWN),
        _verdicts("stale", "unchanged"),
        frozenset({"stale"}),
        wired=False,
    ),
    Step(
        "that, and what it is built on",
        _written(_OWN, _BELOW),
        _verdicts("masked", "rebuilt"),
        frozenset({"masked"}),
        wired=False,
    ),
    Step("the wiring is repaired", _edited({"replace": [_UNWIRED, _WIRED]}), _verdicts("rippled", "unchanged")),
)
