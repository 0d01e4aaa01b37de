import contextlib
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nixdrift.derivation.aterm import Known, read_derivation, read_head, read_outputs
from nixdrift.derivation.dumps import read_dump
from nixdrift.errors import IncompleteGraphError, InvalidInputError
from nixdrift.links import links_of
from nixdrift.model import Derivation, Dump, StorePath
from nixdrift.store.aterm import write_derivation
from nixdrift.store.outputs import drv_path, output_paths

from .real_nix import read_store, show
from .strategies import derivations, stray_texts

SAMPLES = Path(__file__).parents[2] / "fixtures" / "samples"
PATH = StorePath("00000000000000000000000000000000-hello.drv")
SMALL = b'Derive([("out","","","")],[],[],"x86_64-linux","/bin/sh",[],[("a","b")])'


@given(derivation=derivations("/gnu/store", values=stray_texts))
def test_reading_what_the_store_writes_gives_the_same_derivation(derivation: Derivation) -> None:
    data = write_derivation(derivation, "/gnu/store")
    assert read_derivation(data, derivation.drv_path, Known("/gnu/store")) == derivation


@given(derivation=derivations("/gnu/store", values=stray_texts))
def test_what_is_read_of_it_alone_is_what_is_read_with_all(derivation: Derivation) -> None:
    data, path = write_derivation(derivation, "/gnu/store"), derivation.drv_path
    head, links = read_head(data, path, Known("/gnu/store")), links_of({path: derivation})
    assert sorted(head.derivations) == sorted(links.derivations[path])
    assert head.sources == links.sources[path]
    assert head.system == derivation.system
    assert sorted(head.hashes) == sorted(links.hashes.get(path, ()))
    assert read_outputs(data, path, Known("/gnu/store")) == derivation.outputs


@pytest.mark.parametrize("read", [read_derivation, read_head])
@given(derivation=derivations(), data=st.data())
def test_a_truncated_derivation_is_refused_by_name(
    read: Callable[..., object], derivation: Derivation, data: st.DataObject
) -> None:
    text = write_derivation(derivation, "/nix/store")
    length = data.draw(st.integers(0, len(text) - 1))
    with pytest.raises(InvalidInputError, match=r"^[0-9a-z]{32}-"):
        read(text[:length], derivation.drv_path, Known("/nix/store"))


@given(data=st.data())
def test_a_derivation_with_any_byte_changed_is_read_or_refused(data: st.DataObject) -> None:
    derivation = data.draw(derivations())
    damaged = bytearray(write_derivation(derivation, "/nix/store"))
    damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    path = derivation.drv_path
    with contextlib.suppress(InvalidInputError):
        found = read_derivation(bytes(damaged), path, Known("/nix/store"))
        assert found.name == derivation.name
        head = read_head(bytes(damaged), path, Known("/nix/store"))
        assert (head.derivations, head.sources) == (tuple(found.input_derivations), found.input_sources)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is empty"),
        (b"hello", "not a store derivation: it begins with 'hello'"),
        (b'DrvWithVersion("xp-other",[])', "of an unknown version"),
        (SMALL[:-3], "is cut off"),
        (SMALL.replace(b"[],[],", b"[,[],"), "malformed where its input derivations should be"),
        (SMALL.replace(b',"",""', b',""'), "malformed where its outputs should be"),
        (SMALL.replace(b'("a","b")', b'("a")'), "malformed where its sources, system"),
        (SMALL.replace(b'"","",""', b'"","md6",""'), "unknown hash algorithm in 'md6'"),
        (SMALL.replace(b'"","",""', b'"","zip:md5",""'), "unknown ingestion method in 'zip:md5'"),
        (SMALL.replace(b'"","",""', b'"","sha1","00"'), "hash of an output without its path"),
        (SMALL.replace(b'"","",""', b'"/nix/store/x","",""'), "'/nix/store/x' is not a store path"),
        (SMALL.replace(b'"x86_64-linux"', rb'"a\"b"'), "has a quote or a backslash"),
        (SMALL.replace(b'"out"', rb'"a\\b"'), "has a quote or a backslash"),
        (SMALL.replace(b'"out",""', b'"a b","/nix/store/%s"' % PATH.encode()), "'a b' is no name for an output"),
        (SMALL.replace(b"[],[],", b'[("/nix/store/%s",["a\\"b"])],[],' % PATH.encode()), "has a quote or a backslash"),
        (SMALL.replace(b"[],[],", b'[],["5"],'), "'5' is not a store path"),
    ],
)
def test_a_fault_is_named(data: bytes, words: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        read_derivation(data, PATH, Known("/nix/store"))
    assert words in caught.value.message
    assert caught.value.message.startswith(PATH)


def test_a_path_of_another_store_is_refused() -> None:
    data = SMALL.replace(b"[],[],", b'[],["/gnu/store/00000000000000000000000000000000-x"],')
    with pytest.raises(IncompleteGraphError, match="two store directories"):
        read_derivation(data, PATH, Known("/nix/store"))


def test_an_argument_of_megabytes_is_read() -> None:
    data = SMALL.replace(b'"/bin/sh",[]', b'"/bin/sh",["' + rb"x\n" * 2_000_000 + b'"]')
    (arg,) = read_derivation(data, PATH, Known("/nix/store")).args
    is_whole = arg == "x\n" * 2_000_000  # no text of megabytes in a failure's report
    assert is_whole


@pytest.fixture
def all_kinds(tmp_path: Path) -> Path:
    """Give a project that has every kind of derivation."""
    project = tmp_path / "project"
    (project / "dir").mkdir(parents=True)
    (project / "dir" / "inner").write_text("inner")
    (project / "file.txt").write_text("content")
    shutil.copy(SAMPLES / "all-kinds.nix", project / "default.nix")
    return project


def test_the_stores_own_files_say_what_the_json_says(nix_bin: Path, nix_store: Path, all_kinds: Path) -> None:
    dump = read_dump(show(nix_bin, nix_store, all_kinds), source="nix")
    assert len(dump.derivations) == (18 if nix_bin.name == "nix-2.8" else 20)
    assert read_store(nix_store) == dump.derivations


ODD = r"""
let make = attributes: derivation ({ system = "x86_64-linux"; builder = "/bin/sh"; } // attributes); in [
  (make { name = "structured"; __structuredAttrs = true; floats = builtins.fromJSON (builtins.readFile ./floats.json);
          text = "é \" \\ \n \t \r €"; "ключ" = null; yes = true; nested = { b = [ ]; a = { }; }; })
  (make { name = "texts"; text = "a\"b\\c\nd\re\tf ünï $x"; "naïve" = "1"; args = [ "" "\\" "\"" ]; })
  (make { name = "text-fixed"; outputHashMode = "flat"; outputHashAlgo = "sha512";
          outputHash = builtins.hashString "sha512" ""; })
  (make { name = "md5-tree"; outputHashMode = "recursive"; outputHashAlgo = "md5";
          outputHash = builtins.hashString "md5" ""; })
]
"""
FLOATS = "[0.1, 1.5e-7, 3e15, 1.0, -0.0, 1e16, 123456789012345680.0, 5e-324, 0.0001, 0.00001, 1e300, 2.5, 100.0]"


def test_odd_texts_and_numbers_survive_every_way_of_reading(nix_bin: Path, nix_store: Path, tmp_path: Path) -> None:
    (tmp_path / "default.nix").write_text(ODD)
    (tmp_path / "floats.json").write_text(FLOATS)
    dump = read_dump(show(nix_bin, nix_store, tmp_path), source="nix")
    assert read_store(nix_store) == dump.derivations
    assert_recomputed(dump)


def test_stray_bytes_are_read_from_the_store_and_from_the_release_that_prints_them(
    nix_bin: Path, nix_store: Path, tmp_path: Path
) -> None:
    (tmp_path / "latin1").write_bytes(b"caf\xe9")
    (tmp_path / "default.nix").write_text(
        'derivation { name = "x"; system = "s"; builder = "b"; text = builtins.readFile ./latin1; }'
    )
    if nix_bin.name == "nix-2.8":
        data = show(nix_bin, nix_store, tmp_path)
        assert read_dump(data, source="nix").derivations == read_store(nix_store)
    else:
        with pytest.raises(AssertionError, match="UTF-8"):
            show(nix_bin, nix_store, tmp_path)
    (derivation,) = read_store(nix_store).values()
    assert derivation.env["text"] == "caf\udce9"
    assert_recomputed(Dump("/nix/store", {derivation.drv_path: derivation}))


def floating(outputs: str) -> str:
    attributes = '__contentAddressed = true; outputHashMode = "recursive"; outputHashAlgo = "sha256";'
    return f'derivation {{ name = "x"; system = "s"; builder = "b"; outputs = [ {outputs} ]; {attributes} }}'


def test_an_output_that_has_no_path_yet_may_have_nearly_any_name(
    nix_bin: Path, nix_store: Path, tmp_path: Path
) -> None:
    (tmp_path / "default.nix").write_text(floating('"a:b" "é" "a/b" "a,b" "out"'))
    dump = read_dump(show(nix_bin, nix_store, tmp_path), source="nix")
    assert read_store(nix_store) == dump.derivations
    assert_recomputed(dump)


@pytest.mark.parametrize("name", [r'"a\\\\b"', r'"a\\\"b"'])
def test_a_name_that_nix_reads_otherwise_than_it_was_is_refused(
    nix_bin: Path, nix_store: Path, tmp_path: Path, name: str
) -> None:
    """As in the expression it has a backslash more than in the store's file, which is written without escapes."""
    (tmp_path / "default.nix").write_text(floating(name))
    data = show(nix_bin, nix_store, tmp_path)
    for read in (lambda: read_dump(data, source="nix"), lambda: read_store(nix_store)):
        with pytest.raises(InvalidInputError, match="has a quote or a backslash"):
            read()


@pytest.mark.parametrize(
    ("attributes", "words"),
    [
        ('outputs = [ "a:b" ];', "illegal character"),
        ('outputs = [ "é" ];', "illegal character"),
        (f'outputs = [ "{"a" * 210}" ];', "longer"),
        (r'system = "a\"b";', "expected string ','"),
    ],
)
def test_what_is_refused_of_a_dump_nix_refuses_to_make(
    nix_bin: Path, nix_store: Path, tmp_path: Path, attributes: str, words: str
) -> None:
    rest = "" if "system" in attributes else 'system = "s"; '
    (tmp_path / "default.nix").write_text(f'derivation {{ name = "x"; builder = "b"; {rest}{attributes} }}')
    with pytest.raises(AssertionError, match=words):
        show(nix_bin, nix_store, tmp_path)


def assert_recomputed(dump: Dump) -> None:
    for path, computed in output_paths(dump).items():
        derivation = dump.derivations[path]
        assert drv_path(derivation, dump.store_dir) == path
        assert {name: getattr(output, "path", None) for name, output in derivation.outputs.items()} == computed
