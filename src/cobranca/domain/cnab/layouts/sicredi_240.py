"""748 Sicredi, CNAB 240."""

from __future__ import annotations

from cobranca.domain.cnab import febraban
from cobranca.domain.cnab.columns import Column
from cobranca.domain.cnab.fields import option
from cobranca.domain.cnab.layout import Draft, Layout
from cobranca.domain.cnab.layouts.sicredi_400 import ACCOUNT, our_number9
from cobranca.domain.cnab.limits import AccountField, Parameters

_TABLE = """
file_header:
  33-52   B
  58      B
  72      B
  103-132 X  'SICREDI'
  164-166 9  '081'
  167-171 9  '01600'
lot_header:
  14-16   9  '040'
  34-53   B
  59      B
  73      B
P:
  23      B
  37      B
  38-57   X  our_number9               # 9 digits, left aligned
  106     B
lot_trailer:
  24-115  Z
  116-240 B
"""
_WRITE_OFF_DAYS = 60


def _account_values(_given: Parameters) -> dict[str, str]:
    return {
        **febraban.FIXED,
        "wallet_code": "1",
        "registration": "1",
        "document_type": "1",
        "emission": "2",
        "distribution": "2",
        "y_kind": "04",
    }


def _values(draft: Draft) -> dict[str, Column]:
    # The cooperative takes no other days than these.
    return {
        **febraban.values(draft),
        "our_number9": our_number9(draft),
        "write_off.code": "1",
        "write_off_days": _WRITE_OFF_DAYS,
    }


LAYOUT = Layout(
    code="748-240",
    bank_name="Sicredi",
    records=febraban.records(_TABLE, pix=True),
    account=(
        *ACCOUNT,
        AccountField(
            name="account",
            width=12,
            about="Conta, sem dígito; sem ela, o código do beneficiário",
            default=lambda given: given["agreement"],
        ),
        option("account_digit", 1, "", "Dígito da conta"),
    ),
    account_values=_account_values,
    limits=febraban.limits(
        protest_days=range(3, 100),
        write_off_days=(_WRITE_OFF_DAYS,),
        pix=True,
        document_number_zero=False,
    ),
    kinds=febraban.kinds(always_r=True, pix=True),
    species={"DM": "03", "DMI": "03", "DS": "05", "DSI": "05", "OU": "99"},
    values=_values,
    movements=febraban.MOVEMENTS,
    message_names=febraban.MESSAGE_NAMES,
    proof="three lineages of libraries; manual",
)
