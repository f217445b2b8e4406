"""004 Banco do Nordeste, CNAB 400."""

from __future__ import annotations

import numpy as np

from cobranca.domain.boleto.banks.banco_do_nordeste import DIGIT
from cobranca.domain.cnab.columns import Column
from cobranca.domain.cnab.fields import account, branch, split_digit, wallet, without_digit
from cobranca.domain.cnab.layout import Draft, Kind, Layout
from cobranca.domain.cnab.limits import USUAL_MOVEMENTS, AccountField, Limits, Movement, Parameters
from cobranca.domain.cnab.our_numbers import read_our_numbers
from cobranca.domain.cnab.record import parse_records
from cobranca.domain.errors import InvalidField

_TABLE = """
header:
  1       9  '0'
  2       9  '1'
  3-9     X  'REMESSA'
  10-11   9  '01'
  12-26   X  'COBRANCA'
  27-30   9  branch
  31-32   Z
  33-39   9  account7
  40      9  account_digit
  41-46   B
  47-76   X  ben.name
  77-79   9  '004'
  80-94   X  'B.DO NORDESTE'
  95-100  D6 file.date
  101-103 B
  104-394 B
  395-400 9  line
detail:
  1       9  '1'
  2-17    B
  18-21   9  branch
  22-23   Z
  24-30   9  account7
  31      9  account_digit
  32-33   9  fine.whole                # whole percent
  34-37   B
  38-62   X  company_use
  63-69   9  our_number
  70      9  our_number_digit
  71-80   Z                            # contract of pledged collection
  81-86   D6 discount2.until
  87-99   V  discount2.value
  100-107 B
  108     X  wallet_code
  109-110 9  movement
  111-120 X  document_number
  121-126 D6 due
  127-139 V  amount
  140-142 9  collecting_bank
  143-146 Z
  147     B
  148-149 9  species
  150     X  acceptance
  151-156 D6 issued
  157-160 9  instruction4              # 0000 none, see the codes
  161-173 V  interest_daily
  174-179 D6 discount1.until
  180-192 V  discount1.value
  193-205 V  iof
  206-218 V  rebate
  219-220 9  payer.type2
  221-234 N  payer.tax_id
  235-274 X  payer.name
  275-314 X  payer.address
  315-326 X  payer.district
  327-334 9  payer.cep
  335-349 X  payer.city
  350-351 X  payer.state
  352-391 X  guarantor.name            # or a message
  392-393 9  protest_term              # days of protest, 99 none
  394     9  '0'                       # currency real
  395-400 9  line
trailer:
  1       9  '9'
  2-394   B
  395-400 9  line
"""
_NEVER_PROTEST = 99
#: What the detail calls the wallets that slips name by two digits; and its own names for them.
_WALLET_CODES = {
    "21": "4", "41": "1", "51": "I", "1": "1", "2": "2", "4": "4", "5": "5",
}  # fmt: skip


def _account_values(given: Parameters) -> dict[str, str]:
    return {"account7": without_digit(given, 8)}


def _wallet_code(given: Parameters) -> str:
    """Name the wallet as the detail does.

    Raises:
        InvalidField: nobody has said what the bank calls it there.
    """
    wallet = given["wallet"]
    code = _WALLET_CODES.get(wallet.lstrip("0"))
    if code is None:
        detail = f"account.wallet_code is missing: the place 108 of wallet {wallet} (1 2 4 5 I)."
        raise InvalidField("account.wallet_code", detail, code="FIELD_MISSING")
    return code


def _values(draft: Draft) -> dict[str, Column]:
    terms = draft.terms
    numbers = read_our_numbers(draft, 7, DIGIT)
    return {
        "our_number": numbers.number,
        "our_number_digit": numbers.digit,
        "fine.whole": terms.fine_bp // 100,
        "collecting_bank": "004",
        "instruction4": "0000",
        "interest_daily": terms.interest_cents,
        "protest_term": np.where(terms.protested, terms.protest_days, _NEVER_PROTEST),
    }


_SPECIES = {
    "DM": "01", "NP": "02", "CH": "03", "CAR": "04", "RC": "05", "DS": "06", "OU": "19",
}  # fmt: skip

LAYOUT = Layout(
    code="004-400",
    bank_name="Banco do Nordeste",
    records=parse_records(400, _TABLE),
    account=(
        branch(4),
        account(8, "Conta, com dígito"),
        split_digit(8),
        wallet(2, "21"),
        AccountField(
            name="wallet_code",
            width=1,
            about="Carteira, em uma posição",
            letters=True,
            default=_wallet_code,
        ),
    ),
    account_values=_account_values,
    limits=Limits(
        discounts_max=2,
        fine_step_bp=100,
        fine_bp_max=9_900,
        protest_days=range(1, _NEVER_PROTEST),
    ),
    kinds=(Kind(record="detail"),),
    species=_SPECIES,
    values=_values,
    movements=USUAL_MOVEMENTS | {"10": Movement.DO_NOT_PROTEST},
    proof="three lineages of libraries; manual 2.0",
)
