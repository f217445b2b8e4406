"""756 Sicoob, CNAB 240."""

from __future__ import annotations

from cobranca.domain.cnab import febraban
from cobranca.domain.cnab.columns import Column
from cobranca.domain.cnab.fields import FEBRABAN_SPECIES, option, wallet
from cobranca.domain.cnab.layout import Draft, Layout
from cobranca.domain.cnab.layouts.sicoob_400 import ACCOUNT, account_values, our_number
from cobranca.domain.cnab.limits import Parameters

_TABLE = """
file_header:
  33-52   B
  72      X  branch_account_digit      # 0 or blank
  103-132 X  'SICOOB'
  164-166 9  '081'
  167-171 Z
lot_header:
  14-16   9  '040'
  34-53   B
  73      B
P:
  37      B
  38-47   9  our_number10              # 9 digits and digit
  48-49   9  installment2              # 01 when single
  50-51   9  modality                  # 01 simple
  52      9  form
  53-57   B
  59      9  '0'
  60      B
  106     B
  224     9  '0'
  225-227 B
lot_trailer:
  116-123 B
"""


def _account_values(given: Parameters) -> dict[str, str]:
    return {
        **febraban.FIXED,
        **account_values(given),
        "wallet_code": given["wallet"],
    }


def _values(draft: Draft) -> dict[str, Column]:
    return {
        **febraban.values(draft, no_interest="0"),
        "our_number10": our_number(draft),
    }


LAYOUT = Layout(
    code="756-240",
    bank_name="Sicoob",
    records=febraban.records(_TABLE),
    account=(
        *ACCOUNT,
        wallet(1, "1"),
        option("form", 1, "4", "Formulário: 1, 3, 4 ou 6"),
        option("branch_account_digit", 1, "", "Dígito de agência e conta: branco ou 0"),
    ),
    account_values=_account_values,
    limits=febraban.limits(),
    kinds=febraban.kinds(always_r=True),
    species=FEBRABAN_SPECIES,
    values=_values,
    movements=febraban.MOVEMENTS,
    message_names=febraban.MESSAGE_NAMES,
    proof="three lineages of libraries",
)
