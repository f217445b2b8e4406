"""Return files of layouts that no public file is known of: as plain as the tables allow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cobranca.domain.cnab.returns.layouts240 import LAYOUTS_240
from cobranca.domain.cnab.returns.layouts400 import LAYOUTS_400
from cobranca.domain.cnab.returns.numbers import DATE_PICTURES

if TYPE_CHECKING:
    from cobranca.domain.cnab.returns.layouts import ReturnLayout

TITLES: Final = 3


def lines_400(bank: str) -> list[bytes]:
    """Write a file of 400 places."""
    title = bytearray(b"1" + b" " * 393)
    _fill(title, LAYOUTS_400[bank])
    head = "02RETORNO01COBRANCA".ljust(76) + bank + "BANCO".ljust(15) + "120826"
    rows = [head.encode(), *[bytes(title)] * TITLES, f"9201{bank}".encode()]
    return [row.ljust(394) + b"%06d" % number for number, row in enumerate(rows, 1)]


def lines_240(bank: str) -> list[bytes]:
    """Write a file of 240 places: one lot, two segments a title."""
    title = bytearray(b" " * 480)
    _fill(title, LAYOUTS_240[bank])
    rows = [(bank + "00000").ljust(142) + "212082026101010000001", bank + "00011T01"]
    for number in range(2 * TITLES):
        cells = title[240 * (number % 2) :][:240].decode()
        rows.append(f"{bank}00013{number + 1:05d}{'TU'[number % 2]} 02" + cells[17:])
    rows.append(f"{bank}00015".ljust(17) + f"{2 * TITLES + 2:06d}")
    rows.append(f"{bank}99999".ljust(17) + f"000001{2 * TITLES + 4:06d}")
    return [row.ljust(240).encode() for row in rows]


def _fill(title: bytearray, layout: ReturnLayout) -> None:
    for field in layout.title.values():
        if field.picture == "V" or field.picture in DATE_PICTURES:
            title[field.start : field.stop] = b"0" * (field.stop - field.start)
    number, told = layout.title["our_number_in_file"], layout.title["occurrence"]
    title[number.start : number.stop] = b"7".rjust(number.stop - number.start, b"0")
    title[told.start : told.stop] = b"02"
