"""What stands in the records, and the paths that Nix gives them."""

import base64
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random

import orjson

from benchmarks.generator.shape import BOOTSTRAP, BUILT, FETCHED, SEVERAL_OUTPUTS_SHARE
from benchmarks.generator.wiring import FIRST, Wiring
from nixdrift.model import Derivation, FixedOutput, InputAddressedOutput, InputDerivation, Output, StorePath
from nixdrift.store.aterm import write_modulo
from nixdrift.store.outputs import drv_path
from nixdrift.store.paths import fixed_output_path, output_name, source_path, store_path

STORE_DIR = "/nix/store"
SYSTEM = "x86_64-linux"

_WORDS = (
    *("configure", "make", "install", "$out", "$src", "--prefix=$out", "substituteInPlace", "runHook", "echo", "then"),
    *("lib", "include", "share/doc", "-DCMAKE_BUILD_TYPE=Release", "--with-openssl", "mkdir -p", "for", "done", "if"),
    *('"$name"', "'s@/usr/bin/env@@g'", "\\\\", "cp -r", "export", "PATH", "-lpthread", "patchShebangs", "find ."),
)
_VARIABLES = (
    *("buildPhase", "checkPhase", "configureFlags", "configurePhase", "cmakeFlags", "doCheck", "dontStrip", "enable"),
    *("fixupPhase", "installFlags", "installPhase", "makeFlags", "meta", "postFixup", "postInstall"),
    *("postPatch", "preConfigure", "preFixup", "preInstall", "propagatedBuildInputs", "propagatedNativeBuildInputs"),
    *("setupHook", "shellHook", "sourceRoot", "unpackPhase", "userHook", "version"),
)
_REQUEST = ("curlOpts", "downloadToTemp", "executable", "mirrorsFile", "postFetch", "showURLs", "urls")
_TEXT = 1 << 18
_IMPURE = " ".join(
    ["http_proxy https_proxy ftp_proxy all_proxy no_proxy", *(f"NIX_MIRRORS_{one}" for one in range(42))]
)
"""What everything that is fetched has."""
_SYNTAX, _SYNTAX_OF_INPUT = 700, 130
"""About how many bytes of a record are neither texts nor inputs, and what an input takes."""


@dataclass(frozen=True, slots=True)
class Made:
    """What others need to know of a derivation that has been made."""

    drv_path: StorePath
    outputs: tuple[tuple[str, StorePath], ...]
    modulo: str
    """What stands for it in the hashes of those that take it."""


@dataclass(frozen=True)
class Edition:
    """Which edition of something is meant: what differs by itself has a second one."""

    is_second: bool = False
    source: int | None = None
    """The input source by which it differs, where that is what differs."""


class Records:
    """Makes the records of a graph, inputs first."""

    def __init__(self, wiring: Wiring, seed: int) -> None:
        self._wiring, self._seed = wiring, seed
        chance = Random(seed)  # noqa: S311 - a graph that can be made again, and no secret
        parts = [chance.choice(_WORDS) + ("\n" if chance.random() < 0.1 else " ") for _ in range(_TEXT // 8)]
        self._text = "".join(parts)

    def make(self, number: int, edition: Edition, made: Callable[[int], Made]) -> tuple[Made, bytes]:
        """Make a derivation; give what others need of it, and its record with the key before it."""
        chance = Random(self._seed << 32 | number)  # noqa: S311
        inputs = {one: made(one) for one in self._wiring.inputs[number]}
        derivation = self._unnamed(number, edition, chance, inputs)
        modulo = {one.modulo: derivation.input_derivations[one.drv_path] for one in inputs.values()}
        return _named(derivation, modulo)

    def source(self, number: int, *, is_second: bool = False) -> StorePath:
        """Give the path of an input source."""
        name = "builder.sh" if number < 2 else source_file(number)
        content = f"{self._seed} source {number} {is_second}"
        return source_path(hashlib.sha256(content.encode()).digest(), name, STORE_DIR)

    def _unnamed(self, number: int, edition: Edition, chance: Random, inputs: Mapping[int, Made]) -> Derivation:
        is_fetched = bool(self._wiring.fetched[number])
        name = derivation_name(number, is_fetched=is_fetched, is_second=edition.is_second and edition.source is None)
        sources = [self.source(one, is_second=edition.source == one) for one in self._wiring.sources[number]]
        shell = inputs.get(BOOTSTRAP)
        builder = f"{STORE_DIR}/{shell.outputs[0][1]}/bin/bash" if shell else "/bin/sh"
        outputs = self._outputs(number, edition, name, chance)
        env = {"builder": builder, "name": name, "system": SYSTEM, **dict.fromkeys(outputs, "")}
        env |= {"outputs": " ".join(outputs)} if len(outputs) > 1 else {}
        env |= self._fetching(outputs["out"]) if is_fetched else self._building(inputs, sources)
        kind = FETCHED if is_fetched else BUILT
        room = kind.size.draw(chance) - _SYNTAX - _SYNTAX_OF_INPUT * len(inputs) - sum(map(len, env.values()))
        missing = kind.variables.draw(chance) - len(env)
        env |= self._texts(_REQUEST if is_fetched else _VARIABLES, missing, room, chance)
        return Derivation(
            StorePath(""),
            name,
            SYSTEM,
            builder,
            ("-e", f"{STORE_DIR}/{sources[0]}" if sources else "-c"),
            env,
            None,
            outputs,
            tuple(sorted(set(sources))),
            {one.drv_path: _used(one, chance) for one in inputs.values()},
        )

    def _outputs(self, number: int, edition: Edition, name: str, chance: Random) -> dict[str, Output]:
        if self._wiring.fetched[number]:
            content = f"{self._seed} fetched {number} {edition.is_second}"
            digest, method = hashlib.sha256(content.encode()).hexdigest(), "nar" if number % 5 == 0 else "flat"
            return {
                "out": FixedOutput(
                    fixed_output_path(method, "sha256", digest, name, STORE_DIR), method, "sha256", digest
                )
            }
        several = number >= FIRST and chance.random() < SEVERAL_OUTPUTS_SHARE
        return {one: InputAddressedOutput(StorePath("")) for one in (("bin", "out") if several else ("out",))}

    def _fetching(self, output: Output) -> dict[str, str]:
        if not isinstance(output, FixedOutput):
            raise TypeError(output)
        return {
            "impureEnvVars": _IMPURE,
            "outputHash": output.digest,
            "outputHashAlgo": output.algorithm,
            "outputHashMode": "recursive" if output.method == "nar" else "flat",
            "preferLocalBuild": "1",
        }

    def _building(self, inputs: Mapping[int, Made], sources: Sequence[StorePath]) -> dict[str, str]:
        own = [one.outputs[-1][1] for number, one in inputs.items() if number >= FIRST]
        tools = [one.outputs[-1][1] for number, one in inputs.items() if number < FIRST]
        return {
            "buildInputs": " ".join(f"{STORE_DIR}/{path}" for path in own[1:]),
            "nativeBuildInputs": " ".join(f"{STORE_DIR}/{path}" for path in tools[2:]),
            "patches": " ".join(f"{STORE_DIR}/{path}" for path in sources[1:]),
            "src": f"{STORE_DIR}/{own[0]}" if own else "",
            "stdenv": f"{STORE_DIR}/{tools[-1]}" if tools else "",
        }

    def _texts(self, names: Sequence[str], number: int, room: int, chance: Random) -> dict[str, str]:
        """Write some variables: half of them are empty, and most of the text is in one or two."""
        chosen = [names[one % len(names)] + (f"{one}" if one >= len(names) else "") for one in range(max(1, number))]
        weights = {name: max(0.0, chance.random() * 2 - 1) ** 6 for name in chosen}
        weights[chosen[-1]] += 0.1
        whole = sum(weights.values())
        return {name: self._some_text(int(max(0, room) * weight / whole), chance) for name, weight in weights.items()}

    def _some_text(self, length: int, chance: Random) -> str:
        start = chance.randrange(len(self._text) // 2)
        found = self._text[start : start + length]
        return found if len(found) == length else (found + self._text * (length // len(self._text) + 1))[:length]


def derivation_name(number: int, *, is_fetched: bool, is_second: bool) -> str:
    """Give the name of a derivation; a second edition has another version."""
    version = f"{1 + number % 7}.{number % 10}.{int(is_second)}"
    return f"{package(number)}-{version}" + (".tar.gz" if is_fetched else "")


def package(number: int) -> str:
    """Give the name of a derivation without its version."""
    return f"{('lib', 'python', 'perl', 'haskell', 'node', 'go', 'kde')[number % 7]}-part{number}"


def source_file(number: int) -> str:
    """Give the name of the file that an input source is a copy of."""
    return f"fix-build-{number}.patch"


def _used(one: Made, chance: Random) -> InputDerivation:
    names = tuple(name for name, _path in one.outputs)
    return InputDerivation(names if len(names) == 1 or chance.random() < 0.2 else ("out",), {})


def _named(derivation: Derivation, modulo: Mapping[str, InputDerivation]) -> tuple[Made, bytes]:
    """Compute the paths of a derivation; ``modulo`` has what stands for its inputs, and what is used of them."""
    if isinstance(fixed := derivation.outputs["out"], FixedOutput):
        paths = {"out": fixed.path}
    else:
        masked = _hash(write_modulo(derivation, STORE_DIR, modulo, mask_outputs=True))
        paths = {
            one: store_path(f"output:{one}", masked, output_name(derivation.name, one), STORE_DIR)
            for one in derivation.outputs
        }
        derivation = replace(derivation, outputs={one: InputAddressedOutput(path) for one, path in paths.items()})
    env = {**derivation.env, **{one: f"{STORE_DIR}/{path}" for one, path in paths.items()}}
    derivation = replace(derivation, env=env)
    path = drv_path(derivation, STORE_DIR)
    record = orjson.dumps(_record(derivation), option=orjson.OPT_SORT_KEYS)
    made = Made(path, tuple(paths.items()), _modulo(derivation, modulo))
    return made, b'"%s":%s' % (path.encode(), record)


def _modulo(derivation: Derivation, inputs: Mapping[str, InputDerivation]) -> str:
    if isinstance(fixed := derivation.outputs["out"], FixedOutput):
        prefix = "r:" if fixed.method == "nar" else ""
        return _hash(f"fixed:out:{prefix}{fixed.algorithm}:{fixed.digest}:{STORE_DIR}/{fixed.path}".encode())
    return _hash(write_modulo(derivation, STORE_DIR, inputs, mask_outputs=False))


def _hash(text: bytes) -> str:
    return hashlib.sha256(text).hexdigest()


def _record(derivation: Derivation) -> object:
    """Write a record as Nix does in JSON version 4."""
    drvs = {
        path: {"dynamicOutputs": {}, "outputs": used.outputs} for path, used in derivation.input_derivations.items()
    }
    return {
        "args": derivation.args,
        "builder": derivation.builder,
        "env": derivation.env,
        "inputs": {"drvs": drvs, "srcs": derivation.input_sources},
        "name": derivation.name,
        "outputs": {name: _output(one) for name, one in derivation.outputs.items()},
        "system": derivation.system,
        "version": 4,
    }


def _output(output: Output) -> Mapping[str, str]:
    match output:
        case FixedOutput(_path, method, algorithm, digest):
            return {"hash": f"{algorithm}-{base64.b64encode(bytes.fromhex(digest)).decode()}", "method": method}
        case InputAddressedOutput(path):
            return {"path": path}
        case _:
            raise TypeError(output)
