"""237 Bradesco, CNAB 240."""

from __future__ import annotations

from cobranca.domain.cnab import febraban
from cobranca.domain.cnab.columns import Column
from cobranca.domain.cnab.fields import FEBRABAN_SPECIES, account, branch, digit, wallet
from cobranca.domain.cnab.layout import Draft, Layout
from cobranca.domain.cnab.layouts.bradesco_400 import our_number_columns
from cobranca.domain.cnab.limits import AccountField, Parameters

_TABLE = """
file_header:
  33-52   9  agreement20               # code of the company, zeros in front
  72      B
  103-132 X  'BRADESCO'
  164-166 9  '084'
  167-171 9  '01600'
lot_header:
  14-16   9  '042'
  34-53   9  agreement20
  73      B
P:
  37      B
  38-40   9  wallet                    # product
  41-45   Z
  46-56   9  our_number11
  57      X  our_number_digit          # may be P
  106     9  '0'
"""
ACCOUNT = (
    branch(5),
    digit("branch_digit", "Dígito da agência"),
    account(12),
    digit("account_digit", "Dígito da conta"),
    wallet(3),
    AccountField(name="company_code", width=20, about="Código da empresa no banco", default=""),
    AccountField(
        name="agreement20",
        width=20,
        about="O mesmo código, por outro nome",
        default=lambda given: given["company_code"],
    ),
)


def _account_values(_given: Parameters) -> dict[str, str]:
    return {
        **febraban.FIXED,
        "wallet_code": "1",
        "registration": "1",
        "document_type": "1",
        "emission": "2",
        "distribution": "2",
    }


def our_number11(draft: Draft) -> dict[str, Column]:
    """Write the our number of eleven digits and its digit."""
    columns = our_number_columns(draft)
    return {
        "our_number11": columns["our_number"],
        "our_number_digit": columns["our_number_digit"],
    }


def _values(draft: Draft) -> dict[str, Column]:
    return {
        **febraban.values(draft),
        **febraban.write_off(draft, none="2"),
        **our_number11(draft),
    }


LAYOUT = Layout(
    code="237-240",
    bank_name="Bradesco",
    records=febraban.records(_TABLE),
    account=ACCOUNT,
    account_values=_account_values,
    limits=febraban.limits(write_off_days=range(1, 1000)),
    kinds=febraban.kinds(),
    species=FEBRABAN_SPECIES,
    values=_values,
    movements=febraban.MOVEMENTS,
    message_names=febraban.MESSAGE_NAMES,
    proof="two libraries and rules of the bank; totals and one place of segment R differ",
    proven=False,
)
