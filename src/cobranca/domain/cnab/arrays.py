"""Columns of titles as arrays: without dimensions where all titles share a value."""

from __future__ import annotations

from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt

from cobranca.domain.cnab.text import (
    Bytes,
    Texts,
    clean,
    clean_column,
    lengths_of,
    matrix_of,
    rows_that,
    text_bytes,
    upper_bytes,
)
from cobranca.domain.cnab.titles import DayColumn, IntColumn, TextColumn
from cobranca.domain.tax_id import CNPJ_LENGTH, CPF_LENGTH, TaxIdKind, tax_id_kinds

#: One value a title, or an array without dimensions: one for all.
Array: TypeAlias = npt.NDArray[Any]

_STATES: Final = (
    "AC", "AL", "AM", "AP", "BA", "CE", "DF", "ES", "GO", "MA", "MG", "MS", "MT", "PA",
    "PB", "PE", "PI", "PR", "RJ", "RN", "RO", "RR", "RS", "SC", "SE", "SP", "TO",
)  # fmt: skip
_PUNCTUATION: Final = b".-/ "


def _known_states() -> npt.NDArray[np.bool_]:
    known = np.zeros(1 << 16, dtype=np.bool_)
    known[np.array(_STATES, dtype="S2").view(np.uint16)] = True
    return known


_KNOWN_STATES: Final = _known_states()


def shared(array: Array) -> Array:
    """Take the dimension away when all values are one."""
    if array.ndim and len(array) and (array == array[0]).all():
        return np.asarray(array[0])
    return array


def numbers(column: IntColumn) -> Array:
    """See whole numbers as int64."""
    return shared(np.asarray(column, dtype=np.int64))


def days(column: DayColumn) -> Array:
    """See dates as datetime64[D], None as NaT."""
    return shared(np.asarray(column, dtype="datetime64[D]"))


def codes(column: TextColumn) -> Array:
    """See short texts as bytes, in capitals."""
    if isinstance(column, str):
        return np.asarray(column.upper().encode())
    return shared(upper_bytes(text_bytes(column)))


def cleaned(column: TextColumn, width: int) -> str | Bytes:
    """Fold texts once, to be looked at and then written."""
    return clean(column)[:width] if isinstance(column, str) else clean_column(column, width)


def is_longer(column: TextColumn, width: int) -> Array:
    """Tell which texts have more characters than fit, before they are folded."""
    if isinstance(column, str):
        return np.asarray(len(column) > width)
    if isinstance(column, np.ndarray):
        places = column.dtype.itemsize // (4 if column.dtype.kind == "U" else 1)
        return np.strings.str_len(column) > width if places > width else np.asarray(False)
    return np.array([len(text) > width for text in column], dtype=np.bool_)


def is_blank(text: str | Bytes) -> Array:
    """Tell which folded texts are empty."""
    if isinstance(text, str):
        return np.asarray(not text)
    return text[:, 0] == 32 if text.shape[1] else np.ones(len(text), dtype=np.bool_)


def bare(column: TextColumn, count: int) -> npt.NDArray[np.bytes_]:
    """See numbers that people punctuate as bytes without punctuation, one a title."""
    texts: Texts = [column] * count if isinstance(column, str) else column
    found = text_bytes(texts)
    flat = found.tobytes()
    if any(flat.find(mark) >= 0 for mark in (b".", b"-", b"/", b" ")):
        stripped = [bytes(text).translate(None, _PUNCTUATION) for text in found.tolist()]
        return np.array(stripped, dtype=np.bytes_)
    return found


def tax_ids(column: TextColumn, count: int) -> tuple[Bytes, Bytes]:
    """Read CPFs and CNPJs.

    Returns:
        uint8[n, 14], characters with zeros in front; uint8[n] of `TaxIdKind` values.
    """
    given = matrix_of(upper_bytes(bare(column, count)))
    lengths = lengths_of(given)
    windows = np.zeros((count, CNPJ_LENGTH), dtype=np.uint8)
    reach = min(CNPJ_LENGTH, given.shape[1])
    windows[:, :reach] = given[:, :reach]
    kinds = tax_id_kinds(windows, lengths)
    written = windows
    cpfs = lengths == CPF_LENGTH
    if cpfs.any():
        shifted = np.full_like(windows, 48)
        shifted[:, CNPJ_LENGTH - CPF_LENGTH :] = windows[:, :CPF_LENGTH]
        written = np.where(cpfs[:, np.newaxis], shifted, windows)
    written = np.maximum(written, 48)
    return written, kinds


def are_tax_ids(kinds: Bytes) -> Array:
    """Tell which kinds are those of a CPF or CNPJ whose check digits fit."""
    return (kinds == TaxIdKind.CPF) | (kinds == TaxIdKind.CNPJ)


def digits_table(column: TextColumn, count: int, width: int) -> tuple[Bytes, Array]:
    """Read numbers of exactly so many digits.

    Returns:
        uint8[n, width]; whether each is such a number.
    """
    given = matrix_of(bare(column, count))
    table = np.zeros((count, width), dtype=np.uint8)
    reach = min(width, given.shape[1])
    table[:, :reach] = given[:, :reach]
    good = ~rows_that((table - np.uint8(48)) > 9)
    if given.shape[1] > width:
        good = good & ~rows_that(given[:, width:])
    return table, good


def are_states(states: Array) -> Array:
    """Tell which codes are one of the 27 states."""
    if states.dtype.itemsize != 2:
        return np.isin(states, np.array(_STATES, dtype=np.bytes_))
    if states.ndim == 0:
        return np.asarray(states.item().decode("latin-1") in _STATES)
    return _KNOWN_STATES[np.ascontiguousarray(states).view(np.uint16)]
