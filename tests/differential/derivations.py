"""Derivations of a generated project, as expressions: every kind that Nix makes, with all that one can take."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

from hypothesis import strategies as st

from nixdrift.model import StorePath
from nixdrift.store.hashes import DIGEST_SIZES
from nixdrift.store.nar import Node

from ..derivation.strategies import json_values, structured_attrs
from .literals import Expression, literal
from .releases import Features
from .sources import SPELLINGS, Files, names, sources, spell, texts

ODD_NAMES = ["a", ".hidden", "lib+x-1.2.3", "-", "0", "_", "?", "=", "python3.11-x_y", "n" * 200]
OUTPUT_NAMES = ["out", "dev", "lib", "static", "bin-1.2", "a+b", "_", "1"]
VARIABLES = ["src", "deps", "text", "dev", "out", "", "a b", "ключ", 'q"', "x=y", "${x}", "'", "\\", "\n", "outputs_"]
RESERVED = {
    *("name", "system", "builder", "args", "outputs", "passAsFile", "outputHash", "outputHashAlgo", "outputHashMode"),
    *("drvPath", "outPath", "outputName", "type", "drvAttrs", "all"),
}


@dataclass(frozen=True, slots=True)
class Made:
    """A derivation of the project, and how to refer to it."""

    variable: str
    outputs: tuple[str, ...]
    is_text: bool = False
    """Whether its output may be a derivation itself."""


@dataclass(repr=False)
class Surroundings:
    """What the derivations of a project can take, and what they have taken."""

    files: Files
    features: Features
    sources: dict[Expression, Mapping[StorePath, Node]]
    """Every source that was drawn → what it makes."""
    stored: dict[StorePath, Node]
    """What those make that have been taken."""
    made: list[Made]
    texts: st.SearchStrategy[str]
    is_written_alike: bool
    """Whether structured attributes are to have no floats and control characters, which Nix 2.8 writes otherwise."""

    # They are made once, for making one takes longer than drawing from it.
    @cached_property
    def values(self) -> st.SearchStrategy[object]:
        """What a variable may be."""
        return _values(self)

    @cached_property
    def nested(self) -> st.SearchStrategy[object]:
        """What a structured attribute may be."""
        return _nested(self)


@st.composite
def derivations(draw: st.DrawFn, around: Surroundings) -> Expression:
    """Draw a derivation that takes what is there, and add it to that."""
    kinds = [_input_addressed, _input_addressed, _structured, _structured, _fixed, _floating, _impure]
    if around.features.has_dynamic_outputs:
        kinds.append(_producer)
    name = draw(names | st.sampled_from(ODD_NAMES))
    attributes, outputs = draw(st.sampled_from(kinds))(draw, around)
    builder = draw(st.sampled_from(["/bin/sh", "builtin:x", "b\\ \"'\n", *_builders(draw, around, attributes)]))
    is_text = attributes.get("outputHashMode") == "text" and "outputHash" not in attributes
    plain: dict[str, object] = {
        "name": f"{name}.drv" if is_text else name,
        "system": draw(st.sampled_from(["x86_64-linux", "aarch64-darwin", "builtin", "ünï"])),
        "builder": builder,
        "args": draw(st.lists(around.values, max_size=3)),
    }
    if not plain["args"] and draw(st.booleans()):
        del plain["args"]
    for expression in _expressions({**attributes, **plain}):
        around.stored.update(around.sources.get(expression, {}))
    around.made.append(Made(f"d{len(around.made)}", outputs, is_text))
    return Expression(f"derivation {literal({**attributes, **plain})}")


def _expressions(value: object) -> Iterator[Expression]:
    match value:
        case Expression():
            yield value
        case list():
            yield from chain.from_iterable(map(_expressions, value))
        case dict():
            yield from _expressions(list(value.values()))


def _builders(draw: st.DrawFn, around: Surroundings, attributes: dict[str, object]) -> list[Expression]:
    if draw(st.integers(0, 3)):
        return []
    source = _source(draw, around)
    if "__structuredAttrs" not in attributes:
        return [source]
    quoted = Expression(f'"${{{source}}}"')  # with structured attributes, Nix takes no path for a builder
    around.sources[quoted] = around.sources[source]
    return [quoted]


def _source(draw: st.DrawFn, around: Surroundings) -> Expression:
    source = draw(sources(around.files))
    around.sources[source.expression] = source.stored
    return source.expression


def _input_addressed(draw: st.DrawFn, around: Surroundings) -> tuple[dict[str, object], tuple[str, ...]]:
    attributes = _variables(draw, around.values)
    if draw(st.integers(0, 5)) == 0:
        attributes["__json"] = draw(structured_attrs)
    if draw(st.integers(0, 2)) == 0:
        attributes |= {"__ignoreNulls": True, "nothing": None}
    elif draw(st.booleans()) and attributes:
        attributes["passAsFile"] = draw(st.lists(st.sampled_from(sorted(attributes)), max_size=2))
    return attributes, _outputs(draw, attributes)


def _structured(draw: st.DrawFn, around: Surroundings) -> tuple[dict[str, object], tuple[str, ...]]:
    attributes = _structure(around, _variables(draw, around.nested))
    return attributes, _outputs(draw, attributes)


def _structure(around: Surroundings, attributes: dict[str, object]) -> dict[str, object]:
    if around.is_written_alike:
        attributes = {_alike_text(name): _alike(value) for name, value in attributes.items()}
    return {**attributes, "__structuredAttrs": True}


def _alike(value: object) -> object:
    match value:
        case Expression():
            # Of expressions, only functions that give a text hold one that is drawn.
            return Expression(_alike_text(value)) if value.startswith("self: ") else value
        case float():
            return len(repr(value))
        case str():
            return _alike_text(value)
        case list():
            return list(map(_alike, value))
        case dict():
            return {_alike_text(str(name)): _alike(one) for name, one in value.items()}
        case _:
            return value


def _alike_text(text: str) -> str:
    return text.replace("\b", "").replace("\f", "")


def _without_unwritable(value: object) -> object:
    """Take out of JSON what the language has no texts for, and what it would take for something else."""
    match value:
        case str():
            return value.replace("\0", "")
        case list():
            return [_without_unwritable(one) for one in value]
        case dict():
            members = {str(_without_unwritable(name)): _without_unwritable(one) for name, one in value.items()}
            return {name: one for name, one in members.items() if name not in RESERVED}
        case _:
            return value


def _fixed(draw: st.DrawFn, around: Surroundings) -> tuple[dict[str, object], tuple[str, ...]]:
    is_structured = draw(st.integers(0, 4)) == 0
    attributes = _variables(draw, around.nested if is_structured else around.values)
    algorithm = draw(st.sampled_from(around.features.algorithms))
    spelling, mode = draw(st.sampled_from(SPELLINGS)), draw(st.sampled_from(["", *around.features.fixed_modes]))
    if mode == "git":
        algorithm = "sha1"
    if mode == "text":
        algorithm = "sha256"
    size = DIGEST_SIZES[algorithm]
    digest = draw(st.binary(min_size=size, max_size=size)).hex()
    attributes["outputHash"] = spell(algorithm, digest, spelling)
    if spelling not in {"sri", "prefixed"} or draw(st.booleans()):
        attributes["outputHashAlgo"] = algorithm
    if mode:
        attributes["outputHashMode"] = mode
    if draw(st.integers(0, 9)) == 0:
        attributes |= {"outputHash": "", "outputHashAlgo": algorithm}
    return _structure(around, attributes) if is_structured else attributes, ("out",)


def _floating(draw: st.DrawFn, around: Surroundings) -> tuple[dict[str, object], tuple[str, ...]]:
    attributes, outputs = _input_addressed(draw, around)
    return {**attributes, **_ingestion(draw, around), "__contentAddressed": True}, outputs


def _impure(draw: st.DrawFn, around: Surroundings) -> tuple[dict[str, object], tuple[str, ...]]:
    attributes, outputs = _input_addressed(draw, around)
    return {**attributes, **_ingestion(draw, around), "__impure": True}, outputs


def _ingestion(draw: st.DrawFn, around: Surroundings) -> dict[str, object]:
    found: dict[str, object] = {}
    if draw(st.booleans()):
        found["outputHashMode"] = draw(st.sampled_from(around.features.floating_modes))
    if draw(st.booleans()):
        found["outputHashAlgo"] = draw(st.sampled_from(around.features.algorithms))
    return found


def _producer(draw: st.DrawFn, around: Surroundings) -> tuple[dict[str, object], tuple[str, ...]]:
    attributes = _variables(draw, around.values)
    return {
        **attributes,
        "__contentAddressed": True,
        "outputHashMode": "text",
        "outputHashAlgo": "sha256",
    }, ("out",)


def _outputs(draw: st.DrawFn, attributes: dict[str, object]) -> tuple[str, ...]:
    if draw(st.booleans()):
        return ("out",)
    outputs = draw(st.lists(st.sampled_from(OUTPUT_NAMES), min_size=1, max_size=4, unique=True))
    attributes["outputs"] = outputs
    return tuple(outputs)


_NAMES = (st.sampled_from(VARIABLES) | texts).filter(lambda name: name not in RESERVED and name[:2] != "__")


def _variables(draw: st.DrawFn, values: st.SearchStrategy[object]) -> dict[str, object]:
    return draw(st.dictionaries(_NAMES, values, max_size=4))


def _values(around: Surroundings, written: st.SearchStrategy[str] | None = None) -> st.SearchStrategy[object]:
    """Draw what an attribute may be, wherever Nix makes a text of it."""
    written = around.texts if written is None else written
    one = st.one_of(
        written,
        written,
        st.integers(-(2**63), 2**63 - 1) | st.integers(-9, 9),
        st.booleans(),
        st.none(),
        st.floats(allow_nan=False, allow_infinity=False),
        _taken(around),
        _taken(around),
        st.builds(lambda text: {"outPath": text}, texts),
        st.builds(lambda text: {"__toString": Expression(f"self: {literal(text)}")}, texts),
        st.sampled_from(OUTPUT_NAMES).map(lambda name: Expression(f"builtins.placeholder {literal(name)}")),
    )
    return one | one | st.lists(one | st.lists(one, max_size=2), max_size=3)


def _nested(around: Surroundings) -> st.SearchStrategy[object]:
    """Draw what a structured attribute may be."""
    one = _values(around, texts) | json_values.map(_without_unwritable)
    several = st.lists(one, max_size=3) | st.dictionaries(_NAMES, one, max_size=3)
    return one | several | st.lists(several, max_size=2) | st.dictionaries(_NAMES, several, max_size=2)


@st.composite
def _taken(draw: st.DrawFn, around: Surroundings) -> Expression:
    """Draw an expression for a source, or for something of an earlier derivation."""
    if not around.made or draw(st.integers(0, 2)) == 0:
        return _source(draw, around)
    producers = [made for made in around.made if made.is_text]
    if producers and draw(st.integers(0, 3)) == 0:
        return draw(_produced(producers))
    made = draw(st.sampled_from(around.made))
    whole = made.variable
    output = f"{whole}.{literal(draw(st.sampled_from(made.outputs)))}"
    ways: list[str] = [
        whole,
        output,
        f'"${{{whole}}}/bin/x"',
        f'"a ${{{output}}} b ${{{whole}}} c"',
        f"{whole}.drvPath",
        f"builtins.unsafeDiscardOutputDependency {whole}.drvPath",
        f'builtins.unsafeDiscardStringContext "${{{output}}}"',
    ]
    return Expression(draw(st.sampled_from(ways)))


def _produced(producers: list[Made]) -> st.SearchStrategy[Expression]:
    """Draw an output of a derivation that another one produces."""
    first = st.sampled_from(producers).map(lambda made: f"{made.variable}.outPath")
    names = st.sampled_from(["out", "dev"])
    once = st.builds(lambda path, name: f"builtins.outputOf {path} {literal(name)}", first, names)
    twice = st.builds(lambda path, name: f"builtins.outputOf ({path}) {literal(name)}", once, names)
    return (once | once | twice).map(Expression)
