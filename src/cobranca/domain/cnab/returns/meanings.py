"""What the codes of return files mean: occurrences, reasons, and what to do about each cause.

The tables are text files of the folder `codes`, read once, when first asked for. A code that is in
no table is kept as it came and means nothing: nobody guesses by its neighbours.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Final


class Kind(StrEnum):
    """What happened to a title, in words that all banks share."""

    REGISTERED = "REGISTERED"
    REGISTRATION_REJECTED = "REGISTRATION_REJECTED"
    PAID = "PAID"
    PAID_PARTIAL = "PAID_PARTIAL"
    PAID_IN_PROTEST = "PAID_IN_PROTEST"
    PAID_AFTER_WRITE_OFF = "PAID_AFTER_WRITE_OFF"
    PAID_UNREGISTERED = "PAID_UNREGISTERED"
    PAYMENT_PENDING = "PAYMENT_PENDING"
    PAYMENT_REVERSED = "PAYMENT_REVERSED"
    WRITTEN_OFF = "WRITTEN_OFF"
    PROTESTED = "PROTESTED"
    DUE_DATE_CHANGED = "DUE_DATE_CHANGED"
    AMOUNT_CHANGED = "AMOUNT_CHANGED"
    REBATE = "REBATE"
    REBATE_CANCELLED = "REBATE_CANCELLED"
    DISCOUNT_CHANGED = "DISCOUNT_CHANGED"
    DATA_CHANGED = "DATA_CHANGED"
    PROTEST_REQUESTED = "PROTEST_REQUESTED"
    SENT_TO_PROTEST = "SENT_TO_PROTEST"
    PROTEST_WITHDRAWN = "PROTEST_WITHDRAWN"
    INSTRUCTION_REJECTED = "INSTRUCTION_REJECTED"
    FEE = "FEE"
    OPEN = "OPEN"
    PAYER_CLAIM = "PAYER_CLAIM"
    DDA = "DDA"
    CREDIT_BUREAU = "CREDIT_BUREAU"
    NOTICE = "NOTICE"
    TRANSFERRED = "TRANSFERRED"
    OTHER = "OTHER"


#: Every kind, in the order of the numbers that columns carry for them.
KINDS: Final = tuple(Kind)
#: The only kinds in which the payer's money has been taken.
MONEY: Final = frozenset(
    {
        Kind.PAID,
        Kind.PAID_PARTIAL,
        Kind.PAID_IN_PROTEST,
        Kind.PAID_AFTER_WRITE_OFF,
        Kind.PAID_UNREGISTERED,
    }
)
#: The kinds in which the bank says no to something of ours.
REFUSALS: Final = frozenset({Kind.REGISTRATION_REJECTED, Kind.INSTRUCTION_REJECTED})
#: The occurrence that a cheque has cleared, at banks that have one; no other bank means it so.
CHEQUE_CLEARED: Final = {"133": "45", "208": "45", "237": "45", "341": "76", "756": "45"}


_PACKAGE: Final = "cobranca.domain.cnab.returns"


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence:
    """What an occurrence code means at one bank, in one layout.

    Attributes:
        code: as it stands in the file.
        kind: OTHER when the code is not known.
        text: a few Portuguese words for people; empty when the code is not known.
    """

    code: str
    kind: Kind
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why the bank refused or did something.

    Attributes:
        code: as it stands in the file.
        text: a few Portuguese words; empty when the code is not known.
        cause: one of the words of `codes/causes.txt`; OTHER when the code is not known.
        advice: one Portuguese sentence that says what to do.
    """

    code: str
    text: str
    cause: str
    advice: str


def occurrences_of(bank: str, layout: int) -> Mapping[str, Occurrence]:
    """Give the occurrences of a layout by code; empty when the layout is not known."""
    return _occurrences().get(f"{bank}-{layout}", {})


def occurrence_of(bank: str, layout: int, code: str) -> Occurrence:
    """Give the meaning of an occurrence code; of kind OTHER when it is not known."""
    known = occurrences_of(bank, layout).get(code)
    return known or Occurrence(code=code, kind=Kind.OTHER, text="")


def reason_of(bank: str, layout: int, occurrence: str, code: str) -> Reason:
    """Give the meaning of a reason code beside an occurrence; of cause OTHER when not known."""
    cause, text = _reasons().get((f"{bank}-{layout}", occurrence), {}).get(code, ("OTHER", ""))
    return Reason(code=code, text=text, cause=cause, advice=_advice()[cause])


@cache
def _occurrences() -> dict[str, dict[str, Occurrence]]:
    tables: dict[str, dict[str, Occurrence]] = {}
    for head, rows in _sections("occurrences.txt"):
        table = {
            code: Occurrence(code=code, kind=Kind(kind), text=text)
            for codes, kind, text in rows
            for code in codes.split()
        }
        tables.update(dict.fromkeys(head.split(), table))
    return tables


@cache
def _reasons() -> dict[tuple[str, str], dict[str, tuple[str, str]]]:
    tables: dict[tuple[str, str], dict[str, tuple[str, str]]] = {}
    for head, rows in _sections("reasons.txt"):
        layouts, occurrences, _proof = head.split("|")
        table = {code: (cause, text) for codes, cause, text in rows for code in codes.split()}
        for layout in layouts.split():
            for occurrence in occurrences.split():
                tables[layout, occurrence] = table
    return tables


@cache
def _advice() -> dict[str, str]:
    return {row[0]: row[1] for row in _rows(_text("causes.txt"))}


def _sections(name: str) -> Iterator[tuple[str, list[list[str]]]]:
    for section in _text(name).split("\n[")[1:]:
        head, _, body = section.partition("]\n")
        yield head, _rows(body)


def _rows(text: str) -> list[list[str]]:
    return [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]


def _text(name: str) -> str:
    return files(_PACKAGE).joinpath("codes", name).read_text(encoding="utf-8")
