"""What optional columns said of billings, and what is said of each on slip and mail.

One read by key range a batch; for files without such columns it finds nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import orjson

from cobranca.domain.address import Address
from cobranca.domain.terms import NOTHING, StatedTerms, Terms, sentences_of, settle, stated_terms_of
from cobranca.infra.db import fetch_all
from cobranca.infra.sql import load_queries

if TYPE_CHECKING:
    from datetime import date

    from cobranca.infra.db import Connection

QUERIES = load_queries("cobranca.pipeline")
_NO_ADDRESS = Address()


@dataclass(frozen=True, slots=True, kw_only=True)
class BillingDetails:
    """What a file said of one billing beside the official columns; empty is nothing."""

    #: What it calls the debt, where that is no UUID.
    code: str = ""
    address: Address = _NO_ADDRESS
    phone: str = ""
    copies: tuple[str, ...] = ()
    document_number: str = ""
    instalment: str = ""
    message: str = ""
    terms: StatedTerms = NOTHING


#: The file had no such columns.
NO_DETAILS = BillingDetails()
_NO_TERMS = Terms()


@dataclass(frozen=True, slots=True, kw_only=True)
class Notes:
    """What slip and mail say of a billing: the terms that hold, and the lines that tell them."""

    terms: Terms = _NO_TERMS
    lines: tuple[str, ...] = ()

    def due_cents(self, amount_cents: int) -> int:
        """Give what is to be paid in time: the amount without the rebate."""
        return amount_cents - self.terms.rebate_cents


#: Neither the account nor the file says anything.
NO_NOTES = Notes()


def notes_of(
    account: StatedTerms, details: BillingDetails, *, amount_cents: int, due_date: date
) -> Notes:
    """Settle the terms of a billing and say them, with its instalment and its file's message.

    Args:
        account: the terms of the account, as the billing's profile has them.
        details: what the billing's row said.
        amount_cents: its face value.
        due_date: the last day to pay it.
    """
    if not (account or details.terms or details.instalment or details.message):
        return NO_NOTES
    terms = settle(account, details.terms, amount_cents=amount_cents, due_date=due_date)
    instalment = (f"Parcela {details.instalment}.",) if details.instalment else ()
    message = (details.message,) if details.message else ()
    return Notes(terms=terms, lines=(*sentences_of(terms, amount_cents), *instalment, *message))


async def read_details(
    connection: Connection, *, first_id: int, last_id: int
) -> dict[int, BillingDetails]:
    """Return the details of billings of a range of ids, by id; most files have none."""
    rows = await fetch_all(
        connection, QUERIES["read_details"], row=_Row, first_id=first_id, last_id=last_id
    )
    return {row[0]: _details_of(row) for row in rows}


class _Row(NamedTuple):
    """What optional columns said of one billing; a tuple, for it is read by the thousand."""

    billing_id: int
    code: str | None
    street: str | None
    street_number: str | None
    complement: str | None
    district: str | None
    city: str | None
    state: str | None
    postal_code: str | None
    phone: str | None
    copies: str | None
    document_number: str | None
    instalment: str | None
    message: str | None
    terms: str | None


def _details_of(row: _Row) -> BillingDetails:
    copies, terms = row.copies, row.terms
    return BillingDetails(
        code=row.code or "",
        address=Address.of(row),
        phone=row.phone or "",
        copies=tuple(copies.split(",")) if copies else (),
        document_number=row.document_number or "",
        instalment=row.instalment or "",
        message=row.message or "",
        terms=stated_terms_of(orjson.loads(terms)) if terms else NOTHING,
    )
