"""Many values in one field: the bulk reading of pictures, over arrays.

A column is one value for all lines, or an array of one a line:

| pictures | arrays |
|---|---|
| 9 | integers; or digits as bytes, str or uint8[n, k], of any lengths |
| V | integers |
| N, X, R | texts as bytes (UTF-8) or str; or uint8[n, k], characters that are clean already |
| D6 D8 Y8 | datetime64[D], NaT for none |
| T6 | six digits as bytes |

The single reading is in `values`; nothing is shared but the description.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, TypeAlias, cast

import numpy as np
import numpy.typing as npt

from cobranca.domain.cnab.text import (
    BLANK,
    Bytes,
    Texts,
    clean_column,
    lengths_of,
    matrix_of,
    rows_that,
    text_bytes,
)
from cobranca.domain.cnab.values import FIRST_DAY, LAST_DAY, FieldInvalid, Place, Value

#: One value for all lines, or one a line.
Column: TypeAlias = "Value | npt.NDArray[Any] | Sequence[str]"

_ZERO: Final = 48
_BASE: Final = np.datetime64(FIRST_DAY, "D")
_DAYS: Final = (LAST_DAY - FIRST_DAY).days + 1
_MILLENNIUM: Final = (np.datetime64("2000-01-01") - _BASE).astype(np.int64)
_CENTURY_END: Final = (np.datetime64("2100-01-01") - _BASE).astype(np.int64)


def _four_digits() -> npt.NDArray[np.uint32]:
    """Give the four ASCII digits of 0 to 9999, as one number each, to be copied at once."""
    numbers = np.arange(10_000)
    digits = np.stack([numbers // 1000, numbers // 100 % 10, numbers // 10 % 10, numbers % 10], 1)
    return (digits + _ZERO).astype(np.uint8).view(np.uint32).ravel()


_FOUR: Final = _four_digits()


def digits_of(numbers: npt.NDArray[np.integer], width: int) -> Bytes:
    """Write whole numbers, none negative, in ASCII digits with zeros in front.

    Args:
        numbers: each below 10 to the power of `width`.
        width: how many places.
    """
    groups = -(-width // 4)
    table = np.empty((len(numbers), groups), dtype=np.uint32)
    rest = numbers.astype(np.int64, copy=False)
    for group in range(groups - 1, -1, -1):
        if not rest.any():
            table[:, : group + 1] = _FOUR[0]
            break
        higher = rest // 10_000
        table[:, group] = _FOUR[rest - higher * 10_000]
        rest = higher
    return table.view(np.uint8)[:, groups * 4 - width :]


def _day_tables() -> dict[str, Bytes]:
    """Write every day that a file can carry, by picture; row 0 is for none."""
    days = _BASE + np.arange(_DAYS)
    months = days.astype("datetime64[M]")
    years = days.astype("datetime64[Y]").astype(np.int64) + 1970
    parts = {
        "d": digits_of((days - months).astype(np.int64) + 1, 2),
        "m": digits_of(months.astype(np.int64) % 12 + 1, 2),
        "y": digits_of(years % 100, 2),
        "Y": digits_of(years, 4),
    }
    forms = {"D6": "dmy", "D8": "dmY", "Y8": "Ymd"}
    tables = {name: np.hstack([parts[part] for part in form]) for name, form in forms.items()}
    return {name: np.vstack([np.full_like(t[:1], _ZERO), t]) for name, t in tables.items()}


_DAY_TABLES: Final = _day_tables()


def days_of(dates: npt.NDArray[np.datetime64], picture: str) -> Bytes:
    """Write dates as D6, D8 or Y8; zeros for NaT and for days that no file can carry."""
    days = (dates.astype("datetime64[D]") - _BASE).astype(np.int64)
    known = ~np.isnat(dates) & (days >= 0) & (days < _DAYS)
    return _DAY_TABLES[picture][np.where(known, days + 1, 0)]


def encode_column(place: Place, column: Column, out: Bytes) -> None:
    """Write an array of values into uint8[n, width].

    Raises:
        FieldInvalid: a value does not fit, or is not what the picture takes; with its row.
    """
    array = column if isinstance(column, np.ndarray) else cast("Texts", column)
    if len(array) != len(out):
        raise ValueError(f"{place.name} has {len(array)} values for {len(out)} lines")
    if not len(out):
        return
    if place.picture == "X":
        _encode_text(place, array, out)
    elif place.picture == "R":
        _encode_given(place, array, out)
    elif place.picture in ("9", "V", "N", "T6"):
        _encode_right(place, array, out)
    else:
        _encode_days(place, array, out)


def decode_column(place: Place, given: Bytes) -> npt.NDArray[Any]:
    """Read the values of one field of many lines, uint8[n, width].

    Raises:
        FieldInvalid: a field that is not what its picture says; with its row.
    """
    if place.picture in ("N", "X", "R", "T6"):
        return np.strings.rstrip(_texts_of(given), b" ")
    if place.picture in ("9", "V"):
        return _decode_digits(place, given)
    return _decode_days(place, given)


def _is_clean(array: Texts | npt.NDArray[Any]) -> bool:
    return isinstance(array, np.ndarray) and array.ndim == 2


def _encode_text(place: Place, array: Texts | npt.NDArray[Any], out: Bytes) -> None:
    if not _is_clean(array):
        if isinstance(array, np.ndarray) and array.dtype.kind not in "SU":
            raise FieldInvalid(place, "text is wanted")
        out[:] = clean_column(cast("Texts", array), place.width)
        return
    given = cast("Bytes", array)[:, : place.width]
    _refuse(place, rows_that((given - np.uint8(BLANK)) > 94), "it is not clean text")
    out[:, : given.shape[1]] = given
    out[:, given.shape[1] :] = BLANK


def _encode_given(place: Place, array: Texts | npt.NDArray[Any], out: Bytes) -> None:
    given = _left(place, array)
    inside = given[:, : place.width]
    odd = (given > 126) | ((given < BLANK) & (given > 0))
    odd[:, :-1] |= (given[:, :-1] == 0) & (given[:, 1:] != 0)
    _refuse(place, rows_that(odd), "only printable ASCII characters can stand here")
    if given.shape[1] > place.width:
        too_long = given[:, place.width :].any(axis=1)
        _refuse(place, too_long, f"at most {place.width} characters fit")
    np.maximum(inside, BLANK, out=out[:, : inside.shape[1]])
    out[:, inside.shape[1] :] = BLANK


def _encode_right(place: Place, array: Texts | npt.NDArray[Any], out: Bytes) -> None:
    if isinstance(array, np.ndarray) and array.dtype.kind in "iu" and array.ndim == 1:
        _encode_numbers(place, cast("npt.NDArray[np.integer]", array), out)
        return
    if place.picture == "V":
        raise FieldInvalid(place, "a number is wanted")
    given = _left(place, array)
    good = (given - np.uint8(_ZERO)) <= 9
    if place.picture == "N" and not good.all():
        given = np.where((given >= 97) & (given <= 122), given - np.uint8(32), given)
        good |= (given - np.uint8(65)) <= 25
    lengths = lengths_of(given)
    inside = np.less(np.arange(int(given.shape[1])), lengths[:, np.newaxis])
    what = "letters and digits" if place.picture == "N" else "digits"
    _refuse(place, rows_that(inside & ~good), f"only {what} can stand here")
    what = "characters" if place.picture == "N" else "digits"
    _refuse(place, lengths > place.width, f"at most {place.width} {what} fit")
    out[:] = _ZERO
    for length in np.flatnonzero(np.bincount(lengths)).tolist():
        if (lengths == length).all():
            out[:, place.width - length :] = given[:, :length]
        else:
            rows = np.flatnonzero(lengths == length)
            out[rows, place.width - length :] = given[rows, :length]


def _encode_numbers(place: Place, numbers: npt.NDArray[np.integer], out: Bytes) -> None:
    signed = numbers.astype(np.int64, copy=False)
    _refuse(place, signed < 0, "a negative number cannot stand here")
    if place.width < 19:
        too_large = signed >= 10**place.width
        _refuse(place, too_large, f"at most {place.width} digits fit")
    reach = min(place.width, 20)
    out[:, : place.width - reach] = _ZERO
    out[:, place.width - reach :] = digits_of(signed, reach)


def _encode_days(place: Place, array: Texts | npt.NDArray[Any], out: Bytes) -> None:
    if not (isinstance(array, np.ndarray) and array.dtype.kind == "M"):
        raise FieldInvalid(place, "a date is wanted")
    none = np.isnat(array)
    days = (array.astype("datetime64[D]") - _BASE).astype(np.int64)
    days[none] = -1
    outside = ~none & ((days < 0) | (days >= _DAYS))
    _refuse(place, outside, f"a day from {FIRST_DAY} to {LAST_DAY} is wanted")
    if place.picture == "D6":
        other = ~none & ((days < _MILLENNIUM) | (days >= _CENTURY_END))
        _refuse(place, other, "two digits of a year can only mean 2000 to 2099")
    out[:] = _DAY_TABLES[place.picture][days + 1]


def _left(place: Place, array: Texts | npt.NDArray[Any]) -> Bytes:
    """See texts as uint8[n, k], from the left, NUL behind."""
    if _is_clean(array):
        return cast("Bytes", array)
    if isinstance(array, np.ndarray) and array.dtype.kind not in "SU":
        raise FieldInvalid(place, "text is wanted")
    return matrix_of(text_bytes(cast("Texts", array)))


def _refuse(place: Place, wrong: Any, reason: str) -> None:
    if wrong.any():
        raise FieldInvalid(place, reason, int(np.argmax(wrong)))


def _texts_of(given: Bytes) -> npt.NDArray[np.bytes_]:
    return np.ascontiguousarray(given).view(f"S{given.shape[1]}").ravel()


def _decode_digits(place: Place, given: Bytes) -> npt.NDArray[Any]:
    blank = (given == BLANK).all(axis=1)
    values = given - np.uint8(_ZERO)
    wrong = ~blank & (values > 9).any(axis=1)
    if wrong.any():
        row = int(np.argmax(wrong))
        text = given[row].tobytes().decode("latin-1")
        raise FieldInvalid(place, f"{text!r} is not digits", row)
    if place.picture == "9":
        return np.strings.rstrip(_texts_of(given), b" ")
    values[blank] = 0
    if place.width > 18 and values[:, : place.width - 18].any():
        row = int(np.argmax(values[:, : place.width - 18].any(axis=1)))
        raise FieldInvalid(place, "at most 18 digits can be read as a number", row)
    total = np.zeros(len(given), dtype=np.int64)
    for digit in values.T:
        total = total * 10 + digit
    return total


def _decode_days(place: Place, given: Bytes) -> npt.NDArray[np.datetime64]:
    none = ((given == BLANK) | (given == _ZERO)).all(axis=1)
    order = {"D6": (4, 2, 0), "D8": (4, 2, 0), "Y8": (0, 4, 6)}[place.picture]
    values = given.astype(np.int64) - _ZERO
    year, month, day = (values[:, at] * 10 + values[:, at + 1] for at in order)
    if place.picture == "D6":
        year += 2000
    else:
        at = order[0] + 2
        year = year * 100 + values[:, at] * 10 + values[:, at + 1]
    year, month, day = (np.where(none, 1, part) for part in (year, month, day))
    months = (year - 1970) * 12 + month - 1
    days = months.astype("datetime64[M]").astype("datetime64[D]") + (day - 1)
    wrong = ((values < 0) | (values > 9)).any(axis=1) | (month < 1) | (month > 12) | (day < 1)
    wrong |= days.astype("datetime64[M]").astype(np.int64) != months
    wrong |= (days < _BASE) | (days >= _BASE + _DAYS)
    wrong &= ~none
    if wrong.any():
        row = int(np.argmax(wrong))
        raise FieldInvalid(place, f"{given[row].tobytes().decode('latin-1')!r} is no day", row)
    return np.where(none, np.datetime64("NaT", "D"), days)
