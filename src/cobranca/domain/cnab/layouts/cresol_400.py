"""133 Cresol, CNAB 400: as Bradesco's, with less in it."""

from __future__ import annotations

from cobranca.domain.cnab.columns import Column
from cobranca.domain.cnab.layout import Draft, Kind, Layout
from cobranca.domain.cnab.layouts.bradesco_400 import (
    ACCOUNT,
    MOVEMENTS,
    SPECIES,
    our_number_columns,
)
from cobranca.domain.cnab.limits import Limits
from cobranca.domain.cnab.record import parse_records

_TABLE = """
header:
  1       9  '0'
  2       9  '1'
  3-9     X  'REMESSA'
  10-11   9  '01'
  12-26   X  'COBRANCA'
  27-46   9  company_code
  47-76   X  ben.name
  77-79   9  '133'
  80-94   X  'CRESOL'
  95-100  D6 file.date
  101-108 B
  109-110 B
  111-117 9  file.seq
  118-394 B
  395-400 9  line
detail:
  1       9  '1'
  2-20    B
  21      9  '0'
  22-24   9  wallet
  25-29   9  branch
  30-36   9  account
  37      X  account_digit
  38-62   X  company_use
  63-65   B
  66      9  fine.code
  67-70   V  fine.percent
  71-81   9  our_number
  82      X  our_number_digit
  83-92   B
  93      9  emission
  94      B
  95-104  B
  105     B
  106     B
  107-108 B
  109-110 9  movement
  111-120 X  document_number
  121-126 D6 due
  127-139 V  amount
  140-142 B
  143-147 B
  148-149 9  species
  150     B
  151-156 D6 issued
  157-158 B
  159-160 B
  161-173 V  interest_daily
  174-179 D6 discount1.until
  180-192 V  discount1.value
  193-205 V  iof
  206-218 V  rebate
  219-220 9  payer.type2
  221-234 N  payer.tax_id
  235-274 X  payer.name
  275-314 X  payer.address
  315-326 B
  327-334 9  payer.cep
  335-394 B
  395-400 9  line
trailer:
  1       9  '9'
  2-394   B
  395-400 9  line
"""


def _values(draft: Draft) -> dict[str, Column]:
    terms = draft.terms
    return {
        **our_number_columns(draft),
        "fine.code": draft.choose(terms.has_fine, "2", "0"),
        "fine.percent": terms.fine_bp,
        "interest_daily": terms.interest_cents,
    }


LAYOUT = Layout(
    code="133-400",
    bank_name="Cresol",
    records=parse_records(400, _TABLE),
    account=ACCOUNT,
    limits=Limits(protest_days=(), guarantor=False),
    kinds=(Kind(record="detail"),),
    species=SPECIES,
    values=_values,
    movements=MOVEMENTS,
    proof="two libraries, which differ in the header",
    proven=False,
)
