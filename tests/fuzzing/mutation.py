"""Damage to bytes, whatever they say: a generator of random numbers decides which."""

from collections.abc import Callable, Sequence
from random import Random

Mutator = Callable[[bytes, Random], bytes]

LARGEST = 1 << 16
"""How many bytes an input may grow to; what is larger has tests of its own (`test_bounds`)."""

WORDS = (
    *(b"\0", b"\n", b"\r\n", b"\t", b" ", b'"', b"\\", b"\\u0000", b"\\ud800", b"\xff", b"\xc3", b"\xef\xbb\xbf"),
    *(b"0", b"-1", b"4294967296", b"9223372036854775808", b"1e999", b"1" * 5000, b"NaN", b"null", b"true"),
    *(b"[", b"]", b"{", b"}", b"(", b")", b",", b":", b"/", b"..", b".drv", b"/nix/store/", b"[" * 2000, b"\n" * 2000),
)
"""What has meant trouble to some reader."""


def flip(data: bytes, random: Random) -> bytes:
    """Change one bit."""
    place = random.randrange(len(data))
    return data[:place] + bytes([data[place] ^ 1 << random.randrange(8)]) + data[place + 1 :]


def delete(data: bytes, random: Random) -> bytes:
    """Leave a stretch out."""
    start, end = _stretch(data, random)
    return data[:start] + data[end:]


def duplicate(data: bytes, random: Random) -> bytes:
    """Say a stretch twice."""
    start, end = _stretch(data, random)
    return data[:end] + data[start:]


def move(data: bytes, random: Random) -> bytes:
    """Put a stretch elsewhere."""
    start, end = _stretch(data, random)
    rest = data[:start] + data[end:]
    place = random.randint(0, len(rest))
    return rest[:place] + data[start:end] + rest[place:]


def truncate(data: bytes, random: Random) -> bytes:
    """Cut the end off."""
    return data[: random.randrange(len(data))]


def insert(data: bytes, random: Random) -> bytes:
    """Put a word in."""
    place = random.randint(0, len(data))
    return data[:place] + random.choice(WORDS) + data[place:]


def overwrite(data: bytes, random: Random) -> bytes:
    """Put a word in the place of a stretch."""
    start, end = _stretch(data, random)
    return data[:start] + random.choice(WORDS) + data[end:]


def _stretch(data: bytes, random: Random) -> tuple[int, int]:
    start = random.randrange(len(data))
    longest = random.choice((1, 4, 32, 256))
    return start, min(len(data), start + random.randint(1, longest))


def between(separator: bytes) -> Mutator:
    """Give a mutator of what stands between separators: lines, or the parts of a list."""

    def mutate(data: bytes, random: Random) -> bytes:
        parts = data.split(separator)
        place, other = random.randrange(len(parts)), random.randrange(len(parts))
        match random.randrange(5):
            case 0:
                del parts[place]
            case 1:
                parts.insert(other, parts[place])
            case 2:
                parts[place], parts[other] = parts[other], parts[place]
            case 3:
                parts[place] = random.choice(WORDS)
            case _:
                parts[place] += random.choice(WORDS)
        return separator.join(parts)

    return mutate


ANY_BYTES: Sequence[Mutator] = (flip, delete, duplicate, move, truncate, insert, overwrite)


def splice(one: bytes, other: bytes, random: Random) -> bytes:
    """Begin with one input and end with another."""
    return one[: random.randint(0, len(one))] + other[random.randint(0, len(other)) :]


def mutant(seeds: Sequence[bytes], mutators: Sequence[Mutator], random: Random) -> bytes:
    """Damage one of the seeds, once or a few times."""
    data = random.choice(seeds)
    if random.random() < 0.05:
        data = splice(data, random.choice(seeds), random)
    return damaged(data, mutators, random)


def damaged(data: bytes, mutators: Sequence[Mutator], random: Random) -> bytes:
    """Damage an input, most often once: of what is damaged often, only the outermost is read."""
    for _ in range(random.choice((1, 1, 1, 2, 4))):
        data = random.choice(mutators)(data, random) if data else random.choice(WORDS)
    return data[:LARGEST]
