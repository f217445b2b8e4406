"""422 Safra, CNAB 400."""

from __future__ import annotations

import numpy as np

from cobranca.domain.boleto.banks.safra import DIGIT
from cobranca.domain.cnab.columns import Column, days_of, digits_of
from cobranca.domain.cnab.fields import account, branch, option
from cobranca.domain.cnab.layout import Draft, Kind, Layout
from cobranca.domain.cnab.limits import USUAL_MOVEMENTS, Limits, Movement
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
  27-31   9  branch                    # 5 digits, with its digit
  32-40   9  account                   # 9 digits, with its digit
  41-46   B
  47-76   X  ben.name
  77-79   9  '422'
  80-94   X  'BANCO SAFRA'
  95-100  D6 file.date
  101-391 B
  392-394 9  file.seq3
  395-400 9  line
detail:
  1       9  '1'
  2-3     9  ben.type2
  4-17    N  ben.tax_id
  18-22   9  branch
  23-31   9  account
  32-37   B
  38-62   X  company_use
  63-71   9  our_number9               # 8 digits and digit
  72-101  B
  102     9  '0'                       # IOF: 0 exempt
  103-104 9  '00'                      # currency real
  105     B
  106-107 9  instruction3
  108     9  wallet_code               # 1 simple, 2 linked
  109-110 9  movement
  111-120 X  document_number
  121-126 D6 due
  127-139 V  amount
  140-142 9  '422'                     # 341 or 237 when a correspondent collects
  143-147 Z
  148-149 9  species
  150     X  acceptance
  151-156 D6 issued
  157-158 9  instruction1
  159-160 9  instruction2
  161-173 V  interest_daily
  174-179 D6 discount1.until
  180-192 V  discount1.value
  193-205 V  iof
  206-211 X  fine_or_rebate6
  212-218 X  fine_or_rebate7
  219-220 9  payer.type2
  221-234 N  payer.tax_id
  235-274 X  payer.name
  275-314 X  payer.address
  315-324 X  payer.district
  325-326 B
  327-334 9  payer.cep
  335-349 X  payer.city
  350-351 X  payer.state
  352-381 X  guarantor.name
  382-388 B
  389-391 9  '422'                     # bank that issues the slip
  392-394 9  file.seq3
  395-400 9  line
trailer:
  1       9  '9'
  2-368   B
  369-376 9  count                     # of titles
  377-391 V  total
  392-394 9  file.seq3
  395-400 9  line
"""
_NONE, _FINE, _PROTEST = b"00", b"16", b"10"
_RETURN_AFTER = {15: b"02", 30: b"03"}


def _fine_or_rebate(draft: Draft) -> Bytes:
    """Write the thirteen places that carry a rebate, or day and percentage of a fine."""
    terms = draft.terms
    rebate = digits_of(np.broadcast_to(draft.rebate, draft.count), 13)
    day = days_of(np.broadcast_to(terms.fine_from, draft.count), "D6")
    percent = digits_of(np.broadcast_to(terms.fine_bp * 1000, draft.count), 7)
    has = np.atleast_1d(terms.has_fine)[:, np.newaxis]
    return np.where(has, np.hstack([day, percent]), rebate)


def _values(draft: Draft) -> dict[str, Column]:
    terms = draft.terms
    write_off = np.where(terms.write_off_days == 15, _RETURN_AFTER[15], _NONE)
    write_off = np.where(terms.write_off_days == 30, _RETURN_AFTER[30], write_off)
    crowded = terms.has_fine & terms.protested & (terms.write_off_days > 0)
    detail = "422-400 has two instructions: fine and protest take both."
    draft.refuse(crowded, "terms.write_off_days", "TERM_NOT_EXPRESSIBLE", detail)
    both = _fine_or_rebate(draft)
    second = np.where(terms.has_fine, write_off, _NONE)
    return {
        "our_number9": read_our_numbers(draft, 8, DIGIT).whole,
        "instruction1": np.where(terms.has_fine, _FINE, write_off),
        "instruction2": np.where(terms.protested, _PROTEST, second),
        "instruction3": terms.protest_days,
        "interest_daily": terms.interest_cents,
        "fine_or_rebate6": both[:, :6],
        "fine_or_rebate7": both[:, 6:],
    }


LAYOUT = Layout(
    code="422-400",
    bank_name="Safra",
    records=parse_records(400, _TABLE),
    account=(
        branch(5),
        account(9, "Conta, com dígito"),
        option("wallet_code", 1, "1", "Carteira: 1 simples, 2 vinculada"),
    ),
    limits=Limits(fine_from=True, write_off_days=tuple(_RETURN_AFTER)),
    kinds=(Kind(record="detail"),),
    species={"DM": "01", "NP": "02", "NS": "03", "RC": "05", "DS": "09"},
    values=_values,
    movements=USUAL_MOVEMENTS | {"10": Movement.DO_NOT_PROTEST},
    proof="two lineages of libraries; manual of 2016",
)
