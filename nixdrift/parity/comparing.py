"""What differs between a derivation and its counterpart: its name, its fields, the file that it writes, its sources."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from nixdrift.explanation.fields import said_elsewhere
from nixdrift.explanation.pairing import Pair
from nixdrift.explanation.secrets import Masker
from nixdrift.model import Derivation, StorePath
from nixdrift.naming import without_version
from nixdrift.parity.fields import GeneratedFile, fields_of, generated_file
from nixdrift.parity.files import File, Kind, parse_file
from nixdrift.parity.pairs import Pairing
from nixdrift.parity.references import is_absent, references
from nixdrift.parity.result import Difference, Reference
from nixdrift.parity.subject import Read, Subject
from nixdrift.parity.values import Absent, Shown, Writer, differing
from nixdrift.report.escapes import clean

NOT_AT_HAND = "content not at hand"

_NAMES = frozenset({"name", "pname"})


@dataclass(frozen=True)
class Context:
    """A derivation of each side, and all that it takes to compare what is in them."""

    a: Subject
    b: Subject
    pairing: Pairing
    writers: tuple[Writer, Writer]
    masker: Masker
    prefixes: tuple[str, str]
    """What stands before an address: the derivation that it is in, on either side."""
    route: tuple[str, ...]

    def difference(
        self,
        kind: str,
        names: tuple[str, str],
        values: tuple[str | None, str | None],
        *,
        references: tuple[Reference, ...] = (),
        is_known: bool = True,
        is_nested: bool = True,
    ) -> Difference:
        """Make a difference; ``names`` is what its address ends with, as either side has it."""
        address, mirrored = (
            f"{prefix if is_nested else ''}{kind}{'.' if name else ''}{clean(name)}"
            for prefix, name in zip(self.prefixes, names, strict=True)
        )
        return Difference(address, mirrored, *values, self.route, references, is_known)

    def shown(self, kind: str, names: tuple[str, str], one: Shown, *, is_nested: bool = True) -> Difference:
        """Make a difference of a value that is shown."""
        is_masked = any(text is not None and "<masked #" in text for text in (one.a, one.b))
        found = references(one.leaf, self.a, self.b, is_masked=is_masked)
        return self.difference(kind, names, (one.a, one.b), references=found, is_nested=is_nested)


def absent(context: Context, path: StorePath, *, of_a: bool) -> tuple[Reference, ...]:
    """Say of an input that is on one side only if the other has nothing like it at all."""
    own, other = (context.a, context.b) if of_a else (context.b, context.a)
    return (Reference(of_a, own.name(path), "a" if of_a else "b"),) if is_absent(own, path, other) else ()


def name_differences(context: Context) -> Iterator[Difference]:
    """Give the difference in the names, unless it is the one by which the sides are told apart, or a variable's."""
    one, other = context.pairing.one, context.pairing.other
    is_other = context.a.neutral(one.drv_path) != context.b.neutral(other.drv_path)
    if is_other or _version(one) != _version(other):
        yield context.difference("name", ("", ""), (one.name, other.name))


def _version(derivation: Derivation) -> str | None:
    """Give the version in a name, where no variable says it."""
    return None if "version" in derivation.env else derivation.name.removeprefix(without_version(derivation.name))


def field_differences(context: Context) -> Iterator[Difference]:
    """Give the fields that differ, one by one; a file that is written from one of them as the file that it is."""
    one, other = context.pairing.one, context.pairing.other
    files = generated_file(one), generated_file(other)
    said = said_elsewhere(one, other) | _same_names(context)
    places = {file.place for file in files if file} if all(files) else set()
    if files[0] and files[1]:
        yield from _generated(context, files[0], files[1])
    fields, others = (_without(fields_of(derivation, said), places) for derivation in (one, other))
    for shown in differing(fields, others, context.writers, context.masker):
        kind, *rest = shown.path
        yield context.shown(kind, (".".join(rest), ".".join(rest)), shown)
    if one.args != other.args and "\n".join(one.args) == "\n".join(other.args):
        # Line by line they are the same: one argument of two lines is not two arguments.
        counts = [f"the same lines as {len(derivation.args)} arguments" for derivation in (one, other)]
        yield context.difference("args", ("", ""), (counts[0], counts[1]))


def _same_names(context: Context) -> frozenset[str]:
    """Give the variables that say the name once more, in each side's words."""
    one, other = context.pairing.one.env, context.pairing.other.env
    neutral = context.a.naming.neutral, context.b.naming.neutral
    return frozenset(
        name for name in _NAMES & one.keys() & other.keys() if neutral[0](one[name]) == neutral[1](other[name])
    )


def _without(fields: Mapping[str, object], places: set[tuple[str, str]]) -> Mapping[str, object]:
    left = dict(fields)
    for kind, name in places:
        values = left[kind]
        if isinstance(values, dict):
            left[kind] = {key: value for key, value in values.items() if key != name}
    return left


def _generated(context: Context, one: GeneratedFile, other: GeneratedFile) -> Iterator[Difference]:
    names = context.pairing.one.name, context.pairing.other.name
    contents = one.content.encode("utf-8", "surrogateescape"), other.content.encode("utf-8", "surrogateescape")
    yield from _in_files(context, names, *map(parse_file, contents))


def file_differences(context: Context, pair: Pair) -> Iterator[Difference]:
    """Give what differs between two input sources, file by file; what cannot be looked into is said to differ."""
    names = context.a.name(pair[0]), context.b.name(pair[1])
    files = context.a.contents(pair[0]), context.b.contents(pair[1])
    if files[0] is None or files[1] is None:
        texts = [NOT_AT_HAND if one is None else f"{len(one)} files" for one in files]
        yield context.difference("file", names, (texts[0], texts[1]), is_known=False, is_nested=False)
        return
    found = list(_in_directories(context, names, files[0], files[1]))
    if not found and all(_content(files[0], path) == _content(files[1], path) for path in files[0]):
        # Nix tells them apart: nothing that is read as content does.
        texts = ["the same content, written or marked otherwise"] * 2
        yield context.difference("file", names, (texts[0], texts[1]), is_nested=False)
    yield from found


def _content(files: Mapping[str, Read], path: str) -> bytes | None:
    return files[path]() if path in files else None


def _in_directories(
    context: Context, names: tuple[str, str], one: Mapping[str, Read], other: Mapping[str, Read]
) -> Iterator[Difference]:
    for path in sorted(one.keys() | other.keys()):
        contents = _content(one, path), _content(other, path)
        if contents[0] != contents[1]:
            inside = f"{names[0]}/{path}", f"{names[1]}/{path}"
            files = [None if content is None else parse_file(content) for content in contents]
            yield from _in_files(context, inside if path else names, files[0], files[1])


def _in_files(context: Context, names: tuple[str, str], one: File | None, other: File | None) -> Iterator[Difference]:
    value, its = (Absent.ABSENT if file is None else file.value for file in (one, other))
    if one and other and one.kind is not other.kind:
        value, its = one.text, other.text
    for shown in differing(value, its, context.writers, context.masker, (names[0], names[1])):
        ends = [".".join((name, *shown.path)) for name in names]
        yield context.shown("file", (ends[0], ends[1]), shown, is_nested=False)
    if one and other and one.kind is other.kind is Kind.BYTES and one.text == other.text:
        yield context.difference("file", names, (one.text, other.text), is_nested=False)
