"""Whether a figure grows from lap to lap: pure, over what was measured."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import linear_regression, median


@dataclass(frozen=True, slots=True)
class Figure:
    """What is measured in every lap, or in some of them."""

    name: str
    unit: str = ""
    most: float | None = 0
    """How much more it may be in the last tenth of the laps than in the first; None: it is told, and may grow."""
    scale: float = 1
    """How many of what is measured one of the unit is."""


@dataclass(frozen=True, slots=True)
class Growth:
    """A figure over all laps in which it was measured."""

    figure: Figure
    number: int
    first: float
    """The median of the first tenth."""
    last: float
    slope: float
    """By how much a hundred laps raise it, fitted to all."""

    @property
    def is_too_much(self) -> bool:
        """Whether it grew, and should not."""
        return self.figure.most is not None and self.last - self.first > self.figure.most


def growth_of(figure: Figure, measured: Sequence[tuple[int, float]]) -> Growth:
    """Compare the ends of a row of laps and what was measured in them.

    Where a figure may not grow at all, the least of the first tenth is held against the most of the last: a single
    file more is told. Where it may vary, the medians are.
    """
    numbers = [value / figure.scale for _lap, value in measured]
    tenth = max(1, len(numbers) // 10)
    first, last = numbers[:tenth], numbers[-tenth:]
    ends = (min(first), max(last)) if figure.most == 0 else (median(first), median(last))
    laps = [lap for lap, _value in measured]
    slope = linear_regression(laps, numbers).slope * 100 if len(set(laps)) > 1 else 0.0
    return Growth(figure, len(numbers), *ends, slope)


def growths(figures: Sequence[Figure], laps: Sequence[Mapping[str, float]]) -> Iterator[Growth]:
    """Give what became of every figure that was measured."""
    for figure in figures:
        measured = [(number, lap[figure.name]) for number, lap in enumerate(laps) if figure.name in lap]
        if measured:
            yield growth_of(figure, measured)


def rows(found: Sequence[Growth]) -> Iterator[str]:
    """Write a table."""
    yield "| | laps | first tenth | last tenth | slope, in 100 laps | may grow by | |"
    yield "|---|--:|--:|--:|--:|--:|---|"
    for one in found:
        name = f"{one.figure.name}, {one.figure.unit}" if one.figure.unit else one.figure.name
        may = "told only" if one.figure.most is None else f"{one.figure.most:g}"
        grown = "**grows**" if one.is_too_much else ""
        numbers = f"{one.number:,} | {_number(one.first)} | {_number(one.last)} | {one.slope:+.2f}"
        yield f"| {name} | {numbers} | {may} | {grown} |"


def _number(value: float) -> str:
    return f"{value:,.0f}" if value == int(value) else f"{value:,.1f}"
