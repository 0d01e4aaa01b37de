"""Arbitrary derivations and dumps, as hypothesis draws them: every kind of output, odd texts, any store directory."""

from hypothesis import strategies as st

from nixdrift.derivation.structured import write_attributes
from nixdrift.model import (
    DeferredOutput,
    Derivation,
    Dump,
    FixedOutput,
    FloatingOutput,
    ImpureOutput,
    InputAddressedOutput,
    InputDerivation,
    Output,
    StorePath,
    output_path,
)
from nixdrift.store.base32 import ALPHABET
from nixdrift.store.hashes import DIGEST_SIZES
from nixdrift.store.paths import METHOD_PREFIXES, fixed_output_path, output_name

NAME_CHARACTERS = "abcXYZ019+-._?="

store_dirs = st.sampled_from(["/nix/store", "/gnu/store", "/home/someone/.nix/store"])
names = st.text(NAME_CHARACTERS, min_size=1, max_size=20)
methods = st.sampled_from(sorted(METHOD_PREFIXES))
algorithms = st.sampled_from(sorted(DIGEST_SIZES))
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20) | st.sampled_from(['a "q" \\ \n\r\t', "\0"])
stray_texts = st.binary(max_size=12).map(lambda data: data.decode("utf-8", "surrogateescape"))
"""Texts with bytes that are not UTF-8, such as Nix 2.8 prints and as derivations may hold."""


def store_paths(suffix: str = "") -> st.SearchStrategy[StorePath]:
    digests = st.text(ALPHABET, min_size=32, max_size=32)
    return st.builds(lambda digest, name: StorePath(f"{digest}-{name}{suffix}"), digests, names)


drv_paths = store_paths(".drv")
output_names = st.just("out") | st.sampled_from(["dev", "lib", "static", "x.drv"]) | names
used_outputs = st.lists(output_names, unique=True, max_size=3).map(lambda found: tuple(sorted(found)))
plain_uses = st.builds(InputDerivation, used_outputs, st.just({}))
uses = st.recursive(
    plain_uses,
    lambda child: st.builds(InputDerivation, used_outputs, st.dictionaries(output_names, child, max_size=2)),
    max_leaves=4,
)


@st.composite
def fixed_outputs(draw: st.DrawFn, store_name: str, store_dir: str) -> FixedOutput:
    method, algorithm = draw(methods), draw(algorithms)
    size = DIGEST_SIZES[algorithm]
    digest = draw(st.binary(min_size=size, max_size=size)).hex()
    path = fixed_output_path(method, algorithm, digest, store_name, store_dir)
    return FixedOutput(path, method, algorithm, digest)


def outputs(store_name: str, store_dir: str) -> st.SearchStrategy[Output]:
    return st.one_of(
        st.builds(InputAddressedOutput, store_paths()),
        fixed_outputs(store_name, store_dir),
        st.builds(FloatingOutput, methods, algorithms),
        st.just(DeferredOutput()),
        st.builds(ImpureOutput, methods, algorithms),
    )


finite_floats = st.floats(allow_nan=False, allow_infinity=False)
json_values: st.SearchStrategy[object] = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | finite_floats | texts,
    lambda child: st.lists(child, max_size=3) | st.dictionaries(texts, child, max_size=3),
    max_leaves=8,
)
structured_attrs = st.dictionaries(texts, json_values, max_size=3).map(write_attributes)


@st.composite
def derivations(
    draw: st.DrawFn, store_dir: str = "/nix/store", *, dynamic: bool = True, values: st.SearchStrategy[str] = texts
) -> Derivation:
    """Draw a derivation whose environment holds the paths of its outputs, as Nix puts them there."""
    name = draw(names)
    promised = {
        output: draw(outputs(output_name(name, output), store_dir))
        for output in draw(st.lists(output_names, unique=True, max_size=3))
    }
    env = draw(st.dictionaries(texts.filter(lambda key: key != "__json"), values, max_size=4))
    env = {key: value for key, value in env.items() if key not in promised}
    env |= {output: f"{store_dir}/{path}" for output, promise in promised.items() if (path := output_path(promise))}
    digest = draw(st.text(ALPHABET, min_size=32, max_size=32))
    return Derivation(
        drv_path=StorePath(f"{digest}-{name}.drv"),
        name=name,
        system=draw(st.sampled_from(["x86_64-linux", "aarch64-darwin", "builtin"])),
        builder=f"{store_dir}/{draw(store_paths())}/bin/{draw(texts)}",
        args=tuple(draw(st.lists(values, max_size=3))),
        env=env,
        structured_attrs=draw(st.none() | structured_attrs),
        outputs=promised,
        input_sources=tuple(sorted(draw(st.sets(store_paths(), max_size=3)))),
        input_derivations=draw(st.dictionaries(drv_paths, uses if dynamic else plain_uses, max_size=3)),
    )


@st.composite
def dumps(draw: st.DrawFn, *, dynamic: bool = True, values: st.SearchStrategy[str] = texts) -> Dump:
    """Draw a dump of one to four derivations, in any store directory."""
    store_dir = draw(store_dirs)
    strategy = derivations(store_dir, dynamic=dynamic, values=values)
    drawn = draw(st.lists(strategy, min_size=1, max_size=4, unique_by=lambda found: found.drv_path))
    return Dump(store_dir, {derivation.drv_path: derivation for derivation in drawn})
