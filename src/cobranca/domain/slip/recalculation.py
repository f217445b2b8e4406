"""What a late payer owes: the fine once, the interest by days, in whole cents.

The fine is a share of the face value. The interest is simple, a share a month of 30 days, counted
by calendar days from the due date, on the face value. Each is rounded half up to the cent, as the
payer's bank prints it. Who may pay on the next business day is decided by the caller: pass the
last day without charges as `due_date`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from cobranca.domain.errors import InvalidField

if TYPE_CHECKING:
    from datetime import date

_BASIS: Final = 10_000
_MONTH_DAYS: Final = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Recalculation:
    """The parts of the amount on the day of payment; all in cents."""

    days_late: int
    amount_cents: int
    fine_cents: int
    interest_cents: int

    @property
    def total_cents(self) -> int:
        """Give face value, fine and interest together."""
        return self.amount_cents + self.fine_cents + self.interest_cents


def recalculate(
    amount_cents: int,
    due_date: date,
    paid_on: date,
    fine_basis_points: int = 0,
    interest_basis_points_month: int = 0,
) -> Recalculation:
    """Add the fine and the interest of a late payment; nothing is added up to the due date.

    Args:
        amount_cents: the face value.
        due_date: the last day on which the face value is enough.
        paid_on: the day of payment.
        fine_basis_points: 200 is 2 %.
        interest_basis_points_month: 100 is 1 % for 30 days.

    Raises:
        InvalidField: an amount or a rate is negative.
    """
    for name, value in (
        ("amount_cents", amount_cents),
        ("fine_basis_points", fine_basis_points),
        ("interest_basis_points_month", interest_basis_points_month),
    ):
        if value < 0:
            raise InvalidField(name, "must not be negative")
    days_late = max(0, (paid_on - due_date).days)
    fine_rate = fine_basis_points if days_late else 0
    return Recalculation(
        days_late=days_late,
        amount_cents=amount_cents,
        fine_cents=_divide_half_up(amount_cents * fine_rate, _BASIS),
        interest_cents=_divide_half_up(
            amount_cents * interest_basis_points_month * days_late, _BASIS * _MONTH_DAYS
        ),
    )


def _divide_half_up(numerator: int, divisor: int) -> int:
    return (2 * numerator + divisor) // (2 * divisor)
