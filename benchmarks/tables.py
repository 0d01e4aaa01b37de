"""Tables in Markdown, and how fast something grows."""

import math
import statistics
from collections.abc import Iterable, Iterator, Mapping, Sequence


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Write a table: the first column are names, all others are numbers."""
    return "\n".join(_lines(columns, rows)) + "\n"


def _lines(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield _line(columns)
    yield _line([":--", *["--:"] * (len(columns) - 1)])
    yield from map(_line, rows)


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def seconds(value: float) -> str:
    """Write seconds with as many digits as say something."""
    return f"{value:.2f}" if value >= 1 else f"{value:.3f}" if value >= 0.01 else f"{value:.4f}"


def megabytes(value: float) -> str:
    """Write bytes in megabytes."""
    return f"{value / 1e6:,.0f}"


def exponent(times: Mapping[int, float]) -> float:
    """Fit ``time = c * size ** exponent``: least squares of the logarithms."""
    sizes, taken = [math.log(size) for size in times], [math.log(one) for one in times.values()]
    return statistics.linear_regression(sizes, taken).slope
