"""How a file is to be read: what is asked of all files, and what somebody has said of this one.

Owns: the options that a check and an ingest share, so that they agree. Does not own: reading.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import orjson

from cobranca.uploads.csv_reader import ReadOptions

if TYPE_CHECKING:
    from datetime import date

    from cobranca.domain.money import DecimalStyle
    from cobranca.infra.settings import Policy, Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What somebody has said of one file; nothing, for a file that is sent in one step."""

    #: Official column and position, in their order.
    columns: tuple[tuple[str, int], ...] = ()
    lost_zeros: bool = False
    thousands: bool = False
    #: accept or reject; None = as the settings have it.
    past_due_dates: str | None = None
    #: Of a workbook; None = the one that looks like debts.
    sheet: str | None = None

    def identity(self, sha256: bytes) -> bytes:
        """Return what tells this upload from others: the file, and how it is read."""
        if self == AS_IT_IS:
            return sha256
        said = [self.columns, self.lost_zeros, self.thousands, self.past_due_dates, self.sheet]
        return hashlib.sha256(sha256 + orjson.dumps(said)).digest()


AS_IT_IS: Final = Reading()


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """By what every file of a beneficiary is judged."""

    beneficiary_tax_id: str
    today: date
    tax_id_invalid: Policy
    due_date_past: Policy


def judgement_of(settings: Settings, today: date) -> Judgement:
    """Return by what the files of the settings' beneficiary are judged on a day."""
    return Judgement(
        beneficiary_tax_id=settings.beneficiary.tax_id,
        today=today,
        tax_id_invalid=settings.tax_id_invalid,
        due_date_past=settings.due_date_past,
    )


def read_options(
    judgement: Judgement,
    reading: Reading,
    *,
    decimal_style: DecimalStyle | None,
    month_first: bool | None = None,
) -> ReadOptions:
    """Return the reader's options; the style and the order are told where they are known."""
    rejects_past = judgement.due_date_past == "reject"
    if reading.past_due_dates is not None:
        rejects_past = reading.past_due_dates == "reject"
    return ReadOptions(
        today=judgement.today,
        beneficiary_tax_id=judgement.beneficiary_tax_id,
        reject_invalid_tax_id=judgement.tax_id_invalid == "reject",
        reject_past_due_date=rejects_past,
        columns=dict(reading.columns),
        restore_zeros=reading.lost_zeros,
        thousands=reading.thousands,
        decimal_style=decimal_style,
        month_first=month_first,
    )
