"""What spreadsheets, databases and programs write where a value is missing or went wrong."""

from __future__ import annotations

import re
from typing import Final

#: Errors of a formula in Portuguese and English: `#N/D`, `#REF!`, `#NOME?`, `Err:502`.
_ERROR: Final = re.compile(r"#N/[AD]|#[A-ZÀ-Ü/0_]+[!?]|#[A-Z]+_[A-Z_]+|Erro?:[0-9]+", re.IGNORECASE)
_NOTHING: Final = frozenset(
    {"null", "(null)", "<null>", "none", "nan", "n/a", "n/d", "nil", "nulo", "undefined",
     "#n/a", "(vazio)", "(blank)", "[object object]"}
)  # fmt: skip
#: Nobody's name, though it may be a code or the number of a house.
_NO_NAME: Final = frozenset(
    {"nat", "<na>", "n.a.", "n.a", "s/n", "\\n", "(em branco)", "em branco", "vazio", "sem nome",
     "não informado", "nao informado", "não consta", "nao consta", "verdadeiro", "falso", "true",
     "false", "#n/disp", "#n/disp!"}
)  # fmt: skip
#: First letter and bytes of each placeholder that begins with a letter.
PLACEHOLDER_SIZES: Final = frozenset(
    (text[0], len(text.encode()))
    for text in {
        *_NOTHING,
        *_NO_NAME,
        *(f"err{o}:{9 * 10**n}" for o in ("", "o") for n in range(5)),
    }
    if text[0].isalpha()
)


def is_placeholder(text: str) -> bool:
    """Tell what stands for nothing, or says nothing: no letter in it at all."""
    if not any(character.isalpha() for character in text):
        return True
    return text.lower() in _NO_NAME or stands_for_nothing(text)


def stands_for_nothing(text: str) -> bool:
    """Tell what is written where a value is missing, or where a formula has failed."""
    return text.lower() in _NOTHING or _ERROR.fullmatch(text) is not None
