"""136 Unicred, CNAB 240."""

from __future__ import annotations

from cobranca.domain.boleto.banks.unicred import DIGIT
from cobranca.domain.cnab import febraban
from cobranca.domain.cnab.columns import Column
from cobranca.domain.cnab.fields import SITUATION, option, without_digit
from cobranca.domain.cnab.layout import Draft, Layout
from cobranca.domain.cnab.layouts.unicred_400 import ACCOUNT
from cobranca.domain.cnab.limits import USUAL_MOVEMENTS, AccountField, Parameters
from cobranca.domain.cnab.our_numbers import read_our_numbers

_TABLE = """
file_header:
  33-52   B
  59-72   9  agreement14
  103-132 X  'UNICRED DO BRASIL'
  133-142 B
  164-166 9  '085'
  167-171 Z
  158-163 9  file.seq
  172-174 9  '000'
  175-194 X  situation                 # REMESSA-PRODUCAO or REMESSA-TESTE
  195-211 B
lot_header:
  14-16   9  '044'
  34-53   B
  60-73   9  account14                 # account and digit
  208-209 9  '00'
  210-240 B
P:
  24-35   9  account
  37      9  '0'
  38-48   9  our_number11              # 10 digits and digit
  49-56   B
  57-58   9  wallet2                   # 21
  59-62   B
  101-106 B
  107-108 X  registry
  119-126 B
  166-180 B
  224-227 B
Q:
  213-240 B
  210-212 B
R:
  18-65   B
  67-74   B
  90-240  B
lot_trailer:
  24-115  Z
  116-240 B
"""


def _account_values(given: Parameters) -> dict[str, str]:
    bare = without_digit(given, 10)
    return {
        **febraban.FIXED,
        "account": bare,
        "account14": given["account14"] or bare + given["account_digit"],
        # No protest, no entry at the bureaux of debtors.
        "registry": "NN",
    }


def _values(draft: Draft) -> dict[str, Column]:
    return {
        **febraban.values(draft, no_interest="5"),
        "our_number11": read_our_numbers(draft, 10, DIGIT).whole,
    }


LAYOUT = Layout(
    code="136-240",
    bank_name="Unicred",
    records=febraban.records(_TABLE),
    account=(
        *ACCOUNT,
        AccountField(name="agreement14", width=14, about="Código do beneficiário"),
        AccountField(name="account14", width=14, about="Conta e dígito, juntos", default=""),
        option("wallet2", 2, "21", "Carteira"),
        SITUATION,
    ),
    account_values=_account_values,
    limits=febraban.limits(discounts_max=1, interest_from=False, fine_from=False),
    kinds=febraban.kinds(),
    species={},
    values=_values,
    movements=USUAL_MOVEMENTS,
    message_names=febraban.MESSAGE_NAMES,
    proof="one library; the manual of 2011 has other places",
    proven=False,
)
