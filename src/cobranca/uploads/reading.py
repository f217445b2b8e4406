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

    from cobranca.infra.settings import Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What somebody has said of one file; nothing, for a file that is sent in one step."""

    #: Official column and position, in their order.
    columns: tuple[tuple[str, int], ...] = ()
    lost_zeros: bool = False
    thousands: bool = False
    #: accept or reject; None = as the settings have it.
    past_due_dates: str | None = None

    def identity(self, sha256: bytes) -> bytes:
        """Return what tells this upload from others: the file, and how it is read."""
        if self == AS_IT_IS:
            return sha256
        said = [self.columns, self.lost_zeros, self.thousands, self.past_due_dates]
        return hashlib.sha256(sha256 + orjson.dumps(said)).digest()


AS_IT_IS: Final = Reading()


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """By what every file of a beneficiary is judged."""

    beneficiary_tax_id: str
    today: date
    tax_id_invalid: Policy
    due_date_past: Policy


def read_options(judgement: Judgement, reading: Reading) -> ReadOptions:
    """Return the reader's options."""
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
    )
