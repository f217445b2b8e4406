"""What can become of a billing, of work, of a batch and of a file. Statuses are derived from facts.

A billing has no status column: what has been inserted about it (a boleto, a notification, a
removal) says where it stands; the view `billing_status` of the database tells.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntFlag, StrEnum
from typing import Final


class BillingStatus(StrEnum):
    """Where one billing stands, in the order in which it gets there."""

    ACKNOWLEDGED = "ACKNOWLEDGED"  # Accepted from the file; nothing made yet.
    ISSUED = "ISSUED"  # Has its our number, barcode and stored PDF.
    SENT = "SENT"  # The mail server (or the outbox) has taken the message.
    FAILED = "FAILED"  # The message was refused for good.
    UNCERTAIN = "UNCERTAIN"  # In flight when a process died: may or may not have left.
    REGISTERED = "REGISTERED"  # The bank has confirmed the title.
    WRITTEN_OFF = "WRITTEN_OFF"  # The bank has taken the title off its books; the debt stands.
    PROTESTED = "PROTESTED"  # At the notary's, as unpaid.
    REGISTRATION_REJECTED = "REGISTRATION_REJECTED"  # The bank has refused the title.
    PARTIALLY_PAID = "PARTIALLY_PAID"
    PAID = "PAID"
    OVERPAID = "OVERPAID"  # Paid, and something is owed to the payer.
    REMOVED = "REMOVED"  # Taken out by a person; not worked any further.
    PAID_AFTER_CANCEL = "PAID_AFTER_CANCEL"  # Taken out, and money has come all the same.


class UploadStatus(StrEnum):
    """Where a whole file stands."""

    ACKNOWLEDGED = "ACKNOWLEDGED"  # In the database; no batch begun.
    PROCESSING = "PROCESSING"
    PAUSED = "PAUSED"  # A person has paused it: no further batch is begun.
    SENT = "SENT"  # Every billing that was not removed is SENT.
    ATTENTION = "ATTENTION"  # Ended, but some failed, are uncertain, or a batch was stopped.
    REMOVED = "REMOVED"


class BatchState(StrEnum):
    """Where a batch of consecutive billings stands, told by its two kinds of work."""

    RECEIVED = "RECEIVED"
    ISSUING = "ISSUING"
    ISSUED = "ISSUED"
    NOTIFYING = "NOTIFYING"
    NOTIFIED = "NOTIFIED"
    STOPPED = "STOPPED"  # Gave up after the allowed attempts; a person must look.


#: Stands among the warnings of a file: refused records that were counted and not kept.
REJECTS_NOT_KEPT: Final = "REJECTS_NOT_KEPT"
#: The kind of work that a new batch wants first.
FIRST_KIND: Final = "issue"

#: Every allowed step of a batch. A lease that ran out leads into the same state with a new fence.
BATCH_TRANSITIONS: Final[dict[BatchState, frozenset[BatchState]]] = {
    BatchState.RECEIVED: frozenset({BatchState.ISSUING}),
    BatchState.ISSUING: frozenset(
        {BatchState.ISSUING, BatchState.ISSUED, BatchState.RECEIVED, BatchState.STOPPED}
    ),
    BatchState.ISSUED: frozenset({BatchState.NOTIFYING}),
    BatchState.NOTIFYING: frozenset(
        {BatchState.NOTIFYING, BatchState.NOTIFIED, BatchState.ISSUED, BatchState.STOPPED}
    ),
    # Mails that were given up are sent again because a person wants it.
    BatchState.NOTIFIED: frozenset({BatchState.ISSUED}),
    BatchState.STOPPED: frozenset({BatchState.RECEIVED, BatchState.ISSUED}),
}


class WorkState(StrEnum):
    """Where a piece of work stands."""

    READY = "READY"  # To be taken, at once or when its pause has ended.
    WORKING = "WORKING"  # Somebody's, for as long as the lease lasts.
    DONE = "DONE"
    STOPPED = "STOPPED"  # Gave up after the allowed attempts; a person must look.


#: Every allowed step. A lease that ran out leads into the same state with a new fence; what is done
#: begins anew only when a person asks for it again.
WORK_TRANSITIONS: Final[dict[WorkState, frozenset[WorkState]]] = {
    WorkState.READY: frozenset({WorkState.WORKING}),
    WorkState.WORKING: frozenset(WorkState),
    WorkState.DONE: frozenset({WorkState.READY}),
    WorkState.STOPPED: frozenset({WorkState.READY}),
}


class CancelReason(StrEnum):
    """Why billings are cancelled: words to choose from, for what is typed may name a payer."""

    WRONG_VALUES = "WRONG_VALUES"
    PAID_OTHERWISE = "PAID_OTHERWISE"
    DUPLICATE = "DUPLICATE"
    RENEGOTIATED = "RENEGOTIATED"
    REQUESTED = "REQUESTED"
    OTHER = "OTHER"


class RowWarning(IntFlag):
    """What is odd about an accepted row; the bits of `billing.warnings`."""

    TAX_ID_INVALID = 1
    DUE_DATE_PAST = 2
    ENCODING_MIXED = 4  # The line is not of the file's encoding, and was read by itself.
    TAX_ID_ZEROS_LOST = 8  # With zeros in front it would be a CPF or CNPJ.
    NAME_NOT_PRINTABLE = 16  # The slip shows `?` for some of its characters.
    OLDER_BOLETO_PAYABLE = 32  # Billed again; the cancelled boleto may still be paid.
    ADDRESS_INCOMPLETE = 64  # The file has addresses; this one no bank would register.
    POSTAL_CODE_OTHER_STATE = 128  # The postal code is not of the state beside it.
    TERMS_OVER_LEGAL = 256  # A fine over 2 %, or interest over 1 % a month.
    TAX_ID_ZEROS_RESTORED = 512  # Somebody asked for the zeros in front to be put back.
    AMOUNT_GROUPED = 1024  # Somebody said that `1.234` is thousands.


def count_warnings(rows_by_bits: Mapping[int, int]) -> dict[str, int]:
    """Return how many rows have each warning; those that none has are left out.

    Args:
        rows_by_bits: how many rows have exactly these bits of `RowWarning`.
    """
    return {
        flag.name: count
        for flag in RowWarning
        if flag.name and (count := sum(n for bits, n in rows_by_bits.items() if bits & flag))
    }


def warning_codes(bits: int) -> list[str]:
    """Return the names of the warnings whose bits are set."""
    return [flag.name for flag in RowWarning if bits & flag and flag.name]


def upload_status(
    *,
    removed: bool,
    paused: bool,
    statuses: dict[BillingStatus, int],
    batches: dict[BatchState, int],
) -> UploadStatus:
    """Derive a file's status from the counts of its billings and of its batches."""
    if removed:
        return UploadStatus.REMOVED
    total = sum(batches.values())
    open_batches = total - batches.get(BatchState.NOTIFIED, 0) - batches.get(BatchState.STOPPED, 0)
    if open_batches and paused:
        return UploadStatus.PAUSED
    if open_batches and open_batches == batches.get(BatchState.RECEIVED, 0) == total:
        return UploadStatus.ACKNOWLEDGED
    if open_batches:
        return UploadStatus.PROCESSING
    unfinished = (
        batches.get(BatchState.STOPPED, 0)
        + statuses.get(BillingStatus.FAILED, 0)
        + statuses.get(BillingStatus.UNCERTAIN, 0)
    )
    return UploadStatus.ATTENTION if unfinished else UploadStatus.SENT
