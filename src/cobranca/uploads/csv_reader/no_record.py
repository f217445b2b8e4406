"""Lines that are no records: nothing to be seen, a total below the amounts, the header again."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np

from cobranca.domain.characters import fold_accents
from cobranca.uploads.csv_reader.quoted_record import split_loosely
from cobranca.uploads.csv_reader.tax_ids import is_tax_id

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cobranca.uploads.csv_reader.cells import Bytes, Flags, Int64s

_LABEL: Final = re.compile(rb"(?i)tota(?:l|is)|soma|quantidade|qtd|registro|linha|row|record")
#: One of these makes a label of a total of words that are all known.
_TOTALS: Final = frozenset(
    {"total", "totais", "subtotal", "soma", "somatorio", "quantidade", "qtd", "qtde"}
)
#: What a count counts; a number beside it makes a label too: `2 registros`.
_COUNTED: Final = frozenset(
    {"registro", "registros", "linha", "linhas", "titulo", "titulos", "boleto", "boletos",
     "cliente", "clientes", "cobranca", "cobrancas", "parcela", "parcelas", "row", "rows",
     "record", "records", "afetada", "afetadas", "affected", "s"}
)  # fmt: skip
_AROUND_TOTALS: Final = frozenset(
    {"sub", "geral", "parcial", "a", "o", "r", "do", "da", "dos", "das", "de", "em", "no", "na",
     "e", "arquivo", "mes", "aberto", "receber", "pagar", "valor", "valores", "grand", "pagina",
     "periodo", "final", "relatorio"}
)  # fmt: skip
_NUMBER: Final = re.compile(r"(?:R\$)?[ \u00a0]*-?[0-9][0-9., \u00a0]*", re.IGNORECASE)
_WORD: Final = re.compile(r"[^\W\d_]+")
_AROUND: Final = " \t\u00a0:=-*"
#: A line that somebody has drawn, or a database above its rows.
_RULE: Final = re.compile(r"[-=_*+]{3,}")
#: What shows nothing in a cell: marks, pages, a formula's empty text.
_UNSEEN: Final = re.compile(r'[\s\x1a\u200b-\u200f\u2060\ufeff]|=?""')
_PLAIN_TEXT: Final = re.compile(rb"[0-9A-Za-z]")
#: How lines begin that may show nothing.
_STARTS: Final = np.frombuffer(b"\xc2\xe2\xef=-_*+", dtype=np.uint8)
_AROUND_NAMES: Final = " \t\u00a0\ufeff"
_BOM_OR_QUOTE: Final = b'\xef\xbb\xbf" \t'
#: A line of a total is short.
_TOTAL_BYTES_MAX: Final = 1_000


class NoRecord:
    """Tells the lines that are no records from those that are, by the delimiter of the file."""

    def __init__(self, delimiter: int, names: Sequence[str] = ()) -> None:
        """Know the delimiter, a byte, and the names in the header."""
        self._delimiter = chr(delimiter)
        self._names = _bare_names(names)
        self._first_name = self._names[0].encode() if self._names else b""
        self._nothing = _nothing(delimiter)

    def is_nothing(self, line: bytes) -> bool:
        """Tell whether there is nothing in any field: delimiters, blanks and empty quotes."""
        return self._nothing.fullmatch(line) is not None

    def is_total(self, line: bytes) -> bool:
        """Tell a total or a count: one label that says so, and for the rest only numbers.

        A tax id beside it makes a record of it, whose other cells are missing.
        """
        if len(line) > _TOTAL_BYTES_MAX or not _LABEL.search(line):
            return False
        texts = [text for field in self._fields(line) if (text := field.strip(_AROUND))]
        labels = [text for text in texts if not _NUMBER.fullmatch(text)]
        return (
            len(labels) == 1
            and _is_label(labels[0])
            and not any(is_tax_id(text.strip()) for text in texts)
        )

    def shows_nothing(self, line: bytes) -> bool:
        """Tell a line of drawn rules or of what nobody sees."""
        if len(line) > _TOTAL_BYTES_MAX or _PLAIN_TEXT.search(line):
            return False
        fields = [_UNSEEN.sub("", field) for field in self._fields(line)]
        return not any(fields) or all(_RULE.fullmatch(field) for field in fields if field)

    def is_header(self, line: bytes) -> bool:
        """Tell the header, standing once more among the records."""
        if not self._names or not line.lstrip(_BOM_OR_QUOTE).startswith(self._first_name):
            return False
        return _bare_names(self._fields(line)) == self._names

    def is_none(self, line: bytes) -> bool:
        """Tell whether a line is no record."""
        return (
            self.is_nothing(line)
            or self.is_total(line)
            or self.shows_nothing(line)
            or self.is_header(line)
        )

    def _fields(self, line: bytes) -> list[str]:
        return split_loosely(line.decode("utf-8", "replace"), self._delimiter)

    def among(self, buffer: Bytes, start: Int64s, end: Int64s) -> Flags:
        """Tell which of these refused records are none."""
        gone = np.zeros(len(start), dtype=np.bool_)
        if not len(start):
            return gone
        block = buffer[int(start.min()) : int(end.max())].tobytes()
        first = buffer[start]
        maybe = (first == ord(self._delimiter)) | (first <= 0x22) | np.isin(first, _STARTS)
        if self._first_name:
            maybe |= first == self._first_name[0]
        if _LABEL.search(block):
            maybe[:] = True
        for row in np.flatnonzero(maybe).tolist():
            gone[row] = self.is_none(buffer[int(start[row]) : int(end[row])].tobytes())
        return gone


def _bare_names(names: Sequence[str]) -> tuple[str, ...]:
    """Take off the blanks around names, and the empty ones at the end."""
    bare = [name.strip(_AROUND_NAMES) for name in names]
    while bare and not bare[-1]:
        bare.pop()
    return tuple(bare)


def _is_label(text: str) -> bool:
    words = [fold_accents(word).lower() for word in _WORD.findall(text)]
    if not words or not all(w in _TOTALS or w in _COUNTED or w in _AROUND_TOTALS for w in words):
        return False
    counts = (
        any(character.isdigit() for character in text)
        and words[0] != "s"
        and set(words) <= _COUNTED
    )
    return counts or any(word in _TOTALS for word in words)


@lru_cache(maxsize=8)
def _nothing(delimiter: int) -> re.Pattern[bytes]:
    """Return what matches a line of empty fields."""
    mark = re.escape(bytes([delimiter]))
    blank = rb"(?: |\xc2\xa0)*+" if delimiter == 0x09 else rb"(?:[ \t]|\xc2\xa0)*+"
    empty = blank + rb'(?:"' + blank + rb'"' + blank + rb")?"
    return re.compile(empty + rb"(?:" + mark + empty + rb")*+")
