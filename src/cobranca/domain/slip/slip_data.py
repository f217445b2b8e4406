"""What a slip says: of its beneficiary, of one boleto, of a late payment."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from cobranca.domain.boleto.barcode import BARCODE_LENGTH, LINE_LENGTH, barcode_of_line
from cobranca.domain.errors import InvalidField
from cobranca.domain.pix import read_payload
from cobranca.domain.slip.recalculation import recalculate
from cobranca.domain.text_format import format_brl, format_date

if TYPE_CHECKING:
    from datetime import date

PLACE: Final = "Pagável preferencialmente em qualquer banco até o vencimento"


@dataclass(frozen=True, slots=True, kw_only=True)
class SlipBeneficiary:
    """Who is paid, as printed. `tax_id` is a CPF or CNPJ, with or without its mask."""

    name: str
    tax_id: str
    address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SlipGuarantor:
    """Who stands behind the debt (sacador/avalista), as printed."""

    name: str
    tax_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateData:
    """What is printed on every slip of a batch.

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

    def check(self) -> None:
        """Refuse a bank code that could not be printed in its box.

        Raises:
            InvalidField: on `bank_code` or `bank_digit`.
        """
        code, digit = self.bank_code, self.bank_digit
        if len(code) != 3 or not (code.isascii() and code.isdigit()):
            raise InvalidField("bank_code", "must have three digits")
        if len(digit) != 1 or not (digit.isascii() and digit.isalnum()):
            raise InvalidField("bank_digit", "must be one digit or letter")


@dataclass(frozen=True, slots=True, kw_only=True)
class SlipCharges:
    """What is taken off or added to the face value at payment; cents, none negative."""

    discount_cents: int = 0
    other_deductions_cents: int = 0
    fine_interest_cents: int = 0
    other_additions_cents: int = 0

    def __post_init__(self) -> None:
        """Refuse negative parts: each has its own sign on the slip."""
        for name in self.__slots__:
            if getattr(self, name) < 0:
                raise InvalidField(name, "must not be negative")

    def charged_cents(self, amount_cents: int) -> int:
        """Give what is to be paid for a face value."""
        added = self.fine_interest_cents + self.other_additions_cents
        return amount_cents + added - self.discount_cents - self.other_deductions_cents


@dataclass(frozen=True, slots=True, kw_only=True)
class SlipData:
    """One boleto, with its numbers already computed.

    Args:
        digitable_line: 47 digits, without the mask.
        barcode: 44 digits; must be the line's own.
        our_number: as the bank prints it, with its check digit.
        document_number: the beneficiary's own number of the debt.
        amount_cents: the face value; the barcode's amount is this, or what the charges make of it.
        due_date: the last day to pay the face value.
        issued: the date of the document and of its processing.
        payer_tax_id: a CPF or CNPJ, with or without its mask.
        payer_address: up to two lines.
        messages: instructions of this boleto alone (fine, interest, discount), a line each.
        pix_payload: the BR Code ("copia e cola") that the QR shows; it must pay this boleto.
        charges: for a second copy, or a discount agreed: fills "Valor cobrado".
    """

    digitable_line: str
    barcode: str
    our_number: str
    document_number: str
    amount_cents: int
    due_date: date
    issued: date
    payer_name: str
    payer_tax_id: str
    payer_address: tuple[str, ...] = ()
    messages: tuple[str, ...] = ()
    pix_payload: str | None = None
    charges: SlipCharges | None = None

    def __post_init__(self) -> None:
        """Refuse numbers that disagree: a slip pays what its bars say, not what its text says."""
        line, code = self.digitable_line, self.barcode
        if len(code) != BARCODE_LENGTH or not (code.isascii() and code.isdigit()):
            raise InvalidField("barcode", "must have 44 digits")
        if len(line) != LINE_LENGTH or not (line.isascii() and line.isdigit()):
            raise InvalidField("digitable_line", "must have 47 digits, without its mask")
        if barcode_of_line(line) != code:
            raise InvalidField("digitable_line", "does not belong to the barcode")
        if self.amount_cents < 0:
            raise InvalidField("amount_cents", "must not be negative")
        coded_cents = int(code[9:19])
        if coded_cents not in (self.amount_cents, self.charged_cents, 0):
            raise InvalidField("amount_cents", "is not the amount that the barcode carries")
        if self.pix_payload is not None:
            self._check_pix(self.pix_payload)

    def _check_pix(self, payload: str) -> None:
        """Refuse a code that a payer's bank could not read, or that pays something else.

        A dynamic code may still carry the face value of a boleto that charges were added to: what
        counts is what the bank answers. A static one pays what it says.
        """
        pix = read_payload(payload, "pix_payload")
        paid, due = pix.amount_cents, self.charged_cents
        if paid is None or paid == due or (pix.is_dynamic and paid == self.amount_cents):
            return
        detail = f"pays {format_brl(paid)}, and the boleto {format_brl(due)}"
        raise InvalidField("pix_payload", detail, code="PIX_AMOUNT")

    @property
    def charged_cents(self) -> int:
        """Give what is to be paid: the face value, with the charges when there are any."""
        if self.charges is None:
            return self.amount_cents
        return self.charges.charged_cents(self.amount_cents)


def second_copy(
    slip: SlipData,
    *,
    paid_on: date,
    fine_basis_points: int,
    interest_basis_points_month: int,
) -> SlipData:
    """Give the same boleto with fine and interest up to `paid_on` filled in.

    The barcode stays: a registered boleto is recalculated by the bank from its own record. When
    the bank has given a new line and barcode, set them in the data and keep these charges.
    """
    late = recalculate(
        slip.amount_cents, slip.due_date, paid_on, fine_basis_points, interest_basis_points_month
    )
    note = f"2ª via: valor atualizado para pagamento em {format_date(paid_on)}"
    before = slip.charges or SlipCharges()
    charges = replace(before, fine_interest_cents=late.fine_cents + late.interest_cents)
    return replace(slip, charges=charges, messages=(note, *slip.messages))
