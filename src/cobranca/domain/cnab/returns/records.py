"""One title of a return file, with all that the bank says of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar
from uuid import UUID

from cobranca.domain.cnab.returns.meanings import Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Pix:
    """The Pix code of a boleto, as an extra line brings it; None where the layout has no field.

    Attributes:
        line: of the file.
        url: where the payer's bank fetches what is due.
        txid: the transaction's name.
        emv: the copy-and-paste text, which is also in the QR code.
        error: the bank's code when it made none.
    """

    NAMES: ClassVar = ("url", "txid", "emv", "error")

    line: int
    url: str | None = None
    txid: str | None = None
    emv: str | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """How Caixa was paid.

    Attributes:
        channel: where.
        means: 01 cash, 02 cheque.
        float_days: days until the credit.
    """

    channel: str
    means: str
    float_days: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnRecord:
    """What happened to one title.

    Amounts are whole cents, 0 where the file says nothing. Texts are as the file has them, without
    the blanks around them, and empty where it says nothing.

    Attributes:
        line: of the title, or of its segment T, from 1.
        line_u: of its segment U; None in layouts of 400.
        occurrence: the bank's code.
        kind: what it means.
        our_number: as `make_boleto` takes it; None when the record is about no title.
        our_number_in_file: with its check digit, and what the bank puts in front.
        our_number_printed: as people see it; None when there is none.
        is_foreign: the our number begins with another agreement or account than the file's.
        document: the beneficiary's own number.
        control: what the beneficiary had written for its own use.
        payer: the name.
        debt_id: of our billing, when our remittance named it in `control`.
        due_on: when the title is due.
        occurred_on: when it happened; of a payment, the day the payer paid.
        credited_on: when the money is the beneficiary's; None = not told yet.
        title_cents: the amount of the title.
        paid_cents: what the payer gave; None when no money has been taken.
        net_cents: what was credited; None when the bank does not say.
        interest_cents: with the fine, where `fine_cents` is 0.
        fine_cents: where the bank tells it apart; it is then `other_credits_cents` too.
        discount_cents: taken off.
        rebate_cents: taken off by order of the beneficiary.
        iof_cents: a tax, apart from all the others.
        fee_cents: what the bank takes for it.
        other_expenses_cents: what else the bank takes.
        other_credits_cents: what else the payer gave.
        difference_cents: what `paid_cents` is more than its parts explain.
        amount_field_not_money_cents: what stands in the paid field though no money was taken.
        reasons: the bank's codes; see `meanings.reason_of`.
        wrong_fields: numbers of the fields of our remittance that C6 refuses.
        paid_at_bank: three digits.
        settlement: how it was paid: Itaú's code, or Caixa's three.
        fee_debited: when Caixa takes the fee.
        protest_answer: A when a protest is taken up, D when it is refused.
        origin: what Unicred answers.
        text: what Inter says in words.
        pix: the Pix code that came with it.
    """

    line: int
    line_u: int | None = None
    occurrence: str
    kind: Kind
    our_number: str | None
    our_number_in_file: str
    our_number_printed: str | None
    is_foreign: bool
    document: str
    control: str
    payer: str
    debt_id: UUID | None
    due_on: date | None
    occurred_on: date | None
    credited_on: date | None
    title_cents: int
    paid_cents: int | None
    net_cents: int | None
    interest_cents: int
    fine_cents: int
    discount_cents: int
    rebate_cents: int
    iof_cents: int
    fee_cents: int
    other_expenses_cents: int
    other_credits_cents: int
    difference_cents: int
    amount_field_not_money_cents: int
    reasons: tuple[str, ...]
    wrong_fields: tuple[str, ...]
    paid_at_bank: str
    settlement: Settlement | str | None
    fee_debited: date | None
    protest_answer: str
    origin: str
    text: str
    pix: Pix | None

    @property
    def payment_key(self) -> tuple[object, ...]:
        """What two files share when they tell the same payment: hold the second one back."""
        return (
            self.our_number_in_file,
            self.occurrence,
            self.occurred_on,
            self.paid_cents,
            self.paid_at_bank,
            self.credited_on,
        )
