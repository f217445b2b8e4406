"""The tables of CNAB 240 return files: FEBRABAN's segments T and U, and what banks change in T.

Held in files that the bank wrote: 001, 104, 033, 341 (entries only), 748, 756, 085. Agreed on by
two or more public libraries: 041, 237. One source only: 208. Our own reading: 133, 136.
"""

from __future__ import annotations

from typing import Final

from cobranca.domain.cnab.returns.layouts import ReturnLayout, layout_of, reasons_at

_BASE: Final = """
header:
  33-52    X   agreement
  53-72    X   account
  73-102   X   company
  144-151  D8  created
  158-163  9   sequence
  164-166  X   version
T:
  16-17    X   occurrence
  58       X   wallet
  59-73    X   document
  74-81    D8  due_on
  82-96    V   title_cents
  97-99    X   paid_at_bank
  106-130  X   control
  149-188  X   payer
  199-213  V   fee_cents
U:
  18-32    V   interest_cents
  33-47    V   discount_cents
  48-62    V   rebate_cents
  63-77    V   iof_cents
  78-92    V   paid_cents
  93-107   V   net_cents
  108-122  V   other_expenses_cents
  123-137  V   other_credits_cents
  138-145  D8  occurred_on
  146-153  D8  credited_on
pix:
  82-158   X   url
  159-193  X   txid
"""
_REASONS: Final = reasons_at(214, 223, 2)
_PIX: Final = "Y03"


def _bank(bank: str, table: str, printed: str = "{our_number}-{digit}") -> ReturnLayout:
    return layout_of(bank, _BASE, table, reasons=_REASONS, pix_type=_PIX, printed=printed)


_OTHER_BANKS: Final = (
    _bank(
        "001",
        # Left aligned: the agreement of 7 digits, then 10 of the number; see `read`.
        """
header:
  33-41    X   account
  33-41    X   owner
T:
  38-44    X   owner
  38-54    X   our_number_in_file
  45-54    X   our_number
""",
        "{our_number_in_file}",
    ),
    _bank(
        "104",
        """
T:
  40-56    X   our_number
  40-57    X   our_number_in_file
  59-69    X   document
  214-215  X   channel
  216-217  X   means
  218-219  X   float_days
U:
  158-165  D8  fee_debited
""",
    ),
    layout_of(
        "033",
        _BASE,
        """
header:
  33-47    X   agreement
  33-47    X   account
T:
  41-52    X   our_number
  41-53    X   our_number_in_file
  54       X   wallet
  55-69    X   document
  70-77    D8  due_on
  78-92    V   title_cents
  93-95    X   paid_at_bank
  101-125  X   control
  144-183  X   payer
  194-208  V   fee_cents
""",
        reasons=reasons_at(209, 218, 2),
        pix_type=_PIX,
    ),
    layout_of(
        "341",
        _BASE,
        """
T:
  38-40    X   wallet
  41-48    X   our_number
  41-49    X   our_number_in_file
  59-68    X   document
""",
        reasons=reasons_at(214, 221, 2),
        pix_type=_PIX,
        printed="{wallet}/{our_number}-{digit}",
    ),
    _bank(
        "748",
        """
T:
  38-45    X   our_number
  38-46    X   our_number_in_file
""",
        "{year}/{rest}-{digit}",
    ),
    _bank(
        "756",
        """
T:
  40-46    X   our_number
  40-47    X   our_number_in_file
""",
    ),
    _bank(
        "085",
        # The account with its digit, then the number.
        """
header:
  59-71    X   owner
T:
  38-45    X   owner
  38-54    X   our_number_in_file
  46-54    X   our_number
""",
        "{our_number_in_file}",
    ),
    _bank(
        "041",
        """
T:
  38-45    X   our_number
  38-47    X   our_number_in_file
""",
    ),
    _bank(
        "237",
        """
T:
  38-40    X   wallet
  46-56    X   our_number
  46-57    X   our_number_in_file
""",
        "{wallet2}/{our_number}-{digit}",
    ),
    _bank(
        "133",
        """
T:
  38-48    X   our_number
  38-49    X   our_number_in_file
""",
        # Its only wallet, which the file does not tell.
        "09/{our_number}-{digit}",
    ),
    _bank(
        "136",
        """
T:
  47-56    X   our_number
  47-57    X   our_number_in_file
""",
    ),
    _bank(
        "208",
        """
T:
  38-48    X   our_number
  38-57    X   our_number_in_file
""",
    ),
)

LAYOUTS_240: Final[dict[str, ReturnLayout]] = {layout.bank: layout for layout in _OTHER_BANKS}
