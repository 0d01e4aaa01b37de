"""What Nix said when it failed, as one line."""

import errno
import os
import re

_ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
_ERROR = re.compile(r"^[^\S\n]*error:\s*(\S.*)$", re.MULTILINE)
_LACK = re.compile(
    "|".join(map(os.strerror, (errno.ENOSPC, errno.EDQUOT, errno.ENOMEM, errno.EMFILE, errno.ENFILE, errno.EIO)))
    + r"|database (?:\S+ )?is (?:locked|busy)|interrupted by the user|cannot connect to (?:daemon|socket)"
)
_UNREACHED = re.compile(
    r"unable to (?:download|access)|could(?:n't| not) resolve|failed to connect|connection (?:refused|reset)"
    r"|network is unreachable|timed out",
    re.IGNORECASE,
)
_PLACE = re.compile(r"^[^\S\n]*at (\S.*:\d+:\d+):$", re.MULTILINE)


def message_of(stderr: str) -> str:
    """Give the innermost ``error:`` line of Nix's standard error with its place, or its last line.

    The outer ones are the trace; every release prints the cause last (observed on 2.8, 2.26 and 2.34).
    """
    text = _ANSI.sub("", stderr)
    causes = [match for match in _ERROR.finditer(text) if not match[1].startswith("…")]
    if causes:
        place = _PLACE.search(text, causes[-1].end())
        return causes[-1][1].strip() + (f" (at {place[1]})" if place else "")
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "no message"


def is_no_answer(stderr: str) -> bool:
    """Tell whether Nix failed for what this machine lacks at the moment, and not for what it evaluated.

    Of whatever does not evaluate, Nix says so; what ends without a word was not Nix, or not at work.
    """
    return _ERROR.search(_ANSI.sub("", stderr)) is None or _LACK.search(message_of(stderr)) is not None


def may_pass(message: str) -> bool:
    """Tell whether what Nix says of an attribute is of the network at the moment: another time it may evaluate."""
    return _UNREACHED.search(message) is not None
