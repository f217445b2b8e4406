"""Finds the billings that the records of a return file are about: by account and our number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from cobranca.domain.boleto.sequences import sequences_of
from cobranca.domain.cnab.returns import debt_ids_in
from cobranca.payments.fates import Known
from cobranca.payments.ids import distinct, places_among, rising
from cobranca.payments.titles import TITLE, find_titles

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from cobranca.domain.boleto import Account
    from cobranca.infra.db import Connection
    from cobranca.payments.pieces import Days, Ints, Piece, Texts

_EPOCH: Final = np.datetime64("2000-01-01", "D")


@dataclass(frozen=True, slots=True, kw_only=True)
class Matched:
    """The billings of a piece's records, one row each.

    Attributes:
        known: what decides over their fates.
        upload_ids: 0 for none.
        due_on: of the billing.
    """

    known: Known
    upload_ids: Ints
    due_on: Days


async def match(
    connection: Connection, beneficiary_id: int, accounts: Sequence[Account], piece: Piece
) -> Matched:
    """Look the our numbers of a piece up, one query a series."""
    rows = await look_up(connection, beneficiary_id, accounts, piece.our_numbers)
    return Matched(
        known=_known(piece, rows),
        upload_ids=rows["upload_id"].astype(np.int64),
        due_on=_EPOCH + rows["due"].astype(np.int64),
    )


async def look_up(
    connection: Connection, beneficiary_id: int, accounts: Sequence[Account], our_numbers: Texts
) -> npt.NDArray[Any]:
    """Return the billings of our numbers, as the engine takes them: an array of `TITLE`."""
    rows = np.zeros(len(our_numbers), dtype=TITLE)
    for account in _of_different_numbers(accounts):
        sequences, years = sequences_of(account, our_numbers)
        sequences = np.where(rows["billing_id"] > 0, 0, sequences)
        for year in distinct(years[sequences > 0]):
            wanted = np.flatnonzero((sequences > 0) & (years == year))
            found = await find_titles(
                connection,
                beneficiary_id=beneficiary_id,
                series=f"{account.bank}/{year}" if year else account.bank,
                our_numbers=rising(sequences[wanted]),
            )
            if len(found):
                place = places_among(sequences[wanted], found["our_number"].astype(np.int64))
                hit = place >= 0
                rows[wanted[hit]] = found[place[hit]]
    return rows


def _known(piece: Piece, rows: npt.NDArray[Any]) -> Known:
    billing_ids = rows["billing_id"].astype(np.int64)
    debt_ids, is_debt_id = debt_ids_in(piece.controls)
    ours = np.ascontiguousarray(rows["debt_id"]).view(np.uint8).reshape(len(rows), 16)
    same = (debt_ids == ours).all(axis=1)
    matched = billing_ids > 0
    return Known(
        billing_ids=billing_ids,
        amount_cents=rows["cents"].astype(np.int64),
        settled=rows["settled"],
        control_agrees=matched & is_debt_id & same,
        control_differs=matched & is_debt_id & ~same,
    )


def _of_different_numbers(accounts: Sequence[Account]) -> list[Account]:
    """Leave out accounts whose our numbers are made as another's are."""
    made = {(account.our_number_digits, account.plans[0].issue): account for account in accounts}
    return list(made.values())
