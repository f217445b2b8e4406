"""The numbers of one boleto."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from cobranca.domain.boleto.account import Account
from cobranca.domain.boleto.barcode import barcode_of, digitable_line_of
from cobranca.domain.boleto.pieces import text_of


@dataclass(frozen=True, slots=True, kw_only=True)
class BoletoNumbers:
    """What a boleto needs to be paid.

    Attributes:
        barcode: 44 digits.
        digitable_line: 47 digits; `format_digitable_line` puts the dots in.
        our_number: as printed, with its check digit.
        free_field: the bank's 25 digits of the barcode.
        warnings: what the user must know, in Portuguese.
    """

    barcode: str
    digitable_line: str
    our_number: str
    free_field: str
    warnings: tuple[str, ...]


def make_boleto(
    account: Account,
    our_number: str,
    amount_cents: int,
    due_date: date,
    document_number: str | None = None,
) -> BoletoNumbers:
    """Write the numbers of one boleto.

    Args:
        account: whose boleto it is.
        our_number: the digits that the bank's rule wants, without check digit;
            `Account.our_number_of` makes them of a sequence number.
        amount_cents: 1 to 9,999,999,999.
        due_date: from 2000-07-03 on.
        document_number: for the few wallets that carry it in the free field (Itaú's special
            ones); None = the account's own parameter.

    Raises:
        InvalidField: on `our_number`, `document_number`, `amount_cents` or `due_date`.
    """
    plan = account.plan_of(our_number)
    numbers = {
        "our_number": our_number,
        "document_number": account.document_number_of(plan, document_number),
    }
    free_field = text_of(plan.free_field, numbers)
    barcode = barcode_of(account.bank, free_field, amount_cents, due_date)
    return BoletoNumbers(
        barcode=barcode,
        digitable_line=digitable_line_of(barcode),
        our_number=text_of(plan.printed, numbers),
        free_field=free_field,
        warnings=account.warnings_of(plan),
    )
