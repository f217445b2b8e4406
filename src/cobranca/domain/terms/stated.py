"""What an account, or one row of a file, states of its terms; None is "nothing said".

To state nothing and to state that there is none are two things: a row without a fine has the
account's, a row with a fine of 0 has none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, Final, cast

DISCOUNTS_MAX: Final = 3
BASIS: Final = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Portion:
    """Money, or a share of the amount; none when both are 0.

    Attributes:
        cents: whole cents; of interest, a day.
        basis_points: hundredths of a percent; of interest, a month of 30 days.
    """

    cents: int = 0
    basis_points: int = 0

    def __bool__(self) -> bool:
        """Tell whether there is anything."""
        return bool(self.cents or self.basis_points)


#: Neither money nor a share.
NO_PORTION: Final = Portion()


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedDiscount:
    """A discount for who pays in time.

    Attributes:
        portion: how much.
        until: the last day; None = so many days before the due date.
        days_before: counted from the due date; 0 is that day itself.
    """

    portion: Portion
    until: date | None = None
    days_before: int = 0

    def last_day(self, due_ordinal: int) -> int:
        """Give the ordinal of the last day, for a due date's ordinal."""
        return due_ordinal - self.days_before if self.until is None else self.until.toordinal()


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """Until when a boleto may be paid: a day, or days after due; no end when both are None."""

    until: date | None = None
    days: int | None = None

    def last_day(self, due_ordinal: int) -> int | None:
        """Give the ordinal of the last day, for a due date's ordinal; None = there is none."""
        if self.until is not None:
            return self.until.toordinal()
        return None if self.days is None else due_ordinal + self.days


_NOTHING_SAID: Final = (None,) * 7


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedTerms:
    """What somebody states; None = nothing said, so that another's word holds.

    Attributes:
        fine: once, from the day after due.
        interest: from the day after due; cents a day, or basis points a month.
        discounts: alternatives: the one holds whose last day comes next.
        rebate_cents: taken off in any case.
        payment_limit: the last day on which the boleto may be paid.
        protest_days: days after due on which the bank shall protest by itself; 0 is never.
        write_off_days: days after due on which the bank shall write off by itself; 0 is never.
    """

    fine: Portion | None = None
    interest: Portion | None = None
    discounts: tuple[StatedDiscount, ...] | None = None
    rebate_cents: int | None = None
    payment_limit: Limit | None = None
    protest_days: int | None = None
    write_off_days: int | None = None

    def __bool__(self) -> bool:
        """Tell whether anything is said."""
        said = (
            self.fine, self.interest, self.discounts, self.rebate_cents, self.payment_limit,
            self.protest_days, self.write_off_days,
        )  # fmt: skip
        return said != _NOTHING_SAID

    def over(self, other: StatedTerms) -> StatedTerms:
        """Let these terms override another's, each as a whole: three discounts replace one."""
        if not self:
            return other
        mine = {field.name: getattr(self, field.name) for field in fields(self)}
        said = {name: value for name, value in mine.items() if value is not None}
        theirs = {field.name: getattr(other, field.name) for field in fields(other)}
        return StatedTerms(**(theirs | said))

    def content(self) -> dict[str, Any]:
        """Give what is said as plain values, for JSON; `stated_terms_of` reads it back."""
        said: dict[str, Any] = {
            "fine": _portion_content(self.fine),
            "interest": _portion_content(self.interest),
            "discounts": self._discounts_content(),
            "rebate_cents": self.rebate_cents,
            "payment_limit": self._limit_content(),
            "protest_days": self.protest_days,
            "write_off_days": self.write_off_days,
        }
        return {name: value for name, value in said.items() if value is not None}

    def _discounts_content(self) -> list[dict[str, Any]] | None:
        if self.discounts is None:
            return None
        return [
            (_portion_content(each.portion) or {})
            | (
                {"days_before": each.days_before}
                if each.until is None
                else {"until": each.until.isoformat()}
            )
            for each in self.discounts
        ]

    def _limit_content(self) -> dict[str, Any] | None:
        limit = self.payment_limit
        if limit is None:
            return None
        if limit.until is not None:
            return {"until": limit.until.isoformat()}
        return {} if limit.days is None else {"days": limit.days}


#: Nobody says anything.
NOTHING: Final = StatedTerms()


def stated_terms_of(content: Mapping[str, Any] | None) -> StatedTerms:
    """Read back what `StatedTerms.content` gave; the settings' own form is the same."""
    if not content:
        return NOTHING
    limit = content.get("payment_limit")
    discounts = content.get("discounts")
    return StatedTerms(
        fine=_portion_of(content.get("fine")),
        interest=_portion_of(content.get("interest")),
        discounts=None
        if discounts is None
        else tuple(map(_discount_of, cast("Sequence[Mapping[str, Any]]", discounts))),
        rebate_cents=content.get("rebate_cents"),
        payment_limit=None
        if limit is None
        else Limit(until=_day_of(limit.get("until")), days=limit.get("days")),
        protest_days=content.get("protest_days"),
        write_off_days=content.get("write_off_days"),
    )


def _portion_content(portion: Portion | None) -> dict[str, int] | None:
    if portion is None:
        return None
    if portion.basis_points:
        return {"basis_points": portion.basis_points}
    return {"cents": portion.cents}


def _portion_of(content: Mapping[str, Any] | None) -> Portion | None:
    if content is None:
        return None
    return Portion(cents=content.get("cents") or 0, basis_points=content.get("basis_points") or 0)


def _discount_of(content: Mapping[str, Any]) -> StatedDiscount:
    return StatedDiscount(
        portion=_portion_of(content) or Portion(),
        until=_day_of(content.get("until")),
        days_before=content.get("days_before") or 0,
    )


def _day_of(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
