"""756 Sicoob, CNAB 400."""

from __future__ import annotations

from cobranca.domain.boleto.banks.sicoob import DIGIT
from cobranca.domain.check_digit import modulo_11
from cobranca.domain.cnab.columns import Column
from cobranca.domain.cnab.fields import account, agreement, branch, digit, option
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
  10-11   9  '01'
  12-26   X  'COBRANCA'
  27-30   9  branch
  31      9  branch_digit
  32-40   9  agreement                 # 8 digits and digit
  41-46   B                            # leader agreement
  47-76   X  ben.name
  77-79   9  '756'
  80-94   X  'BANCOOBCED'
  95-100  D6 file.date
  101-107 9  file.seq
  108-394 B
  395-400 9  line
detail:
  1       9  '1'
  2-3     9  ben.type2
  4-17    N  ben.tax_id
  18-21   9  branch
  22      9  branch_digit
  23-30   9  account
  31      9  account_digit
  32-37   Z
  38-62   X  company_use
  63-74   9  our_number12              # 11 digits and digit
  75-76   9  installment2
  77-78   Z
  79-81   B
  82      X  guarantor_mark            # A = 352-391 is the guarantor
  83-85   B
  86-88   Z
  89      9  '0'
  90-94   Z
  95      9  '0'
  96-101  Z
  102-105 B
  106     9  emission                  # 1 cooperative, 2 client
  107-108 9  modality
  109-110 9  movement
  111-120 X  document_number
  121-126 D6 due
  127-139 V  amount
  140-142 9  '756'
  143-146 9  branch
  147     9  branch_digit
  148-149 9  species
  150     9  acceptance01              # 0 no, 1 yes
  151-156 D6 issued
  157-158 9  instruction1
  159-160 9  instruction2
  161-166 V  interest_monthly6         # percent a month, 2v4
  167-172 V  fine.percent6             # 2v4
  173     9  distribution
  174-179 D6 discount1.until
  180-192 V  discount1.value
  193     9  '9'                       # currency
  194-205 Z
  206-218 V  rebate
  219-220 9  payer.type2
  221-234 N  payer.tax_id
  235-274 X  payer.name
  275-311 X  payer.address             # 37 places
  312-326 X  payer.district
  327-334 9  payer.cep
  335-349 X  payer.city
  350-351 X  payer.state
  352-391 X  guarantor_or_message
  392-393 9  protest_days
  394     B
  395-400 9  line
trailer:
  1       9  '9'
  2-394   B                            # messages in newer sheets
  395-400 9  line
"""
#: Of branch and account.
ACCOUNT_DIGIT = modulo_11(9, zero="0", one="0")
#: Percentages have four decimals here.
_FOUR_DECIMALS = 100
MOVEMENTS = USUAL_MOVEMENTS | {
    "10": Movement.STOP_PROTEST_WRITE_OFF,
    "11": Movement.STOP_PROTEST,
}
ACCOUNT = (
    agreement(7, "Código do cliente, com dígito"),
    branch(4),
    digit("branch_digit", "Dígito da cooperativa", ACCOUNT_DIGIT, ("branch",)),
    account(8),
    digit("account_digit", "Dígito da conta", ACCOUNT_DIGIT, ("account",)),
    option("modality", 2, "01", "Modalidade: 01 simples"),
    AccountField(name="installment", width=3, about="Parcela: 001 quando única", default="001"),
    option("emission", 1, "2", "Quem emite o boleto: 1 cooperativa, 2 beneficiário"),
    option("distribution", 1, "2", "Quem entrega o boleto: 1 cooperativa, 2 beneficiário"),
)


def account_values(given: Parameters) -> dict[str, str]:
    """Give the instalment in two digits."""
    return {"installment2": given["installment"].zfill(2)[-2:]}


def our_number(draft: Draft) -> Bytes:
    """Write the our number with its digit, which covers cooperative and client too."""
    over = draft.parameter("branch").zfill(4) + draft.parameter("agreement").zfill(10)
    return read_our_numbers(draft, 7, DIGIT, over=over).whole


def _values(draft: Draft) -> dict[str, Column]:
    terms = draft.terms
    return {
        "our_number12": our_number(draft),
        "guarantor_mark": draft.choose(draft.has_guarantor, "A", ""),
        "guarantor_or_message": draft.guarantor_name,
        "acceptance01": draft.choose(draft.acceptance == b"A", "1", "0"),
        "instruction1": draft.choose(terms.protested, "06", "00"),
        "instruction2": "00",
        "interest_monthly6": terms.interest_bp * _FOUR_DECIMALS,
        "fine.percent6": terms.fine_bp * _FOUR_DECIMALS,
        "protest_days": terms.protest_days,
    }


_SPECIES = {
    "DM": "01", "NP": "02", "NS": "03", "RC": "05", "DR": "06", "LC": "08", "CH": "10",
    "DS": "12", "ND": "13", "FAT": "18", "AP": "20", "ME": "21", "PC": "22", "OU": "99",
}  # fmt: skip

LAYOUT = Layout(
    code="756-400",
    bank_name="Sicoob",
    records=parse_records(400, _TABLE),
    account=ACCOUNT,
    account_values=account_values,
    limits=Limits(interest_daily=False, interest_monthly=True),
    kinds=(Kind(record="detail"),),
    species=_SPECIES,
    values=_values,
    movements=MOVEMENTS,
    proof="three lineages of libraries; place 193 is disputed",
)
