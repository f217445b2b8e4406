"""001 Banco do Brasil, CNAB 240, agreements of seven digits."""

from __future__ import annotations

from cobranca.domain.cnab import febraban
from cobranca.domain.cnab.columns import Column
from cobranca.domain.cnab.fields import FEBRABAN_SPECIES, option
from cobranca.domain.cnab.layout import Draft, Layout
from cobranca.domain.cnab.layouts.banco_do_brasil_400 import ACCOUNT, our_number17
from cobranca.domain.cnab.limits import USUAL_MOVEMENTS, Movement, Parameters

_TABLE = """
file_header:
  33-41   9  agreement                 # convenio
  42-45   9  '0014'
  46-47   9  wallet
  48-50   9  variation
  51-52   B
  72      B
  192-211 Z                            # company's use (blanks are taken too)
lot_header:
  34-42   9  agreement
  43-46   9  '0014'
  47-48   9  wallet
  49-51   9  variation
  52-53   B                            # TS for a test file
  73      B
P:
  37      B
  60      B
  224     9  '0'                       # BB writes off by the agreement's rules
lot_trailer:
  24-115  Z                            # BB ignores the totals
  116-240 B
file_trailer:
  30-35   B
"""
#: The wallet whose simple kind has a code of its own.
_WALLET_17 = "17"


def _account_values(given: Parameters) -> dict[str, str]:
    return {
        **febraban.FIXED,
        "bank_name": "BANCO DO BRASIL S.A.",
        "wallet_code": "7" if given["wallet"] == _WALLET_17 else "1",
        "registration": "1",
        "emission": "0",
        "distribution": "0",
    }


def _values(draft: Draft) -> dict[str, Column]:
    # The bank writes off by the rules of the agreement.
    return {
        **febraban.values(draft),
        "our_number20": our_number17(draft),
        "write_off_days": 0,
    }


LAYOUT = Layout(
    code="001-240",
    bank_name="Banco do Brasil",
    records=febraban.records(_TABLE),
    account=(
        *ACCOUNT,
        option("file_version", 3, "083", "Versão do arquivo: 083 ou 084"),
        option("lot_version", 3, "042", "Versão do lote: 042 ou 043"),
        option("density", 5, "00000", "Densidade"),
    ),
    account_values=_account_values,
    limits=febraban.limits(),
    kinds=febraban.kinds(always_r=True),
    species=FEBRABAN_SPECIES,
    values=_values,
    movements=USUAL_MOVEMENTS | {"10": Movement.STOP_PROTEST},
    message_names=febraban.MESSAGE_NAMES,
    proof="three lineages of libraries; manual",
)
