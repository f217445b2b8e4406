"""Text as banks take it: ASCII capitals, in columns or one by one.

Owns: folding of accents, which characters stay, blanks. Does not own: widths, which are a field's.
Letters, digits, blank and `. , - /` stay; apostrophes go; anything else becomes a blank, and
blanks are never doubled. The bulk form (`clean_column`) and the single one (`clean`) share one set
of rules and are held equal by a property test.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Any, Final, TypeAlias, cast

import numpy as np
import numpy.typing as npt

Bytes: TypeAlias = npt.NDArray[np.uint8]
#: Texts of many titles: bytes (UTF-8) or str.
Texts: TypeAlias = "npt.NDArray[np.bytes_] | npt.NDArray[np.str_] | Sequence[str]"

BLANK: Final = 32
KEPT: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.,-/ "
_APOSTROPHES: Final = str.maketrans("", "", "'`\u00b4\u2018\u2019\u02bc")
_MARKS: Final = re.compile("[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+")
_DROPPED: Final = re.compile("[^A-Z0-9.,/-]+")
_DROPPED_BETWEEN: Final = re.compile("[^A-Z0-9.,/\0-]+")
#: Marks a byte that the quick way cannot judge; NUL, which ends a text, stays.
_ODD: Final = 1


def _quick_table() -> bytes:
    table = bytearray([_ODD]) * 256
    table[0] = 0
    for character in KEPT:
        table[ord(character)] = table[ord(character.lower())] = ord(character)
    return bytes(table)


def _latin_table() -> bytes:
    """Fold the Latin-1 characters that come to one that stays; the others are odd."""
    table = bytearray(_quick_table())
    for code in range(0x80, 0x100):
        folded = _folded(chr(code))
        table[code] = ord(folded) if len(folded) == 1 and folded in KEPT else _ODD
    return bytes(table)


_QUICK: Final = _quick_table()
_UPPER: Final = bytes(range(256)).upper()
#: Longer texts would make wide tables of all the others.
_ORDINARY_LENGTH: Final = 200
_NONE_WRONG: Final = np.zeros((), dtype=np.bool_)


def clean(text: str) -> str:
    """Fold one text to what banks take; it may come out empty."""
    return _DROPPED.sub(" ", _folded(text)).strip(" ")


def clean_column(texts: Texts, width: int) -> Bytes:
    """Fold many texts, and cut or fill them to a width.

    Returns:
        uint8[n, width], blanks behind.
    """
    if isinstance(texts, np.ndarray) and texts.dtype.kind == "S":
        return _clean_bytes(cast("npt.NDArray[np.bytes_]", texts), width)
    listed = list(texts)
    quick = _quick_bytes(listed)
    if quick is None:
        return _clean_texts(listed, width)
    out, odd = _cleaned(quick, width, _LATIN)
    if odd.size:
        out[odd] = _clean_texts([listed[row] for row in odd.tolist()], width)
    return out


def text_bytes(texts: Texts) -> npt.NDArray[np.bytes_]:
    """Turn texts into bytes as they stand: no folding, no cutting."""
    if isinstance(texts, np.ndarray) and texts.dtype.kind == "S":
        return cast("npt.NDArray[np.bytes_]", texts)
    joined = "\0".join(texts)
    if not len(texts) or joined.count("\0") != len(texts) - 1:
        return np.array([text.encode() for text in texts] or [b""], dtype=np.bytes_)[: len(texts)]
    return _split(joined.encode())


def upper_bytes(texts: npt.NDArray[np.bytes_]) -> npt.NDArray[np.bytes_]:
    """Turn letters into capitals, all at once."""
    raised = texts.tobytes().translate(_UPPER)
    return np.frombuffer(raised, dtype=texts.dtype)


def rows_that(wrong: npt.NDArray[Any]) -> npt.NDArray[np.bool_]:
    """Tell which rows have anything wrong; quick where, as nearly always, none has."""
    if not wrong.any():
        return _NONE_WRONG
    return np.asarray(wrong.any(axis=1))


def are_plain(given: Bytes) -> npt.NDArray[np.bool_]:
    """Tell which rows have letters, digits, blanks and `. , - /` only, NUL behind."""
    translated = given.tobytes().translate(_QUICK)
    if b"\x01" not in translated:
        return ~_NONE_WRONG
    return (np.frombuffer(translated, dtype=np.uint8).reshape(given.shape) != _ODD).all(axis=1)


def lengths_of(given: Bytes) -> npt.NDArray[np.int64]:
    """Count the characters of each row, NUL behind."""
    if given.all():
        return np.full(len(given), given.shape[1], dtype=np.int64)
    return np.asarray(np.count_nonzero(given, axis=1), dtype=np.int64)


def matrix_of(texts: npt.NDArray[np.bytes_]) -> Bytes:
    """See bytes as uint8[n, k], NUL behind."""
    contiguous = np.ascontiguousarray(texts)
    return contiguous.view(np.uint8).reshape(len(contiguous), contiguous.dtype.itemsize)


def _folded(text: str) -> str:
    if not text.isascii():
        text = _MARKS.sub("", unicodedata.normalize("NFKD", text.translate(_APOSTROPHES)))
    return text.upper().replace("'", "").replace("`", "")


def _clean_bytes(texts: npt.NDArray[np.bytes_], width: int) -> Bytes:
    out, odd = _cleaned(texts, width, _QUICK)
    if odd.size:
        # `errors` keeps what is not UTF-8 as one odd character, which becomes a blank.
        chosen = [bytes(text).decode("utf-8", "replace") for text in texts[odd].tolist()]
        out[odd] = _clean_texts(chosen, width)
    return out


def _cleaned(
    texts: npt.NDArray[np.bytes_], width: int, table: bytes
) -> tuple[Bytes, npt.NDArray[np.intp]]:
    """Fold texts byte by byte; give them with the rows for which that is not enough."""
    given = matrix_of(texts)
    translated = given.tobytes().translate(table)
    cells = np.frombuffer(translated, dtype=np.uint8).reshape(given.shape)
    out = np.full((len(given), width), BLANK, dtype=np.uint8)
    cut = min(width, given.shape[1])
    np.maximum(cells[:, :cut], BLANK, out=out[:, :cut])
    return out, _odd_rows(translated, cells)


def _odd_rows(translated: bytes, table: Bytes) -> npt.NDArray[np.intp]:
    """Find the rows with more to do than capitals; nearly always there is none."""
    leading = table[:, 0] == BLANK if table.shape[1] else np.zeros(len(table), dtype=np.bool_)
    if b"\x01" not in translated and b"  " not in translated and not leading.any():
        return np.empty(0, dtype=np.intp)
    doubled = ((table[:, 1:] == BLANK) & (table[:, :-1] == BLANK)).any(axis=1)
    return np.flatnonzero(leading | doubled | (table == _ODD).any(axis=1))


def _quick_bytes(texts: list[str]) -> npt.NDArray[np.bytes_] | None:
    """See texts of ordinary length as Latin-1, a byte a character; what has none is odd."""
    joined = "\0".join(texts)
    if joined.count("\0") != len(texts) - 1 or max(map(len, texts)) > _ORDINARY_LENGTH:
        return None
    return _split(joined.encode("latin-1", "replace"))


def _split(joined: bytes) -> npt.NDArray[np.bytes_]:
    """Split at NULs; each text is cut from where it begins, at the longest one's width."""
    cells = np.frombuffer(joined + b"\0", dtype=np.uint8)
    ends = np.flatnonzero(cells == 0)
    starts = np.concatenate(([0], ends[:-1] + 1))
    lengths = ends - starts
    width = max(int(lengths.max()), 1)
    room = np.zeros(len(cells) + width, dtype=np.uint8)
    room[: len(cells)] = cells
    windows = np.ndarray((len(cells),), dtype=f"V{width}", buffer=room, strides=(1,))
    table = windows[starts].view(np.uint8).reshape(-1, width)
    table[np.arange(width) >= lengths[:, np.newaxis]] = 0
    return table.view(f"S{width}").reshape(-1)


def _clean_texts(texts: list[str], width: int) -> Bytes:
    if not texts:
        return np.empty((0, width), dtype=np.uint8)
    joined = "\0".join(texts)
    if joined.count("\0") != len(texts) - 1:
        texts = [text.replace("\0", " ") for text in texts]
        joined = "\0".join(texts)
    cleaned = _DROPPED_BETWEEN.sub(" ", _folded(joined))
    cleaned = cleaned.replace(" \0", "\0").replace("\0 ", "\0").strip(" ")
    column = np.array(cleaned.encode("ascii").split(b"\0"), dtype=f"S{max(width, 1)}")
    return np.maximum(matrix_of(column)[:, :width], BLANK)


_LATIN: Final = _latin_table()
