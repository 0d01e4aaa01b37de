"""Floats as the nlohmann JSON library spells them, because Nix hashes that spelling.

It finds the digits with Grisu2: the fewest that read back as the same float, except for about two floats in a
thousand, where it takes one more. So Python's own shortest digits will not do.
Source: F. Loitsch, "Printing Floating-Point Numbers Quickly and Accurately with Integers", 2010;
the cached powers (every eighth) and the target exponents (-60 to -32) are those of nlohmann. Observed on
Nix 2.26, 2.34.
"""

import math
from functools import lru_cache
from typing import NamedTuple

_ONE_64 = 1 << 64
_LOWEST_TARGET = -60
_FIRST_POWER, _POWER_STEP = -300, 8
_MOST_FIXED_DIGITS = 15
_MOST_LEADING_ZEROS = 3


class _Scaled(NamedTuple):
    """The number ``significand * 2 ** exponent``, with a significand of 64 bits."""

    significand: int
    exponent: int


def write_float(value: float) -> str:
    """Write a float; one that is not finite is ``null``."""
    if not math.isfinite(value):
        return "null"
    sign = "-" if math.copysign(1.0, value) < 0 else ""
    if value == 0:
        return f"{sign}0.0"
    digits, exponent = _grisu2(abs(value))
    return sign + _layout(digits, exponent)


def _layout(digits: str, exponent: int) -> str:
    """Place the decimal point in ``digits * 10 ** exponent``."""
    point = len(digits) + exponent
    if exponent >= 0 and point <= _MOST_FIXED_DIGITS:
        return f"{digits}{'0' * exponent}.0"
    if 0 < point <= _MOST_FIXED_DIGITS:
        return f"{digits[:point]}.{digits[point:]}"
    if -_MOST_LEADING_ZEROS <= point <= 0:
        return f"0.{'0' * -point}{digits}"
    fraction = f".{digits[1:]}" if len(digits) > 1 else ""
    return f"{digits[0]}{fraction}e{point - 1:+03d}"


def _grisu2(value: float) -> tuple[str, int]:
    """Give decimal digits and the power of ten that they count."""
    exact, low, high = _boundaries(value)
    decimal, power = _cached_power(high.exponent)
    scaled, low, high = (_multiply(number, power) for number in (exact, low, high))
    # One unit at each end, for the errors of the multiplications.
    return _digits(low.significand + 1, scaled.significand, high._replace(significand=high.significand - 1), -decimal)


def _boundaries(value: float) -> tuple[_Scaled, _Scaled, _Scaled]:
    """Give a float and the ends of the interval that rounds to it, with the exponent of the upper end."""
    mantissa, exponent = math.frexp(value)
    exponent = max(exponent - 53, -1074)
    significand = int(math.ldexp(value, -exponent))
    is_power_of_two = mantissa == 0.5 and exponent > -1074
    high = _normalised(2 * significand + 1, exponent - 1)
    low_significand, low_exponent = (
        (4 * significand - 1, exponent - 2) if is_power_of_two else (2 * significand - 1, exponent - 1)
    )
    low = _Scaled(low_significand << (low_exponent - high.exponent), high.exponent)
    return _normalised(significand, exponent), low, high


def _normalised(significand: int, exponent: int) -> _Scaled:
    shift = 64 - significand.bit_length()
    return _Scaled(significand << shift, exponent - shift)


def _multiply(first: _Scaled, second: _Scaled) -> _Scaled:
    """Multiply, and round to 64 bits."""
    product = first.significand * second.significand + (1 << 63)
    return _Scaled(product >> 64, first.exponent + second.exponent + 64)


def _cached_power(exponent: int) -> tuple[int, _Scaled]:
    """Choose the power of ten that brings a number with this exponent into the target range."""
    wanted = _LOWEST_TARGET - exponent - 1
    least = (wanted * 78913 >> 18 if wanted >= 0 else -(-wanted * 78913 >> 18)) + (wanted > 0)
    index = (-_FIRST_POWER + least + _POWER_STEP - 1) // _POWER_STEP
    decimal = _FIRST_POWER + index * _POWER_STEP
    return decimal, _power_of_ten(decimal)


@lru_cache(128)  # one in eight of the powers of a float: fewer than a hundred
def _power_of_ten(decimal: int) -> _Scaled:
    """Give a power of ten, rounded to 64 bits."""
    if decimal >= 0:
        exact, exponent = 10**decimal, 0
    else:
        exponent = -(10**-decimal).bit_length() - 128
        exact = (1 << -exponent) // 10**-decimal
    excess = exact.bit_length() - 64
    if excess <= 0:
        return _normalised(exact, exponent)
    rounded = (exact + (1 << excess - 1)) >> excess
    return _Scaled(rounded, exponent + excess) if rounded < _ONE_64 else _Scaled(rounded >> 1, exponent + excess + 1)


def _digits(low: int, scaled: int, high: _Scaled, exponent: int) -> tuple[str, int]:
    """Generate digits of the upper end until the rest is within the interval, then step towards the float."""
    delta, distance = high.significand - low, high.significand - scaled
    shift = -high.exponent
    whole, rest = high.significand >> shift, high.significand & ((1 << shift) - 1)
    digits = str(whole)
    for count in range(1, len(digits) + 1):
        unit = 10 ** (len(digits) - count) << shift
        left = (whole << shift) + rest - int(digits[:count]) * unit
        if left <= delta:
            return _closest(int(digits[:count]), distance, delta, left, unit), exponent + len(digits) - count
    number = whole
    while True:
        rest, delta, distance, exponent = rest * 10, delta * 10, distance * 10, exponent - 1
        number = number * 10 + (rest >> shift)
        rest &= (1 << shift) - 1
        if rest <= delta:
            return _closest(number, distance, delta, rest, 1 << shift), exponent


def _closest(number: int, distance: int, delta: int, left: int, unit: int) -> str:
    """Lower the last digit while that brings the number closer to the float and keeps it in the interval."""
    while (
        left < distance
        and delta - left >= unit
        and (left + unit < distance or distance - left > left + unit - distance)
    ):
        number -= 1
        left += unit
    return str(number)
