"""Walk two roots down side by side, the nearest first, and give all that differs by itself."""

from collections import Counter, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from nixdrift.explanation.pairing import Pair, moved, used_outputs
from nixdrift.explanation.secrets import Masker
from nixdrift.explanation.texts import Texts
from nixdrift.judgement import Moved
from nixdrift.model import Derivation, StorePath
from nixdrift.naming import without_version
from nixdrift.parity.comparing import Context, absent, field_differences, file_differences, name_differences
from nixdrift.parity.fields import generated_file
from nixdrift.parity.pairs import Pairing
from nixdrift.parity.result import Difference
from nixdrift.parity.subject import Subject
from nixdrift.parity.values import Writer
from nixdrift.report.escapes import clean


@dataclass(frozen=True)
class Walk:
    """Two roots, and what was seen on the way."""

    a: Subject
    b: Subject
    masker: Masker = field(default_factory=Masker)
    seen: Counter[str] = field(default_factory=Counter)
    """What is counted → how often it was seen."""
    _files: set[Pair] = field(default_factory=set)

    def differences(self) -> tuple[Difference, ...]:
        """Give everything that differs by itself, sorted by its distance and address."""
        found = [one for context in self._contexts() for one in self._differences(context)]
        return tuple(sorted(found, key=lambda one: (len(one.route), one.address, one.a or "", one.b or "")))

    def _contexts(self) -> Iterator[Context]:
        """Give every pair of derivations that have other outputs, once, the nearest first."""
        start = (self.a.path, self.b.path)
        routes: dict[Pair, tuple[str, ...]] = {start: (clean(self.a.root),)}
        pending = deque(routes)
        while pending:
            pair = pending.popleft()
            self.seen["pairs"] += 1
            one, other = self.a.derivation(pair[0]), self.b.derivation(pair[1])
            if moved(one, other) is Moved.NO:
                # What differs below is in no output.
                self.seen["same_outputs"] += 1
                continue
            context = self._context(one, other, routes[pair])
            yield context
            for below in context.pairing.derivations.pairs:
                if below not in routes:
                    routes[below] = (clean(self.a.name(below[0])), *routes[pair])
                    pending.append(below)

    def _context(self, one: Derivation, other: Derivation, route: tuple[str, ...]) -> Context:
        pairing = Pairing(self.a, self.b, one, other)
        texts = Texts(self.a.side, one), Texts(self.b.side, other)
        writers = Writer(texts[0], pairing.tokens), Writer(texts[1], pairing.tokens)
        is_root = len(route) == 1
        prefixes = tuple("" if is_root else f"{clean(without_version(name))}: " for name in (one.name, other.name))
        return Context(self.a, self.b, pairing, writers, self.masker, (prefixes[0], prefixes[1]), route)

    def _differences(self, context: Context) -> Iterator[Difference]:
        pairing = context.pairing
        self.seen["files"] += all(generated_file(one) for one in (pairing.one, pairing.other))
        yield from name_differences(context)
        yield from field_differences(context)
        for pair in pairing.sources.pairs:
            if pair not in self._files:
                self._files.add(pair)
                found = list(file_differences(context, pair))
                self.seen["files" if all(one.is_known for one in found) else "files_not_at_hand"] += 1
                yield from found
        yield from self._inputs(context)

    def _inputs(self, context: Context) -> Iterator[Difference]:
        pairing = context.pairing
        one, other = pairing.one.input_derivations, pairing.other.input_derivations
        for path in pairing.derivations.only_a:
            yield self._unpaired(context, path, used_outputs(one[path]), of_a=True)
        for path in pairing.derivations.only_b:
            yield self._unpaired(context, path, used_outputs(other[path]), of_a=False)
        for path in pairing.sources.only_a:
            yield self._unpaired(context, path, "a source", of_a=True)
        for path in pairing.sources.only_b:
            yield self._unpaired(context, path, "a source", of_a=False)
        for pair in _all_pairs(pairing):
            uses = used_outputs(one[pair[0]]), used_outputs(other[pair[1]])
            if uses[0] != uses[1]:
                yield context.difference("input", self._stems(pair), uses)

    def _stems(self, pair: Pair) -> tuple[str, str]:
        return self.a.stem(pair[0]), self.b.stem(pair[1])

    def _unpaired(self, context: Context, path: StorePath, used: str, *, of_a: bool) -> Difference:
        self.seen["unpaired"] += 1
        stem = (self.a if of_a else self.b).stem(path)
        uses = (used, None) if of_a else (None, used)
        return context.difference("input", (stem, stem), uses, references=absent(context, path, of_a=of_a))


def _all_pairs(pairing: Pairing) -> Sequence[Pair]:
    same = pairing.one.input_derivations.keys() & pairing.other.input_derivations.keys()
    return [*pairing.derivations.pairs, *((path, path) for path in sorted(same))]
