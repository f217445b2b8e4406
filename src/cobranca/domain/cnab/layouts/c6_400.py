"""336 C6, CNAB 400."""

from __future__ import annotations

import numpy as np

from cobranca.domain.boleto.banks.c6 import DIGIT
from cobranca.domain.cnab.columns import Column
from cobranca.domain.cnab.fields import agreement, option, wallet
from cobranca.domain.cnab.layout import Draft, Kind, Layout
from cobranca.domain.cnab.limits import USUAL_MOVEMENTS, Limits, Movement, Parameters
from cobranca.domain.cnab.our_numbers import read_our_numbers
from cobranca.domain.cnab.record import parse_records

_TABLE = """
header:
  1       9  '0'
  2       9  '1'
  3-9     X  'REMESSA'
  10-11   9  '01'
  12-19   X  'COBRANCA'
  20-26   B
  27-38   9  agreement                 # code of the beneficiary
  39-46   B
  47-76   X  ben.name
  77-79   9  '336'
  80-94   B
  95-100  D6 file.date
  101-108 B
  109-120 9  direct_account
  121-386 B
  387-394 9  file.seq
  395-400 9  line
detail:
  1       9  '1'
  2-3     9  ben.type2
  4-17    N  ben.tax_id
  18-29   X  agreement
  30-37   B
  38-62   X  company_use
  63-73   X  our_number11              # 0 + 10 digits; blanks when the bank numbers
  74      X  our_number_digit          # may be P
  75-82   B
  83-85   9  direct_bank               # 336 with wallet 20, else 000
  86-106  B
  107-108 9  wallet
  109-110 9  movement
  111-120 X  document_number
  121-126 D6 due
  127-139 V  amount
  140-147 B
  148-149 9  species
  150     X  acceptance
  151-156 D6 issued
  157-158 9  instruction1
  159-160 9  instruction2
  161-173 V  interest_daily
  174-179 D6 discount1.until
  180-192 V  discount1.value
  193-198 D6 fine.from
  199-205 B
  206-218 V  rebate
  219-220 9  payer.type2
  221-234 N  payer.tax_id
  235-274 X  payer.name
  275-314 X  payer.address
  315-326 X  payer.district
  327-334 9  payer.cep
  335-349 X  payer.city
  350-351 X  payer.state
  352-381 X  guarantor.name
  382     9  fine.code                 # 0 none, 2 percent
  383-384 9  fine.whole                # whole percent
  385     B
  386-391 D6 interest_from
  392-393 9  protest_days
  394     B
  395-400 9  line
messages:
  1       9  '2'
  2-81    X  message1
  82-161  X  message2
  162-241 X  message3
  242-321 X  message4
  322-365 B
  366-375 X  document_number
  376-381 D6 due
  382-394 V  amount
  395-400 9  line
trailer:
  1       9  '9'
  2-394   B
  395-400 9  line
"""
_DIRECT_WALLET = "20"
_BLANK = np.uint8(32)


def _account_values(given: Parameters) -> dict[str, str]:
    direct = given["wallet"].zfill(2) == _DIRECT_WALLET
    return {"direct_bank": "336" if direct else "000", "agreement": given["agreement"].zfill(12)}


def _values(draft: Draft) -> dict[str, Column]:
    terms = draft.terms
    numbers = read_our_numbers(draft, 10, DIGIT, over=draft.parameter("wallet").zfill(2))
    zero = np.full((draft.count, 1), 48, dtype=np.uint8)
    none = numbers.is_zero[:, np.newaxis]
    return {
        "our_number11": np.where(none, _BLANK, np.hstack([zero, numbers.number])),
        "our_number_digit": np.where(none, _BLANK, numbers.digit),
        "instruction1": "00",
        "instruction2": "00",
        "interest_daily": terms.interest_cents,
        "interest_from": terms.interest_from,
        "fine.code": draft.choose(terms.has_fine, "2", "0"),
        "fine.whole": terms.fine_bp // 100,
        "fine.from": terms.fine_from,
        "protest_days": terms.protest_days,
    }


_SPECIES = {
    "DM": "01", "DS": "02", "NP": "03", "NS": "04", "RC": "05", "LC": "06", "CAR": "08",
    "ME": "12", "ND": "13", "EC": "16", "OU": "99",
}  # fmt: skip

LAYOUT = Layout(
    code="336-400",
    bank_name="C6",
    records=parse_records(400, _TABLE),
    account=(
        agreement(12),
        wallet(2),
        option("direct_account", 12, "0", "Conta no banco correspondente; zeros sem ele"),
    ),
    account_values=_account_values,
    limits=Limits(
        interest_from=True, fine_step_bp=100, fine_bp_max=9_900, fine_from=True, on_due=True
    ),
    kinds=(
        Kind(record="detail"),
        Kind(record="messages", when=lambda draft: draft.has_message),
    ),
    species=_SPECIES,
    values=_values,
    movements=USUAL_MOVEMENTS
    | {"18": Movement.STOP_PROTEST_WRITE_OFF, "19": Movement.STOP_PROTEST},
    message_names=("message1", "message2", "message3", "message4"),
    proof="three lineages of libraries; manual of June 2022",
)
