"""Why a return file is refused: a code for programs, a sentence for people, and the place."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class RefusalCode(StrEnum):
    """What is wrong with a file as a whole; one wrong line refuses all of them."""

    EMPTY = "EMPTY"
    NOT_A_RETORNO = "NOT_A_RETORNO"
    UNKNOWN_BANK = "UNKNOWN_BANK"
    UNKNOWN_AGREEMENT = "UNKNOWN_AGREEMENT"
    LINE_TOO_LONG = "LINE_TOO_LONG"
    LINE_TOO_SHORT = "LINE_TOO_SHORT"
    TRUNCATED = "TRUNCATED"
    SEQUENCE_GAP = "SEQUENCE_GAP"
    RECORD_ORDER = "RECORD_ORDER"
    FIELD_INVALID = "FIELD_INVALID"
    TRAILER_MISMATCH = "TRAILER_MISMATCH"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """One reason for which the whole file is refused.

    Attributes:
        code: for programs.
        message: a Portuguese sentence with line and places.
        line: counted from 1 without empty lines; None when the file as a whole is meant.
        first: first place of the field at fault, from 1; None when the line as a whole is meant.
        last: its last place.
    """

    code: RefusalCode
    message: str
    line: int | None = None
    first: int | None = None
    last: int | None = None


class Refused(Exception):
    """The file is refused; inside this package only, `read_return` turns it into a value."""

    def __init__(
        self, code: RefusalCode, what: str, *, line: int | None = None, at: tuple[int, int] = (0, 0)
    ) -> None:
        """Put the place in front of what is wrong, as people look for it.

        Args:
            code: for programs.
            what: the Portuguese sentence without its place, beginning in lower case after one.
            line: counted from 1.
            at: first and last place of the field; (0, 0) when there is none.
        """
        first, last = at if at[0] else (None, None)
        where = "" if line is None else f"Linha {line}"
        if first is not None:
            where += f", posição {first}" if first == last else f", posições {first} a {last}"
        message = f"{where}: {what}" if where else what[:1].upper() + what[1:]
        self.refusal = Refusal(code=code, message=message, line=line, first=first, last=last)
        super().__init__(message)
