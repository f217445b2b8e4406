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


def is_placeholder(text: str) -> bool:
    """Tell what stands for nothing, or says nothing: no letter in it at all."""
    return not any(character.isalpha() for character in text) or stands_for_nothing(text)


def stands_for_nothing(text: str) -> bool:
    """Tell what is written where a value is missing, or where a formula has failed."""
    return text.lower() in _NOTHING or _ERROR.fullmatch(text) is not None
