"""Write one title, and look at what became of it."""

from __future__ import annotations

from datetime import date
from typing import Any

from cobranca.domain.cnab import (
    LAYOUTS,
    Discount,
    RemittanceAccount,
    Terms,
    refusals_of,
    write_remittance,
)
from tests.unit.domain.cnab.accounts import FILE, account, titles

DUE = date(2026, 10, 5)
NEXT = date(2026, 10, 6)
LATER = date(2026, 10, 20)


def refused(code: str, **other: Any) -> list[tuple[str, str]]:
    """Give field and code of each refusal of one title."""
    found = refusals_of(account(code), FILE, titles(code, **other))
    return [(refusal.field, refusal.code) for refusal in found]


def written(code: str, owner: RemittanceAccount | None = None, **other: Any) -> list[str]:
    """Write one title, and give its lines."""
    some = titles(code, **other)
    file = b"".join(write_remittance(owner or account(code), FILE, [some])).decode()
    edge = 2 if LAYOUTS[code].has_lots else 1
    return file.split("\r\n")[edge : -edge - 1]


def value(code: str, name: str, **other: Any) -> object:
    """Write one title, and read one value of it again."""
    for line, kind in zip(written(code, **other), LAYOUTS[code].kinds, strict=False):
        record = LAYOUTS[code].records[kind.record]
        if name in record.names:
            return record.decode_one(line)[name]
    raise AssertionError(name)


def discounts(*values: int) -> Terms:
    """Give discounts in cents, each until a later day."""
    days = (date(2026, 9, 10), date(2026, 9, 20), date(2026, 9, 30), date(2026, 10, 1))
    return Terms(
        discounts=tuple(
            Discount(until=day, cents=cents) for day, cents in zip(days, values, strict=False)
        )
    )
