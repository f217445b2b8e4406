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

#: What people call them, where no file has named them.
USUAL_NAMES: Final = ("Nome", "CPF/CNPJ", "E-mail", "Valor", "Vencimento", "Código da dívida")


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
    ADDRESS_FORMAT = 80
    ADDRESS_NUMBER_FORMAT = 82
    COMPLEMENT_FORMAT = 84
    DISTRICT_FORMAT = 86
    CITY_FORMAT = 88
    STATE_FORMAT = 90
    POSTAL_CODE_FORMAT = 92
    PHONE_FORMAT = 94
    COPY_EMAILS_FORMAT = 96
    DOCUMENT_NUMBER_FORMAT = 98
    INSTALMENT_FORMAT = 100
    MESSAGE_FORMAT = 102
    FINE_FORMAT = 110
    FINE_AMBIGUOUS = 111
    FINE_TOO_LARGE = 112
    FINE_TWICE = 113
    INTEREST_FORMAT = 120
    INTEREST_AMBIGUOUS = 121
    INTEREST_TOO_LARGE = 122
    INTEREST_TWICE = 123
    DISCOUNT_1_FORMAT = 130
    DISCOUNT_1_AMBIGUOUS = 131
    DISCOUNT_1_TOO_LARGE = 132
    DISCOUNT_1_TWICE = 133
    DISCOUNT_1_DATE = 135
    DISCOUNT_2_FORMAT = 140
    DISCOUNT_2_AMBIGUOUS = 141
    DISCOUNT_2_TOO_LARGE = 142
    DISCOUNT_2_TWICE = 143
    DISCOUNT_2_DATE = 145
    DISCOUNT_3_FORMAT = 150
    DISCOUNT_3_AMBIGUOUS = 151
    DISCOUNT_3_TOO_LARGE = 152
    DISCOUNT_3_TWICE = 153
    DISCOUNT_3_DATE = 155
    REBATE_FORMAT = 160
    REBATE_TOO_LARGE = 161
    PAYMENT_LIMIT_FORMAT = 170
    PAYMENT_LIMIT_EARLY = 171
    PROTEST_DAYS_FORMAT = 180
    WRITE_OFF_DAYS_FORMAT = 190

    @property
    def column(self) -> str:
        """The column at fault, as docs/csv.md calls it; empty when it is the whole record."""
        if self < self.NAME_MISSING:
            return ""
        if self < self.ADDRESS_FORMAT:
            return OFFICIAL_COLUMNS[self // 10 - 1]
        return next(column for last, column in _OPTIONAL_COLUMNS if self <= last)


#: The last code of each optional column.
_OPTIONAL_COLUMNS: Final = (
    (RejectCode.ADDRESS_FORMAT, "payerAddress"),
    (RejectCode.ADDRESS_NUMBER_FORMAT, "payerAddressNumber"),
    (RejectCode.COMPLEMENT_FORMAT, "payerAddressComplement"),
    (RejectCode.DISTRICT_FORMAT, "payerDistrict"),
    (RejectCode.CITY_FORMAT, "payerCity"),
    (RejectCode.STATE_FORMAT, "payerState"),
    (RejectCode.POSTAL_CODE_FORMAT, "payerPostalCode"),
    (RejectCode.PHONE_FORMAT, "payerPhone"),
    (RejectCode.COPY_EMAILS_FORMAT, "copyEmails"),
    (RejectCode.DOCUMENT_NUMBER_FORMAT, "documentNumber"),
    (RejectCode.INSTALMENT_FORMAT, "instalment"),
    (RejectCode.MESSAGE_FORMAT, "message"),
    (RejectCode.FINE_TWICE, "fine"),
    (RejectCode.INTEREST_TWICE, "interest"),
    (RejectCode.DISCOUNT_1_TWICE, "discount1"),
    (RejectCode.DISCOUNT_1_DATE, "discount1Until"),
    (RejectCode.DISCOUNT_2_TWICE, "discount2"),
    (RejectCode.DISCOUNT_2_DATE, "discount2Until"),
    (RejectCode.DISCOUNT_3_TWICE, "discount3"),
    (RejectCode.DISCOUNT_3_DATE, "discount3Until"),
    (RejectCode.REBATE_TOO_LARGE, "rebate"),
    (RejectCode.PAYMENT_LIMIT_EARLY, "paymentLimit"),
    (RejectCode.PROTEST_DAYS_FORMAT, "protestDays"),
    (RejectCode.WRITE_OFF_DAYS_FORMAT, "writeOffDays"),
)
