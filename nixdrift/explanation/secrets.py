"""Mask what looks like a secret: a report may be read by more people than a derivation."""

import math
import re
from collections import Counter
from itertools import pairwise

_NAMES = re.compile(
    r"TOKEN|SECRET|PASSWORD|PASSWD|PASSPHRASE|CREDENTIAL|APIKEY|(^|[_-])(KEY|AUTH|PWD)$|_KEY(_|$)", re.IGNORECASE
)
_HASH_NAMES = re.compile(r"hash|sha(1|256|512)|md5|digest|checksum|integrity|rev|commit", re.IGNORECASE)

_PRIVATE_KEY = re.compile(
    r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----.*?(?:-----END [A-Z0-9 ]*PRIVATE KEY-----|\Z)", re.DOTALL
)
_KNOWN_TOKENS = re.compile(
    r"\b(?:gh[pousr]_|github_pat_|glpat-|xox[abprs]-|sk_live_|sk-|AKIA|ASIA|AIza|ya29\.|eyJ[\w-]+\.eyJ)[\w.-]{8,}"
)
_IN_URL = re.compile(r"(?<=://)[^\s/@:]+:[^\s/@]+(?=@)")
_NAME = r"(?P<name>[A-Za-z_][\w-]{0,80})"
_VALUE = (
    r"""\\+"([^"\\\n]+)|"((?:[^"\\]|\\.){1,4096})"|'([^']{1,4096})'"""
    # One word, or what begins with a quote that has no end.
    r"""|["']?([^\s"',;}]{3,})"""
)
_WITH_SIGN = re.compile(rf"""(?<!\w){_NAME}\\*["']?[^\S\n]*[:=][^\S\n]*""")
_OPTION = re.compile(rf"(?<![\w-])--?{_NAME}\s+(?!-)")
_ARGUMENT = re.compile(rf"(?<![\w-])--?{_NAME}\n(?![-\s])")
_LISTED = re.compile(
    rf"""(?:name|key)\\*["']?\s*[:=]\s*\\*["']?{_NAME}\\*["']?\s*,?\s*\\*["']?value\\*["']?\s*[:=]\s*"""
)
_BLOCK = re.compile(rf"(?<!\w){_NAME}:[ \t]*[|>][+-]?[ \t]*\n")
_ELEMENT = re.compile(r"<(?P<name>[A-Za-z][\w:.-]{0,80})>(?=[^<\n]+</)")
_BESIDE = tuple(
    (before, re.compile(value))
    for before, value in (
        # The lines below a name in YAML, and the rest of a line: an element of XML, an argument after an option.
        (_BLOCK, r"((?:[ \t]+\S.*\n?)+)"),
        (_ELEMENT, r"([^<\n]+)"),
        (_ARGUMENT, r"([^\n]+)"),
        # One word, or one text in quotes: in a list of variables, in a shell, in JSON, after an option.
        (_LISTED, _VALUE),
        (_WITH_SIGN, _VALUE),
        (_OPTION, _VALUE),
    )
)
"""What stands before a secret and has a name, and what the secret is then."""
_SPACED = re.compile(
    r"((?:^|[ \t])(?:password|passwd|requirepass|masterauth)[ \t]+[\"']?)([^\s\"'<$…]{3,})", re.MULTILINE
)
"""A word for a secret, and the word after it, as in a netrc."""
_SCHEME = re.compile(r"(\b(?:Bearer|Basic)\s+)([A-Za-z0-9+/_.~=-]{3,})")
"""What stands in an HTTP header for who asks."""
_NO_SECRET = re.compile(r"<masked|<?…|\$[A-Za-z_{(]")
"""What refers to another place, or is masked already."""
_WORD = re.compile(r"[A-Za-z0-9+/_=-]{32,}")
_HASH = re.compile(r"(?:sha\d+|md5)-[A-Za-z0-9+/]+={0,2}|[0-9a-f]+|[0-9A-F]+|[0-9a-df-np-sv-z]+")
"""What is no secret: hashes in the spellings that Nix and lock files use."""

_FEWEST_TURNS = 0.45
"""Random letters and digits turn from one kind to another at six characters of ten; CamelCase at three or four."""

_MOST_ORDERLY = 4.25
"""Bits a character: words have about four, random base64 of this length more than four and a half."""


class Masker:
    """Masks secrets; the same one always in the same way, so that it can be seen whether it changed.

    With ``shows``, it masks nothing.
    """

    def __init__(self, *, shows: bool = False) -> None:
        self._shows = shows
        self._numbers: dict[str, int] = {}

    def mask(self, text: str, *names: str | None) -> str:
        """Give a text without its secrets; all of it is one if its name, or a name that it is under, says so."""
        if self._shows:
            return text
        if text and is_secret(*names):
            return self._masked(text)
        found = text
        for pattern in (_PRIVATE_KEY, _KNOWN_TOKENS, _IN_URL):
            found = pattern.sub(lambda match: self._masked(match[0]), found)
        for before, value in _BESIDE:
            found = self._beside(found, before, value)
        found = _SPACED.sub(lambda match: match[1] + self._masked(match[2]), found)
        found = _SCHEME.sub(lambda match: match[1] + self._masked(match[2]), found)
        if names and names[-1] is not None and _HASH_NAMES.search(names[-1]):
            return found
        return _WORD.sub(lambda match: self._masked(match[0]) if _is_random(match[0]) else match[0], found)

    def _beside(self, text: str, before: re.Pattern[str], value: re.Pattern[str]) -> str:
        """Mask what stands beside the names of secrets; within what stands beside other names, more may be found."""
        pieces, end = [], 0
        for match in before.finditer(text):
            found = value.match(text, match.end()) if match.end() >= end and is_secret(match["name"]) else None
            if found and found.lastindex and not _NO_SECRET.match(found[found.lastindex]):
                pieces += [text[end : found.start(found.lastindex)], self._masked(found[found.lastindex])]
                end = found.end(found.lastindex)
        return "".join([*pieces, text[end:]])

    def _masked(self, secret: str) -> str:
        number = self._numbers.setdefault(secret, len(self._numbers) + 1)
        return f"<masked #{number}>"


def is_secret(*names: str | None) -> bool:
    """Tell whether one of some names says that what it stands for is a secret."""
    return any(name is not None and _NAMES.search(name) for name in names)


def _is_random(word: str) -> bool:
    kinds = [_kind(char) for char in word if char.isalnum()]
    if _HASH.fullmatch(word) or len(set(kinds)) < len(_KINDS):
        return False
    turns = sum(one != other for one, other in pairwise(kinds))
    return turns > _FEWEST_TURNS * len(kinds) and _entropy(word) > _MOST_ORDERLY


def _entropy(word: str) -> float:
    shares = [number / len(word) for number in Counter(word).values()]
    return -sum(share * math.log2(share) for share in shares)


def _kind(char: str) -> int:
    return next(number for number, is_kind in enumerate(_KINDS) if is_kind(char))


_KINDS = (str.isdigit, str.islower, str.isupper)
