"""The text of a store derivation, as Nix writes it and hashes it.

Source: <https://nix.dev/manual/nix/latest/protocols/derivation-aterm>; observed on Nix 2.8, 2.26, 2.34.
"""

from collections.abc import Iterable, Mapping
from operator import itemgetter
from typing import TypeVar, assert_never

from nixdrift.model import (
    DeferredOutput,
    Derivation,
    FixedOutput,
    FloatingOutput,
    ImpureOutput,
    InputAddressedOutput,
    InputDerivation,
    Output,
)
from nixdrift.store.paths import method_and_algorithm

Value = TypeVar("Value")

_key = itemgetter(0)


def write_derivation(derivation: Derivation, store_dir: str) -> bytes:
    """Write a derivation as the store's own file holds it."""
    inputs = {f"{store_dir}/{path}": used for path, used in derivation.input_derivations.items()}
    return write_modulo(derivation, store_dir, inputs, mask_outputs=False)


def write_modulo(
    derivation: Derivation, store_dir: str, inputs: Mapping[str, InputDerivation], *, mask_outputs: bool
) -> bytes:
    """Write a derivation with other words for its input derivations, for `nixdrift.store.outputs`.

    ``inputs`` maps what stands for an input derivation to what is used of it. With ``mask_outputs``, output
    paths are blank, both where they are declared and in the environment.
    """
    env = _env(derivation, mask_outputs=mask_outputs)
    is_dynamic = any(used.dynamic_outputs for used in inputs.values())
    parts = (
        'DrvWithVersion("xp-dyn-drv",[' if is_dynamic else "Derive([",
        ",".join(
            [_output(name, output, store_dir, mask=mask_outputs) for name, output in _by_name(derivation.outputs)]
        ),
        "],[",
        ",".join([f'("{text}",{_used(used)})' for text, used in _by_name(inputs)]),
        "],",
        _bare_list(f"{store_dir}/{path}" for path in derivation.input_sources),
        f',"{derivation.system}","{escape(derivation.builder)}",[',
        ",".join([f'"{escape(arg)}"' for arg in derivation.args]),
        "],[",
        ",".join([f'("{escape(name)}","{escape(value)}")' for name, value in _by_name(env)]),
        "])",
    )
    return "".join(parts).encode("utf-8", "surrogateescape")


def _env(derivation: Derivation, *, mask_outputs: bool) -> Mapping[str, str]:
    """Give the environment as the file holds it: structured attributes are a variable there."""
    if derivation.structured_attrs is None and not mask_outputs:
        return derivation.env
    env = dict(derivation.env)
    if derivation.structured_attrs is not None:
        env["__json"] = derivation.structured_attrs
    if mask_outputs:
        env.update((name, "") for name in derivation.outputs if name in env)
    return env


def _output(name: str, output: Output, store_dir: str, *, mask: bool) -> str:
    match output:
        case InputAddressedOutput(path):
            return f'("{name}","{"" if mask else f"{store_dir}/{path}"}","","")'
        case FixedOutput(path, method, algorithm, digest):
            location = "" if mask else f"{store_dir}/{path}"
            return f'("{name}","{location}","{method_and_algorithm(method, algorithm)}","{digest}")'
        case FloatingOutput(method, algorithm):
            return f'("{name}","","{method_and_algorithm(method, algorithm)}","")'
        case DeferredOutput():
            return f'("{name}","","","")'
        case ImpureOutput(method, algorithm):
            return f'("{name}","","{method_and_algorithm(method, algorithm)}","impure")'
    assert_never(output)


def _used(used: InputDerivation) -> str:
    """Write what is used of an input derivation: outputs, or those and what is used of what they produce."""
    outputs = _bare_list(used.outputs)
    if not used.dynamic_outputs:
        return outputs
    produced = ",".join(f'("{name}",{_used(child)})' for name, child in _by_name(used.dynamic_outputs))
    return f"({outputs},[{produced}])"


def _bare_list(texts: Iterable[str]) -> str:
    """Write a list of texts that need no escape: Nix escapes neither paths nor output names."""
    return "[" + ",".join([f'"{text}"' for text in texts]) + "]"


def _by_name(mapping: Mapping[str, Value]) -> list[tuple[str, Value]]:
    """Sort by the bytes of the keys, as Nix does."""
    if "".join(mapping).isascii():
        return sorted(mapping.items(), key=_key)
    return sorted(mapping.items(), key=lambda item: item[0].encode("utf-8", "surrogateescape"))


def escape(text: str) -> str:
    """Write a text as it stands between its quotes."""
    # Five searches for one character are several times faster than one for a set of them.
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t")
