"""Billings of a batch as titles of a file, and what keeps them out of it.

Nothing is asked of a database here: rows and details come in, titles and reasons go out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from cobranca.domain.boleto import issued_our_numbers
from cobranca.domain.cnab import (
    Movement,
    People,
    RemittanceFile,
    Terms,
    Titles,
    company_use_of,
    refusals_of,
    terms_of,
)
from cobranca.domain.terms import Terms as SettledTerms
from cobranca.domain.terms import settle
from cobranca.pipeline.billing_details import NO_DETAILS
from cobranca.remittances.tally import ACCOUNT_OTHER, CANCELLED, Asked, Reason

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from numpy.typing import NDArray

    from cobranca.domain.cnab import RemittanceAccount
    from cobranca.pipeline.billing_details import BillingDetails
    from cobranca.pipeline.issuing_terms import Profile
    from cobranca.remittances.account import OrderAccount
    from cobranca.remittances.tally import Tally, TitleRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """Titles that are ready; the arrays are of one length, in the order of the titles."""

    titles: Titles
    billing_ids: NDArray[np.int64]
    movements: NDArray[np.int16]

    def __len__(self) -> int:
        """Count the titles."""
        return len(self.billing_ids)

    def rows(self, start: int, stop: int) -> Chunk:
        """Take some of them."""
        rows = slice(start, stop)
        return Chunk(
            titles=self.titles.rows(start, stop),
            billing_ids=self.billing_ids[rows],
            movements=self.movements[rows],
        )


DUE_DATE_PAST: Final = Reason("DUE_DATE_PAST", "due", "Banks enter no title that is due already.")
_PAYMENT_LIMIT: Final = Reason(
    "TERM_NOT_EXPRESSIBLE",
    "terms.payment_limit",
    "No layout has a place for a last day of payment; days until the write-off it can say.",
)
_REBATE: Final = Reason(
    "TERM_NOT_EXPRESSIBLE",
    "terms.rebate_cents",
    "An entry says no rebate; a lower amount, or a discount, it can say.",
)


#: What comes back from a bank as it went.
_PLAIN: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.,-/ ")
_NO_TERMS: Final = SettledTerms()


@dataclass(frozen=True, slots=True, kw_only=True)
class TitleMaker:
    """Makes titles of rows, for one order at one time."""

    order: OrderAccount
    account: RemittanceAccount
    file: RemittanceFile
    tally: Tally

    def make(
        self,
        rows: Sequence[TitleRow],
        details: Mapping[int, BillingDetails],
        profile: Profile,
        *,
        issued: date,
    ) -> Chunk | None:
        """Return what is ready of a batch's rows, and count what is not; None when nothing is.

        Args:
            rows: of one upload, issued on one day.
            details: what optional columns said, by billing id.
            profile: what they were issued with.
            issued: the day of issue.
        """
        if not self.order.has_issued(profile):
            for row in rows:
                untold = row.removed and not row.entered
                self._hold(CANCELLED if untold else ACCOUNT_OTHER, row, details)
            return None
        wanted, terms = self._settled(rows, details, profile)
        if not wanted:
            return None
        titles = self._titles(wanted, terms, details, profile, issued)
        refused: dict[int, Reason] = {}
        for refusal in refusals_of(self.account, self.file, titles):
            reason = Reason(refusal.code, refusal.field, refusal.detail)
            refused.setdefault(refusal.index, reason)
        if refused:
            for at, reason in refused.items():
                self._hold(reason, wanted[at], details)
            kept = [at for at in range(len(wanted)) if at not in refused]
            if not kept:
                return None
            wanted, terms = [wanted[at] for at in kept], [terms[at] for at in kept]
            titles = self._titles(wanted, terms, details, profile, issued)
        return self._counted(wanted, titles)

    def _hold(self, reason: Reason, row: TitleRow, details: Mapping[int, BillingDetails]) -> None:
        self.tally.hold(reason, row, code=details.get(row.id, NO_DETAILS).code)

    def _settled(
        self,
        rows: Sequence[TitleRow],
        details: Mapping[int, BillingDetails],
        profile: Profile,
    ) -> tuple[list[TitleRow], list[SettledTerms | None]]:
        """Return what is wanted of the bank, with the terms of what is entered."""
        today, stated = self.file.generated_at.date(), profile.terms
        wanted: list[TitleRow] = []
        settled: list[SettledTerms | None] = []
        for row in rows:
            reason, terms = None, None
            if row.removed and not row.entered:
                reason = CANCELLED
            elif not row.entered:
                said = details.get(row.id, NO_DETAILS).terms
                if row.due_date < today:
                    reason = DUE_DATE_PAST
                elif stated or said:
                    terms = settle(
                        stated, said, amount_cents=row.amount_cents, due_date=row.due_date
                    )
                    if terms.payment_limit is not None:
                        reason = _PAYMENT_LIMIT
                    elif terms.rebate_cents:
                        reason = _REBATE
            if reason is not None:
                self._hold(reason, row, details)
            else:
                wanted.append(row)
                settled.append(terms)
        return wanted, settled

    def _titles(
        self,
        rows: Sequence[TitleRow],
        terms: Sequence[SettledTerms | None],
        details: Mapping[int, BillingDetails],
        profile: Profile,
        issued: date,
    ) -> Titles:
        layout = self.account.layout
        entry, write_off = (layout.code_of(m) for m in (Movement.ENTRY, Movement.WRITE_OFF))
        our_numbers = issued_our_numbers(
            profile.account, np.array([row.our_number for row in rows], dtype=np.int64), issued
        )
        return Titles(
            our_number=our_numbers,
            document_number=self._document_numbers(rows, details),
            company_use=company_use_of(row.debt_id for row in rows)
            if layout.width_of("company_use")
            else "",
            issued=issued,
            due=np.array([row.due_date for row in rows], dtype="datetime64[D]"),
            amount_cents=np.array([row.amount_cents for row in rows], dtype=np.int64),
            payer=_payers(rows, details),
            movement=np.array([write_off if row.entered else entry for row in rows], dtype="S2"),
            species=self.order.species,
            acceptance=self.order.acceptance,
            terms=terms_of([each or _NO_TERMS for each in terms]) if any(terms) else Terms(),
        )

    def _document_numbers(
        self, rows: Sequence[TitleRow], details: Mapping[int, BillingDetails]
    ) -> list[str]:
        """Give the file's own numbers where they fit, else the sequence of the our number.

        Banks that take no number of zeros want each to be another one, which only a sequence is.
        """
        layout = self.account.layout
        width = layout.width_of("document_number")
        if not details or not layout.limits.document_number_zero:
            return [f"{row.our_number:0{width}d}" for row in rows]
        numbers: list[str] = []
        for row in rows:
            said = details.get(row.id, NO_DETAILS)
            number = (said.document_number or said.code).strip().upper()
            fits = 0 < len(number) <= width and _PLAIN.issuperset(number)
            numbers.append(number if fits else f"{row.our_number:0{width}d}")
        return numbers

    def _counted(self, rows: Sequence[TitleRow], titles: Titles) -> Chunk:
        movements = [Asked.WRITE_OFF if row.entered else row.movement for row in rows]
        entries = [row.amount_cents for row in rows if not row.entered]
        self.tally.count(
            titles=len(entries),
            amount_cents=sum(entries),
            write_offs=len(rows) - len(entries),
        )
        return Chunk(
            titles=titles,
            billing_ids=np.array([row.id for row in rows], dtype=np.int64),
            movements=np.array(movements, dtype=np.int16),
        )


def _payers(rows: Sequence[TitleRow], details: Mapping[int, BillingDetails]) -> People:
    names, tax_ids = [row.name for row in rows], [row.tax_id for row in rows]
    if not details:
        return People(name=names, tax_id=tax_ids)
    addresses = [details.get(row.id, NO_DETAILS).address for row in rows]
    return People(
        name=names,
        tax_id=tax_ids,
        address=[each.street_line for each in addresses],
        district=[each.district for each in addresses],
        city=[each.city for each in addresses],
        state=[each.state for each in addresses],
        postal_code=[each.postal_code for each in addresses],
    )
