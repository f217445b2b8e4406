"""The check-digit rules of boletos, each in two forms: for one text and for columns of many.

A rule of the bulk form works on columns: what stands at one place of many numbers. A column is an
`int` when all numbers have the same there (it is then folded into a constant), or uint8[n]. Its
values are digit values 0..9, or for the two letters that banks print, their ASCII code less 48.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import cycle, islice
from operator import mul
from typing import Final, Protocol, TypeAlias

import numpy as np
import numpy.typing as npt

Digits: TypeAlias = npt.NDArray[np.uint8]
Column: TypeAlias = int | Digits

#: Digit value of "0": a character is worth its ASCII code less this.
ASCII_ZERO: Final = 48
#: The tables of the bulk form reach so far; the longest number here has 43 places.
PLACES_MAX: Final = 50


class CheckDigitRule(Protocol):
    """What a rule must be able to do; both forms must agree on every number."""

    @property
    def width(self) -> int:
        """How many characters the rule gives."""
        ...

    def of_text(self, digits: str) -> str:
        """Give the check digit(s) of one number in ASCII digits."""
        ...

    def of_columns(self, columns: Sequence[Column]) -> list[Column]:
        """Give the column(s) of check digits of many numbers."""
        ...


@dataclass(frozen=True, kw_only=True)
class Modulo10:
    """Weights 2, 1, 2, 1 ... from the right; the digits of a product over 9 are added.

    The digit is what is missing from the sum to the next multiple of ten.
    """

    width: int = 1

    def of_text(self, digits: str) -> str:
        """Give the check digit of one number."""
        return str(-_luhn_sum(digits) % 10)

    def of_columns(self, columns: Sequence[Column]) -> list[Column]:
        """Give the column of check digits of many numbers."""
        constant, total = _luhn_sums(columns)
        if total is None:
            return [-constant % 10]
        return [_missing_to_ten(constant % 10)[total]]


@dataclass(frozen=True, kw_only=True)
class Modulo11:
    """A weighted sum, modulo 11, looked up in a row of symbols.

    Attributes:
        weights: used again and again, from the right end of the number (or from the left).
        symbols: eleven characters, for the rests 0 to 10.
        from_left: whether the weights start at the left end.
    """

    weights: tuple[int, ...]
    symbols: str
    from_left: bool = False
    width: int = 1

    def of_text(self, digits: str) -> str:
        """Give the check digit of one number."""
        in_order = digits.encode() if self.from_left else digits.encode()[::-1]
        total = sum(map(mul, in_order, cycle(self.weights)))
        return self.symbols[(total - self._zeros[len(in_order)]) % 11]

    def of_columns(self, columns: Sequence[Column]) -> list[Column]:
        """Give the column of check digits of many numbers."""
        in_order = columns if self.from_left else columns[::-1]
        constant, total = weighted_sums(in_order, self.weights)
        if total is None:
            return [ord(self.symbols[constant % 11]) - ASCII_ZERO]
        return [self._values[total + np.uint16(constant % 11)]]

    @cached_property
    def _zeros(self) -> tuple[int, ...]:
        """What a text of so many "0" sums to, as its characters are ASCII codes, not digits."""
        weights = list(islice(cycle(self.weights), PLACES_MAX))
        return tuple(ASCII_ZERO * sum(weights[:places]) for places in range(PLACES_MAX + 1))

    @cached_property
    def _values(self) -> Digits:
        """The symbol's value for every sum that can occur."""
        symbols = np.frombuffer(self.symbols.encode(), dtype=np.uint8) - np.uint8(ASCII_ZERO)
        total_max = 9 * max(self.weights) * PLACES_MAX + 11
        return np.resize(symbols, total_max)


@dataclass(frozen=True, kw_only=True)
class TwoDigits:
    """Banrisul's pair (NC), also of Banestes and BRB in the free field.

    The first digit is modulo 10. The second is modulo 11 with weights 2..7 over the number and the
    first digit; where the rest is 1 (no digit exists) the first digit grows by one, 9 becoming 0,
    and the second is computed again. The rest is then never 1.
    """

    width: int = 2

    def of_text(self, digits: str) -> str:
        """Give both digits of one number."""
        first = int(MODULO_10.of_text(digits))
        rest = self._rest(digits, first)
        if rest == 1:
            first = (first + 1) % 10
            rest = self._rest(digits, first)
        return f"{first}{(11 - rest) % 11}"

    def of_columns(self, columns: Sequence[Column]) -> list[Column]:
        """Give the two columns of many numbers."""
        [first] = MODULO_10.of_columns(columns)
        constant, total = weighted_sums(columns[::-1], (3, 4, 5, 6, 7, 2))
        if total is None or isinstance(first, int):
            return _values_of(self.of_text(text_of_columns(columns)))
        constant %= 11
        pair = _pairs_of_digits()[first, (total + np.uint16(constant)) % np.uint16(11)]
        return [pair // np.uint8(10), pair % np.uint8(10)]

    @staticmethod
    def _rest(digits: str, first: int) -> int:
        in_order = f"{digits}{first}".encode()[::-1]
        weighted = zip(in_order, cycle((2, 3, 4, 5, 6, 7)), strict=False)
        return sum((code - ASCII_ZERO) * weight for code, weight in weighted) % 11


@dataclass(frozen=True, kw_only=True)
class Chain:
    """Two digits one after the other: the second covers the first too."""

    first: Modulo11
    second: Modulo11
    width: int = 2

    def of_text(self, digits: str) -> str:
        """Give both digits of one number."""
        first = self.first.of_text(digits)
        return first + self.second.of_text(digits + first)

    def of_columns(self, columns: Sequence[Column]) -> list[Column]:
        """Give the two columns of many numbers."""
        first = self.first.of_columns(columns)
        return [*first, *self.second.of_columns([*columns, *first])]


def modulo_11(highest: int, *, zero: str, one: str) -> Modulo11:
    """Build the usual modulo 11: weights 2..`highest` from the right, digit = 11 - rest.

    Args:
        highest: the largest weight, 7 to 10.
        zero: what stands for rest 0 (where 11 - rest would be 11).
        one: what stands for rest 1 (where it would be 10): a digit, "P" or "X".
    """
    return Modulo11(weights=tuple(range(2, highest + 1)), symbols=zero + one + "987654321")


MODULO_10: Final = Modulo10()
#: The general digit of a barcode; it is never 0.
BARCODE_DIGIT: Final = modulo_11(9, zero="1", one="1")
TWO_DIGITS: Final = TwoDigits()


def values_of_text(text: str) -> list[Column]:
    """Turn a text that all numbers share into constant columns."""
    return _values_of(text)


def text_of_columns(columns: Sequence[Column]) -> str:
    """Turn constant columns back into text.

    Raises:
        TypeError: a column varies (a bug of the caller).
    """
    if not all(isinstance(column, int) for column in columns):
        raise TypeError("only constant columns are a text")
    return "".join(chr(int(column) + ASCII_ZERO) for column in columns)


def weighted_sums(
    columns: Sequence[Column], weights: tuple[int, ...]
) -> tuple[int, npt.NDArray[np.uint16] | None]:
    """Sum columns times weights: what is constant as an int, what varies as uint16[n] or None.

    Columns of equal weight are added first, in 8 bits, which is most of the work. Eight bits hold
    28 columns; with two weights or more, no number of `PLACES_MAX` places has more of one.
    """
    constant = 0
    groups: dict[int, Digits] = {}
    owned: set[int] = set()
    for place, column in enumerate(columns):
        weight = weights[place % len(weights)]
        if isinstance(column, int):
            constant += column * weight
        elif weight not in groups:
            groups[weight] = column
        elif weight in owned:
            groups[weight] += column
        else:
            groups[weight] = groups[weight] + column
            owned.add(weight)
    total: npt.NDArray[np.uint16] | None = None
    for weight, group in groups.items():
        product = np.multiply(group, weight, dtype=np.uint16)
        total = product if total is None else np.add(total, product, out=total)
    return constant, total


def _values_of(text: str) -> list[Column]:
    return [ord(character) - ASCII_ZERO for character in text]


def _luhn_sum(digits: str) -> int:
    text = digits.encode()
    plain = text[-2::-2]
    return sum(text[-1::-2].translate(_DOUBLE)) + sum(plain) - ASCII_ZERO * len(plain)


_DOUBLED: Final = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)
#: From the ASCII code of a digit to the digit sum of its double.
_DOUBLE: Final = bytes.maketrans(b"0123456789", bytes(_DOUBLED))


def _luhn_sums(columns: Sequence[Column]) -> tuple[int, npt.NDArray[np.unsignedinteger] | None]:
    constant = 0
    sums = np.uint8 if len(columns) <= 255 // 9 else np.uint16
    total: npt.NDArray[np.unsignedinteger] | None = None
    for place, column in enumerate(reversed(columns)):
        doubling = place % 2 == 0
        if isinstance(column, int):
            constant += _DOUBLED[column] if doubling else column
            continue
        value = _doubled(column) if doubling else column
        total = value.astype(sums) if total is None else np.add(total, value, out=total)
    return constant, total


def _doubled(column: Digits) -> Digits:
    """Double digits and add the digits of the result: 5 becomes 10, and so 1."""
    twice = column << np.uint8(1)
    twice -= (column > 4).view(np.uint8) * np.uint8(9)
    return twice


@lru_cache(maxsize=10)
def _missing_to_ten(constant: int) -> Digits:
    """For every sum that can occur, what it lacks to a multiple of ten with the constant."""
    sums = np.arange(9 * PLACES_MAX + 1, dtype=np.int64) + constant
    return (-sums % 10).astype(np.uint8)


@lru_cache(maxsize=1)
def _pairs_of_digits() -> Digits:
    """The pair (as 0..99) for each first digit and each rest of the number without it.

    The first digit stands at the right end, so it weighs 2 and the number's weights begin with 3.
    """
    pairs = np.zeros((10, 11), dtype=np.uint8)
    for first in range(10):
        for rest in range(11):
            chosen, total = first, (rest + 2 * first) % 11
            if total == 1:
                chosen = (first + 1) % 10
                total = (rest + 2 * chosen) % 11
            pairs[first, rest] = chosen * 10 + (11 - total) % 11
    return pairs
