"""136 Unicred, CNAB 400."""

from __future__ import annotations

import numpy as np

from cobranca.domain.boleto.banks.banco_do_brasil import DIGIT as BRANCH_DIGIT
from cobranca.domain.boleto.banks.unicred import DIGIT
from cobranca.domain.cnab.columns import Column
from cobranca.domain.cnab.fields import account, branch, digit, split_digit, wallet, without_digit
from cobranca.domain.cnab.layout import Draft, Kind, Layout
from cobranca.domain.cnab.limits import USUAL_MOVEMENTS, AccountField, Limits, Movement, Parameters
from cobranca.domain.cnab.our_numbers import read_our_numbers
from cobranca.domain.cnab.record import parse_records

_TABLE = """
header:
  1       9  '0'
  2       9  '1'
  3-9     X  'REMESSA'
  10-11   9  '01'
  12-26   X  'COBRANCA'
  27-46   9  agreement20               # code of the beneficiary
  47-76   X  ben.name
  77-79   9  '136'
  80-94   X  'UNICRED'
  95-100  D6 file.date
  101-107 B
  108-110 9  '000'                     # parameter of movement
  111-117 9  file.seq
  118-394 B
  395-400 9  line
detail:
  1       9  '1'
  2-6     9  branch
  7       X  branch_digit
  8-19    9  account
  20      X  account_digit
  21      9  '0'
  22-24   9  wallet                    # 021
  25-37   Z
  38-62   X  company_use
  63-65   9  '136'
  66-67   Z
  68-92   B
  93      9  '0'
  94      9  fine.code136              # 1 value, 2 percent, 3 none
  95-104  V  fine.amount               # 8v2
  105     9  interest.code136
  106     X  'N'
  107-108 B
  109-110 9  movement
  111-120 X  document_number
  121-126 D6 due
  127-139 V  amount
  140-149 Z
  150     9  discount1.code            # 0 none, 1 value until a day
  151-156 D6 issued
  157     9  '0'
  158     9  protest.code136           # 1 days, 2 working days, 3 do not
  159-160 9  protest_days
  161-173 V  interest_daily
  174-179 D6 discount1.until
  180-192 V  discount1.value
  193-203 9  our_number11              # 10 digits and digit
  204-205 Z
  206-218 V  rebate
  219-220 9  payer.type2
  221-234 N  payer.tax_id
  235-274 X  payer.name
  275-314 X  payer.address
  315-326 X  payer.district
  327-334 9  payer.cep
  335-354 X  payer.city
  355-356 X  payer.state
  357-394 X  guarantor.name
  395-400 9  line
trailer:
  1       9  '9'
  2-394   B
  395-400 9  line
"""
ACCOUNT = (
    branch(5),
    digit("branch_digit", "Dígito da agência", BRANCH_DIGIT, ("branch",)),
    account(10, "Conta, com dígito"),
    split_digit(10),
)


def _account_values(given: Parameters) -> dict[str, str]:
    return {"account": without_digit(given, 10)}


def _values(draft: Draft) -> dict[str, Column]:
    terms, discount = draft.terms, draft.terms.discounts[0]
    money = draft.choose(terms.fine_cents > 0, "1", "3")
    daily = draft.choose(terms.interest_cents > 0, "1", "5")
    return {
        "our_number11": read_our_numbers(draft, 10, DIGIT).whole,
        "fine.code136": np.where(terms.fine_bp > 0, b"2", money),
        "fine.amount": terms.fine_bp + terms.fine_cents,
        "interest.code136": np.where(terms.interest_bp > 0, b"2", daily),
        "interest_daily": terms.interest_cents + terms.interest_bp,
        "discount1.code": draft.choose(discount.value > 0, "1", "0"),
        "protest.code136": draft.choose(terms.protested, "1", "3"),
        "protest_days": terms.protest_days,
    }


LAYOUT = Layout(
    code="136-400",
    bank_name="Unicred",
    records=parse_records(400, _TABLE),
    account=(
        *ACCOUNT,
        wallet(3, "021"),
        AccountField(name="agreement20", width=20, about="Código do beneficiário"),
    ),
    account_values=_account_values,
    limits=Limits(interest_monthly=True, fine_bp_max=10_000, fine_cents=True),
    kinds=(Kind(record="detail"),),
    species={},
    values=_values,
    movements=USUAL_MOVEMENTS
    | {"11": Movement.STOP_PROTEST, "25": Movement.STOP_PROTEST_WRITE_OFF},
    proof="three lineages of libraries; the bank's manual GR COB136",
)
