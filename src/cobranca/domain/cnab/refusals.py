"""Why a title cannot stand in a file."""

from __future__ import annotations

from dataclasses import dataclass

from cobranca.domain.errors import InvalidField


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why a title cannot stand in the file.

    Attributes:
        index: of the title, from 0.
        field: in the words of `Titles`: `terms.fine_bp`, `payer.address`.
        code: for programs.
        detail: for people.
    """

    index: int
    field: str
    code: str
    detail: str


class TitleRefused(InvalidField):
    """A title has something that the layout cannot say, or that the bank would refuse."""

    code = "TITLE_REFUSED"

    def __init__(self, refusal: Refusal, our_number: str) -> None:
        """Name title, field and reason."""
        self.refusal = refusal
        self.our_number = our_number
        super().__init__(refusal.field, self.said_of(refusal.field))

    def said_of(self, field: str) -> str:
        """Say it with a name of the caller's own for the field."""
        title = f"Title {self.refusal.index + 1} (our number {self.our_number})"
        return f"{title}, {field}: {self.refusal.detail}"
