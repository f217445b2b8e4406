"""The barcode of a slip: Interleaved 2 of 5, as vector bars of exactly 103 x 13 mm.

Five elements a digit, two of them wide; the first digit of a pair is drawn in bars, the second in
the spaces between them. 44 digits with bars three times as wide as narrow are 405 narrow units.
"""

from __future__ import annotations

from typing import Final

WIDTH_MM: Final = 103
HEIGHT_MM: Final = 13
QUIET_MM: Final = 5
DIGITS: Final = 44
WIDE: Final = 3

_PATTERNS: Final = (
    "NNWWN", "WNNNW", "NWNNW", "WWNNN", "NNWNW", "WNWNN", "NWWNN", "NNNWW", "WNNWN", "NWNWN",
)  # fmt: skip
_START: Final = "NNNN"
_STOP: Final = "WNN"
_PAIR_UNITS: Final = 6 + 4 * WIDE
_START_UNITS: Final = 4
UNITS: Final = _START_UNITS + DIGITS // 2 * _PAIR_UNITS + WIDE + 2


def _bars(elements: str, at: int) -> bytes:
    """Draw the elements from unit `at` on: bars are rectangles one high, spaces are left out."""
    drawn: list[str] = []
    for index, element in enumerate(elements):
        units = WIDE if element == "W" else 1
        if index % 2 == 0:
            drawn.append(f"{at} 0 {units} 1 re ")
        at += units
    return "".join(drawn).encode()


def _pair_table(position: int) -> dict[str, bytes]:
    """Draw each of the hundred pairs at one of the 22 positions."""
    at = _START_UNITS + position * _PAIR_UNITS
    return {
        f"{first}{second}": _bars(
            "".join(b + s for b, s in zip(_PATTERNS[first], _PATTERNS[second], strict=True)), at
        )
        for first in range(10)
        for second in range(10)
    }


_PAIRS: Final = tuple((2 * i, 2 * i + 2, _pair_table(i)) for i in range(DIGITS // 2))
_HEAD: Final = _bars(_START, 0)
_TAIL: Final = _bars(_STOP, UNITS - WIDE - 2)


def bars(barcode: str) -> bytes:
    """Give the path of 44 digits, in narrow units across and 1 unit up; the caller fills it."""
    return _HEAD + b"".join([table[barcode[a:b]] for a, b, table in _PAIRS]) + _TAIL
