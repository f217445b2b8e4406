"""Text whose letters another encoding has changed over: `JoÃ£o`, `Jo‹o`, `Jo+AOM-o`, `Jo&atilde;o`.

Owns: telling such text, one by one, and by what encoding the bytes of a file were written. Does not
own: reading bytes; `text_encoding` does. Nothing is put right here: what was meant is a guess.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from cobranca.uploads.csv_reader.cells import Flags, Int64s

#: UTF-8 that was read as Windows-1252: what its bytes 80 to BF are there, after a first byte.
_CONTINUED: Final = "".join(bytes([byte]).decode("cp1252", "ignore") for byte in range(0x80, 0xC0))
_TWICE: Final = re.compile(
    # A no-break space after a capital with tilde is a space, more likely than half of "à".
    rf"[ÂÃÄÅ][\x80-\x9f{re.escape(_CONTINUED.replace(chr(0xA0), ''))}]|[Ââ]\xa0|(?<![A-ZÀ-Ý])Ã\xa0"
    r"|â€|ï¿½|ï»¿"
)
#: Signs that no name has and wrong encodings make of letters; others only between two letters.
_NEVER: Final = re.compile(r"[‹›‡†‰ƒ¤¦ˆ˜¢£¥¬¶µ¯‚„¡¿÷¸\u2500-\u259f\ufffd]")
_BETWEEN: Final = re.compile(r"[^\W\d_][™€§“”±×®©…¨«»][^\W\d_]")
#: A letter that a page or a program has written in its own way.
_ESCAPED: Final = re.compile(
    r"&(?:[a-z]{2,8}|#[0-9]{2,5}|#x[0-9a-f]{2,5});|\\u00[0-9a-f]{2}", re.IGNORECASE
)
#: A letter of Latin-1 in UTF-7.
_UTF7: Final = re.compile(r"\+A[K-P][A-Za-z0-9+/]+-?")

_LETTERS: Final = "áàâãäéèêëíìîïóòôõöúùûüçñÁÀÂÃÄÉÈÊËÍÌÎÏÓÒÔÕÖÚÙÛÜÇÑªº"
#: And what else a name in Windows-1252 may have.
_SIGNS_1252: Final = "’‘“”–—…°´`·®™©§ŠšßåÅøØýÝ\xa0"
_CODECS: Final = {"windows-1252": "cp1252", "cp850": "cp850", "mac-roman": "mac_roman"}


def is_garbled(text: str) -> bool:
    """Tell whether a name shows the marks of a wrong encoding."""
    if _ESCAPED.search(text):
        return True
    if text.isascii():
        return "+" in text and _is_utf7(text)
    return bool(_TWICE.search(text) or _NEVER.search(text) or _BETWEEN.search(text))


def _is_utf7(text: str) -> bool:
    for match in _UTF7.finditer(text):
        try:
            letters = match[0].encode().decode("utf-7")
        except UnicodeDecodeError:
            continue
        if any(letter in _LETTERS for letter in letters):
            return True
    return False


def count_bytes(text: bytes) -> Int64s:
    """Count each byte beyond ASCII: int64[2, 256], row 1 for those behind a small letter."""
    data = np.frombuffer(b"\n" + text, dtype=np.uint8)
    places = np.flatnonzero(data >= 0x80)
    after_small = (data[places - 1] - np.uint8(0x61)) < 26
    counted = data[places].astype(np.int64) + 256 * after_small
    return np.bincount(counted, minlength=512).reshape(2, 256)


def encoding_of(histogram: Int64s) -> str:
    """Tell by which of three encodings most bytes of lines that are no UTF-8 are letters.

    Behind a small letter only small ones count: what reads as "JosÚ" was not meant so.

    Args:
        histogram: what `count_bytes` gives of the lines.

    Returns:
        windows-1252 (also when others fit as well), cp850 or mac-roman.
    """
    scores = {name: int(histogram[fits].sum()) for name, fits in _FITS.items()}
    return max(scores, key=lambda name: scores[name])


def _fitting(name: str, codec: str) -> Flags:
    wanted = _LETTERS + (_SIGNS_1252 if name == "windows-1252" else "")
    fits = np.zeros((2, 256), dtype=np.bool_)
    for byte in range(0x80, 0x100):
        letter = bytes([byte]).decode(codec, "ignore")
        fits[0, byte] = bool(letter) and letter in wanted
        fits[1, byte] = fits[0, byte] and not letter.isupper()
    return fits


#: The first one wins when they are even.
_FITS: Final = {name: _fitting(name, codec) for name, codec in _CODECS.items()}
