"""208 BTG, CNAB 240."""

from __future__ import annotations

import numpy as np

from cobranca.domain.boleto.banks.bradesco import DIGIT
from cobranca.domain.cnab import febraban
from cobranca.domain.cnab.columns import Column
from cobranca.domain.cnab.fields import FEBRABAN_SPECIES, account, branch, digit, option, wallet
from cobranca.domain.cnab.layout import Draft, Layout
from cobranca.domain.cnab.limits import Parameters
from cobranca.domain.cnab.our_numbers import read_our_numbers

_TABLE = """
file_header:
  33-52   X  agreement20
  72      B
  103-132 X  'BANCO BTG PACTUAL S.A.'
  164-166 9  '083'
  167-171 Z
lot_header:
  14-16   9  '060'
  34-53   X  agreement20
  73      B
P:
  37      B
  38-57   X  our_number20
  106     B
lot_trailer:
  24-115  Z
  116-123 Z
"""


def _account_values(_given: Parameters) -> dict[str, str]:
    return {
        **febraban.FIXED,
        "wallet_code": "1",
        "registration": "1",
        "document_type": "1",
        "emission": "2",
        "distribution": "2",
    }


def _values(draft: Draft) -> dict[str, Column]:
    over = draft.parameter("wallet").zfill(2)
    numbers = read_our_numbers(draft, 11, DIGIT, over=over)
    return {
        **febraban.values(draft),
        **febraban.write_off(draft, none="2"),
        "our_number20": np.hstack([numbers.number, numbers.digit]),
    }


LAYOUT = Layout(
    code="208-240",
    bank_name="BTG Pactual",
    records=febraban.records(_TABLE),
    account=(
        branch(5),
        digit("branch_digit", "Dígito da agência"),
        account(12),
        digit("account_digit", "Dígito da conta"),
        wallet(2),
        option("agreement20", 20, "", "Convênio; branco sem ele"),
    ),
    account_values=_account_values,
    limits=febraban.limits(write_off_days=range(1, 1000)),
    kinds=febraban.kinds(),
    species=FEBRABAN_SPECIES,
    values=_values,
    movements=febraban.MOVEMENTS,
    message_names=febraban.MESSAGE_NAMES,
    proof="two libraries; versions and the digit of the our number are disputed",
    proven=False,
)
