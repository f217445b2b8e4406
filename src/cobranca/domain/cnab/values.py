"""One value in one field: the single reading of pictures.

The bulk reading is in `columns`; nothing is shared but the description.
"""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Final, Protocol, TypeAlias

from cobranca.domain.cnab.text import clean
from cobranca.domain.errors import InvalidField

#: One value of a record; None is written as zeros or blanks, whichever the picture has.
Value: TypeAlias = str | int | date | time | None

#: Days that a file can carry; the two digits of a year mean 2000 to 2099.
FIRST_DAY: Final = date(1900, 1, 1)
LAST_DAY: Final = date(2199, 12, 31)

_DATE_FORMATS: Final = {"D6": "%d%m%y", "D8": "%d%m%Y", "Y8": "%Y%m%d"}


class Place(Protocol):
    """What is to be known of a field here."""

    @property
    def picture(self) -> str:
        """How a value is written."""
        ...

    @property
    def name(self) -> str:
        """The name of the value."""
        ...

    @property
    def where(self) -> str:
        """The places, as manuals write them."""
        ...

    @property
    def width(self) -> int:
        """How many places there are."""
        ...


class FieldInvalid(InvalidField):
    """A value and its field do not fit; `row` says which of many (0 for a single one)."""

    code = "CNAB_FIELD_INVALID"

    def __init__(self, place: Place, reason: str, row: int = 0) -> None:
        """Name the field, its places and the reason."""
        self.row = row
        self.reason = reason
        super().__init__(place.name, f"{place.name} (places {place.where}): {reason}.")


def encode_value(place: Place, value: Value) -> str:
    """Write a value, as wide as its field.

    Raises:
        FieldInvalid: it does not fit, or is not what the picture takes.
    """
    picture, width = place.picture, place.width
    if picture in ("X", "R"):
        return _text(place, "" if value is None else value)
    if value is None or value == "":
        return "0" * width
    if picture in ("9", "V"):
        return _number(place, value)
    if picture == "N":
        return _letters_and_digits(place, value)
    return _moment(place, value)


def decode_value(place: Place, text: str) -> Value:
    """Read a value from exactly the places of its field.

    Raises:
        FieldInvalid: the text is not what the picture says.
    """
    picture = place.picture
    bare = text.rstrip(" ")
    if picture in ("9", "V"):
        if bare and not (text.isascii() and text.isdigit()):
            raise FieldInvalid(place, f"{text!r} is not digits")
        return int(bare or "0") if picture == "V" else bare
    if picture in ("N", "X", "R"):
        return bare
    if picture == "T6":
        return _read_time(place, bare)
    return _read_date(place, bare)


def _text(place: Place, value: Value) -> str:
    if not isinstance(value, str):
        raise FieldInvalid(place, "text is wanted")
    if place.picture == "X":
        return clean(value)[: place.width].ljust(place.width)
    if not (value.isascii() and (value.isprintable())):
        raise FieldInvalid(place, "only printable ASCII characters can stand here")
    if len(value) > place.width:
        raise FieldInvalid(place, f"at most {place.width} characters fit")
    return value.ljust(place.width)


def _number(place: Place, value: Value) -> str:
    if isinstance(value, str):
        if place.picture == "V" or not (value.isascii() and value.isdigit()):
            raise FieldInvalid(place, "only digits can stand here")
        digits = value
    elif isinstance(value, int):
        if value < 0:
            raise FieldInvalid(place, "a negative number cannot stand here")
        digits = str(value)
    else:
        raise FieldInvalid(place, "a number is wanted")
    if len(digits) > place.width:
        raise FieldInvalid(place, f"at most {place.width} digits fit")
    return digits.zfill(place.width)


def _letters_and_digits(place: Place, value: Value) -> str:
    if not (isinstance(value, str) and value.isascii() and value.isalnum()):
        raise FieldInvalid(place, "only letters and digits can stand here")
    if len(value) > place.width:
        raise FieldInvalid(place, f"at most {place.width} characters fit")
    return value.upper().rjust(place.width, "0")


def _moment(place: Place, value: Value) -> str:
    if place.picture == "T6":
        if not isinstance(value, time):
            raise FieldInvalid(place, "a time is wanted")
        return value.strftime("%H%M%S")
    if not isinstance(value, date) or isinstance(value, datetime):
        raise FieldInvalid(place, "a date is wanted")
    if not FIRST_DAY <= value <= LAST_DAY:
        raise FieldInvalid(place, f"a day from {FIRST_DAY} to {LAST_DAY} is wanted")
    if place.picture == "D6" and value.year // 100 != 20:
        raise FieldInvalid(place, "two digits of a year can only mean 2000 to 2099")
    return value.strftime(_DATE_FORMATS[place.picture])


def _read_date(place: Place, bare: str) -> date | None:
    if not bare.strip("0"):
        return None
    day, month, year = (bare[:2], bare[2:4], bare[4:])
    if place.picture == "Y8":
        year, month, day = bare[:4], bare[4:6], bare[6:]
    if place.picture == "D6":
        year = f"20{year}"
    if bare.isascii() and bare.isdigit() and len(bare) == place.width:
        try:
            read = date(int(year), int(month), int(day))
        except ValueError:
            pass
        else:
            if FIRST_DAY <= read <= LAST_DAY:
                return read
    raise FieldInvalid(place, f"{bare!r} is no day")


def _read_time(place: Place, bare: str) -> time | None:
    if not bare:
        return None
    if bare.isascii() and bare.isdigit() and len(bare) == place.width:
        try:
            return time(int(bare[:2]), int(bare[2:4]), int(bare[4:]))
        except ValueError:
            pass
    raise FieldInvalid(place, f"{bare!r} is no time")
