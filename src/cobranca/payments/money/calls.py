"""What a call that tells of a payment says: `{"debtId","paidAt","paidAmount","paidBy"}`.

Pure. The amount is read as the decimal text that it is, never as a binary number.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final, NoReturn, cast
from zoneinfo import ZoneInfo

from cobranca.domain.errors import InvalidField

_ZONE: Final = ZoneInfo("America/Sao_Paulo")
#: What is as much, in reais, is a slip of the pen.
_PAID_MAX: Final = 10**13
_DECIMAL: Final = re.compile(r"[0-9]{1,20}(\.[0-9]{1,20})?")
_TEXT_MAX: Final = 200
_DEBT_MAX: Final = 320


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentCall:
    """One payment as another system tells it."""

    debt: str
    paid_at: str
    paid_on: date
    paid_cents: int
    paid_by: str


def read_call(body: bytes) -> PaymentCall:
    """Read the body of a call.

    Raises:
        InvalidField: it is no such object, or a field is missing or wrong; which one.
    """
    said = _object(body)
    paid_at = _text(said, "paidAt", 64)
    return PaymentCall(
        debt=_text(said, "debtId", _DEBT_MAX),
        paid_at=paid_at,
        paid_on=_day(paid_at),
        paid_cents=_cents(said.get("paidAmount")),
        paid_by=_text(said, "paidBy", _TEXT_MAX, needed=False),
    )


def _object(body: bytes) -> dict[str, Any]:
    try:
        said = json.loads(body, parse_float=Decimal, parse_int=Decimal, parse_constant=_refuse)
    except (ValueError, InvalidOperation, RecursionError) as error:
        raise InvalidField("body", "The body must be one JSON object") from error
    if not isinstance(said, dict):
        raise InvalidField("body", "The body must be one JSON object")
    return cast("dict[str, Any]", said)


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)


def _text(said: dict[str, Any], name: str, most: int, *, needed: bool = True) -> str:
    value = said.get(name)
    if value is None and not needed:
        return ""
    if not isinstance(value, str) or not (value.strip() or not needed):
        raise InvalidField(name, f"{name} must be text")
    if len(value) > most or "\x00" in value:
        raise InvalidField(name, f"{name} must have at most {most} characters")
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise InvalidField(name, f"{name} must be text") from error
    return value.strip()


def _day(text: str) -> date:
    """Read an instant; without a zone it is America/Sao_Paulo's, whose day counts."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        detail = "paidAt must be an instant: 2026-08-11 09:30:00, or ISO 8601"
        raise InvalidField("paidAt", detail) from error
    try:
        return (at if at.tzinfo is None else at.astimezone(_ZONE)).date()
    except OverflowError as error:
        raise InvalidField("paidAt", "paidAt must be an instant of this age") from error


def _cents(value: object) -> int:
    if isinstance(value, str) and _DECIMAL.fullmatch(value.strip()):
        value = Decimal(value.strip())
    if not isinstance(value, Decimal) or not value.is_finite():
        raise InvalidField("paidAmount", "paidAmount must be a decimal number: 1234.56")
    if not 0 < value < _PAID_MAX:
        raise InvalidField("paidAmount", "paidAmount must be more than 0, and not so large")
    # By its digits: arithmetic rounds to 28 of them, and would lose what is behind.
    _, digits, exponent = value.as_tuple()
    shift = int(exponent) + 2
    whole, beyond = (digits, ()) if shift >= 0 else (digits[:shift], digits[shift:])
    if any(beyond):
        raise InvalidField("paidAmount", "paidAmount must have whole cents")
    return int("".join(map(str, whole)) or "0") * 10 ** max(shift, 0)
