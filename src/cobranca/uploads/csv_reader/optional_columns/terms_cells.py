"""Cells that state terms: percentages and money, last days, numbers of days.

What two people could read differently is refused: a number without `%` or `R$` where the column
does not say which it is, a percentage below one without its sign (`0,02` may be 2 %).
"""

from __future__ import annotations

import datetime as dt
import re
from functools import lru_cache
from typing import Final

from cobranca.domain.money import DecimalStyle
from cobranca.domain.terms import Limit, Portion
from cobranca.infra.columns import POSTGRES_EPOCH
from cobranca.uploads.csv_reader.amounts import read_amount
from cobranca.uploads.csv_reader.cells import typed
from cobranca.uploads.csv_reader.due_dates import read_due_date
from cobranca.uploads.csv_reader.optional_columns.names import MONEY, PERCENT

PROTEST_DAYS_MAX: Final = 99
WRITE_OFF_DAYS_MAX: Final = 999
PAYMENT_LIMIT_DAYS_MAX: Final = 999

_CACHED: Final = 1 << 14
_PER_MONTH: Final = r"(?: ?(?:a\.?m\.?|ao m[eê]s|por m[eê]s|/ ?m[eê]s))?"
_PER_DAY: Final = re.compile(r" ?(?:a\.?d\.?|ao dia|por dia|/ ?dia)\Z", re.IGNORECASE)
_PERCENT: Final = re.compile(
    rf"([0-9]{{1,3}})(?:[.,]([0-9]{{1,2}})0*)?( ?%)?{_PER_MONTH}", re.IGNORECASE
)
_ZERO: Final = re.compile(r"(?:R\$ ?)?0+(?:[.,]0+)?(?: ?%)?|-", re.IGNORECASE)
_DAYS: Final = re.compile(r"([0-9]{1,3})(?:[.,]0+)?(?: dias?)?", re.IGNORECASE)
_NUMBER: Final = re.compile(r"[0-9][0-9.,]*")
_MONEY_SIGN: Final = re.compile(r"R\$|BRL", re.IGNORECASE)


class Refused(Exception):
    """A cell is refused; `ambiguous` when it could be read in two ways."""

    def __init__(self, *, ambiguous: bool = False) -> None:
        """Keep the reason."""
        super().__init__()
        self.ambiguous = ambiguous


@lru_cache(maxsize=_CACHED)
def read_portion(cell: bytes, unit: str, style: DecimalStyle, *, of_interest: bool) -> Portion:
    """Read a percentage or money, of which 0 is none.

    Args:
        cell: not empty.
        unit: what the column's name says that its numbers are.
        style: the decimal sign of the file's money.
        of_interest: it may say "ao mês" behind a percentage, "ao dia" behind money.

    Raises:
        Refused: it is neither, has more decimals than two, or can be read in two ways.
    """
    text = typed(cell.decode("utf-8", "replace"))
    if _ZERO.fullmatch(text):
        return Portion()
    is_money = _MONEY_SIGN.search(text) is not None
    if is_money and unit == PERCENT:
        raise Refused
    if "%" in text or (unit == PERCENT and not is_money):
        if unit == MONEY:
            raise Refused
        return Portion(basis_points=_percentage(text, of_interest=of_interest))
    if not is_money and unit != MONEY:
        raise Refused(ambiguous=_NUMBER.fullmatch(text) is not None)
    bare = _PER_DAY.sub("", text) if of_interest else text
    cents, fault = read_amount(bare, style)
    if fault:
        raise Refused
    return Portion(cents=cents)


def _percentage(text: str, *, of_interest: bool) -> int:
    match = _PERCENT.fullmatch(text)
    if match is None or (match.end(3) < match.end() and match[3] and not of_interest):
        raise Refused
    if match[3] is None and int(match[1]) == 0:
        raise Refused(ambiguous=True)
    return int(match[1]) * 100 + int((match[2] or "").ljust(2, "0"))


@lru_cache(maxsize=_CACHED)
def read_rebate(cell: bytes, style: DecimalStyle) -> int:
    """Read a rebate as cents; 0 is none.

    Raises:
        Refused: it is no amount of this file's grammar.
    """
    text = typed(cell.decode("utf-8", "replace"))
    if _ZERO.fullmatch(text):
        return 0
    cents, fault = read_amount(text, style)
    if fault:
        raise Refused
    return cents


@lru_cache(maxsize=_CACHED)
def read_day(cell: bytes, *, month_first: bool) -> dt.date:
    """Read a last day in the forms of a due date.

    Raises:
        Refused: it is none, or of a column whose months come first.
    """
    days, fault = read_due_date(cell.decode("utf-8", "replace"), month_first=month_first)
    if fault:
        raise Refused
    return POSTGRES_EPOCH + dt.timedelta(days=days)


@lru_cache(maxsize=_CACHED)
def read_days(cell: bytes, days_max: int) -> int:
    """Read a number of days; 0 is never.

    Raises:
        Refused: it is none up to `days_max`.
    """
    match = _DAYS.fullmatch(typed(cell.decode("utf-8", "replace")))
    if match is None or int(match[1]) > days_max:
        raise Refused
    return int(match[1])


def read_limit(cell: bytes, *, month_first: bool) -> Limit:
    """Read until when may be paid: a day, or a number of days after due; `-` is no limit.

    Raises:
        Refused: it is neither.
    """
    if cell == b"-":
        return Limit()
    if _DAYS.fullmatch(typed(cell.decode("utf-8", "replace"))):
        return Limit(days=read_days(cell, PAYMENT_LIMIT_DAYS_MAX))
    return Limit(until=read_day(cell, month_first=month_first))
