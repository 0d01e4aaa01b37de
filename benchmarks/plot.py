"""Seconds against size, both by their logarithms, as one SVG file."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape

_COLORS = ("#888888", "#3f7fb5", "#d1342f", "#3f9b63", "#a678c8", "#f2a33a")
_WIDTH, _HEIGHT, _LEFT, _RIGHT, _TOP, _BOTTOM = 760, 420, 70, 130, 40, 50
_BETWEEN_NAMES = 15
_OPENING = (
    f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{_HEIGHT}" viewBox="0 0 {_WIDTH} {_HEIGHT}" '
    'font-family="sans-serif" font-size="12" role="img" aria-label="{label}">'
)


@dataclass(frozen=True, slots=True)
class Line:
    """What was measured of one thing."""

    name: str
    points: Mapping[int, float]
    """Size → seconds."""


@dataclass(frozen=True, slots=True)
class _Axis:
    """Powers of ten, and where they are in the picture."""

    low: int
    high: int
    start: float
    end: float

    def place(self, value: float) -> float:
        return self.start + (self.end - self.start) * (math.log10(value) - self.low) / (self.high - self.low)

    def marks(self) -> list[int]:
        return list(range(self.low, self.high + 1))


def growth_svg(title: str, along: str, lines: Sequence[Line], size: Callable[[int], str]) -> bytes:
    """Draw lines, each named to the right of where it ends; ``size`` writes what is below the lower axis."""
    across = _axis([one for line in lines for one in line.points], _LEFT, _WIDTH - _RIGHT)
    up = _axis([one for line in lines for one in line.points.values()], _HEIGHT - _BOTTOM, _TOP)
    said = escape(f"{title}: seconds by {along}")
    parts = [
        _OPENING.format(label=said),
        '<rect width="100%" height="100%" fill="#fff"/>',
        f'<text x="{_LEFT}" y="20" fill="#333">{said}, both axes logarithmic</text>',
        *_grid(across, up, size),
    ]
    colored = list(zip(lines, _COLORS, strict=False))
    for line, color in colored:
        parts += _drawn(line, color, across, up)
    parts += _names({(line.name, color): up.place(line.points[max(line.points)]) for line, color in colored})
    return ("\n".join([*parts, "</svg>"]) + "\n").encode()


def _axis(values: Sequence[float], start: float, end: float) -> _Axis:
    # What is hardly beyond a power of ten needs no other one.
    low, high = math.floor(math.log10(min(values)) + 0.02), math.ceil(math.log10(max(values)) - 0.02)
    return _Axis(low, max(high, low + 1), start, end)


def _grid(across: _Axis, up: _Axis, size: Callable[[int], str]) -> Iterator[str]:
    for mark in across.marks():
        place = across.place(10**mark)
        yield f'<path d="M{place:.1f} {up.start}V{up.end}" stroke="#ddd"/>'
        yield f'<text x="{place:.1f}" y="{up.start + 20}" text-anchor="middle" fill="#333">{size(10**mark)}</text>'
    for mark in up.marks():
        place = up.place(10**mark)
        yield f'<path d="M{across.start} {place:.1f}H{across.end}" stroke="#ddd"/>'
        yield f'<text x="{across.start - 8}" y="{place + 4:.1f}" text-anchor="end" fill="#333">{10.0**mark:g} s</text>'


def _drawn(line: Line, color: str, across: _Axis, up: _Axis) -> Iterator[str]:
    places = [(across.place(size), up.place(taken), size, taken) for size, taken in sorted(line.points.items())]
    way = "L".join(f"{x:.1f} {y:.1f}" for x, y, _size, _taken in places)
    yield f'<path d="M{way}" fill="none" stroke="{color}" stroke-width="2"/>'
    for x, y, size, taken in places:
        said = f"{line.name}: {size:,} in {taken:.2f} s"
        yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{color}"><title>{escape(said)}</title></circle>'


def _names(ends: Mapping[tuple[str, str], float]) -> Iterator[str]:
    lowest = 0.0
    for (name, color), place in sorted(ends.items(), key=lambda one: one[1]):
        lowest = max(place, lowest + _BETWEEN_NAMES)
        yield f'<text x="{_WIDTH - _RIGHT + 8}" y="{lowest + 4:.1f}" fill="{color}">{escape(name)}</text>'
