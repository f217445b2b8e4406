"""748 Sicredi, CNAB 400: the bank's own, not FEBRABAN's."""

from __future__ import annotations

import numpy as np

from cobranca.domain.boleto.banks.sicredi import DIGIT
from cobranca.domain.cnab.columns import Column
from cobranca.domain.cnab.fields import agreement, branch, option
from cobranca.domain.cnab.layout import Draft, Kind, Layout
from cobranca.domain.cnab.limits import USUAL_MOVEMENTS, AccountField, Limits, Movement
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
  27-31   9  agreement                 # code of the beneficiary
  32-45   N  ben.tax_id
  46-76   B
  77-79   9  '748'
  80-94   X  'SICREDI'
  95-102  Y8 file.date
  103-110 B
  111-117 9  file.seq                  # last + 1
  118-390 B
  391-394 X  '2.00'                    # version
  395-400 9  line
detail:
  1       9  '1'
  2       X  'A'                       # registered
  3       X  'A'                       # simple
  4       X  'A'                       # printing: A normal, B carne
  5-16    B
  17      X  'A'                       # currency real
  18      X  discount_kind             # A value, B percent
  19      X  interest_kind             # A value a day, B percent a month
  20-47   B
  48-56   9  our_number9               # YY B NNNNN D
  57-62   B
  63-70   Y8 instruction_date          # day of the instruction
  71      B
  72      X  post_to_payer             # N do not post, S post
  73      B
  74      X  emission                  # A bank prints, B client prints
  75-76   B                            # instalment, only for carnes
  77-78   B
  79-82   B
  83-92   Z                            # discount a day of anticipation
  93-96   V  fine.percent              # 2v2
  97-108  B
  109-110 9  movement
  111-120 X  document_number           # unique, never zero
  121-126 D6 due
  127-139 V  amount
  140-148 B
  149     X  species                   # a letter
  150     X  acceptance_sn             # S or N
  151-156 D6 issued
  157-158 9  instruction1              # 00 none, 06 protest automatically
  159-160 9  protest_days              # at least 3, says the manual
  161-173 V  interest
  174-179 D6 discount1.until
  180-192 V  discount1.value           # value or percent, as 18 says
  193-194 9  negativation
  195-196 9  negativation_days
  197-205 Z
  206-218 V  rebate
  219     9  payer.type                # 1 CPF, 2 CNPJ
  220     Z
  221-234 N  payer.tax_id
  235-274 X  payer.name
  275-314 X  payer.address
  315-319 9  payer_code
  320-325 Z
  326     B
  327-334 9  payer.cep
  335-339 9  payer_client_code         # zeros
  340-353 X  guarantor_tax_id
  354-394 X  guarantor.name
  395-400 9  line
trailer:
  1       9  '9'
  2       9  '1'
  3-5     9  '748'
  6-10    9  agreement
  11-394  B
  395-400 9  line
"""
_BLANK = np.uint8(32)
ACCOUNT = (
    branch(4),
    AccountField(name="post", width=2, about="Posto"),
    agreement(5),
)


def our_number9(draft: Draft) -> Bytes:
    """Write the our number: year, byte, sequence, and the digit that covers the account too."""
    over = draft.parameter("branch") + draft.parameter("post") + draft.parameter("agreement")
    return read_our_numbers(draft, 8, DIGIT, over=over).whole


def _guarantor_tax_id(draft: Draft) -> Column:
    """Write the guarantor's tax id, or blanks: zeros would be taken for one."""
    tax_id = draft.guarantor_tax_id
    if isinstance(tax_id, str):
        return ""
    has = np.atleast_1d(draft.has_guarantor)
    return np.where(has[:, np.newaxis], tax_id, _BLANK)


def _values(draft: Draft) -> dict[str, Column]:
    terms = draft.terms
    return {
        "discount_kind": draft.choose(terms.discounts[0].bp > 0, "B", "A"),
        "interest_kind": draft.choose(terms.interest_bp > 0, "B", "A"),
        "our_number9": our_number9(draft),
        "instruction_date": draft.file.generated_at.date(),
        "fine.percent": terms.fine_bp,
        "acceptance_sn": draft.choose(draft.acceptance == b"A", "S", "N"),
        "instruction1": draft.choose(terms.protested, "06", "00"),
        "protest_days": terms.protest_days,
        "interest": terms.interest_cents + terms.interest_bp,
        "negativation": 0,
        "negativation_days": 0,
        "payer_code": 0,
        "payer_client_code": 0,
        "guarantor_tax_id": _guarantor_tax_id(draft),
    }


_SPECIES = {
    "DM": "A", "DMI": "A", "DR": "B", "NP": "C", "NPR": "D", "NS": "E", "RC": "G",
    "LC": "H", "ND": "I", "DS": "J", "DSI": "J", "OU": "K", "BDP": "O",
}  # fmt: skip

LAYOUT = Layout(
    code="748-400",
    bank_name="Sicredi",
    records=parse_records(400, _TABLE),
    account=(
        *ACCOUNT,
        option("post_to_payer", 1, "N", "Postagem ao pagador: S ou N"),
        option("emission", 1, "B", "Quem imprime o boleto: A banco, B beneficiário"),
    ),
    limits=Limits(
        discount_bp=True,
        interest_monthly=True,
        protest_days=range(3, 100),
        document_number_zero=False,
    ),
    kinds=(Kind(record="detail"),),
    species=_SPECIES,
    values=_values,
    movements=USUAL_MOVEMENTS
    | {"18": Movement.STOP_PROTEST_WRITE_OFF, "19": Movement.STOP_PROTEST},
    proof="byte by byte one library; a second differs in how it builds address and number; manual",
)
