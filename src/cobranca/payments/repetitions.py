"""Payments that may have been told before: a person says whether they are others.

Two files tell of one payment with equal places. A cheque is told twice by its nature: some banks
say 06 when they take it, and of the same money again, on another day, when it has cleared.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from cobranca.domain.cnab.returns import CHEQUE_CLEARED

if TYPE_CHECKING:
    from cobranca.payments.rows import ToldPaymentRow


class ToldPayments:
    """What files of one bank have told of payments."""

    def __init__(self, bank: str) -> None:
        """Begin with nothing told."""
        self._cleared = CHEQUE_CLEARED.get(bank)
        self._told: defaultdict[ToldPaymentRow, set[int]] = defaultdict(set)
        self._sums: defaultdict[tuple[int, int], list[tuple[bool, int]]] = defaultdict(list)

    def add(self, payment: ToldPaymentRow, file_id: int) -> None:
        """Remember what a file tells."""
        self._told[payment].add(file_id)
        told = payment.occurrence == self._cleared, file_id
        self._sums[payment.billing_id, payment.paid_cents].append(told)

    def repeats(self, payment: ToldPaymentRow, file_id: int) -> bool:
        """Whether a file tells with it what may have been told before."""
        if self._told[payment] - {file_id}:
            return True
        is_cleared = payment.occurrence == self._cleared
        # In one file the cheque's clearing alone is the repetition.
        return any(
            is_cleared != was_cleared and (is_cleared or by != file_id)
            for was_cleared, by in self._sums[payment.billing_id, payment.paid_cents]
        )
