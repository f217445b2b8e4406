"""The forms in which people and programs write a day, each with one reading.

Owns: cutting a text into year, month and day, and telling which forms another country reads the
other way round. Does not own: whether there is such a day, and whether it may be a due date.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from cobranca.domain.characters import fold_accents

_AROUND_MARKS: Final = re.compile(r"(?<=[0-9]) *([/.-]) *(?=[0-9])")
_WEEKDAY: Final = re.compile(r"([A-Za-zçáÇÁ]{3,13}(?:-feira)?)\.?,? +(?=.*[0-9])")
#: Hours that belong to the day before them: its beginning, its noon, its last minute.
_CLOCK: Final = re.compile(
    r"(?:, ?|[ T]+)(?:(?P<start>0?0:00(?::00(?:[.,]0+)?)?|0?0h(?:00)?)"
    r"|(?P<three>0?3:00(?::00(?:[.,]0+)?)?)"
    r"|(?P<rest>12:00(?::00(?:[.,]0+)?)?|23:59(?::59(?:[.,][0-9]+)?)?))"
    r"(?P<half> ?[AP]\.?M\.?)?(?: ?(?P<zone>Z|UTC|GMT|[+-][0-9]{2}(?::?[0-9]{2})?))?",
    re.IGNORECASE,
)
_UTC: Final = frozenset({"Z", "UTC", "GMT", "+00", "+0000", "-00", "-0000"})
_SAO_PAULO: Final = frozenset({"-03", "-0300"})
_YEAR_FIRST: Final = re.compile(r"([0-9]{4})([-/.])([0-9]{1,2})\2([0-9]{1,2})")
_DAY_FIRST: Final = re.compile(
    r"([0-9]{1,2})[ºo°]?(?:([/. -])([0-9]{1,2})\2([0-9]{4})|([/.])([0-9]{1,2})\5([0-9]{2}))"
)
_EIGHT_DIGITS: Final = re.compile(r"(20[0-9]{2})(0[1-9]|1[0-2])([0-9]{2})")
_EIGHT_DAY_FIRST: Final = re.compile(r"([0-9]{2})([0-9]{2})(20[0-9]{2})")
_BETWEEN: Final = r"(?: de | +|[/.-])"
_NTH: Final = r"(?:[ºo°ª]|st|nd|rd|th)?"
_NAMED: Final = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"(?P<d>[0-9]{{1,2}}){_NTH}{_BETWEEN}?(?P<m>[a-zç]{{3,9}})\.?{_BETWEEN}?"
        r"(?P<y>[0-9]{4}|[0-9]{2})",
        rf"(?P<m>[a-zç]{{3,9}})\.?{_BETWEEN}(?P<d>[0-9]{{1,2}}){_NTH}(?:, ?| )(?P<y>[0-9]{{4}})",
        rf"(?P<y>[0-9]{{4}}){_BETWEEN}(?P<m>[a-zç]{{3,9}})\.?{_BETWEEN}(?P<d>[0-9]{{1,2}})",
    )
)
_MONTHS: Final = (
    "janeiro january", "fevereiro february", "marco march", "abril april", "maio may",
    "junho june", "julho july", "agosto august", "setembro september", "outubro october",
    "novembro november", "dezembro december",
)  # fmt: skip
_WEEKDAYS: Final = (
    "segunda-feira monday", "terca-feira tuesday", "quarta-feira wednesday",
    "quinta-feira thursday", "sexta-feira friday", "sabado saturday", "domingo sunday",
)  # fmt: skip
_ABBREVIATION_MIN: Final = 3
_CENTURY_ENDS: Final = 50
#: No form is longer. Longer texts are not looked at, for time and the memory of `_CACHED`.
_FORM_MAX: Final = 100
#: A file has few days beside its rows.
_CACHED: Final = 1 << 12


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenDay:
    """A day as it was written; perhaps no calendar has it."""

    year: int
    month: int
    day: int
    #: Its two numbers, in a form that another country reads the other way round.
    order: tuple[int, int] | None = None
    #: It has an hour with AM or PM, as those write it who put the month first.
    has_half: bool = False


def read_form(bare: str) -> WrittenDay | None:
    """Cut a day into its parts; None when it is of no form that has one reading."""
    return _read_form(bare) if len(bare) <= _FORM_MAX else None


@lru_cache(maxsize=_CACHED)
def _read_form(bare: str) -> WrittenDay | None:
    text, half = _without_clock(_AROUND_MARKS.sub(r"\1", bare))
    if text is None:
        return None
    weekday = _WEEKDAY.match(text)
    number = _named(weekday[1], _WEEKDAYS) if weekday else None
    if weekday is None or number is None:
        return _parts(text, has_half=half)
    written = _parts(text[weekday.end() :], has_half=half)
    # The day of a week that it is not shows that one of the two is a slip.
    return written if written and _weekday(written) in {None, number - 1} else None


def _without_clock(text: str) -> tuple[str | None, bool]:
    """Take an hour off its day; None in place of the text when it may be an hour of another day."""
    found = re.search(r"(?:, ?|[ T]+)[0-9]{1,2}(?::|h)", text)
    if found is None:
        return text, False
    clock = _CLOCK.fullmatch(text, found.start())
    if clock is None:
        return None, False
    zone = (clock["zone"] or "").upper().replace(":", "")
    half = (clock["half"] or "").strip().upper().replace(".", "")
    midnight = bool(clock["start"]) or (half == "AM" and bool(clock["rest"]))
    good = {
        "": not clock["three"],
        "utc": midnight or bool(clock["three"]),
        "sao-paulo": not clock["three"],
    }
    where = "utc" if zone in _UTC else "sao-paulo" if zone in _SAO_PAULO else zone
    return (text[: found.start()] if good.get(where) else None), bool(half)


def _parts(text: str, *, has_half: bool) -> WrittenDay | None:
    if (match := _YEAR_FIRST.fullmatch(text)) or (match := _EIGHT_DIGITS.fullmatch(text)):
        year, month, day = (int(match[at]) for at in (1, match.re.groups - 1, match.re.groups))
        return WrittenDay(year=year, month=month, day=day)
    if match := _DAY_FIRST.fullmatch(text):
        day, month = int(match[1]), int(match[3] or match[6])
        year = _year(match[4] or match[7])
        return WrittenDay(year=year, month=month, day=day, order=(day, month), has_half=has_half)
    if match := _EIGHT_DAY_FIRST.fullmatch(text):
        day, month, year = (int(match[at]) for at in (1, 2, 3))
        return WrittenDay(year=year, month=month, day=day, order=(day, month), has_half=has_half)
    for form in _NAMED:
        if (match := form.fullmatch(text)) and (found := _named(match["m"], _MONTHS)):
            return WrittenDay(year=_year(match["y"]), month=found, day=int(match["d"]))
    return None


def month_of(word: str) -> int | None:
    """Return the number of the month that a word names or abbreviates."""
    return _named(word, _MONTHS)


def _named(word: str, names: tuple[str, ...]) -> int | None:
    """Return the number, from 1, of the name that a word is or abbreviates."""
    plain = fold_accents(word).lower()
    if len(plain) < _ABBREVIATION_MIN:
        return None
    for number, both in enumerate(names, start=1):
        if any(name.startswith(plain) for name in both.split()):
            return number
    return None


def _weekday(written: WrittenDay) -> int | None:
    try:
        return dt.date(written.year, written.month, written.day).weekday()
    except ValueError:
        return None


def _year(text: str) -> int:
    if len(text) == 4:
        return int(text)
    return int(text) + (2000 if int(text) < _CENTURY_ENDS else 1900)
