"""Why a record was refused: codes, messages, and the refused records of a segment in columns.

A million refused records are a normal day, so they are kept in arrays beside the bytes they came
from; a `Reject` object is made only when one is looked at.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from cobranca.infra.columns import TextColumn
from cobranca.uploads.csv_reader.cells import Bytes, Codes, Int64s
from cobranca.uploads.csv_reader.quoted import split_loosely

#: Bytes of a refused record that are kept for the report.
RAW_BYTES_MAX: Final = 4096
#: The columns of the official file, in its order.
OFFICIAL_COLUMNS: Final = (
    "name",
    "governmentId",
    "email",
    "debtAmount",
    "debtDueDate",
    "debtId",
)


class RejectCode(IntEnum):
    """Every reason to refuse a record, in the order in which the checks run; 0 is accepted."""

    ACCEPTED = 0
    FIELD_COUNT = 1
    UNTERMINATED_QUOTE = 2
    QUOTE_MALFORMED = 3
    RECORD_TOO_LONG = 4
    NUL_BYTE = 5
    NAME_MISSING = 10
    NAME_TOO_LONG = 11
    NAME_CHARACTER = 12
    TAX_ID_MISSING = 20
    TAX_ID_FORMAT = 21
    TAX_ID_INVALID = 22
    EMAIL_MISSING = 30
    EMAIL_FORMAT = 31
    EMAIL_TOO_LONG = 32
    EMAIL_CHARACTER = 33
    EMAIL_NOT_ASCII = 34
    AMOUNT_MISSING = 40
    AMOUNT_FORMAT = 41
    AMOUNT_AMBIGUOUS = 42
    AMOUNT_NOT_POSITIVE = 43
    AMOUNT_TOO_LARGE = 44
    DUE_DATE_MISSING = 50
    DUE_DATE_FORMAT = 51
    DUE_DATE_INVALID = 52
    DUE_DATE_OUT_OF_RANGE = 53
    DUE_DATE_PAST = 54
    DEBT_ID_MISSING = 60
    DEBT_ID_FORMAT = 61

    @property
    def column(self) -> str:
        """The official name of the column at fault; empty when it is the record as a whole."""
        return "" if self < self.NAME_MISSING else OFFICIAL_COLUMNS[self // 10 - 1]

    @property
    def message(self) -> str:
        """What is wrong and how to mend it, in Portuguese."""
        return MESSAGES[self]


MESSAGES: Final[dict[RejectCode, str]] = {
    RejectCode.ACCEPTED: "",
    RejectCode.FIELD_COUNT: "A linha não tem o mesmo número de campos do cabeçalho.",
    RejectCode.UNTERMINATED_QUOTE: "Há aspas abertas nesta linha que não se fecham.",
    RejectCode.QUOTE_MALFORMED: "Há texto depois das aspas que fecham um campo.",
    RejectCode.RECORD_TOO_LONG: "A linha passa de 64 KiB.",
    RejectCode.NUL_BYTE: "A linha contém um byte nulo; o arquivo pode estar corrompido.",
    RejectCode.NAME_MISSING: "O nome está vazio.",
    RejectCode.NAME_TOO_LONG: "O nome passa de 140 caracteres.",
    RejectCode.NAME_CHARACTER: "O nome contém quebra de linha ou caractere invisível.",
    RejectCode.TAX_ID_MISSING: "O documento (CPF/CNPJ) está vazio.",
    RejectCode.TAX_ID_FORMAT: "O documento deve ter de 1 a 20 letras ou algarismos.",
    RejectCode.TAX_ID_INVALID: "O CPF ou CNPJ não é válido.",
    RejectCode.EMAIL_MISSING: "O e-mail está vazio.",
    RejectCode.EMAIL_FORMAT: "O e-mail não tem a forma nome@dominio.com.",
    RejectCode.EMAIL_TOO_LONG: "O e-mail passa de 254 caracteres, ou de 64 antes da arroba.",
    RejectCode.EMAIL_CHARACTER: "O e-mail contém quebra de linha ou caractere invisível.",
    RejectCode.EMAIL_NOT_ASCII: "O e-mail contém acentos; escreva o domínio na forma xn--.",
    RejectCode.AMOUNT_MISSING: "O valor está vazio.",
    RejectCode.AMOUNT_FORMAT: "O valor não é um número com no máximo duas casas decimais.",
    RejectCode.AMOUNT_AMBIGUOUS: "O valor pode ser lido de dois modos; escreva os centavos.",
    RejectCode.AMOUNT_NOT_POSITIVE: "O valor deve ser maior que zero.",
    RejectCode.AMOUNT_TOO_LARGE: "O valor passa de R$ 99.999.999,99.",
    RejectCode.DUE_DATE_MISSING: "O vencimento está vazio.",
    RejectCode.DUE_DATE_FORMAT: "O vencimento deve ser aaaa-mm-dd ou dd/mm/aaaa.",
    RejectCode.DUE_DATE_INVALID: "O vencimento não existe no calendário.",
    RejectCode.DUE_DATE_OUT_OF_RANGE: (
        "O vencimento deve ficar entre 03/07/2000 e 13/10/2049 (fator de vencimento)."
    ),
    RejectCode.DUE_DATE_PAST: "O vencimento já passou.",
    RejectCode.DEBT_ID_MISSING: "O identificador da dívida está vazio.",
    RejectCode.DEBT_ID_FORMAT: "O identificador da dívida não é um UUID.",
}


def official_fields(raw: str, delimiter: str, positions: Sequence[int]) -> tuple[str, ...]:
    """Tell the six official columns of a refused record apart, as far as that can be done."""
    fields = split_loosely(raw, delimiter) if raw else []
    return tuple(fields[p] if p < len(fields) else "" for p in positions)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reject:
    """One refused record."""

    #: Physical line on which the record begins; the first line of the file is 1.
    line_number: int
    #: Official name of the column, or empty.
    column: str
    code: str
    #: In Portuguese.
    message: str
    #: The record as it stood in the file (decoded), at most RAW_BYTES_MAX bytes, NUL as `?`.
    raw: str
    #: The six official columns as far as they can be told apart, for a file to mend and resend.
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejects:
    """The refused records of one segment, in line order."""

    buffer: Bytes
    line_number: Int64s
    #: RejectCode values.
    code: Codes
    #: Where each record's text begins in the buffer.
    start: Int64s
    #: Bytes of it, at most RAW_BYTES_MAX.
    length: npt.NDArray[np.int32]
    delimiter: str
    #: Position in the file's records of each official column.
    positions: tuple[int, ...]

    def __len__(self) -> int:
        """Return the number of refused records."""
        return len(self.line_number)

    def __iter__(self) -> Iterator[Reject]:
        """Yield the records as objects."""
        return (self[number] for number in range(len(self)))

    def __getitem__(self, number: int) -> Reject:
        """Return one record as an object."""
        code = RejectCode(int(self.code[number]))
        raw = self.raw(number)
        return Reject(
            line_number=int(self.line_number[number]),
            column=code.column,
            code=code.name,
            message=code.message,
            raw=raw,
            values=official_fields(raw, self.delimiter, self.positions),
        )

    def raw(self, number: int) -> str:
        """Return one record's text."""
        return self.raw_texts().text(number)

    def raw_texts(self) -> TextColumn:
        """Return the records' texts: whole characters, no NUL."""
        return TextColumn(buffer=self.buffer, start=self.start, length=self.length)

    def counts_by_code(self) -> dict[str, int]:
        """Return how many records each code has refused."""
        counts = np.bincount(self.code, minlength=1)
        return {RejectCode(int(code)).name: int(counts[code]) for code in np.flatnonzero(counts)}

    def take(self, rows: npt.NDArray[Any] | slice) -> Rejects:
        """Return the chosen records; the buffer is shared."""
        return Rejects(
            buffer=self.buffer,
            line_number=self.line_number[rows],
            code=self.code[rows],
            start=self.start[rows],
            length=self.length[rows],
            delimiter=self.delimiter,
            positions=self.positions,
        )
