"""The template of a beneficiary's slips: everything that a batch has in common."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from cobranca.domain.boleto.slip.press import Press
from cobranca.domain.errors import InvalidField

PLACE: Final = "Pagável preferencialmente em qualquer banco até o vencimento"

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from cobranca.domain.boleto.slip.facts import SlipBeneficiary, SlipData, SlipGuarantor


@dataclass(frozen=True, slots=True, kw_only=True)
class SlipTemplate:
    """What is printed on every slip of a batch. Laid out once; then only slots are filled.

    Args:
        bank_code: three digits.
        bank_digit: the digit that the bank prints after its code ("7", "X").
        branch_account_text: "Agência / Código do beneficiário", as the bank prints it.
        instructions: what every slip tells the cashier; long ones are broken into lines.
        demonstration: marks every slip as not payable.
    """

    beneficiary: SlipBeneficiary
    bank_code: str
    bank_digit: str
    bank_name: str
    branch_account_text: str
    wallet: str
    document_kind: str = "DM"
    acceptance: str = "N"
    currency: str = "R$"
    instructions: tuple[str, ...] = ()
    guarantor: SlipGuarantor | None = None
    payment_place: str = PLACE
    demonstration: bool = False
    _press: Press = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Refuse a bank code that could not be printed in its box."""
        code, digit = self.bank_code, self.bank_digit
        if len(code) != 3 or not (code.isascii() and code.isdigit()):
            raise InvalidField("bank_code", "must have three digits")
        if len(digit) != 1 or not (digit.isascii() and digit.isalnum()):
            raise InvalidField("bank_digit", "must be one digit or letter")
        object.__setattr__(self, "_press", Press(self))

    def render(self, slip: SlipData) -> bytes:
        """Give one slip as a PDF: an A4 page, the payer's receipt above the form."""
        return self._press.render(slip)

    def render_many(self, slips: Iterable[SlipData]) -> list[bytes]:
        """Give a PDF for each slip, in order."""
        return list(map(self._press.render, slips))

    def render_book(self, slips: Iterable[SlipData]) -> bytes:
        """Give one PDF with a page for each slip, for a print shop."""
        return b"".join(self._press.book(slips))

    def book_chunks(self, slips: Iterable[SlipData]) -> Iterator[bytes]:
        """Give the book piece by piece: a book of any length in little memory."""
        return self._press.book(slips)

    def render_carne(self, slips: Sequence[SlipData]) -> bytes:
        """Give one PDF with three slips a page: a stub and a form each."""
        return self._press.carne(slips)


def render_many(template: SlipTemplate, slips: Iterable[SlipData]) -> list[bytes]:
    """Give a PDF for each slip, in order."""
    return template.render_many(slips)


def render_book(template: SlipTemplate, slips: Iterable[SlipData]) -> bytes:
    """Give one PDF with a page for each slip, for a print shop."""
    return template.render_book(slips)


def render_carne(template: SlipTemplate, slips: Sequence[SlipData]) -> bytes:
    """Give one PDF with three slips a page, for instalments."""
    return template.render_carne(slips)
