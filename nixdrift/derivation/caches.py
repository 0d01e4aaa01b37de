"""Checked values of one dump: a text is checked when first met; one object serves for all its mentions."""

import re

from nixdrift.errors import IncompleteGraphError, InvalidInputError
from nixdrift.model import InputDerivation, StorePath
from nixdrift.store.paths import LONGEST_NAME, STORE_PATH_PATTERN, is_store_path, is_valid_name


class StorePaths(dict[object, StorePath]):
    """What a dump writes for a store path → the store path.

    ``prefix`` is what precedes base names in the dump: the store directory and a slash, or nothing.
    """

    __slots__ = ("matches", "prefix", "suffix")

    def __init__(self, prefix: str, suffix: str = "") -> None:
        super().__init__()
        self.prefix = prefix
        self.suffix = suffix
        self.matches = re.compile(f"{re.escape(prefix)}{STORE_PATH_PATTERN}(?<={re.escape(suffix)})").fullmatch

    def __missing__(self, text: object) -> StorePath:
        if not isinstance(text, str) or not self.matches(text):
            raise _refusal(text, self.prefix, self.suffix)
        path = self[text] = StorePath(text[len(self.prefix) :])
        return path


def _refusal(text: object, prefix: str, suffix: str) -> InvalidInputError:
    """Tell what is wrong with a text that is not a store path as this dump writes them."""
    if not isinstance(text, str):
        return InvalidInputError(f"a store path must be a text, not {text!r:.60}")
    _, slash, base = text.rpartition("/")
    if not is_store_path(base):
        return InvalidInputError(f"{text!r:.300} is not a store path")
    if not base.endswith(suffix):
        return InvalidInputError(f"{text!r} is not the path of a derivation: it does not end in {suffix}")
    if not prefix:
        return InvalidInputError(f"{text!r} should be a base name in this version of the JSON")
    if not slash:
        return InvalidInputError(f"{text!r} should be a full path in this version of the JSON")
    return IncompleteGraphError(
        f"two store directories in one graph: {text} is not in {prefix.removesuffix('/')}",
        hint="compare derivations of one store only",
    )


def check_bare(text: str) -> None:
    """Refuse what cannot stand in a derivation without an escape, as systems and names of outputs do.

    Nix writes these as they are, and reads them as any other text: what has a quote or a backslash comes back as
    another one, or not at all. Observed on Nix 2.8, 2.26, 2.34.
    """
    if '"' in text or "\\" in text:
        raise InvalidInputError(f"{text!r:.80} has a quote or a backslash, which Nix does not escape there")


class BareTexts(dict[str, str]):
    """Systems, and names of outputs: few, and each is checked once."""

    __slots__ = ()

    def __missing__(self, text: str) -> str:
        check_bare(text)
        self[text] = text
        return text


class PathNames(dict[str, str]):
    """Names of outputs that have a path, of which they are a part."""

    __slots__ = ()

    def __missing__(self, name: str) -> str:
        # Before it, there are at least one character and a dash.
        if not is_valid_name(name) or len(name) > LONGEST_NAME - 2:
            raise InvalidInputError(f"{name!r:.80} is no name for an output that has a path")
        self[name] = name
        return name


class Uses(dict[tuple[str, ...], InputDerivation]):
    """Output names → what is used of an input derivation, where that is outputs and nothing else."""

    __slots__ = ()

    def __missing__(self, outputs: tuple[str, ...]) -> InputDerivation:
        if not all(isinstance(output, str) for output in outputs):
            raise InvalidInputError("output names must be texts")
        for output in outputs:
            check_bare(output)
        used = InputDerivation(tuple(sorted(outputs)), {})
        self[outputs] = used
        return used
