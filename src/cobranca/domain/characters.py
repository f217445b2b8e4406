"""Which characters a text of a person may hold: one rule from the file to the slip and the mail.

A blank of any kind counts as a space. What nobody sees is refused, for it could forge a header or
hide in a text. Everything else is kept as it came. A slip, whose fonts have the letters of Western
Europe only (Windows-1252), prints what is nearest: `printed`; what it has nothing for is told by
`unprintable`, before it is billed.
"""

from __future__ import annotations

import unicodedata
from typing import Final

from cobranca.domain.errors import InvalidField

#: What some scripts need inside a name, and families of emoji are made with.
JOINERS: Final = "\u200c\u200d"
#: Every blank that is no control, beside the space itself.
BLANKS: Final = "\u00a0\u1680\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))
#: Controls, what only steers (bidirectional marks, soft hyphens), private characters, halves of
#: pairs, separators of lines and paragraphs.
_REFUSED: Final = frozenset({"Cc", "Cf", "Co", "Cs", "Zl", "Zp"})
_AS_SPACES: Final = str.maketrans(dict.fromkeys(BLANKS, " "))

_CODEC: Final = "cp1252"
_LOST: Final = "?"
# Letters without a decomposition that Unicode could take apart.
_TRANSLITERATION: Final = str.maketrans(
    {
        "Ł": "L", "ł": "l", "Đ": "D", "đ": "d", "Ħ": "H", "ħ": "h", "ı": "i", "ĸ": "k",
        "Ŋ": "N", "ŋ": "n", "Ŧ": "T", "ŧ": "t", "ẞ": "ß", "Ə": "E", "ə": "e", "ɑ": "a",
        "‐": "-", "‑": "-", "‒": "-", "―": "-", "−": "-", "⁄": "/", "∕": "/", "′": "'",
        "″": '"', "ʼ": "'", "ʹ": "'", "№": "Nº",
    }
)  # fmt: skip
#: First and last code points of what only changes the look of the character before it: variation
#: selectors, the keycap, and the letters of flags.
_STYLES: Final = ((0xFE00, 0xFE0F), (0x20E3, 0x20E3), (0xE0020, 0xE007F), (0xE0100, 0xE01EF))
#: Where pictures are added with each version of Unicode, among them the tones of skin.
_PICTURES: Final = (0x1F000, 0x1FAFF)


def plain_blanks(text: str) -> str:
    """Make a space of every other blank, and take off those at both ends."""
    return text.translate(_AS_SPACES).strip(" ")


def find_refused(text: str) -> str:
    """Return the first character that no text may hold; empty when there is none."""
    if text.isprintable():
        return ""
    for char in text:
        if char not in JOINERS and unicodedata.category(char) in _REFUSED:
            return char
    return ""


def refuse_controls(field: str, text: str) -> None:
    """Let a text pass that `find_refused` finds nothing in.

    Raises:
        InvalidField: CONTROL_CHARACTER. The detail never repeats the text.
    """
    if char := find_refused(text):
        kind = unicodedata.category(char)
        detail = f"must not hold the character U+{ord(char):04X} (category {kind})"
        raise InvalidField(field, detail, code="CONTROL_CHARACTER")


def printed(text: str) -> str:
    """Write a text with the characters of Windows-1252; never fails.

    Letters lose what the encoding lacks ("Nguyễn" is "Nguyen"), pictures are left out, and what
    then has no likeness becomes a question mark.
    """
    return "".join(_nearest(char) for char in _seen(text))


def unprintable(text: str) -> str:
    """Return what a slip cannot print of a text, each character once; empty when it prints well.

    A picture that is left out beside letters is no loss; a text of nothing else is returned whole.
    """
    if text.isprintable() and _is_encodable(text):
        return ""
    shown = [(char, _nearest(char)) for char in _seen(text)]
    lost = dict.fromkeys(char for char, near in shown if _LOST in near and char != _LOST)
    if not lost and text.strip() and not "".join(near for _, near in shown).strip():
        return text
    return "".join(lost)


def fold_accents(text: str) -> str:
    """Write text with ASCII characters only: accents fall off, other signs are dropped."""
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii")


def is_picture(char: str) -> bool:
    """Tell an emoji or another sign that is a picture and stands for no letter."""
    if _PICTURES[0] <= ord(char) <= _PICTURES[1] and not unicodedata.decomposition(char):
        return True
    return (
        unicodedata.category(char) == "So"
        and not unicodedata.decomposition(char)
        and not _is_encodable(char)
    )


def _seen(text: str) -> str:
    """Keep what stands for something: composed, without pictures, styles and what nobody sees."""
    spaced = "".join(map(_or_blank, text))
    composed = unicodedata.normalize("NFC", " ".join(spaced.split())).translate(_TRANSLITERATION)
    # A mark that could not be composed falls off its letter; alone it stays, to be told.
    return "".join(
        char
        for before, char in zip(" " + composed, composed, strict=False)
        if before == " " or not unicodedata.combining(char)
    )


def _or_blank(char: str) -> str:
    if char in JOINERS or any(first <= ord(char) <= last for first, last in _STYLES):
        return ""
    if char.isprintable():
        return " " if is_picture(char) else char
    # A character that is not assigned yet, or privately, is seen as some box.
    unknown = unicodedata.category(char) in {"Cn", "Co"}
    return char if unknown and not is_picture(char) else " "


def _nearest(char: str) -> str:
    """Give the character itself, or its base letter, or a question mark."""
    if _is_encodable(char):
        return char
    base = "".join(c for c in unicodedata.normalize("NFKD", char) if not unicodedata.combining(c))
    base = base.translate(_TRANSLITERATION)
    # What decomposes to nothing but blanks (a mark that stands alone) stays visible.
    if not base.isprintable() or not base.strip():
        return _LOST
    return base.encode(_CODEC, "replace").decode(_CODEC)


def _is_encodable(text: str) -> bool:
    try:
        text.encode(_CODEC)
    except UnicodeEncodeError:
        return False
    return True
