"""237 Bradesco, CNAB 400."""

from __future__ import annotations

import numpy as np

from cobranca.domain.boleto.banks.bradesco import DIGIT
from cobranca.domain.cnab.columns import Column
from cobranca.domain.cnab.fields import account, branch, digit, option, wallet
from cobranca.domain.cnab.layout import Draft, Kind, Layout
from cobranca.domain.cnab.limits import USUAL_MOVEMENTS, AccountField, Limits, Movement
from cobranca.domain.cnab.our_numbers import read_our_numbers
from cobranca.domain.cnab.record import parse_records

_TABLE = """
header:
  1       9  '0'
  2       9  '1'
  3-9     X  'REMESSA'
  10-11   9  '01'
  12-26   X  'COBRANCA'
  27-46   9  company_code              # given by the bank
  47-76   X  ben.name
  77-79   9  '237'
  80-94   X  'BRADESCO'
  95-100  D6 file.date
  101-108 B
  109-110 X  'MX'                      # system
  111-117 9  file.seq                  # sequence of the file, must rise
  118-394 B
  395-400 9  line
detail:
  1       9  '1'
  2-6     Z
  7       Z                            # its digit
  8-12    Z                            # account class
  13-19   Z                            # account
  20      Z                            # its digit
  21      9  '0'
  22-24   9  wallet
  25-29   9  branch
  30-36   9  account
  37      X  account_digit             # may be P
  38-62   X  company_use
  63-65   Z                            # 237 only for direct debit
  66      9  fine.code                 # 2 = percent, 0 = none
  67-70   V  fine.percent              # 2v2
  71-81   9  our_number                # zeros when the bank numbers
  82      X  our_number_digit          # may be P
  83-92   Z                            # bonus discount a day, 8v2
  93      9  emission                  # 1 bank prints, 2 client prints
  94      B
  95-104  B
  105     B                            # R = shared credit
  106     9  '2'                       # debit notice: 2 = do not print
  107-108 B                            # number of payments allowed
  109-110 9  movement
  111-120 X  document_number
  121-126 D6 due
  127-139 V  amount
  140-142 Z
  143-147 Z
  148-149 9  species
  150     X  'N'                       # always N
  151-156 D6 issued
  157-158 9  instruction1
  159-160 9  instruction2
  161-173 V  interest_daily
  174-179 D6 discount1.until
  180-192 V  discount1.value
  193-205 V  iof
  206-218 V  rebate
  219-220 9  payer.type2               # 01 CPF, 02 CNPJ, 98 none, 99 other
  221-234 N  payer.tax_id
  235-274 X  payer.name
  275-314 X  payer.address
  315-326 X  message12
  327-331 9  payer.cep5
  332-334 9  payer.cep3
  335-394 X  guarantor_or_message      # guarantor, or the second message
  395-400 9  line
messages:
  1       9  '2'
  2-81    X  message1
  82-161  X  message2
  162-241 X  message3
  242-321 X  message4
  322-327 D6 discount2.until
  328-340 V  discount2.value
  341-346 D6 discount3.until
  347-359 V  discount3.value
  360-366 B
  367-369 9  wallet
  370-374 9  branch
  375-381 9  account
  382     X  account_digit
  383-393 9  our_number
  394     X  our_number_digit
  395-400 9  line
trailer:
  1       9  '9'
  2-394   B
  395-400 9  line
"""
_NONE, _PROTEST, _WRITE_OFF = "00", "06", "18"
COMPANY_CODE = AccountField(name="company_code", width=20, about="Código da empresa no banco")
ACCOUNT = (
    branch(5),
    account(7),
    digit("account_digit", "Dígito da conta"),
    wallet(3),
    COMPANY_CODE,
    option("emission", 1, "2", "Quem imprime o boleto: 1 banco, 2 beneficiário"),
)
SPECIES = {"DM": "01", "NP": "02", "RC": "05", "LC": "10", "ND": "11", "DS": "12", "OU": "99"}
MOVEMENTS = USUAL_MOVEMENTS | {
    "18": Movement.STOP_PROTEST_WRITE_OFF,
    "19": Movement.STOP_PROTEST,
}


def our_number_columns(draft: Draft) -> dict[str, Column]:
    """Write the our number and its digit, which covers the wallet in two digits too."""
    over = draft.parameter("wallet")[-2:].zfill(2)
    numbers = read_our_numbers(draft, 11, DIGIT, over=over)
    return {"our_number": numbers.number, "our_number_digit": numbers.digit}


def _values(draft: Draft) -> dict[str, Column]:
    terms = draft.terms
    write_off = draft.choose(terms.write_off_days > 0, _WRITE_OFF, _NONE)
    return {
        **our_number_columns(draft),
        "fine.code": draft.choose(terms.has_fine, "2", "0"),
        "fine.percent": terms.fine_bp,
        "instruction1": np.where(terms.protested, _PROTEST.encode(), write_off),
        "instruction2": terms.protest_days + terms.write_off_days,
        "interest_daily": terms.interest_cents,
        "message12": "",
        "guarantor_or_message": draft.guarantor_name,
    }


LAYOUT = Layout(
    code="237-400",
    bank_name="Bradesco",
    records=parse_records(400, _TABLE),
    account=ACCOUNT,
    limits=Limits(discounts_max=3, write_off_days=range(1, 100), one_deadline=True),
    kinds=(
        Kind(record="detail"),
        Kind(
            record="messages",
            when=lambda draft: draft.has_message | (draft.terms.discounts[1].value > 0),
        ),
    ),
    species=SPECIES,
    values=_values,
    movements=MOVEMENTS,
    message_names=("message1", "message2", "message3", "message4"),
    proof="three lineages of libraries; the bank's manual 4008-524-0121",
)
