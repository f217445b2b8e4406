"""077 Inter, CNAB 400, version 9: entries and write-offs only."""

from __future__ import annotations

import numpy as np

from cobranca.domain.check_digit import MODULO_10
from cobranca.domain.cnab.columns import Column
from cobranca.domain.cnab.fields import account, digit, option
from cobranca.domain.cnab.layout import Draft, Kind, Layout
from cobranca.domain.cnab.limits import Limits, Movement
from cobranca.domain.cnab.our_numbers import read_our_numbers
from cobranca.domain.cnab.record import parse_records

_TABLE = """
header:
  1       9  '0'
  2       9  '1'
  3-9     X  'REMESSA'
  10-11   9  '01'
  12-26   X  'COBRANCA'
  27-46   B
  47-76   X  ben.name
  77-79   9  '077'
  80-94   X  'INTER'
  95-100  D6 file.date
  101-110 B
  111-117 9  file.seq
  118-394 B
  395-400 9  line
detail:
  1       9  '1'
  2-20    B
  21-23   9  wallet                    # 110, 112 or 121
  24-27   9  branch                    # 0001
  28-36   9  account
  37      9  account_digit
  38-62   X  company_use
  63-65   B
  66      9  fine.code                 # 0 none, 1 value, 2 percent
  67-79   V  fine.value
  80-83   V  fine.percent              # 2v2
  84-89   D6 fine.from
  90-100  9  our_number11
  101-108 B
  109-110 9  movement
  111-120 X  document_number
  121-126 D6 due
  127-139 V  amount
  140-141 9  limit_days
  142-147 B
  148-149 9  species                   # 01
  150     X  'N'
  151-156 X  issued_or_blank           # blanks: the bank puts the day
  157-159 B
  160     9  interest.code             # 0 none, 1 value a day, 2 percent a month
  161-173 V  interest.value
  174-177 V  interest.percent          # 2v2
  178-183 D6 interest_from
  184     9  discount1.code
  185-197 V  discount1.value
  198-201 V  discount1.percent
  202-207 D6 discount1.until
  208-220 B
  221-222 9  payer.type2
  223-236 N  payer.tax_id
  237-276 X  payer.name
  277-314 X  payer.address             # 38 places
  315-316 X  payer.state
  317-324 9  payer.cep
  325-394 X  message1
  395-400 9  line
trailer:
  1       9  '9'
  2-7     9  count                     # of slips
  8-394   B
  395-400 9  line
"""
#: In other wallets the bank numbers the titles.
_OWN_NUMBERS = "110"
_LIMIT_DAYS_MAX = 60


def _values(draft: Draft) -> dict[str, Column]:
    terms, discount = draft.terms, draft.terms.discounts[0]
    wallet = draft.parameter("wallet")
    over = draft.parameter("branch").zfill(4) + wallet
    numbers = read_our_numbers(draft, 10, MODULO_10, over=over)
    given = np.asarray(wallet != _OWN_NUMBERS) & ~numbers.is_zero
    detail = f"in wallet {wallet} the bank numbers the titles: give zeros."
    draft.refuse(given, "our_number", "OUR_NUMBER_FORM", detail)
    money = draft.choose(terms.fine_cents > 0, "1", "0")
    daily = draft.choose(terms.interest_cents > 0, "1", "0")
    until = draft.choose(discount.cents > 0, "1", "0")
    days = terms.write_off_days
    return {
        "our_number11": numbers.whole,
        "fine.code": np.where(terms.fine_bp > 0, b"2", money),
        "fine.value": terms.fine_cents,
        "fine.percent": terms.fine_bp,
        "fine.from": terms.fine_from,
        "limit_days": np.where(days > 0, days, _LIMIT_DAYS_MAX),
        # The bank puts the day of issue in by itself.
        "issued_or_blank": "",
        "interest.code": np.where(terms.interest_bp > 0, b"2", daily),
        "interest.value": terms.interest_cents,
        "interest.percent": terms.interest_bp,
        "interest_from": terms.interest_from,
        "discount1.code": np.where(discount.bp > 0, b"4", until),
        "discount1.value": discount.cents,
        "discount1.percent": discount.bp,
    }


LAYOUT = Layout(
    code="077-400",
    bank_name="Inter",
    records=parse_records(400, _TABLE),
    account=(
        option("wallet", 3, _OWN_NUMBERS, "Carteira: 110, 112 ou 121"),
        option("branch", 4, "0001", "Agência: 0001"),
        account(9),
        digit("account_digit", "Dígito da conta"),
    ),
    limits=Limits(
        discount_bp=True,
        interest_monthly=True,
        interest_from=True,
        fine_cents=True,
        fine_from=True,
        protest_days=(),
        write_off_days=range(1, _LIMIT_DAYS_MAX + 1),
        guarantor=False,
        document_number_zero=False,
    ),
    kinds=(Kind(record="detail"),),
    species={"DM": "01"},
    values=_values,
    movements={"01": Movement.ENTRY, "02": Movement.WRITE_OFF},
    message_names=("message1",),
    proof="two lineages of libraries by version 9; a third writes an older one",
)
