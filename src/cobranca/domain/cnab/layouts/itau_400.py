"""341 Itaú, CNAB 400."""

from __future__ import annotations

import numpy as np

from cobranca.domain.check_digit import MODULO_10
from cobranca.domain.cnab.columns import Column
from cobranca.domain.cnab.extras import entry_with_pix
from cobranca.domain.cnab.fields import account, branch, digit, wallet
from cobranca.domain.cnab.layout import Draft, Kind, Layout
from cobranca.domain.cnab.limits import USUAL_MOVEMENTS, Limits, Movement
from cobranca.domain.cnab.our_numbers import read_our_numbers
from cobranca.domain.cnab.record import parse_records

_TABLE = """
header:
  1       9  '0'                       # record type
  2       9  '1'                       # 1 = remittance
  3-9     X  'REMESSA'
  10-11   9  '01'                      # service
  12-26   X  'COBRANCA'
  27-30   9  branch
  31-32   Z
  33-37   9  account
  38      9  account_digit
  39-46   B
  47-76   X  ben.name
  77-79   9  '341'
  80-94   X  'BANCO ITAU SA'
  95-100  D6 file.date
  101-394 B
  395-400 9  line
detail:
  1       9  '1'
  2-3     9  ben.type2                 # 01 CPF, 02 CNPJ
  4-17    N  ben.tax_id
  18-21   9  branch
  22-23   Z
  24-28   9  account
  29      9  account_digit
  30-33   B
  34-37   9  cancelled_instruction
  38-62   X  company_use               # comes back in the return file
  63-70   9  our_number                # zeros when the bank numbers
  71-83   Z                            # quantity of variable currency, 8v5
  84-86   9  wallet
  87-107  B                            # bank's use
  108     X  wallet_letter
  109-110 9  movement
  111-120 X  document_number
  121-126 D6 due
  127-139 V  amount
  140-142 9  '341'
  143-147 Z                            # collecting branch: by the postal code
  148-149 X  species
  150     X  acceptance                # A or N
  151-156 D6 issued
  157-158 X  instruction1
  159-160 X  instruction2
  161-173 V  interest_daily            # money a day
  174-179 D6 discount1.until
  180-192 V  discount1.value
  193-205 V  iof
  206-218 V  rebate
  219-220 9  payer.type2
  221-234 N  payer.tax_id
  235-264 X  payer.name
  265-274 B
  275-314 X  payer.address
  315-326 X  payer.district
  327-334 9  payer.cep
  335-349 X  payer.city
  350-351 X  payer.state
  352-381 X  guarantor.name
  382-385 B
  386-391 D6 interest_from             # zeros: from the day after due
  392-393 9  instruction_days
  394     B
  395-400 9  line
fine:
  1       9  '2'
  2       X  fine.code                 # 0 none, 1 value, 2 percent
  3-10    D8 fine.from
  11-23   V  fine.amount               # 11v2: value, or percent
  24-394  B
  395-400 9  line
pix:
  1       9  '3'
  2-78    R  pix.key
  79-142  X  pix.txid
  143-394 B
  395-400 9  line
trailer:
  1       9  '9'
  2-394   B
  395-400 9  line
"""
#: Wallets in other currencies or by other contracts have letters of their own.
_WALLET_LETTERS = {"150": "U", "191": "1", "147": "E"}
_NONE = "00"
_PROTEST = "09"
_RETURN_AFTER_DAYS = "92"
ACCOUNT = (
    branch(4),
    account(5),
    digit("account_digit", "Dígito da conta", MODULO_10, ("branch", "account")),
    wallet(3),
)
SPECIES = {
    "DM": "01", "NP": "02", "NS": "03", "ME": "04", "RC": "05", "DS": "08", "LC": "09",
    "ND": "13", "DD": "15", "EC": "16", "CPS": "17", "BDP": "18", "OU": "99",
}  # fmt: skip


def _values(draft: Draft) -> dict[str, Column]:
    terms = draft.terms
    entry_with_pix(draft, draft.has_pix)
    deadline = draft.choose(terms.write_off_days > 0, _RETURN_AFTER_DAYS, _NONE)
    said: dict[str, Column] = {
        "cancelled_instruction": "",
        "our_number": read_our_numbers(draft, 8).number,
        "wallet_letter": _WALLET_LETTERS.get(draft.parameter("wallet"), "I"),
        "instruction1": np.where(terms.protested, _PROTEST.encode(), deadline),
        "instruction2": _NONE,
        "instruction_days": terms.protest_days + terms.write_off_days,
        "interest_daily": terms.interest_cents,
        "interest_from": terms.interest_from,
        "fine.code": draft.choose(terms.fine_bp > 0, "2", "1"),
        "fine.from": terms.fine_from,
        "fine.amount": terms.fine_bp + terms.fine_cents,
    }
    if draft.titles.pix_key is not None and draft.titles.pix_txid is not None:
        # The id of a Pix that is there already says the key too, which then stays blank.
        named = np.strings.str_len(draft.text(draft.titles.pix_txid)) > 0
        said["pix.key"] = np.where(named, b"", draft.text(draft.titles.pix_key))
    return said


LAYOUT = Layout(
    code="341-400",
    bank_name="Itaú",
    records=parse_records(400, _TABLE),
    account=ACCOUNT,
    limits=Limits(
        interest_from=True,
        fine_bp_max=10_000,
        fine_cents=True,
        fine_from=True,
        on_due=True,
        write_off_days=range(1, 100),
        one_deadline=True,
        pix=True,
    ),
    kinds=(
        Kind(record="detail"),
        Kind(record="fine", when=lambda draft: draft.terms.has_fine),
        Kind(record="pix", when=lambda draft: draft.is_movement(Movement.ENTRY_WITH_PIX)),
    ),
    species=SPECIES,
    values=_values,
    movements=USUAL_MOVEMENTS
    | {
        "10": Movement.DO_NOT_PROTEST,
        "18": Movement.STOP_PROTEST,
        "71": Movement.ENTRY_WITH_PIX,
    },
    proof="three lineages of libraries; manual of February 2016",
)
