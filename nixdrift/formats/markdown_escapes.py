"""Texts that others chose, as Markdown that shows them and does nothing else."""

import re

from nixdrift.report.escapes import clean
from nixdrift.report.page import cut

_LONGEST = 1000
_PUNCTUATION = re.compile(r"[!#$&*:<>@\[-`{-~]|(?<=[wW]{3})\.|^[-+=0-9]")
# What GitHub and GitLab take for a person, an issue or a milestone, in any text that is no code.
_REFERENCE = re.compile(r"([@#!~$%&])(?=\w)")
_WORD_JOINER = "\u2060"


def code(text: str) -> str:
    """Give a name as code: nothing in it is Markdown, a link, a mention or a reference."""
    return f"<code>{_escaped(_short(text))}</code>" if text.strip() else "<code>&#39;&#39;</code>"


def prose(text: str) -> str:
    """Give a sentence in which nothing is Markdown or HTML, and nobody is mentioned."""
    return _escaped(_REFERENCE.sub(rf"\1{_WORD_JOINER}", _short(text)))


def _short(text: str) -> str:
    return cut(clean(text.strip()), _LONGEST)


def _escaped(text: str) -> str:
    """Write what means something as character references: neither Markdown nor HTML sees anything in them."""
    return _PUNCTUATION.sub(lambda found: f"&#{ord(found[0])};", text)
