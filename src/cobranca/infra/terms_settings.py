"""The terms of the account, as settings: every name is a number, so that nothing is read twice."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field, model_validator

from cobranca.domain.terms import DISCOUNTS_MAX, StatedTerms, stated_terms_of

_CENTS_MAX = 9_999_999_999


class DiscountSettings(BaseModel):
    """A discount for who pays so many days before the due date, or earlier."""

    cents: int = Field(default=0, ge=0, le=_CENTS_MAX)
    basis_points: int = Field(default=0, ge=0, lt=10_000)
    days_before: int = Field(default=0, ge=0, le=365)

    @model_validator(mode="after")
    def _one_of_both(self) -> DiscountSettings:
        """Refuse a discount that is none, or both money and a share."""
        if bool(self.cents) == bool(self.basis_points):
            raise ValueError("a discount has cents or basis_points, one of them")
        return self


class TermsSettings(BaseModel):
    """What the account states for every billing; None = nothing. 200 basis points are 2 %."""

    fine_cents: int | None = Field(default=None, ge=0, le=_CENTS_MAX)
    fine_basis_points: int | None = Field(default=None, ge=0, lt=10_000)
    #: Money a day.
    interest_cents: int | None = Field(default=None, ge=0, le=_CENTS_MAX)
    #: A share a month of 30 days.
    interest_basis_points: int | None = Field(default=None, ge=0, lt=10_000)
    discounts: list[DiscountSettings] | None = Field(default=None, max_length=DISCOUNTS_MAX)
    rebate_cents: int | None = Field(default=None, ge=0, le=_CENTS_MAX)
    payment_limit_days: int | None = Field(default=None, ge=0, le=999)
    protest_days: int | None = Field(default=None, ge=0, le=99)
    write_off_days: int | None = Field(default=None, ge=0, le=999)

    @model_validator(mode="after")
    def _not_contradictory(self) -> TermsSettings:
        """Refuse what no billing could have."""
        for name in ("fine", "interest"):
            if getattr(self, f"{name}_cents") and getattr(self, f"{name}_basis_points"):
                raise ValueError(f"{name}_cents and {name}_basis_points are both set: keep one")
        days = [discount.days_before for discount in self.discounts or ()]
        if len(days) > len(set(days)):
            raise ValueError("discounts: two of them end on the same day")
        return self

    def stated(self) -> StatedTerms:
        """Return what is said, as the domain has it."""
        content: dict[str, Any] = {
            "fine": _portion(self.fine_cents, self.fine_basis_points),
            "interest": _portion(self.interest_cents, self.interest_basis_points),
            "discounts": None
            if self.discounts is None
            else [discount.model_dump() for discount in self.discounts],
            "rebate_cents": self.rebate_cents,
            "payment_limit": None
            if self.payment_limit_days is None
            else {"days": self.payment_limit_days},
            "protest_days": self.protest_days,
            "write_off_days": self.write_off_days,
        }
        return stated_terms_of(content)


def _portion(cents: int | None, basis_points: int | None) -> dict[str, int] | None:
    if cents is None and basis_points is None:
        return None
    return {"cents": cents or 0, "basis_points": basis_points or 0}
