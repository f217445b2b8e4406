"""033 Santander, CNAB 400."""

from __future__ import annotations

import numpy as np

from cobranca.domain.boleto.banks.santander import DIGIT
from cobranca.domain.cnab.columns import Column
from cobranca.domain.cnab.fields import digit, option
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
  27-46   9  transmission_code
  47-76   X  ben.name
  77-79   9  '033'
  80-94   X  'SANTANDER'
  95-100  D6 file.date
  101-116 Z
  117-391 B
  392-394 9  header_version            # optional sequence, 000
  395-400 9  line
detail:
  1       9  '1'
  2-3     9  ben.type2
  4-17    N  ben.tax_id
  18-37   9  transmission_code
  38-62   X  company_use
  63-70   9  our_number8               # 7 digits and digit; zeros = the bank numbers
  71-76   D6 discount2.until
  77      B
  78      9  fine.code4                # 4 = fine, 0 none
  79-82   V  fine.percent              # 2v2
  83-84   Z                            # currency
  85-97   Z                            # amount in another currency
  98-101  B
  102-107 D6 fine.from                 # zeros: after due
  108     9  wallet_code
  109-110 9  movement
  111-120 X  document_number
  121-126 D6 due
  127-139 V  amount
  140-142 9  '033'
  143-147 9  collecting_branch         # only with wallet 5, else zeros
  148-149 9  species
  150     X  'N'
  151-156 D6 issued
  157-158 9  instruction1
  159-160 9  instruction2
  161-173 V  interest_daily
  174-179 D6 discount1.until
  180-192 V  discount1.value
  193-205 V  iof
  206-218 V  rebate                    # or the third discount
  219-220 9  payer.type2
  221-234 N  payer.tax_id
  235-274 X  payer.name
  275-314 X  payer.address
  315-326 X  payer.district
  327-331 9  payer.cep5
  332-334 9  payer.cep3
  335-349 X  payer.city
  350-351 X  payer.state
  352-381 X  guarantor.name
  382     B
  383     X  complement_mark           # I
  384-385 X  complement
  386-391 B
  392-393 9  instruction_days          # days of protest with instruction 06
  394     B
  395-400 9  line
pix:
  1       9  '8'
  2-3     9  pix.kind
  4-5     9  pix.payments              # number of payments
  6       9  pix.value_kind            # 1 percent, 2 value
  7-19    V  pix.max
  20-24   V  pix.max_percent
  25-37   V  pix.min
  38-42   V  pix.min_percent
  43      9  pix.key_kind              # 1 CPF, 2 CNPJ, 3 phone, 4 e-mail, 5 random
  44-120  R  pix.key
  121-155 R  pix.txid
  156-394 B
  395-400 9  line
trailer:
  1       9  '9'
  2-7     9  line                      # number of records of the file
  8-20    V  total                     # of the titles
  21-394  Z
  395-400 9  line
"""
_NONE, _PROTEST = "00", "06"
_RETURN_AFTER = {15: "02", 30: "03"}
#: Our numbers of boletos have twelve digits, of which this layout has places for seven.
_FRONT = "00000"
MOVEMENTS = USUAL_MOVEMENTS | {"18": Movement.STOP_PROTEST, "98": Movement.DO_NOT_PROTEST}


def _account_values(given: Parameters) -> dict[str, str]:
    return {"complement": given["collection_account"][-1] + given["collection_digit"]}


def _values(draft: Draft) -> dict[str, Column]:
    terms = draft.terms
    write_off = np.zeros_like(terms.write_off_days, dtype="S2") + _NONE.encode()
    for days, code in _RETURN_AFTER.items():
        write_off = np.where(terms.write_off_days == days, code.encode(), write_off)
    return {
        "our_number8": read_our_numbers(draft, 7, DIGIT, front=_FRONT).whole,
        "fine.code4": draft.choose(terms.has_fine, "4", "0"),
        "fine.percent": terms.fine_bp,
        "fine.from": terms.fine_from,
        "collecting_branch": 0,
        "instruction1": np.where(terms.protested, _PROTEST.encode(), write_off),
        "instruction2": np.where(terms.protested, write_off, _NONE.encode()),
        "instruction_days": terms.protest_days,
        "interest_daily": terms.interest_cents,
        # With a day in 71-76, the places of the tax carry the second discount.
        "iof": terms.discounts[1].value,
        "pix.kind": 0,
        "pix.payments": 1,
        "pix.value_kind": 2,
        "pix.max": draft.amount,
        "pix.max_percent": 0,
        "pix.min": draft.amount,
        "pix.min_percent": 0,
    }


LAYOUT = Layout(
    code="033-400",
    bank_name="Santander",
    records=parse_records(400, _TABLE),
    account=(
        AccountField(name="transmission_code", width=20, about="Código de transmissão"),
        AccountField(name="collection_account", width=9, about="Conta cobrança, sem dígito"),
        digit("collection_digit", "Dígito da conta cobrança", DIGIT, ("collection_account",)),
        option("wallet_code", 1, "5", "Carteira: 5 rápida com registro, 1 emitida pelo banco"),
        option("header_version", 3, "000", "Versão da remessa"),
        option("complement_mark", 1, "I", "Identificador do complemento"),
    ),
    account_values=_account_values,
    limits=Limits(discounts_max=2, fine_from=True, write_off_days=(15, 30), pix=True),
    kinds=(Kind(record="detail"), Kind(record="pix", when=lambda draft: draft.has_pix)),
    species={"DM": "01", "NP": "02", "NS": "03", "RC": "05", "DS": "06", "LC": "07"},
    values=_values,
    movements=MOVEMENTS,
    proof="three lineages of libraries; manual of 2015",
)
