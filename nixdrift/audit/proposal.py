"""Propose a configuration from what an audit found: all of it commented out, with the evidence, to be reviewed."""

import re
from collections.abc import Iterable, Iterator, Sequence

from nixdrift.audit.homes import Home, homes
from nixdrift.audit.regions import Totals, regions, totals_of
from nixdrift.audit.result import Inventory
from nixdrift.changes import shown
from nixdrift.comparison.expressions import EXPRESSION_NAMES, EXPRESSION_SUFFIXES
from nixdrift.comparison.ownership import Owners, declared_components
from nixdrift.config import DeclaredComponent
from nixdrift.gitignore import patterns
from nixdrift.judgement import Component
from nixdrift.report.escapes import clean
from nixdrift.report.page import some

_HEAD = """\
Proposed by `nixdrift init`: nothing is in force until you have looked at it and uncommented what is right (the
lines without a blank after the #). Nothing has to be: nixdrift proves and infers whose a path is, and says how.
A component that declares its sources owns these, and others only if they are proven to be its inputs."""

_WHO = """\
Who builds these? A manifest says that something is built of them, and no root that was evaluated takes them.
Evaluate the root that does, or, if there is none, ignore them:"""

_TEST_DIRECTORY = re.compile(r"tests?|testdata|__tests__|specs?|fixtures|e2e|benches|benchmarks?")
_TEST_FILE = re.compile(r"test_.*|.*(_test|_spec|\.test|\.spec)\.[^.]+")
_EXPRESSIONS = (*(f"*{suffix}" for suffix in EXPRESSION_SUFFIXES), *sorted(EXPRESSION_NAMES))
_SHOWN = 6


def proposal(inventory: Inventory, owners: Owners, paths: Iterable[str]) -> str:
    """Write the configuration that is proposed; ``paths`` are all of the revision."""
    every = sorted(paths)
    blocks = [_said(_HEAD), _failed(inventory), list(_questions(inventory))]
    blocks += [list(_component(home, owners, every)) for home in homes(inventory, owners)]
    return "\n".join("".join(f"#{line}\n" for line in block) for block in blocks if block)


def _said(text: str) -> list[str]:
    """Write what is said to the reader: what is to be uncommented has no blank after its mark."""
    return [f" {line}" for line in text.splitlines()]


def _failed(inventory: Inventory) -> list[str]:
    names = [clean(one.name) for one in inventory.failed]
    return _said(f"Not in here, for it does not evaluate: {some(names, most=_SHOWN)}") if names else []


def _questions(inventory: Inventory) -> Iterator[str]:
    """Ask about what can be built, and is not."""
    built = [one for one in inventory.unclaimed if one.manifests and one.directory]
    if built:
        yield from _said(_WHO)
        for one in built:
            manifests = some([shown(path) for path in one.manifests], most=_SHOWN)
            yield f" - {shown(one.directory)}/ ({manifests})"
        yield f"ignore = {_listed([f'{_pattern(one.directory)}/' for one in built])}"


def _component(home: Home, owners: Owners, paths: Sequence[str]) -> Iterator[str]:
    position = home.component.position
    where = f" (defined at {shown(position.path)}:{position.line})" if position else ""
    yield f" {clean(home.component.name)}{where}:"
    yield from (f" - {clean(why)}" for why in home.evidence)
    yield f"[components.{_key(home.component, owners)}]"
    yield f"sources = {_listed(_sources(home, owners, paths))}"
    apart = patterns([*owners.config.housekeeping.texts, *_EXPRESSIONS])
    yield from _left_out(home, totals_of(path for path in paths if not apart.match(path)))


def _key(component: Component, owners: Owners) -> str:
    """Give the shortest name that means this component and no other, as a key of TOML."""
    short = component.name.rpartition(".")[2]
    meant = declared_components(DeclaredComponent(short), owners.components)
    name = short if meant == (component,) else component.name
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else _quoted(name)


def _sources(home: Home, owners: Owners, paths: Sequence[str]) -> list[str]:
    """Give its directories as patterns, without the documentation and the expressions in them."""
    inside = [path for path in paths if home.has(path)]
    known = (*owners.config.housekeeping.texts, *_EXPRESSIONS)
    apart = [text for text in known if any(map(patterns([text]).match, inside))]
    return [*(f"{_pattern(own)}/**" for own in home.directories), *map(_without, apart)]


def _without(text: str) -> str:
    """Take a pattern out of those before it; of a directory, each of its files is matched by those."""
    return f"!**/{text}**" if text.endswith("/") else f"!{text}"


def _left_out(home: Home, totals: Totals) -> Iterator[str]:
    """Suggest to ignore tests that are no input, and ask about the rest."""
    absent = [path for path in home.found.no_inputs.paths if home.has(path)]
    tests = [path for path in absent if _is_test(path)]
    if tests:
        yield " Tests that are no input of it; if they need not be:"
        yield f"ignore = {_listed(_patterns(tests, totals))}"
    if others := [path for path in absent if not _is_test(path)]:
        names = some([shown(path) for path in others], most=_SHOWN)
        yield f" No input of it, unless evaluation reads them (`nixdrift probe` tells): {names}"


def _is_test(path: str) -> bool:
    *directories, name = path.split("/")
    return any(map(_TEST_DIRECTORY.fullmatch, directories)) or _TEST_FILE.fullmatch(name) is not None


def _patterns(paths: Sequence[str], totals: Totals) -> list[str]:
    found = regions(paths, totals)
    return [
        pattern
        for region in found
        for pattern in ([f"{_pattern(region.directory)}/"] if region.is_whole else map(_pattern, region.paths))
    ]


_SPECIAL = re.compile(r"([\\*?\[\]!#]|\s$)")


def _pattern(path: str) -> str:
    """Write a path as a pattern that matches nothing else."""
    return "/" + _SPECIAL.sub(r"\\\1", path)


def _listed(texts: Sequence[str]) -> str:
    return f"[{', '.join(map(_quoted, texts))}]"


def _quoted(text: str) -> str:
    """Write a text as a string of TOML, without a character in it that cannot be seen."""
    # What is no text in UTF-8 can be in no TOML file: as a pattern, any character stands for it.
    known = text.encode("utf-8", "surrogateescape").decode("utf-8", "replace").replace("\ufffd", "?")
    return '"' + "".join(map(_escaped, known)) + '"'


def _escaped(char: str) -> str:
    if char in '"\\':
        return "\\" + char
    return char if char.isprintable() else f"\\U{ord(char):08X}"
