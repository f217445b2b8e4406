"""133 Cresol, CNAB 240."""

from __future__ import annotations

from cobranca.domain.cnab import febraban
from cobranca.domain.cnab.columns import Column
from cobranca.domain.cnab.fields import FEBRABAN_SPECIES, SITUATION, option
from cobranca.domain.cnab.layout import Draft, Layout
from cobranca.domain.cnab.layouts.bradesco_240 import ACCOUNT, our_number11
from cobranca.domain.cnab.limits import Parameters

_TABLE = """
file_header:
  33-52   9  agreement20
  72      B
  103-132 X  'CRESOL'
  164-166 9  '084'
  167-171 Z
  192-211 X  situation
lot_header:
  14-16   9  '042'
  34-53   9  agreement20
  73      B
P:
  37      B
  38-40   9  product
  41-45   Z
  46-56   9  our_number11
  57      X  our_number_digit
  58-60   9  '000'
  61-62   9  '22'
  106     B
  225-227 B
  230-240 Z
Q:
  210-212 9  '000'
lot_trailer:
  24-115  Z
  116-240 B
"""


def _account_values(_given: Parameters) -> dict[str, str]:
    return {**febraban.FIXED, "write_off.code": "0"}


def _values(draft: Draft) -> dict[str, Column]:
    return {**febraban.values(draft, no_interest="0"), **our_number11(draft)}


LAYOUT = Layout(
    code="133-240",
    bank_name="Cresol",
    records=febraban.records(_TABLE),
    account=(
        *ACCOUNT,
        option("product", 3, "000", "Produto: 000, ou a carteira 009"),
        SITUATION,
    ),
    account_values=_account_values,
    limits=febraban.limits(),
    kinds=febraban.kinds(),
    species=FEBRABAN_SPECIES,
    values=_values,
    movements=febraban.MOVEMENTS,
    message_names=febraban.MESSAGE_NAMES,
    proof="one library; a second has another product",
    proven=False,
)
