"""041 Banrisul, CNAB 400."""

from __future__ import annotations

import numpy as np

from cobranca.domain.check_digit import TWO_DIGITS
from cobranca.domain.cnab.arrays import Array
from cobranca.domain.cnab.columns import Column, days_of, digits_of
from cobranca.domain.cnab.fields import agreement, branch, option
from cobranca.domain.cnab.layout import Draft, Kind, Layout
from cobranca.domain.cnab.limits import USUAL_MOVEMENTS, AccountField, Limits, Movement, Parameters
from cobranca.domain.cnab.our_numbers import read_our_numbers
from cobranca.domain.cnab.record import parse_records
from cobranca.domain.cnab.text import Bytes

_TABLE = """
header:
  1       9  '0'
  2       9  '1'
  3-9     X  'REMESSA'
  10-26   B
  27-39   9  agreement13
  40-46   B
  47-76   X  ben.name
  77-79   9  '041'
  80-87   X  'BANRISUL'
  88-94   B
  95-100  D6 file.date
  101-109 B
  110-113 B                            # service code, only wallets R S X
  114     B
  115     B
  116     B
  117-126 B
  127-394 B
  395-400 9  line
detail:
  1       9  '1'
  2-17    B
  18-30   9  agreement13
  31-37   B
  38-62   X  company_use
  63-72   9  our_number10              # 8 digits and two digits
  73-104  X  message                   # printed on the slip
  105-107 B
  108     9  wallet_code               # 1 simple, 3 pledged, 4 R, 5 S, 6 X, ...
  109-110 9  movement
  111-120 X  document_number
  121-126 D6 due
  127-139 V  amount
  140-142 9  '041'
  143-147 B
  148-149 9  print_kind
  150     X  acceptance                # A or N
  151-156 D6 issued
  157-158 9  instruction1
  159-160 9  instruction2
  161     X  interest_kind             # 0 value a day, 1 percent a month, blank none
  162-173 X  interest
  174-179 X  discount1.until_or_blank
  180-192 X  discount1.value_or_blank
  193-205 V  iof
  206-218 V  rebate
  219-220 9  payer.type2
  221-234 N  payer.tax_id
  235-269 X  payer.name
  270-274 B
  275-314 X  payer.address
  315-321 B
  322-324 V  fine.tenths               # 2v1, with instruction 18
  325-326 9  fine.days                 # days after due, 00 = from due
  327-334 9  payer.cep
  335-349 X  payer.city
  350-351 X  payer.state
  352-355 B                            # discount a day of anticipation, 1v3
  356     B
  357-369 B                            # its base
  370-371 9  instruction_days          # days of protest or return
  372-394 B
  395-400 9  line
trailer:
  1       9  '9'
  2-27    B
  28-40   V  total
  41-394  B
  395-400 9  line
"""
_NONE, _FINE, _PROTEST, _RETURN = b"00", b"18", b"09", b"15"
_FINE_DAYS_MAX = 99
_INTEREST_PLACES = 12
_BLANK = np.uint8(32)


def _account_values(given: Parameters) -> dict[str, str]:
    code = given["agreement"].zfill(7)
    whole = given["branch"].zfill(4) + code + given["agreement_digits"].zfill(2)
    return {"agreement13": given["agreement13"] or whole}


def _or_blank(where: Array, digits: Bytes) -> Bytes:
    return np.where(np.atleast_1d(where)[:, np.newaxis], digits, _BLANK)


def _days_after_due(draft: Draft) -> Array:
    """Count the days between the due date and a fine; 0 is at once."""
    terms = draft.terms
    start = np.where(terms.has_fine, terms.fine_from, draft.due)
    days = (start - draft.due).astype(np.int64) - 1
    days = np.where(terms.has_fine, np.maximum(days, 0), 0)
    detail = f"041-400 has places for {_FINE_DAYS_MAX} days after due."
    late = days > _FINE_DAYS_MAX
    draft.refuse(late, "terms.fine_from", "TERM_NOT_EXPRESSIBLE", detail)
    return np.where(late, 0, days)


def _values(draft: Draft) -> dict[str, Column]:
    terms = draft.terms
    write_off = np.where(terms.write_off_days > 0, _RETURN, _NONE)
    deadline = np.where(terms.protested, _PROTEST, write_off)
    daily = draft.choose(terms.interest_cents > 0, "0", " ")
    interest = np.broadcast_to(terms.interest_cents + terms.interest_bp, draft.count)
    detail = f"041-400 has {_INTEREST_PLACES} places for it."
    too_large = interest >= 10**_INTEREST_PLACES
    draft.refuse(too_large, "terms.interest_daily_cents", "TERM_NOT_EXPRESSIBLE", detail)
    discount = terms.discounts[0]
    value = np.broadcast_to(discount.value, draft.count)
    until = np.broadcast_to(discount.until, draft.count)
    return {
        "our_number10": read_our_numbers(draft, 8, TWO_DIGITS).whole,
        "instruction1": np.where(terms.has_fine, _FINE, deadline),
        "instruction2": np.where(terms.has_fine, deadline, _NONE),
        "interest_kind": np.where(terms.interest_bp > 0, b"1", daily),
        "interest": _or_blank(terms.has_interest, digits_of(interest, _INTEREST_PLACES)),
        "discount1.until_or_blank": _or_blank(discount.value > 0, days_of(until, "D6")),
        "discount1.value_or_blank": _or_blank(discount.value > 0, digits_of(value, 13)),
        "fine.tenths": terms.fine_bp // 10,
        "fine.days": _days_after_due(draft),
        "instruction_days": terms.protest_days + terms.write_off_days,
    }


LAYOUT = Layout(
    code="041-400",
    bank_name="Banrisul",
    records=parse_records(400, _TABLE),
    account=(
        branch(4),
        agreement(7),
        AccountField(
            name="agreement_digits", width=2, about="Os dois dígitos do código", default=""
        ),
        AccountField(
            name="agreement13",
            width=13,
            about="Agência, código e seus dígitos, juntos",
            default="",
        ),
        option("wallet_code", 1, "1", "Carteira: 1 simples"),
        option("print_kind", 2, "08", "Quem imprime o boleto: 06 banco, 08 beneficiário"),
    ),
    account_values=_account_values,
    limits=Limits(
        interest_monthly=True,
        fine_step_bp=10,
        fine_bp_max=9_990,
        fine_from=True,
        on_due=True,
        protest_days=range(3, 100),
        write_off_days=range(1, 100),
        one_deadline=True,
        guarantor=False,
        document_number_zero=False,
    ),
    kinds=(Kind(record="detail"),),
    species={},
    values=_values,
    movements=USUAL_MOVEMENTS | {"10": Movement.STOP_PROTEST},
    message_names=("message",),
    proof="three lineages of libraries; manual of July 2015",
)
