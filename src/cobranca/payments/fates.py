"""What becomes of each record of a return file: posted, kept, held, or shown to a person.

Pure: what is known of the billings is given. Words for people are in `words`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING, Final

import numpy as np

from cobranca.domain.cnab.returns import KINDS, Kind

if TYPE_CHECKING:
    import numpy.typing as npt

    from cobranca.payments.pieces import Flags, Ints, Piece


class Fate(IntEnum):
    """What became of a record; stored by these numbers."""

    KEPT = 0  # It tells something that is no payment.
    POSTED = 1  # A payment of a billing of ours.
    SUSPENSE = 2  # Money that no billing of ours is known for, or that does not fit the one.
    HELD = 3  # The same payment may have been told by another file.
    LISTED = 4  # A person has to look; no money.
    UNKNOWN = 5  # It tells of a title that is none of ours.


class Note(StrEnum):
    """Why a record needs a person, or what is odd about it; empty for most."""

    NONE = ""
    UNKNOWN_TITLE = "UNKNOWN_TITLE"
    OTHER_AGREEMENT = "OTHER_AGREEMENT"
    CHECK_DIGIT = "CHECK_DIGIT"
    CONTROL_DIFFERS = "CONTROL_DIFFERS"
    TITLE_DIFFERS = "TITLE_DIFFERS"
    POSSIBLE_REPETITION = "POSSIBLE_REPETITION"
    PAID_NOTHING = "PAID_NOTHING"
    PARTS_DIFFER = "PARTS_DIFFER"
    UNKNOWN_OCCURRENCE = "UNKNOWN_OCCURRENCE"
    #: Of suspense alone: a webhook named a debt that is not here.
    UNKNOWN_DEBT = "UNKNOWN_DEBT"


#: The notes by the numbers that columns carry.
NOTES: Final = tuple(Note)
_NUMBER: Final = {note: number for number, note in enumerate(NOTES)}
_OTHER: Final = KINDS.index(Kind.OTHER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of the billings of a piece's records, one row each.

    Attributes:
        billing_ids: 0 for none.
        amount_cents: of the billing.
        settled: it has had a payment already.
        control_agrees: the control is the billing's debtId.
        control_differs: the control is a debtId, and another's.
    """

    billing_ids: Ints
    amount_cents: Ints
    settled: Flags
    control_agrees: Flags
    control_differs: Flags


def fates_of(piece: Piece, known: Known) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8]]:
    """Decide over each record: its fate, and the number of its note among `NOTES`.

    Money is posted only where nothing speaks against it: our number, check digit, control, and the
    amount of the title. Possible repetitions are found later, among what is posted.
    """
    has_title = piece.our_numbers != b""
    matched = known.billing_ids > 0
    told = piece.title_cents > 0
    differs = matched & told & (piece.title_cents != known.amount_cents) & ~known.control_agrees
    names_none = ~has_title & ~piece.is_foreign & ~piece.is_money
    reasons = [
        (Note.OTHER_AGREEMENT, piece.is_foreign),
        (Note.CHECK_DIGIT, piece.is_wrong),
        (Note.UNKNOWN_TITLE, ~matched & ~names_none),
        (Note.CONTROL_DIFFERS, matched & known.control_differs),
        (Note.TITLE_DIFFERS, differs & piece.is_money),
    ]
    notes = np.zeros(len(piece), dtype=np.uint8)
    for note, holds in reversed(reasons):
        notes[holds] = _NUMBER[note]
    doubtful = notes > 0
    nothing = piece.is_money & (piece.paid_cents <= 0)
    fates = np.full(len(piece), Fate.KEPT, dtype=np.uint8)
    fates[doubtful] = Fate.UNKNOWN
    fates[piece.is_money] = np.where(doubtful[piece.is_money], Fate.SUSPENSE, Fate.POSTED)
    odd = piece.is_money & ~doubtful & (piece.difference_cents != 0) & told
    notes[odd] = _NUMBER[Note.PARTS_DIFFER]
    other = piece.kinds == _OTHER
    fates[nothing | other] = Fate.LISTED
    notes[nothing] = _NUMBER[Note.PAID_NOTHING]
    notes[other] = _NUMBER[Note.UNKNOWN_OCCURRENCE]
    return fates, notes


def note_number(note: Note) -> int:
    """Give the number that columns carry for a note."""
    return _NUMBER[note]
