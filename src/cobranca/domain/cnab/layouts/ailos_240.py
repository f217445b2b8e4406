"""085 Ailos, CNAB 240."""

from __future__ import annotations

import numpy as np

from cobranca.domain.boleto.banks.ailos import ACCOUNT_DIGIT
from cobranca.domain.cnab import febraban
from cobranca.domain.cnab.columns import Column
from cobranca.domain.cnab.fields import (
    FEBRABAN_SPECIES,
    account,
    agreement,
    branch,
    digit,
    option,
    split_digit,
    without_digit,
)
from cobranca.domain.cnab.layout import Draft, Layout
from cobranca.domain.cnab.limits import Parameters
from cobranca.domain.cnab.our_numbers import read_our_numbers
from cobranca.domain.cnab.text import Bytes

_TABLE = """
file_header:
  33-52   X  agreement20               # 6 digits, blanks behind
  72      B
  103-132 X  'AILOS'
  164-166 9  '087'
  167-171 9  density                   # 00000 or 01600
lot_header:
  14-16   9  '045'
  34-53   X  agreement20
  73      B
P:
  37      B
  38-57   X  our_number17
  106     B
  225-227 B
"""


def _account_values(given: Parameters) -> dict[str, str]:
    return {
        **febraban.FIXED,
        "account": without_digit(given, 8),
        "agreement20": given["agreement"].zfill(6),
        "wallet_code": "1",
        "registration": "1",
        "document_type": "1",
        "emission": "2",
        "distribution": "2",
        "write_off.code": "2",
    }


def _our_number17(draft: Draft) -> Bytes:
    """Write the account with its digit, and the our number."""
    whole = draft.parameter("account").zfill(7) + draft.parameter("account_digit")
    number = read_our_numbers(draft, 9, front=whole).number
    front = np.frombuffer(whole.encode(), dtype=np.uint8)
    return np.hstack([np.broadcast_to(front, (draft.count, len(front))), number])


def _values(draft: Draft) -> dict[str, Column]:
    # The cooperative writes off by the term of the agreement.
    return {**febraban.values(draft), "our_number17": _our_number17(draft)}


LAYOUT = Layout(
    code="085-240",
    bank_name="Ailos",
    records=febraban.records(_TABLE),
    account=(
        agreement(6, "Convênio"),
        branch(5),
        digit("branch_digit", "Dígito da agência", ACCOUNT_DIGIT, ("branch",)),
        account(8, "Conta, com dígito"),
        split_digit(8),
        option("density", 5, "00000", "Densidade: 00000 ou 01600"),
    ),
    account_values=_account_values,
    limits=febraban.limits(),
    kinds=febraban.kinds(),
    species=FEBRABAN_SPECIES,
    values=_values,
    movements=febraban.MOVEMENTS,
    message_names=febraban.MESSAGE_NAMES,
    proof="three lineages of libraries; manual",
)
