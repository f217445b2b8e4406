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


def _bars(elements: str) -> bytes:
    """Draw elements from the origin on: bars are rectangles one high, spaces are left out."""
    drawn: list[str] = []
    at = 0
    for index, element in enumerate(elements):
        units = WIDE if element == "W" else 1
        if index % 2 == 0:
            drawn.append(f"{at} 0 {units} 1 re")
        at += units
    return " ".join(drawn).encode() + b" f"


def _pair(first: int, second: int) -> bytes:
    """Draw two digits and move past them.

    Moving the origin makes each pair the same text wherever it stands, which halves both the size
    of the compressed barcode and the time to compress it. The moves are whole units: exact.
    """
    interleaved = zip(_PATTERNS[first], _PATTERNS[second], strict=True)
    elements = "".join(bar + space for bar, space in interleaved)
    return _bars(elements) + b" 1 0 0 1 %d 0 cm\n" % _PAIR_UNITS


_PAIRS: Final = {f"{a}{b}": _pair(a, b) for a in range(10) for b in range(10)}
_HEAD: Final = _bars(_START) + b" 1 0 0 1 %d 0 cm\n" % _START_UNITS
_TAIL: Final = _bars(_STOP)


def bars(barcode: str) -> bytes:
    """Fill the bars of 44 digits, in narrow units across and 1 unit up; leaves the origin moved."""
    return _HEAD + b"".join([_PAIRS[barcode[i : i + 2]] for i in range(0, DIGITS, 2)]) + _TAIL
