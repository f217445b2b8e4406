"""What the payments' queries give, as values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRow:
    """A return file, with what reading it told."""

    id: int
    public_id: UUID
    beneficiary_id: int
    name: str
    sha256: bytes
    size_bytes: int
    storage_path: str
    came_by: str
    changed_ns: int | None
    received_at: datetime
    work_group_id: int | None
    linked: bool
    wanted: bool
    read_at: datetime | None
    verdict: str | None
    code: str | None
    message: str | None
    line: int | None
    first_place: int | None
    last_place: int | None
    bank: str | None
    layout: int | None
    agreement: str | None
    created_on: date | None
    sequence: str | None
    content_sha256: bytes | None
    records_sha256: bytes | None
    identity: str | None
    repeats: int | None
    line_count: int | None
    tally: dict[str, Any] | None
    shown_only: bool
    posted_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedFileRow(FileRow):
    """A return file with the public id of the one that it repeats."""

    repeats_public_id: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordRow:
    """A record of a return file, with the debt that it is about."""

    line: int
    kind: int
    fate: int
    occurrence: str
    our_number: str
    reasons: str
    note: str
    title_cents: int
    paid_cents: int
    occurred_on: date | None
    credited_on: date | None
    debt_id: UUID | None
    code: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierRow:
    """What an earlier file is known by."""

    id: int
    content_sha256: bytes | None
    records_sha256: bytes | None
    identity: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountRow:
    """An account that boletos were issued with."""

    bank: str
    parameters: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldPaymentRow:
    """A payment that a file told, by what two files would share of it."""

    billing_id: int
    paid_cents: int
    occurrence: str
    occurred_on: date | None
    credited_on: date | None
    paid_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TitleRow:
    """A billing as its ledger begins."""

    id: int
    amount_cents: int
    upload_id: int
    removed_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TellingRow:
    """A payment as it was told."""

    billing_id: int
    teller: int
    told_by: int
    line: int
    paid_cents: int
    extra_cents: int
    deducted_cents: int
    net_cents: int | None
    paid_on: date
    credited_on: date | None
    told_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ReversalRow:
    """A payment that was taken back."""

    billing_id: int
    teller: int
    told_by: int
    line: int
    amount_cents: int
    reversed_on: date
    of_told_by: int | None
