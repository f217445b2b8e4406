"""033 Santander, CNAB 240."""

from __future__ import annotations

import numpy as np

from cobranca.domain.boleto.banks.banco_do_brasil import DIGIT as BRANCH_DIGIT
from cobranca.domain.boleto.banks.santander import DIGIT
from cobranca.domain.cnab import febraban
from cobranca.domain.cnab.columns import Column
from cobranca.domain.cnab.fields import account, branch, digit, option
from cobranca.domain.cnab.layout import Draft, Layout
from cobranca.domain.cnab.layouts.santander_400 import MOVEMENTS
from cobranca.domain.cnab.limits import AccountField, Parameters
from cobranca.domain.cnab.our_numbers import read_our_numbers

_TABLE = """
file_header:
  9-16    B
  17      9  ben.type
  18-32   N  ben.tax_id
  33-47   9  transmission_code
  48-72   B
  103-132 X  'BANCO SANTANDER'
  152-157 B
  164-166 9  '040'
  167-171 B
lot_header:
  14-16   9  '030'
  34-53   B
  54-68   9  transmission_code
  69-73   B
  200-240 B
P:
  18-21   9  branch
  22      X  branch_digit
  23-31   9  account                   # movement account
  32      X  account_digit
  33-41   9  collection_account
  42      X  collection_digit
  43-44   B
  45-57   9  our_number13              # 12 digits and digit
  58      9  wallet_code
  60      X  document_type
  61-62   B
  106     B
  101-105 Z
  225     9  '0'
  226-227 9  write_off_days
  228-229 Z                            # currency 00 = real
  230-240 B
Q:
  210-212 Z                            # carne: mark
  213-215 Z                            # instalment
  216-218 Z                            # number of instalments
  219-221 Z                            # number of the plan
  222-240 B
R:
  42      9  discount3.code
  43-50   D8 discount3.until
  51-65   V  discount3.value
  90-240  B
lot_trailer:
  24-240  B
file_trailer:
  30-240  B
"""
_WRITE_OFF_DAYS = 30


def _account_values(_given: Parameters) -> dict[str, str]:
    return {**febraban.FIXED, "registration": "1", "document_type": "2", "y_kind": "03"}


def _values(draft: Draft) -> dict[str, Column]:
    terms = draft.terms
    kept = terms.protested & (terms.write_off_days == 0)
    days = np.where(terms.write_off_days > 0, terms.write_off_days, _WRITE_OFF_DAYS)
    return {
        **febraban.values(draft, no_protest="0"),
        "our_number13": read_our_numbers(draft, 12, DIGIT).whole,
        "write_off.code": draft.choose(kept, "2", "1"),
        "write_off_days": np.where(kept, 0, days),
    }


LAYOUT = Layout(
    code="033-240",
    bank_name="Santander",
    records=febraban.records(_TABLE, pix=True),
    account=(
        branch(4),
        digit("branch_digit", "Dígito da agência", BRANCH_DIGIT, ("branch",)),
        account(9),
        digit("account_digit", "Dígito da conta"),
        AccountField(
            name="collection_account",
            width=9,
            about="Conta cobrança, sem dígito; sem ela, a conta",
            default=lambda given: given["account"],
        ),
        AccountField(
            name="collection_digit",
            width=1,
            about="Dígito da conta cobrança; sem ele, o da conta",
            default=lambda given: given["account_digit"],
        ),
        AccountField(name="transmission_code", width=15, about="Código de transmissão"),
        option("wallet_code", 1, "5", "Carteira: 5 rápida com registro, 1 emitida pelo banco"),
    ),
    account_values=_account_values,
    limits=febraban.limits(
        on_due=True, interest_on_due=True, write_off_days=range(1, 100), pix=True
    ),
    kinds=febraban.kinds(always_r=True, pix=True),
    species={"DM": "02", "DS": "04", "LC": "07", "NP": "12", "RC": "17", "AP": "20"},
    values=_values,
    movements=MOVEMENTS,
    message_names=febraban.MESSAGE_NAMES,
    proof="three lineages of libraries; manual of September 2014",
)
