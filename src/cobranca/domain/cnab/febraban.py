"""FEBRABAN's CNAB 240: the records that all banks begin with, and what most say in them.

A bank's layout lays its own fields over these. Segment S is the kind 3 (lines of the slip); the
kinds 1 and 2 place text on slips that the bank prints, and are not written.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from cobranca.domain.cnab.arrays import Array
from cobranca.domain.cnab.columns import Column
from cobranca.domain.cnab.layout import Draft, Kind
from cobranca.domain.cnab.limits import USUAL_MOVEMENTS, Limits, Movement
from cobranca.domain.cnab.record import Record, overlay, parse_records

_TABLE = """
file_header:
  1-3     9  bank
  4-7     9  '0000'
  8       9  '0'
  9-17    B
  18      9  ben.type                  # 1 CPF, 2 CNPJ
  19-32   N  ben.tax_id
  33-52   X  agreement20
  53-57   9  branch
  58      X  branch_digit
  59-70   9  account
  71      X  account_digit
  72      X  branch_account_digit
  73-102  X  ben.name
  103-132 X  bank_name
  133-142 B
  143     9  '1'                       # 1 = remittance
  144-151 D8 file.date
  152-157 T6 file.time
  158-163 9  file.seq                  # NSA: rises by 1 with each file
  164-166 9  file_version
  167-171 9  density
  172-191 B
  192-211 B
  212-240 B
lot_header:
  1-3     9  bank
  4-7     9  lot
  8       9  '1'
  9       X  'R'                       # R = remittance
  10-11   9  '01'                      # collection
  12-13   B
  14-16   9  lot_version
  17      B
  18      9  ben.type
  19-33   N  ben.tax_id
  34-53   X  agreement20
  54-58   9  branch
  59      X  branch_digit
  60-71   9  account
  72      X  account_digit
  73      X  branch_account_digit
  74-103  X  ben.name
  104-143 X  message1                  # printed on every slip of the lot
  144-183 X  message2
  184-191 9  file.seq
  192-199 D8 file.date
  200-207 Z
  208-240 B
P:
  1-3     9  bank
  4-7     9  lot
  8       9  '3'
  9-13    9  sequence                  # of the record within the lot, from 1
  14      X  'P'
  15      B
  16-17   9  movement
  18-22   9  branch
  23      X  branch_digit
  24-35   9  account
  36      X  account_digit
  37      X  branch_account_digit
  38-57   X  our_number20
  58      9  wallet_code
  59      9  registration              # 1 registered, 2 not
  60      X  document_type             # 1 traditional, 2 book entry
  61      9  emission                  # 1 bank prints, 2 client prints
  62      X  distribution              # 1 bank delivers, 2 client delivers
  63-77   X  document_number
  78-85   D8 due
  86-100  V  amount
  101-105 Z                            # collecting branch
  106     X  collecting_digit
  107-108 9  species
  109     X  acceptance                # A or N
  110-117 D8 issued
  118     9  interest.code             # 1 value a day, 2 percent a month, 3 none
  119-126 D8 interest.date
  127-141 V  interest.value            # 13v2 of either
  142     9  discount1.code
  143-150 D8 discount1.until
  151-165 V  discount1.value
  166-180 V  iof
  181-195 V  rebate
  196-220 X  company_use
  221     9  protest.code
  222-223 9  protest_days
  224     9  write_off.code            # 1 write off and return, 2 do not, 3 cancel
  225-227 9  write_off_days
  228-229 9  '09'                      # currency real
  230-239 Z                            # contract of a credit operation
  240     B
Q:
  1-3     9  bank
  4-7     9  lot
  8       9  '3'
  9-13    9  sequence
  14      X  'Q'
  15      B
  16-17   9  movement
  18      9  payer.type                # 1 CPF, 2 CNPJ
  19-33   N  payer.tax_id
  34-73   X  payer.name
  74-113  X  payer.address
  114-128 X  payer.district
  129-133 9  payer.cep5
  134-136 9  payer.cep3
  137-151 X  payer.city
  152-153 X  payer.state
  154     9  guarantor.type            # 0 none
  155-169 N  guarantor.tax_id
  170-209 X  guarantor.name
  210-212 9  '000'                     # correspondent bank
  213-232 B                            # our number at the correspondent
  233-240 B
R:
  1-3     9  bank
  4-7     9  lot
  8       9  '3'
  9-13    9  sequence
  14      X  'R'
  15      B
  16-17   9  movement
  18      9  discount2.code
  19-26   D8 discount2.until
  27-41   V  discount2.value
  42      9  discount3.code
  43-50   D8 discount3.until
  51-65   V  discount3.value
  66      9  fine.code                 # 0 none, 1 value, 2 percent
  67-74   D8 fine.from
  75-89   V  fine.amount               # 13v2
  90-99   B                            # word to the payer
  100-139 X  message3
  140-179 X  message4
  180-199 B
  200-207 Z                            # payer's occurrence codes
  208-210 Z                            # debit: bank
  211-215 Z                            # branch
  216     B
  217-228 Z                            # account
  229     B
  230     B
  231     9  '0'                       # debit notice
  232-240 B
S3:
  1-3     9  bank
  4-7     9  lot
  8       9  '3'
  9-13    9  sequence
  14      X  'S'
  15      B
  16-17   9  movement
  18      9  '3'                       # instructions of the slip
  19-58   X  message5
  59-98   X  message6
  99-138  X  message7
  139-178 X  message8
  179-218 X  message9
  219-240 B
Y01:
  1-3     9  bank
  4-7     9  lot
  8       9  '3'
  9-13    9  sequence
  14      X  'Y'
  15      B
  16-17   9  movement
  18-19   9  '01'                      # guarantor with address
  20      9  guarantor.type
  21-35   N  guarantor.tax_id
  36-75   X  guarantor.name
  76-115  X  guarantor.address
  116-130 X  guarantor.district
  131-138 9  guarantor.cep
  139-153 X  guarantor.city
  154-155 X  guarantor.state
  156-240 B
Y03:
  1-3     9  bank
  4-7     9  lot
  8       9  '3'
  9-13    9  sequence
  14      X  'Y'
  15      B
  16-17   9  movement
  18-19   9  y_kind                    # 03 at Santander; Sicredi and Banrisul use Y-04
  20-69   R  payer.email
  70-71   X  payer.area                # blank when none
  72-80   X  payer.phone
  81      X  pix.key_kind              # 1 CPF, 2 CNPJ, 3 phone, 4 e-mail, 5 random
  82-158  R  pix.key
  159-193 R  pix.txid
  194-240 B
lot_trailer:
  1-3     9  bank
  4-7     9  lot
  8       9  '5'
  9-17    B
  18-23   9  lot.records               # of the lot, its header and trailer too
  24-29   9  totals.count              # simple wallet: titles
  30-46   V  totals.amount
  47-52   Z                            # linked wallet
  53-69   Z
  70-75   Z                            # pledged
  76-92   Z
  93-98   Z                            # discounted
  99-115  Z
  116-123 B                            # number of the notice
  124-240 B
file_trailer:
  1-3     9  bank
  4-7     9  '9999'
  8       9  '9'
  9-17    B
  18-23   9  lots
  24-29   9  file.records              # of the file, all of them
  30-35   Z                            # accounts to reconcile
  36-240  B
"""
_RECORDS: Final = parse_records(240, _TABLE)
#: Places that this product leaves as they are, whatever the bank.
FIXED: Final[dict[str, str]] = dict.fromkeys(
    (
        "branch_account_digit", "collecting_digit", "message1", "message2", "message3",
        "message4", "payer.email", "payer.area", "payer.phone",
    ),
    "",
)  # fmt: skip

MESSAGE_NAMES: Final = ("message5", "message6", "message7", "message8", "message9")
LIMITS: Final = {
    "discounts_max": 3,
    "discount_bp": True,
    "interest_monthly": True,
    "interest_from": True,
    "fine_bp_max": 10_000,
    "fine_cents": True,
    "fine_from": True,
}
MOVEMENTS: Final = USUAL_MOVEMENTS | {
    "10": Movement.STOP_PROTEST_WRITE_OFF,
    "11": Movement.STOP_PROTEST,
}


def records(table: str, *, pix: bool = False) -> dict[str, Record]:
    """Lay a bank's fields over FEBRABAN's; segment Y-03 only for banks that take a Pix in it."""
    laid = overlay(_RECORDS, table)
    return {name: record for name, record in laid.items() if pix or name != "Y03"}


def needs_r(draft: Draft) -> Array:
    """Tell which titles have something to say in segment R."""
    terms = draft.terms
    return terms.has_fine | (terms.discounts[1].value > 0)


def has_guarantor_address(draft: Draft) -> Array:
    """Tell which titles need segment Y-01: their guarantor has an address."""
    people = draft.titles.guarantor
    if people is None or people.address == "":
        return np.asarray(False)
    given = draft.text(people.address)
    return draft.has_guarantor & (np.strings.str_len(given) > 0)


def kinds(*, always_r: bool = False, pix: bool = False) -> tuple[Kind, ...]:
    """List the segments of a title."""
    return (
        Kind(record="P"),
        Kind(record="Q"),
        Kind(record="R", when=None if always_r else needs_r),
        Kind(record="S3", when=lambda draft: draft.has_message),
        Kind(record="Y01", when=has_guarantor_address),
        *([Kind(record="Y03", when=lambda draft: draft.has_pix)] if pix else []),
    )


def values(draft: Draft, *, no_interest: str = "3", no_protest: str = "3") -> dict[str, Column]:
    """Say what most banks want of a title.

    Args:
        draft: the titles.
        no_interest: the code of titles without interest.
        no_protest: the code of titles that are not to be protested.
    """
    terms = draft.terms
    daily = draft.choose(terms.interest_cents > 0, "1", no_interest)
    said: dict[str, Column] = {
        "interest.code": np.where(terms.interest_bp > 0, b"2", daily),
        "interest.date": terms.interest_from,
        "interest.value": terms.interest_cents + terms.interest_bp,
        "fine.code": np.where(
            terms.fine_bp > 0, b"2", draft.choose(terms.fine_cents > 0, "1", "0")
        ),
        "fine.from": terms.fine_from,
        "fine.amount": terms.fine_bp + terms.fine_cents,
        "protest.code": draft.choose(terms.protested, "1", no_protest),
        "protest_days": terms.protest_days,
    }
    for number, discount in enumerate(terms.discounts, 1):
        money = draft.choose(discount.cents > 0, "1", "0")
        said[f"discount{number}.code"] = np.where(discount.bp > 0, b"2", money)
    return said


def write_off(draft: Draft, *, none: str, none_days: int = 0) -> dict[str, Column]:
    """Say when the bank shall write a title off; without a day of the title's own, `none`."""
    days = draft.terms.write_off_days
    return {
        "write_off.code": draft.choose(days > 0, "1", none),
        "write_off_days": np.where(days > 0, days, none_days),
    }


def limits(**other: object) -> Limits:
    """Give what FEBRABAN's records can say, but for what a bank's cannot."""
    return Limits(**{**LIMITS, **other})  # type: ignore[arg-type]
