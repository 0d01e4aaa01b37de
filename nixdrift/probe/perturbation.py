"""Change a file so that whatever takes it notices, and so that it stays what it is: JSON stays JSON."""

import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import orjson

from nixdrift.changes import EXECUTABLE_MODE, FILE_MODE, SUBMODULE_MODE, SYMLINK_MODE, FileState


@dataclass(frozen=True, slots=True)
class Perturbation:
    """What a path is to become."""

    mode: str
    content: bytes | None
    """None: as it was. Of a submodule, the new commit id."""


def perturbed(path: str, state: FileState, content: bytes) -> Perturbation:
    """Give another state of a file; ``content`` is what it holds (of a submodule: anything)."""
    match state.mode:
        case _ if state.mode == SUBMODULE_MODE:
            # No repository has it; Nix sees an empty directory in its place, or is asked to fetch it and says so.
            return Perturbation(SUBMODULE_MODE, state.object_id.translate(_OTHER_DIGITS).encode())
        case _ if state.mode == SYMLINK_MODE:
            return Perturbation(SYMLINK_MODE, _same_target(content))
    if b"\0" in content:
        # What only a program can read stays valid: of a file, Nix sees its content and this bit.
        return Perturbation(FILE_MODE if state.mode == EXECUTABLE_MODE else EXECUTABLE_MODE, None)
    return Perturbation(state.mode, _editor(path)(content))


_OTHER_DIGITS = str.maketrans("0123456789abcdef", "fedcba9876543210")


def _same_target(target: bytes) -> bytes:
    """Write the target of a symbolic link in another way."""
    return b"/." + target if target.startswith(b"/") else b"./" + target


def _editor(path: str) -> Callable[[bytes], bytes]:
    name = path.rpartition("/")[2]
    if name.endswith(".nix"):
        return _with_comment
    if name == "flake.lock":
        # Any other content of it locks something else, and nothing would evaluate.
        return _with_white_space
    if name.endswith(".json"):
        return _other_json
    if name.endswith((".toml", ".lock")):
        return _other_lock
    return _other_text


def _with_comment(content: bytes) -> bytes:
    return content + b"\n# nixdrift probe\n"


def _with_white_space(content: bytes) -> bytes:
    return content + b"\n"


def _other_text(content: bytes) -> bytes:
    """Add a character to the last line, not a line: what takes a file often strips its end."""
    body = content.rstrip(b"\r\n")
    return body + b"0" + (content[len(body) :] or b"")


def _other_json(content: bytes) -> bytes:
    """Change every string and number: an expression may take any one of them, and no more."""
    try:
        value = orjson.loads(content)
        other = _other_value(value)
        # All of a file may be `null`, or a truth value.
        other = not value if other == value else other
        return orjson.dumps(other, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
    except (orjson.JSONDecodeError, orjson.JSONEncodeError, RecursionError):
        # It is no JSON, or nested too deeply.
        return _other_text(content)


def _other_value(value: Any) -> Any:
    match value:
        case bool() | None:
            return value
        case str():
            return value + "0"
        case int() | float():
            # Not above what every reader of JSON takes for a whole number.
            return value - 1
        case list():
            return [_other_value(one) for one in value] or [0]
        case dict():
            return {key: _other_value(one) for key, one in value.items()} | {"nixdrift-probe": "0"}
    raise TypeError(value)


_TOML_STRING = re.compile(rb'(?m)^(\s*[A-Za-z0-9_."-]+\s*=\s*"(?:[^"\\\n]|\\.)*)(")')


def _other_lock(content: bytes) -> bytes:
    """Change a lock file, which is TOML, JSON or text of its own, whatever its name says."""
    if content.lstrip()[:1] in {b"{", b"["} and _is_json(content):
        return _other_json(content)
    changed = _TOML_STRING.sub(rb"\g<1>0\2", content)
    return changed if _is_toml(content) and _is_toml(changed) and changed != content else _other_text_of_toml(content)


def _other_text_of_toml(content: bytes) -> bytes:
    commented = content + b"\n# nixdrift probe\n"
    return commented if _is_toml(content) else _other_text(content)


def _is_json(content: bytes) -> bool:
    try:
        orjson.loads(content)
    except orjson.JSONDecodeError:
        return False
    return True


def _is_toml(content: bytes) -> bool:
    try:
        tomllib.loads(content.decode("utf-8"))
    except (ValueError, RecursionError):
        return False
    return True
