from xml.etree import ElementTree

import pytest

from benchmarks.inputs import short, size
from benchmarks.plot import Line, growth_svg
from benchmarks.tables import exponent, growth_rows, table


@pytest.mark.parametrize(("number", "text"), [(1000, "1k"), (300_000, "300k"), (1_000_000, "1M"), (1234, "1234")])
def test_sizes_are_written_and_read_with_a_unit(number: int, text: str) -> None:
    assert short(number) == text
    assert size(text) == number


@pytest.mark.parametrize("power", [0.5, 1, 1.7, 2])
def test_the_exponent_is_that_of_the_growth(power: float) -> None:
    assert exponent({number: 3e-6 * number**power for number in (10, 200, 5000)}) == pytest.approx(power)


def test_a_table_has_a_row_for_each() -> None:
    assert table(["a", "b"], [["x", "1"]]) == "| a | b |\n| :-- | --: |\n| x | 1 |\n"


def test_growth_is_told_by_its_seconds_and_the_exponent_that_fits_them() -> None:
    assert list(growth_rows([Line("map", {10: 2.0, 100: 20.0})])) == [["map", "2.00", "20.00", "1.00"]]


def test_a_plot_names_every_line_and_has_a_point_for_each_number() -> None:
    lines = [Line("<check>", {1000: 0.5, 100_000: 20}), Line("floor", {1000: 0.1, 100_000: 8})]
    picture = ElementTree.fromstring(growth_svg("Two dumps", "derivations", lines, short))  # noqa: S314 - our own
    texts = [one.text for one in picture.iter("{http://www.w3.org/2000/svg}text")]
    assert {"<check>", "floor", "1k", "100k", "10 s"} <= set(texts)
    assert len(list(picture.iter("{http://www.w3.org/2000/svg}circle"))) == 4
