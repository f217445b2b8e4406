"""Why a record was refused: the codes, in the order in which the checks run."""

from __future__ import annotations

from enum import IntEnum
from typing import Final

#: Where the column of the tax id stands among the official ones.
TAX_ID: Final = 1
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
    NAME_ENCODING = 13
    NAME_FORMAT = 14
    TAX_ID_MISSING = 20
    TAX_ID_FORMAT = 21
    TAX_ID_INVALID = 22
    TAX_ID_NUMBER = 23
    TAX_ID_TWICE = 24
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
    DUE_DATE_ORDER = 55
    DUE_DATE_SERIAL = 56
    DEBT_ID_MISSING = 60
    DEBT_ID_FORMAT = 61
    DEBT_ID_TOO_LONG = 62
    DEBT_ID_CHARACTER = 63
    DEBT_ID_NUMBER = 64

    @property
    def column(self) -> str:
        """The official name of the column at fault; empty when it is the record as a whole."""
        return "" if self < self.NAME_MISSING else OFFICIAL_COLUMNS[self // 10 - 1]
