"""Which bank wrote a file, and in which width: told by the bytes of its first line alone.

The name of a file proves nothing: banks write .ret, .crt, .txt, and clients rename them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from cobranca.domain.cnab.returns.layouts import ReturnLayout
from cobranca.domain.cnab.returns.layouts240 import LAYOUTS_240
from cobranca.domain.cnab.returns.layouts400 import BB_TYPE_1, BB_TYPE_7, LAYOUTS_400
from cobranca.domain.cnab.returns.refusal import RefusalCode, Refused

#: Where the first line says whether the client (1) or the bank (2) wrote it, in 240.
_DIRECTION: Final = 142
_FILE_HEADER_240: Final = re.compile(rb"(\d{3})00000")
#: Caixa answers a remittance that it refuses whole by a file of its own.
_REPORT: Final = "REMESSA REJEITADA"

_NOT: Final = "o arquivo não é um retorno de cobrança em CNAB 240 ou 400"
_REMITTANCE: Final = "o arquivo é uma remessa, e não um retorno"
_UNKNOWN: Final = "o banco {!r} não tem aqui um layout de retorno de {} posições"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognised:
    """What the first line says.

    Attributes:
        bank: three digits.
        width: 240 or 400.
        is_report: it is Caixa's report on a refused remittance.
    """

    bank: str
    width: int
    is_report: bool = False


def recognise(line: bytes) -> Recognised:
    """Tell bank and width by the first line.

    Raises:
        Refused: NOT_A_RETORNO or UNKNOWN_BANK.
    """
    if line.startswith(b"02RETORNO"):
        return _known(line[76:79].decode("latin-1"), 400)
    if line.startswith(b"01REMESSA"):
        raise Refused(RefusalCode.NOT_A_RETORNO, _REMITTANCE, line=1, at=(3, 9))
    found = _FILE_HEADER_240.match(line)
    direction = line[_DIRECTION : _DIRECTION + 1]
    if found is None or direction not in (b"1", b"2", b"5"):
        raise Refused(RefusalCode.NOT_A_RETORNO, _NOT, line=1)
    if direction == b"1":
        raise Refused(RefusalCode.NOT_A_RETORNO, _REMITTANCE, line=1, at=(143, 143))
    bank = found[1].decode()
    if direction == b"5":
        if bank == "104" and line[171:191].decode("latin-1").startswith(_REPORT):
            return Recognised(bank=bank, width=240, is_report=True)
        raise Refused(RefusalCode.NOT_A_RETORNO, _NOT, line=1, at=(143, 143))
    return _known(bank, 240)


def layout_for(recognised: Recognised, header: bytes) -> ReturnLayout:
    """Give the tables of a file, as far as its first line tells them."""
    if recognised.width == 240:
        return LAYOUTS_240[recognised.bank]
    layout = LAYOUTS_400[recognised.bank]
    if recognised.bank == "001" and not header[149:156].strip(b"0 "):
        return BB_TYPE_1
    return layout


def layout_of_titles(layout: ReturnLayout, header: bytes, title: bytes) -> ReturnLayout:
    """Give the tables of its titles.

    At Banco do Brasil the agreement's width decides where the our number is; BTG's layout gives it
    twenty places, of which our remittances fill twelve.

    Args:
        layout: of the first line.
        header: the first line.
        title: the first title, 400 or 480 places.
    """
    if layout.bank == "208" and title[49:57].strip():
        return layout.places("our_number", 38, 57).printing("{our_number}")
    if layout.bank != "001":
        return layout
    if layout.width == 400:
        if title[:1] == b"7":
            return BB_TYPE_7
        return _by_agreement(BB_TYPE_1, header, 62)
    if title[49:54].strip():
        return layout
    return _by_agreement(layout, header, 37, printed="{upto}-{digit}")


def _by_agreement(
    layout: ReturnLayout, header: bytes, start: int, printed: str = ""
) -> ReturnLayout:
    """Place the our number behind an agreement of six digits, or of four."""
    field = layout.header["account"]
    agreement = header[field.start : field.stop].strip(b" ")
    digits = 4 if agreement.isdigit() and int(agreement) < 10_000 else 6
    placed = layout.places("our_number_in_file", start + 1, start + 12)
    placed = placed.places("our_number", start + digits + 1, start + 11)
    placed = placed.places("owner", start + 1, start + digits)
    return placed.printing(printed or layout.printed)


def _known(bank: str, width: int) -> Recognised:
    if bank not in (LAYOUTS_240 if width == 240 else LAYOUTS_400):
        at = (1, 3) if width == 240 else (77, 79)
        what = _UNKNOWN.format(bank, width)
        raise Refused(RefusalCode.UNKNOWN_BANK, what, line=1, at=at)
    return Recognised(bank=bank, width=width)
