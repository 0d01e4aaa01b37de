"""Tables in Markdown, and how fast something grows."""

import math
import statistics
from collections.abc import Iterable, Iterator, Mapping, Sequence

from benchmarks.plot import Line


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Write a table."""
    return "".join(f"{line}\n" for line in (*head(columns), *map(row_line, rows)))


def head(columns: Sequence[str]) -> Iterator[str]:
    """Write the lines above a table's rows: the first column are names, all others are numbers."""
    yield row_line(columns)
    yield row_line([":--", *["--:"] * (len(columns) - 1)])


def row_line(cells: Sequence[str]) -> str:
    """Write a row of a table."""
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


def growth_rows(lines: Sequence[Line]) -> Iterator[list[str]]:
    """Write how each of them grows, and the exponent that fits it."""
    for line in lines:
        yield [line.name, *map(seconds, line.points.values()), f"{exponent(line.points):.2f}"]
