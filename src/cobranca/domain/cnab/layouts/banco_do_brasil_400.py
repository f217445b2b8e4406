"""001 Banco do Brasil, CNAB 400, agreements of seven digits."""

from __future__ import annotations

import numpy as np

from cobranca.domain.boleto.banks.banco_do_brasil import DIGIT
from cobranca.domain.cnab.columns import Column, digits_of
from cobranca.domain.cnab.fields import account, agreement, branch, digit, wallet
from cobranca.domain.cnab.layout import Draft, Kind, Layout
from cobranca.domain.cnab.limits import USUAL_MOVEMENTS, AccountField, Limits, Movement
from cobranca.domain.cnab.our_numbers import OurNumbers, read_our_numbers
from cobranca.domain.cnab.record import parse_records
from cobranca.domain.cnab.text import Bytes

_TABLE = """
header:
  1       9  '0'
  2       9  '1'
  3-9     X  'REMESSA'                 # TESTE while testing
  10-11   9  '01'
  12-19   X  'COBRANCA'
  20-26   B
  27-30   9  branch
  31      X  branch_digit              # may be X
  32-39   9  account
  40      X  account_digit             # may be X
  41-46   Z
  47-76   X  ben.name
  77-94   X  '001BANCODOBRASIL'
  95-100  D6 file.date
  101-107 9  file.seq
  108-129 B
  130-136 9  leader_agreement
  137-394 B
  395-400 9  line
detail:
  1       9  '7'
  2-3     9  ben.type2
  4-17    N  ben.tax_id
  18-21   9  branch
  22      X  branch_digit
  23-30   9  account
  31      X  account_digit
  32-38   9  agreement
  39-63   X  company_use
  64-80   9  our_number17
  81-82   Z
  83-84   Z
  85-87   B
  88      X  guarantor_mark            # A = 352-391 is the guarantor
  89-91   B
  92-94   9  variation
  95      9  '0'
  96-101  Z
  102-106 X  collection_type
  107-108 9  wallet
  109-110 9  movement
  111-120 X  document_number
  121-126 D6 due
  127-139 V  amount
  140-142 9  '001'
  143-146 Z
  147     B
  148-149 9  species
  150     X  acceptance
  151-156 D6 issued
  157-158 9  instruction1
  159-160 9  instruction2
  161-173 V  interest_daily
  174-179 D6 discount1.until
  180-192 V  discount1.value
  193-205 V  iof
  206-218 V  rebate
  219-220 9  payer.type2
  221-234 N  payer.tax_id
  235-271 X  payer.name
  272-274 B
  275-314 X  payer.address
  315-326 X  payer.district
  327-334 9  payer.cep
  335-349 X  payer.city
  350-351 X  payer.state
  352-391 X  guarantor_or_message
  392-393 X  protest_days2
  394     B
  395-400 9  line
fine:
  1       9  '5'
  2-3     9  '99'                      # 99 = fine
  4       9  fine.code                 # 1 value, 2 percent
  5-10    D6 fine.from
  11-22   V  fine.amount               # 10v2
  23-394  B
  395-400 9  line
trailer:
  1       9  '9'
  2-394   B
  395-400 9  line
"""
_BLANK = np.uint8(32)
_AGREEMENT_DIGITS = 7
VARIATION = AccountField(name="variation", width=3, about="Variação da carteira")
ACCOUNT = (
    agreement(_AGREEMENT_DIGITS, "Convênio, de sete dígitos"),
    wallet(2),
    VARIATION,
    branch(5),
    digit("branch_digit", "Dígito da agência", DIGIT, ("branch",)),
    account(8),
    digit("account_digit", "Dígito da conta", DIGIT, ("account",)),
)


def our_number17(draft: Draft) -> Bytes:
    """Write agreement and our number; zeros when the bank is to number."""
    code = draft.parameter("agreement")
    if len(code) != _AGREEMENT_DIGITS:
        detail = f"{draft.layout.code} wants an agreement of seven digits."
        draft.refuse(np.asarray(True), "account.agreement", "FIELD_LENGTH", detail)
    numbers: OurNumbers = read_our_numbers(draft, 10, front=code)
    front = np.frombuffer(code.zfill(_AGREEMENT_DIGITS).encode(), dtype=np.uint8)
    fronts = np.where(numbers.is_zero[:, np.newaxis], np.uint8(48), front)
    return np.hstack([fronts, numbers.number])


def _values(draft: Draft) -> dict[str, Column]:
    terms = draft.terms
    days = digits_of(np.broadcast_to(terms.protest_days, draft.count), 2)
    protested = np.atleast_1d(terms.protested)[:, np.newaxis]
    return {
        "our_number17": our_number17(draft),
        "guarantor_mark": draft.choose(draft.has_guarantor, "A", ""),
        "guarantor_or_message": draft.guarantor_name,
        "collection_type": "",
        "instruction1": draft.choose(terms.protested, "06", "00"),
        "instruction2": "00",
        "interest_daily": terms.interest_cents,
        "fine.code": draft.choose(terms.fine_bp > 0, "2", "1"),
        "fine.from": terms.fine_from,
        "fine.amount": terms.fine_bp + terms.fine_cents,
        "protest_days2": np.where(protested, days, _BLANK),
    }


_SPECIES = {
    "DM": "01", "NP": "02", "NS": "03", "RC": "05", "LC": "08", "DS": "12", "ND": "13",
    "AS": "15",
}  # fmt: skip

LAYOUT = Layout(
    code="001-400",
    bank_name="Banco do Brasil",
    records=parse_records(400, _TABLE),
    account=(
        *ACCOUNT,
        AccountField(
            name="leader_agreement",
            width=7,
            about="Convênio líder; sem ele, o próprio",
            default=lambda given: given["agreement"],
        ),
    ),
    limits=Limits(fine_bp_max=10_000, fine_cents=True, fine_from=True),
    kinds=(
        Kind(record="detail"),
        Kind(record="fine", when=lambda draft: draft.terms.has_fine),
    ),
    species=_SPECIES,
    values=_values,
    movements=USUAL_MOVEMENTS | {"10": Movement.STOP_PROTEST},
    proof="three lineages of libraries; manual CBR641",
)
