"""The store's own file of a derivation → `Derivation`.

It says what the JSON says, in every release alike, without experimental features, and with bytes that JSON
refuses.
Source: <https://nix.dev/manual/nix/latest/protocols/derivation-aterm>; observed on Nix 2.8, 2.26, 2.34.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from nixdrift.derivation.caches import BareTexts, PathNames, StorePaths, check_bare
from nixdrift.derivation.records import DEEPEST_DYNAMIC_OUTPUTS
from nixdrift.errors import InvalidInputError
from nixdrift.model import (
    DeferredOutput,
    Derivation,
    FixedOutput,
    FloatingOutput,
    ImpureOutput,
    InputAddressedOutput,
    InputDerivation,
    Output,
    StorePath,
    name_of,
)
from nixdrift.store.hashes import read_hash
from nixdrift.store.paths import split_method_and_algorithm

Value = TypeVar("Value")

_PLAIN = "Derive("
_DYNAMIC = 'DrvWithVersion("xp-dyn-drv",'

# Whole lists are matched at once, without a way back (`*+`): then a text of megabytes takes one step.
_TEXT = r'"([^"\\]*+(?:\\.[^"\\]*+)*+)"'
_ANY_TEXT = _TEXT.replace("(", "(?:", 1)


def _list_of(element: str) -> str:
    return rf"\[(?:{element}(?:,{element})*+)?+\]"


_TEXTS = _list_of(_ANY_TEXT)
_OUTPUT = rf"\({_TEXT},{_TEXT},{_TEXT},{_TEXT}\)"
_ANY_OUTPUT = rf"\({_ANY_TEXT},{_ANY_TEXT},{_ANY_TEXT},{_ANY_TEXT}\)"
_VARIABLE = rf"\({_TEXT},{_TEXT}\)"
_ANY_VARIABLE = rf"\({_ANY_TEXT},{_ANY_TEXT}\)"
_INPUT = rf"\({_TEXT},({_TEXTS})\)"
_ANY_INPUT = rf"\({_ANY_TEXT},{_TEXTS}\)"

_INPUT_PATH = rf"\({_TEXT},{_TEXTS}\)"

_find_texts, _find_outputs, _find_inputs, _find_input_paths, _find_variables = (
    re.compile(pattern, re.DOTALL).findall for pattern in (_TEXT, _OUTPUT, _INPUT, _INPUT_PATH, _VARIABLE)
)
_match_outputs, _match_inputs, _match_rest = (
    re.compile(pattern, re.DOTALL).match
    for pattern in (
        f"({_list_of(_ANY_OUTPUT)}),",
        f"({_list_of(_ANY_INPUT)}),",
        rf"({_TEXTS}),{_TEXT},{_TEXT},({_TEXTS}),({_list_of(_ANY_VARIABLE)})\)\Z",
    )
)
_match_text, _match_texts = (re.compile(pattern, re.DOTALL).match for pattern in (_TEXT, _TEXTS))
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_ESCAPED = {"n": "\n", "r": "\r", "t": "\t"}


class Known:
    """What files of one store have mentioned so far, checked: tens of thousands of them mention the same."""

    def __init__(self, store_dir: str) -> None:
        self.paths = StorePaths(f"{store_dir}/")
        self.drv_paths = StorePaths(f"{store_dir}/", ".drv")
        self.bare = BareTexts()
        self.path_names = PathNames()
        self.used: dict[str, InputDerivation] = {}
        """What is used of an input derivation, by how it is written."""


@dataclass(frozen=True, slots=True)
class Head:
    """What a derivation takes, and little more of it."""

    derivations: tuple[StorePath, ...]
    sources: tuple[StorePath, ...]
    system: str
    hashes: tuple[str, ...]
    """The declared hashes of a fixed-output derivation, in hexadecimal."""


def read_derivation(data: bytes, drv_path: StorePath, known: Known) -> Derivation:
    """Read the file that the store holds at ``drv_path``; its bytes that are not UTF-8 become surrogates.

    Raises `InvalidInputError` where it is no derivation, or one with paths of another store directory.
    """
    return _told_of(drv_path, _read, data, known)


def read_head(data: bytes, drv_path: StorePath, known: Known) -> Head:
    """Read what a derivation takes; the rest of its file is looked through, for it may be cut off, and not taken."""
    return _told_of(drv_path, _read_head, data, known)


def read_outputs(data: bytes, drv_path: StorePath, known: Known) -> Mapping[str, Output]:
    """Read what a derivation promises."""
    return _told_of(drv_path, _read_outputs, data, known)


def _told_of(drv_path: StorePath, read: Callable[[str, StorePath, Known], Value], data: bytes, known: Known) -> Value:
    text = data.decode("utf-8", "surrogateescape").rstrip("\n")
    try:
        return read(text, drv_path, known)
    except InvalidInputError as error:
        raise type(error)(f"{drv_path}: {error.message}", hint=error.hint) from None


def _read(text: str, drv_path: StorePath, known: Known) -> Derivation:
    drv_paths = known.drv_paths
    outputs, end = _section(text, _start(text), _match_outputs, "its outputs")
    if text.startswith(_DYNAMIC):
        inputs, end = _dynamic_inputs(text, end, drv_paths)
    else:
        section, end = _section(text, end, _match_inputs, "its input derivations")
        inputs = {
            drv_paths.get(path) or drv_paths[_plain(path)]: known.used.get(names) or _learn(names, known)
            for path, names in _find_inputs(section)
        }
    sources, system, builder, args, variables = _rest(text, end)
    # A call for each of millions of texts would take longer than the look.
    env = {
        name if "\\" not in name else _plain(name): value if "\\" not in value else _plain(value)
        for name, value in _find_variables(variables)
    }
    structured_attrs = env.pop("__json", None)
    return Derivation(
        drv_path,
        name_of(drv_path).removesuffix(".drv"),
        known.bare[_plain(system)],
        _plain(builder),
        _texts(args),
        env,
        structured_attrs,
        _outputs(outputs, known),
        _sources(sources, known.paths),
        inputs,
    )


def _read_head(text: str, _drv_path: StorePath, known: Known) -> Head:
    drv_paths = known.drv_paths
    outputs, end = _section(text, _start(text), _match_outputs, "its outputs")
    if text.startswith(_DYNAMIC):
        inputs, end = _dynamic_inputs(text, end, drv_paths)
        taken = tuple(inputs)
    else:
        section, end = _section(text, end, _match_inputs, "its input derivations")
        found = [drv_paths.get(path) or drv_paths[_plain(path)] for path in _find_input_paths(section)]
        taken = tuple(dict.fromkeys(found))
    sources, system, *_others = _rest(text, end)
    # What is addressed by its inputs says so by two empty texts at its end, and declares no hash.
    promised = () if outputs.count(',"","")') == outputs.count("(") else _outputs(outputs, known).values()
    hashes = tuple([one.digest for one in promised if isinstance(one, FixedOutput)])
    return Head(taken, _sources(sources, known.paths), known.bare[_plain(system)], hashes)


def _read_outputs(text: str, _drv_path: StorePath, known: Known) -> Mapping[str, Output]:
    return _outputs(_section(text, _start(text), _match_outputs, "its outputs")[0], known)


def _rest(text: str, start: int) -> tuple[str, ...]:
    """Cut out what follows the inputs: sources, system, builder, arguments, environment."""
    found = _match_rest(text, start)
    if found is None:
        raise _misshapen("its sources, system, builder, arguments and environment", text, start)
    return found.groups()


def _outputs(section: str, known: Known) -> Mapping[str, Output]:
    found = {}
    for name, *fields in _find_outputs(section):
        path, ingestion, digest = map(_plain, fields)
        names = known.path_names if path else known.bare
        found[names[_plain(name)]] = _read_output(known.paths, path, ingestion, digest)
    return found


def _sources(section: str, paths: StorePaths) -> tuple[StorePath, ...]:
    return tuple(sorted([paths[source] for source in _texts(section)])) if section != "[]" else ()


def _start(text: str) -> int:
    for opening in (_PLAIN, _DYNAMIC):
        if text.startswith(opening):
            return len(opening)
    if text.startswith("DrvWithVersion("):
        raise InvalidInputError(f"is a derivation of an unknown version: {text[:40]!r}", hint="update nixdrift")
    raise InvalidInputError(f"is not a store derivation: it begins with {text[:20]!r}" if text else "is empty")


def _section(text: str, start: int, match: Callable[[str, int], re.Match[str] | None], what: str) -> tuple[str, int]:
    """Cut one list out: its text, and where what follows it begins."""
    found = match(text, start)
    if found is None:
        raise _misshapen(what, text, start)
    return found[1], found.end()


def _misshapen(what: str, text: str, position: int) -> InvalidInputError:
    if not text.endswith(")"):
        return InvalidInputError(f"is cut off after {len(text)} characters")
    return InvalidInputError(f"is malformed where {what} should be, at character {position}")


def _plain(text: str) -> str:
    """Undo Nix's escapes."""
    if "\\" not in text:
        return text
    if "\0" not in text:
        # Nix has no text with this character: what is escaped itself can wait behind it.
        plain = text.replace("\\\\", "\0").replace('\\"', '"').replace("\\n", "\n")
        plain = plain.replace("\\t", "\t").replace("\\r", "\r")
        if "\\" not in plain:
            return plain.replace("\0", "\\")
    return _ESCAPE.sub(lambda match: _ESCAPED.get(match[1], match[1]), text)


def _texts(section: str) -> tuple[str, ...]:
    return tuple([_plain(text) for text in _find_texts(section)])


def _learn(section: str, known: Known) -> InputDerivation:
    found = known.used[section] = _used(section)
    return found


def _used(section: str) -> InputDerivation:
    names = _texts(section)
    for name in names:
        check_bare(name)
    return InputDerivation(tuple(sorted(names)), {})


def _read_output(paths: StorePaths, path: str, ingestion: str, digest: str) -> Output:
    """Read an output, whose kind follows from which of its fields are empty."""
    if not ingestion and not digest:
        return InputAddressedOutput(paths[path]) if path else DeferredOutput()
    method, algorithm = split_method_and_algorithm(ingestion)
    if path:
        return FixedOutput(paths[path], method, *read_hash(digest, algorithm))
    if digest == "impure":
        return ImpureOutput(method, algorithm)
    if digest:
        raise InvalidInputError("declares the hash of an output without its path")
    return FloatingOutput(method, algorithm)


def _dynamic_inputs(text: str, start: int, drv_paths: StorePaths) -> tuple[Mapping[StorePath, InputDerivation], int]:
    """Read the input derivations of the form that has dynamic outputs, and give where what follows begins."""
    inputs, end = _dynamic_list(text, start, 0)
    return {drv_paths[path]: used for path, used in inputs.items()}, _expect(text, end, ",")


def _dynamic_list(text: str, start: int, depth: int) -> tuple[dict[str, InputDerivation], int]:
    """Read ``[(name,used),…]``, which nests."""
    if depth > DEEPEST_DYNAMIC_OUTPUTS:
        raise InvalidInputError(f"dynamic outputs are nested deeper than {DEEPEST_DYNAMIC_OUTPUTS} levels")
    entries: dict[str, InputDerivation] = {}
    position = _expect(text, start, "[")
    while not text.startswith("]", position):
        position = _expect(text, position, ",(" if entries else "(")
        name = _require(_match_text(text, position), text, position)
        position = _expect(text, name.end(), ",")
        key = _plain(name[1])
        check_bare(key)
        entries[key], position = _dynamic_used(text, position, depth)
        position = _expect(text, position, ")")
    return entries, position + 1


def _dynamic_used(text: str, start: int, depth: int) -> tuple[InputDerivation, int]:
    """Read ``[output,…]`` or ``([output,…],[(output,used),…])``."""
    plain = _match_texts(text, start)
    if plain is not None:
        return _used(plain[0]), plain.end()
    position = _expect(text, start, "(")
    outputs = _require(_match_texts(text, position), text, position)
    position = _expect(text, outputs.end(), ",")
    produced, position = _dynamic_list(text, position, depth + 1)
    return InputDerivation(_used(outputs[0]).outputs, produced), _expect(text, position, ")")


def _expect(text: str, position: int, token: str) -> int:
    """Give where what follows a token begins."""
    if not text.startswith(token, position):
        raise _misshapen("its input derivations", text, position)
    return position + len(token)


def _require(found: re.Match[str] | None, text: str, position: int) -> re.Match[str]:
    if found is None:
        raise _misshapen("its input derivations", text, position)
    return found
