"""The file of a snapshot: what is written is read, and what is damaged, foreign or too large is refused."""

import gzip
import hashlib
import json
import random
import tracemalloc
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nixdrift.derivation.stored import Texts
from nixdrift.errors import InvalidInputError
from nixdrift.snapshot import Place, Question, Snapshot, is_snapshot, read_snapshot, take_snapshot, write_snapshot
from nixdrift.snapshot.format import LARGEST
from tests.snapshot.saving import evaluated
from tests.snapshot.strategies import snapshots
from tests.worlds import STACK, make_world, stack


def a_snapshot() -> Snapshot:
    world = make_world(stack, STACK, STACK)
    return take_snapshot(evaluated(world.base, world.base_tree, world))


def refusal(data: bytes) -> str:
    with pytest.raises(InvalidInputError) as refused:
        read_snapshot(data, source="base.snapshot")
    assert refused.value.hint
    assert "\n" not in refused.value.message
    return refused.value.message


@given(snapshots())
def test_what_is_written_is_read_again(snapshot: Snapshot) -> None:
    data = write_snapshot(snapshot)
    assert is_snapshot(data)
    assert read_snapshot(data, source="it") == snapshot


@given(snapshots(), st.randoms(use_true_random=False))
def test_the_order_of_what_has_none_changes_no_byte(snapshot: Snapshot, order: random.Random) -> None:
    evaluation = snapshot.evaluation
    other = replace(
        snapshot,
        evaluation=replace(
            evaluation,
            derivations=_shuffled(evaluation.derivations, order),
            positions=_shuffled(evaluation.positions, order),
        ),
        sources=_shuffled(snapshot.sources, order),
    )
    assert write_snapshot(other) == write_snapshot(snapshot)


def _shuffled(mapping: Any, order: random.Random) -> Any:
    items = list(mapping.items())
    order.shuffle(items)
    return dict(items)


def test_what_two_snapshots_share_is_read_once() -> None:
    data = write_snapshot(a_snapshot())
    known = Texts()
    one, other = (read_snapshot(data, source="it", known=known).evaluation.derivations for _time in range(2))
    assert known.of(one) == one == a_snapshot().evaluation.derivations
    assert all(one[path] is other[path] for path in one)


def test_a_text_that_is_not_what_its_path_says_is_not_known_afterwards() -> None:
    known = Texts()
    with pytest.raises(InvalidInputError, match="is the text of another derivation"):
        read_snapshot(FOREIGN["another text"], source="it", known=known)
    assert read_snapshot(write_snapshot(a_snapshot()), source="it", known=known) == a_snapshot()


def test_the_first_line_says_what_it_is_and_the_rest_is_unpacked_by_gzip() -> None:
    data = write_snapshot(a_snapshot())
    head, _, packed = data.partition(b"\n")
    content = gzip.decompress(packed)
    digest = hashlib.sha256(content).hexdigest()
    assert head.decode() == f"nixdrift snapshot 1 {len(content)} {digest}"
    assert json.loads(content.partition(b"\n")[0])["system"] == "x86_64-linux"
    # The time at which it was packed.
    assert packed[4:8] == b"\0\0\0\0"


# Damage


def test_a_snapshot_that_is_cut_off_anywhere_is_refused() -> None:
    data = write_snapshot(a_snapshot())
    for length in range(len(data)):
        message = refusal(data[:length])
        assert "cut off" in message or "damaged" in message, (length, message)


@pytest.mark.parametrize("flip", [0x01, 0x10, 0x80, 0xFF])
def test_a_flipped_byte_is_refused_or_does_no_harm(flip: int) -> None:
    snapshot = a_snapshot()
    data = write_snapshot(snapshot)
    harmless = []
    for place in range(len(data)):
        damaged = data[:place] + bytes([data[place] ^ flip]) + data[place + 1 :]
        with suppress(InvalidInputError):
            assert read_snapshot(damaged, source="it") == snapshot
            harmless.append(place)
    # In gzip's own header: time, level and system. In the last byte that was packed: the bits that are left over.
    assert len(harmless) <= 8


def test_what_follows_a_snapshot_is_refused() -> None:
    data = write_snapshot(a_snapshot())
    assert "damaged" in refusal(data + b"\n")
    assert "damaged" in refusal(data + data.partition(b"\n")[2])


@given(st.binary(max_size=40))
def test_whatever_else_is_given_is_refused(data: bytes) -> None:
    assert refusal(b"nixdrift snapshot 1 " + data)
    assert refusal(data)


def test_a_dump_is_no_snapshot_and_the_start_of_one_is() -> None:
    assert not is_snapshot(b"")
    assert not is_snapshot(b'{"/nix/store/')
    assert not is_snapshot(b"nixdrift demo")
    assert is_snapshot(b"nixdr")
    assert is_snapshot(b"nixdrift snapshot 9 and more")


# Other versions, and sizes


@pytest.mark.parametrize("head", [b"2 10 " + b"0" * 64, b"2 whatever it says", b"999 1"])
def test_a_later_version_is_named(head: bytes) -> None:
    with pytest.raises(
        InvalidInputError, match=r"^base.snapshot: is a snapshot of version \d+, and this nixdrift reads"
    ) as it:
        read_snapshot(b"nixdrift snapshot " + head + b"\nwhatever", source="base.snapshot")
    assert "update nixdrift" in str(it.value.hint)


def packed(content: bytes, size: int | None = None) -> bytes:
    """Pack any content as a snapshot is packed."""
    digest = hashlib.sha256(content).hexdigest()
    head = f"nixdrift snapshot 1 {len(content) if size is None else size} {digest}\n"
    return head.encode() + gzip.compress(content, mtime=0)


def test_no_more_is_unpacked_than_the_first_line_says() -> None:
    bomb = packed(b"\0" * 200_000_000, size=1000)
    assert len(bomb) < 300_000
    tracemalloc.start()
    try:
        assert "damaged" in refusal(bomb)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 5_000_000


def test_a_first_line_that_says_too_much_is_refused_before_anything_is_unpacked() -> None:
    assert f"no more than {LARGEST:,} are read" in refusal(packed(b"", size=LARGEST + 1))
    assert "no more than" in refusal(packed(b"", size=10**17))
    data = write_snapshot(a_snapshot())
    with pytest.raises(InvalidInputError, match="no more than 100 are read"):
        read_snapshot(data, source="it", largest=100)


def test_what_could_not_be_read_again_is_not_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nixdrift.snapshot.format.LARGEST", 100)
    with pytest.raises(InvalidInputError, match="larger than nixdrift reads"):
        write_snapshot(a_snapshot())


def test_a_derivation_that_has_not_the_path_that_it_is_known_by_is_not_written() -> None:
    snapshot = a_snapshot()
    path, derivation = next(iter(snapshot.evaluation.derivations.items()))
    changed = replace(derivation, args=("another",))
    evaluation = replace(snapshot.evaluation, derivations={**snapshot.evaluation.derivations, path: changed})
    with pytest.raises(InvalidInputError, match=f"^{path} is not what its record says"):
        write_snapshot(replace(snapshot, evaluation=evaluation))


# Files with a digest that is right, made by something else


Change = Callable[[dict[str, Any]], object]


def rewritten(change: Change, body: Callable[[bytes], bytes] = bytes) -> bytes:
    """Give a snapshot with something else in its document, or in what follows it."""
    content = gzip.decompress(write_snapshot(a_snapshot()).partition(b"\n")[2])
    line, _, rest = content.partition(b"\n")
    document = json.loads(line)
    change(document)
    return packed(json.dumps(document).encode() + b"\n" + body(rest))


def nothing(_document: dict[str, Any]) -> None:
    return None


def of_first_source(value: object) -> Change:
    return lambda document: document["sources"].update({min(document["sources"]): value})


PATH = "00000000000000000000000000000000-x.drv"

FOREIGN: dict[str, bytes] = {
    "nothing at all": packed(b""),
    "no line": packed(b"{}"),
    "no JSON": packed(b"hello\n"),
    "no UTF-8": packed(b'{"a": "\xff"}\n'),
    "a list": packed(b"[]\n"),
    "an empty object": packed(b"{}\n"),
    "deep nesting": packed(b"[" * 200_000 + b"\n"),
    "a number of many digits": packed(b"1" * 10_000 + b"\n"),
    "no commit": rewritten(lambda document: document.pop("commit")),
    "a commit that is none": rewritten(lambda document: document.update(commit="main")),
    "a tree that is none": rewritten(lambda document: document.update(tree=None)),
    "a store directory that is none": rewritten(lambda document: document.update(store=7)),
    "another store directory": rewritten(lambda document: document.update(store="/gnu/store")),
    "a flag that is a number": rewritten(lambda document: document.update(flake=1)),
    "roots that are no list": rewritten(lambda document: document.update(roots={"name": "x"})),
    "a root that is a text": rewritten(lambda document: document.update(roots=["x"])),
    "a root that is not there": rewritten(
        lambda document: document.update(roots=[{"name": "x", "derivation": PATH, "position": None}])
    ),
    "a root without a store path": rewritten(
        lambda document: document.update(roots=[{"name": "x", "derivation": "x", "position": None}])
    ),
    "a line that is a text": rewritten(lambda document: document["roots"][0].update(position=["default.nix", "1"])),
    "a line that is a flag": rewritten(lambda document: document["roots"][0].update(position=["default.nix", True])),
    "half a position": rewritten(lambda document: document["roots"][0].update(position=["default.nix"])),
    "a message that is none": rewritten(lambda document: document.update(failed=[{"name": "x", "message": None}])),
    "options that are none": rewritten(lambda document: document["asked"].update(options=["a", "b"])),
    "positions of what is no path": rewritten(lambda document: document.update(positions={"x": {}})),
    "a source that is nothing": rewritten(of_first_source({})),
    "a source that is a text": rewritten(of_first_source("files")),
    "files that are a list": rewritten(of_first_source({"files": []})),
    "a file without a mode": rewritten(of_first_source({"files": {"a": "0" * 40}})),
    "a directory as a file": rewritten(of_first_source({"files": {"a": "040000 " + "0" * 40}})),
    "a file of half an id": rewritten(of_first_source({"files": {"a": "100644 " + "0" * 39}})),
    "a file that leads out": rewritten(of_first_source({"files": {"a/../../b": "100644 " + "0" * 40}})),
    "a file at an absolute path": rewritten(of_first_source({"files": {"/etc/passwd": "100644 " + "0" * 40}})),
    "an origin that leads out": rewritten(of_first_source({"origins": ["../other"]})),
    "an origin at an absolute path": rewritten(of_first_source({"origins": ["/etc"]})),
    "a source of which nothing is said": rewritten(lambda document: document["sources"].clear()),
    "a source that nothing takes": rewritten(lambda document: document["sources"].update({PATH: {"left_out": 1}})),
    "no derivations": rewritten(nothing, lambda _body: b""),
    "a derivation twice": rewritten(nothing, lambda body: body + body),
    "half a derivation": rewritten(nothing, lambda body: body[:-20]),
    "no line end at the end": rewritten(nothing, lambda body: body[:-1]),
    "another text": rewritten(nothing, lambda body: body.replace(b"/bin/sh", b"/bin/SH")),
    "another name": rewritten(nothing, lambda body: body.replace(b"-platform-1.0.drv ", b"-platform-1.1.drv ")),
    "a length that is none": rewritten(nothing, lambda body: body.replace(b".drv ", b".drv 0", 1)),
    "a huge length": rewritten(nothing, lambda body: body.replace(b".drv ", b".drv 99999999", 1)),
    "lines of something else": rewritten(nothing, lambda body: b"hello\n" + body),
}


@pytest.mark.parametrize("what", FOREIGN)
def test_a_file_that_something_else_made_is_refused_in_one_line(what: str) -> None:
    message = refusal(FOREIGN[what])
    assert message.startswith("base.snapshot: ")
    assert "damaged" not in message


def test_the_tables_own_snapshot_is_read() -> None:
    # Without a change, what `rewritten` makes is a snapshot: its refusals come from the changes.
    assert read_snapshot(rewritten(nothing), source="it") == a_snapshot()


def test_a_question_is_written_as_options() -> None:
    question = Question("nix", "release.nix", ("a", "b.c"), {"ci": "x: x"}, (("cores", "1"),), True, ("STAGE",))
    assert (
        str(question)
        == "in nix --file release.nix -A a -A b.c --arg ci 'x: x' --option cores 1 --impure --keep-env-var STAGE"
    )
    assert str(Question()) == "no options"
    assert Place() == Place(None, None)
