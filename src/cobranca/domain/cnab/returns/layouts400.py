"""The tables of CNAB 400 return files.

Held in files that the bank wrote: 341, 237, 748, 001, 756, 004. Agreed on by two or more public
libraries: 133, 033, 041, 422, 336, 136, 077. One source only: 104. Disputed: 070.
"""

from __future__ import annotations

from typing import Final

from cobranca.domain.cnab.returns.layouts import ReturnLayout, layout_of, reasons_at

_BASE: Final = """
header:
  27-46    X   agreement
  47-76    X   company
  95-100   D6  created
title:
  38-62    X   control
  109-110  X   occurrence
  111-116  D6  occurred_on
  117-126  X   document
  147-152  D6  due_on
  153-165  V   title_cents
  166-168  X   paid_at_bank
  176-188  V   fee_cents
  189-201  V   other_expenses_cents
  215-227  V   iof_cents
  228-240  V   rebate_cents
  241-253  V   discount_cents
  254-266  V   paid_cents
  267-279  V   interest_cents
  280-292  V   other_credits_cents
  296-301  D6  credited_on
"""

_BRADESCO: Final = """
header:
  27-46    X   account
  109-113  9   sequence
  380-385  D6  credited_on
title:
  22-24    X   wallet
  71-81    X   our_number
  71-82    X   our_number_in_file
  295      X   protest_answer
pix:
  29-105   X   url
  106-140  X   txid
"""

#: What Banco do Brasil, Sicoob and Unicred share.
_EARLY_CREDIT: Final = """
header:
  101-107  9   sequence
title:
  176-181  D6  credited_on
  182-188  V   fee_cents
  189-201  V   other_expenses_cents
  306-318  V   net_cents
"""

_OTHER_BANKS: Final = (
    layout_of(
        "237",
        _BASE,
        _BRADESCO,
        reasons=reasons_at(319, 328, 2),
        pix_type="4",
        printed="{wallet2}/{our_number}-{digit}",
    ),
    layout_of(
        "133",
        _BASE,
        _BRADESCO,
        reasons=reasons_at(319, 328, 2),
        pix_type="4",
        printed="{wallet2}/{our_number}-{digit}",
    ),
    layout_of(
        "341",
        _BASE,
        """
header:
  27-38    X   account
  109-113  9   sequence
  114-119  D6  credited_on
title:
  83-85    X   wallet
  86-93    X   our_number
  86-94    X   our_number_in_file
  325-354  X   payer
  393-394  X   settlement
pix:
  2-391    X   emv
  392-394  X   error
""",
        reasons=reasons_at(378, 385, 2),
        reasons_of=dict.fromkeys(("24", "25", "57"), reasons_at(302, 305, 4)),
        pix_type="3",
        printed="{wallet}/{our_number}-{digit}",
        paid_is_net=True,
    ),
    layout_of(
        "033",
        _BASE,
        """
header:
  109-117  X   account
  392-394  9   sequence
title:
  63-69    X   our_number
  63-70    X   our_number_in_file
  108      X   wallet
  302-337  X   payer
pix:
  3-79     X   url
  80-114   X   txid
""",
        # Only when the bank names the code of our remittance that it refuses.
        reasons=reasons_at(137, 145, 3, when=(135, 136)),
        pix_type="2",
        number_width=12,
    ),
    layout_of(
        "748",
        _BASE,
        """
header:
  27-31    X   account
  95-102   Y8  created
  111-117  9   sequence
title:
  14       X   wallet
  48-55    X   our_number
  48-56    X   our_number_in_file
  295      X   protest_answer
  329-336  Y8  credited_on
pix:
  21-55    X   txid
  57-133   X   url
  135-390  X   emv
""",
        reasons=reasons_at(319, 328, 2),
        pix_type="8",
        printed="{year}/{rest}-{digit}",
        fine=True,
    ),
    layout_of(
        "041",
        _BASE,
        """
header:
  27-39    X   account
  386-394  9   sequence
title:
  63-70    X   our_number
  63-72    X   our_number_in_file
  108      X   wallet
""",
        reasons=reasons_at(383, 392, 2),
    ),
    layout_of(
        "004",
        _BASE,
        # 280-356 are, beside a refusal, marks of the fields that are wrong.
        """
header:
  27-40    X   account
  109-113  9   sequence
title:
  63-69    X   our_number
  63-70    X   our_number_in_file
  108      X   wallet
  280-292  V   paid.other_credits_cents
  296-301  D6  paid.credited_on
""",
        reasons=reasons_at(280, 356, 0),
    ),
    layout_of(
        "422",
        _BASE,
        """
header:
  27-40    X   account
  392-394  9   sequence
title:
  63-70    X   our_number
  63-71    X   our_number_in_file
  108      X   wallet
""",
        reasons=reasons_at(105, 107, 3),
    ),
    layout_of(
        "336",
        _BASE,
        """
header:
  22-26    9   sequence
  39-50    X   account
  125-130  D6  created
title:
  63-72    X   our_number
  63-73    X   our_number_in_file
  107-108  X   wallet
  366-377  X   wrong_fields
""",
        reasons=reasons_at(378, 393, 4),
    ),
    layout_of(
        "756",
        _BASE,
        _EARLY_CREDIT
        + """
header:
  27-39    X   account
title:
  67-73    X   our_number
  67-74    X   our_number_in_file
  107-108  X   wallet
""",
        reasons=reasons_at(81, 82, 2),
    ),
    layout_of(
        "136",
        _BASE,
        _EARLY_CREDIT
        + """
header:
  27-46    X   account
title:
  52-61    X   our_number
  52-62    X   our_number_in_file
  280-305  X   document
  327-328  X   origin
""",
        reasons=reasons_at(319, 326, 2),
    ),
    layout_of(
        "104",
        _BASE,
        """
header:
  27-42    X   account
  390-394  9   sequence
title:
  32-56    X   control
  57-73    X   our_number
  57-73    X   our_number_in_file
  107-108  X   wallet
  294-299  D6  credited_on
""",
        reasons=reasons_at(80, 82, 3),
        printed="{our_number_in_file}",
    ),
    layout_of(
        "070",
        _BASE,
        # Dates of eight places move what follows them.
        """
header:
  27-46    X   account
  95-102   D8  created
title:
  71-82    X   our_number_in_file
  72-77    X   our_number
  111-118  D8  occurred_on
  129-140  X   document
  149-156  D8  due_on
  157-169  V   title_cents
  170-172  X   paid_at_bank
  180-192  V   fee_cents
  219-231  V   iof_cents
  232-244  V   rebate_cents
  245-257  V   discount_cents
  258-270  V   paid_cents
  271-283  V   interest_cents
  284-296  V   other_credits_cents
  300-307  D8  credited_on
""",
        without=("control",),
        reasons=reasons_at(365, 394, 30),
        printed="{our_number_in_file}",
    ),
    layout_of(
        "077",
        _BASE,
        """
title:
  71-80    X   our_number
  71-81    X   our_number_in_file
  87-89    X   wallet
  90-91    X   occurrence
  92-97    D6  occurred_on
  98-107   X   document
  119-124  D6  due_on
  125-137  V   title_cents
  138-140  X   paid_at_bank
  160-172  V   paid_cents
  173-178  D6  credited_on
  241-380  X   text
""",
        without=("fee_cents", "other_expenses_cents", "iof_cents", "rebate_cents"),
        printed="00019/{wallet}/{our_number}-{digit}",
    ),
)

#: Agreements of four or six digits: the our number follows the agreement.
BB_TYPE_1: Final = layout_of(
    "001",
    _BASE,
    _EARLY_CREDIT
    + """
header:
  41-46    X   account
  41-46    X   owner
title:
  63-68    X   owner
  63-74    X   our_number_in_file
  69-73    X   our_number
  107-108  X   wallet
""",
    reasons=reasons_at(87, 88, 2),
    printed="{upto}-{digit}",
)
#: Agreements of seven digits.
BB_TYPE_7: Final = layout_of(
    "001",
    _BASE,
    _EARLY_CREDIT
    + """
header:
  150-156  X   account
  150-156  X   owner
title:
  64-70    X   owner
  39-63    X   control
  64-80    X   our_number_in_file
  71-80    X   our_number
  107-108  X   wallet
""",
    reasons=reasons_at(87, 88, 2),
    printed="{our_number_in_file}",
)

LAYOUTS_400: Final[dict[str, ReturnLayout]] = {
    "001": BB_TYPE_7,
    **{layout.bank: layout for layout in _OTHER_BANKS},
}
