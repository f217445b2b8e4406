"""What happens, as typed events that are emitted once; the log and the metrics subscribe to them.

An event carries ids and counts, never personal data. Subscribers must not raise.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Level = Literal["debug", "info", "warning", "error"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TelemetryEvent:
    """Something that happened; its class says what, in the past tense."""

    #: Of its line in the log.
    level: ClassVar[Level] = "info"


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadIngested(TelemetryEvent):
    """A file was read into the database, or found to be here already."""

    upload_public_id: str
    repeated: bool
    records: int
    accepted: int
    rejected: int
    duplicates: int
    batches: int
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class IngestProcessDied(TelemetryEvent):
    """A process that reads files has died."""

    level: ClassVar[Level] = "warning"


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadFinished(TelemetryEvent):
    """The last work of a file has ended."""

    upload_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BoletosIssued(TelemetryEvent):
    """A batch has its boletos."""

    batch_id: int
    upload_id: int
    boletos: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PayersNotified(TelemetryEvent):
    """A batch's payers have been written to; `waiting` of them will be tried again."""

    batch_id: int
    upload_id: int
    sent: int
    failed: int
    uncertain: int
    waiting: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MailsSettled(TelemetryEvent):
    """Facts of mails were committed, so many of each state."""

    level: ClassVar[Level] = "debug"  # One for each chunk.
    states: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class RemittanceFrozen(TelemetryEvent):
    """A file for the bank has its number and its titles."""

    order_id: int
    sequence: int
    titles: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderEnded(TelemetryEvent):
    """All files of an order are made; what was held back is in none of them."""

    order_id: int
    remittances: int
    held_back: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RemittanceDelivered(TelemetryEvent):
    """A copy of a file for the bank lies where the bank's client looks for it."""

    remittance_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnFileRead(TelemetryEvent):
    """A bank's return file was read, and posted where it may be."""

    file_id: int
    verdict: str
    code: str | None
    records: int
    posted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SuspenseMatched(TelemetryEvent):
    """Money that was in suspense has found its billings, without a person."""

    beneficiary_id: int
    matched: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnFolderFailed(TelemetryEvent):
    """The folder of return files, or a file in it, could not be taken."""

    level: ClassVar[Level] = "warning"

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentTold(TelemetryEvent):
    """A call or a person told of a payment."""

    teller: Literal["webhook", "person"]
    told_by: int
    matched: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookRefused(TelemetryEvent):
    """A call that tells of a payment had no right signature, or none of now."""

    level: ClassVar[Level] = "warning"

    timestamp: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhooksDelivered(TelemetryEvent):
    """An endpoint has had its turn, with so many calls."""

    level: ClassVar[Level] = "debug"
    endpoint_id: int
    delivered: int
    failed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookSwitchedOff(TelemetryEvent):
    """An endpoint is told nothing more until a person switches it on again."""

    level: ClassVar[Level] = "warning"
    endpoint_id: int
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BounceRead(TelemetryEvent):
    """A mail that came back was read."""

    outcome: str
    suppressed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class BounceUnreadable(TelemetryEvent):
    """The process that reads a mail that came back died of it, or was ended."""

    level: ClassVar[Level] = "warning"
    size_bytes: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkbookUnreadable(TelemetryEvent):
    """A workbook was refused: its process said why, died of it, or was ended."""

    size_bytes: int
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptBouncesRemoved(TelemetryEvent):
    """There was no more room for mails that nobody understood; the oldest went."""

    level: ClassVar[Level] = "warning"
    bounces: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MailServerUnavailable(TelemetryEvent):
    """A mail server does not take mail now, or not from us."""

    level: ClassVar[Level] = "warning"
    category: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MailHeld(TelemetryEvent):
    """All mails of our account wait: for a quota, for a person, or because of the brake."""

    level: ClassVar[Level] = "warning"
    cause: Literal["quota", "account", "brake"]
    #: What the brake has counted.
    alarm: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MailReleased(TelemetryEvent):
    """Mails that waited for our account go on."""

    batches: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MailsSetAgain(TelemetryEvent):
    """Somebody wanted mails of a file sent once more."""

    upload_id: int
    mails: int


@dataclass(frozen=True, slots=True, kw_only=True)
class JobEnded(TelemetryEvent):
    """A job has come to the end of what it was to act on."""

    job_id: int
    act: str
    billings: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkFailed(TelemetryEvent):
    """A piece of work failed; it is tried again, or stopped."""

    level: ClassVar[Level] = "error"
    kind: str
    work_id: int
    subject_id: int
    attempt: int
    error: Exception


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkTakenOver(TelemetryEvent):
    """A worker found that another one has its work."""

    level: ClassVar[Level] = "warning"
    kind: str
    work_id: int
    subject_id: int
    fence: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkRepublished(TelemetryEvent):
    """The sweep found stalled work."""

    found: int
    published: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SweepFailed(TelemetryEvent):
    """A pass of the sweep could not be made."""

    level: ClassVar[Level] = "warning"
    code: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OldDataPurged(TelemetryEvent):
    """A pass of the retention has deleted something."""

    uploads: int
    billings: int
    bounces: int
    unnamed: int
    addresses: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionFailed(TelemetryEvent):
    """A pass of the retention could not be made, or not to its end."""

    level: ClassVar[Level] = "error"
    code: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonErased(TelemetryEvent):
    """What was held about a person was erased; who that was is not told."""

    billings: int
    rejects: int
    files: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DiskShort(TelemetryEvent):
    """Too little is free on a disk of ours: no work is begun until there is room."""

    level: ClassVar[Level] = "error"
    free_bytes_min: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DiskHasRoom(TelemetryEvent):
    """A disk that was short has room again, and work goes on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EventNotPublished(TelemetryEvent):
    """The event server did not take an event."""

    level: ClassVar[Level] = "warning"
    name: str
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRefused(TelemetryEvent):
    """A peer has sent so many keys by now that are not ours; told at 1, 2, 4, 8 and so on."""

    level: ClassVar[Level] = "warning"
    peer: str
    refused: int


_subscribers: list[Callable[[TelemetryEvent], None]] = []


def subscribe(subscriber: Callable[[TelemetryEvent], None]) -> None:
    """Hand every later event of this process to `subscriber` too, at once and in this thread."""
    _subscribers.append(subscriber)


def emit(event: TelemetryEvent) -> None:
    """Tell the subscribers what has happened."""
    for subscriber in _subscribers:
        subscriber(event)
