"""341 Itaú, CNAB 240."""

from __future__ import annotations

from cobranca.domain.boleto.banks.itau import SHORT_WALLETS
from cobranca.domain.check_digit import MODULO_10
from cobranca.domain.cnab import febraban
from cobranca.domain.cnab.columns import Column
from cobranca.domain.cnab.layout import Draft, Layout
from cobranca.domain.cnab.layouts.itau_400 import ACCOUNT, SPECIES
from cobranca.domain.cnab.limits import USUAL_MOVEMENTS, Movement
from cobranca.domain.cnab.our_numbers import read_our_numbers

_TABLE = """
file_header:
  33-52   B
  53      9  '0'
  54-57   9  branch
  58      B
  59-65   Z
  66-70   9  account
  71      B
  72      9  account_digit
  103-132 X  'BANCO ITAU SA'
  164-166 9  '040'
  167-171 Z
  158-163 9  file.seq
  172-225 B
  226-228 Z
  229-240 B
lot_header:
  12-13   9  '00'
  14-16   9  '030'
  34-53   B
  54      9  '0'
  55-58   9  branch
  59      B
  60-66   Z
  67-71   9  account
  72      B
  73      9  account_digit
  104-183 B
P:
  18      9  '0'
  19-22   9  branch
  23      B
  24-30   Z
  31-35   9  account
  36      B
  37      9  account_digit
  38-40   9  wallet
  41-48   9  our_number
  49      9  our_number_digit
  50-57   B
  58-62   Z
  63-72   X  document_number
  73-77   B
  106     9  '0'
  118     9  '0'
  142     9  '0'
  224     9  write_off.code
  225-226 9  write_off_days
  227-239 Z
  240     B
Q:
  34-63   X  payer.name
  64-73   B
  170-199 X  guarantor.name
  200-209 B
  213-240 B
R:
  18      9  '0'
  42      9  '0'
  90-99   B
  100-199 B
  200-207 Z                            # codes of rejection
  208-240 B
lot_trailer:
  47-115  Z
  116-123 Z
"""


def _values(draft: Draft) -> dict[str, Column]:
    wallet = draft.parameter("wallet")
    before = (
        "" if wallet in SHORT_WALLETS else draft.parameter("branch") + draft.parameter("account")
    )
    numbers = read_our_numbers(draft, 8, MODULO_10, over=before + wallet)
    return {
        **febraban.values(draft, no_protest="0"),
        **febraban.write_off(draft, none="0"),
        "our_number": numbers.number,
        "our_number_digit": numbers.digit,
    }


LAYOUT = Layout(
    code="341-240",
    bank_name="Itaú",
    records=febraban.records(_TABLE),
    account=ACCOUNT,
    account_values=lambda _: febraban.FIXED,
    limits=febraban.limits(discount_bp=False, interest_monthly=False, write_off_days=range(1, 100)),
    kinds=febraban.kinds(),
    species=SPECIES,
    values=_values,
    movements=USUAL_MOVEMENTS | {"10": Movement.DO_NOT_PROTEST, "18": Movement.STOP_PROTEST},
    message_names=febraban.MESSAGE_NAMES,
    proof="two libraries, segment R one; manual of 2016",
    proven=False,
)
