"""Single billings: told with their history, removed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cobranca.billings import repository
from cobranca.billings.details import said_of
from cobranca.billings.schemas import (
    BillingDetail,
    HistoryEntry,
    ReplacedBilling,
    TitlePix,
)
from cobranca.billings.shown import billing_of, numbers_of
from cobranca.domain.billing import BillingStatus, CancelReason
from cobranca.domain.errors import NotFound
from cobranca.infra.db import Database
from cobranca.pipeline.billing_details import NO_DETAILS, read_details
from cobranca.pipeline.issuing_terms import profile_of

if TYPE_CHECKING:
    from uuid import UUID

    from cobranca.billings.repository import (
        BillingDetailRow,
        MailEventRow,
        ReplacedRow,
    )


async def get_billing(database: Database, beneficiary_id: int, debt_id: UUID) -> BillingDetail:
    """Return one billing with its history.

    Raises:
        NotFound: the beneficiary has no such billing.
    """
    async with database.transaction() as connection:
        row = await repository.find_billing(
            connection, beneficiary_id=beneficiary_id, debt_id=debt_id
        )
        if row is None:
            raise NotFound(f"There is no billing {debt_id}")
        mail_events = await repository.list_mail_events(connection, row.id)
        details = await read_details(connection, first_id=row.id, last_id=row.id)
        pix = await repository.find_pix(connection, row.id)
        replaced = []
        if row.issue:
            replaced = await repository.list_replaced(
                connection, beneficiary_id=beneficiary_id, debt_id=debt_id, issue=row.issue
            )
    profile = profile_of(row.profile)
    said = said_of(
        profile,
        details.get(row.id, NO_DETAILS),
        amount_cents=row.amount_cents,
        due_date=row.due_date,
    )
    return BillingDetail(
        **dict(billing_of(row, profile)),
        **said,
        barcode=row.barcode,
        pix=pix and TitlePix(url=pix.url, txid=pix.txid, emv=pix.emv),
        issue=row.issue,
        replaces=[_replaced(old) for old in replaced],
        history=_history(row, mail_events),
    )


async def remove_billing(
    database: Database,
    beneficiary_id: int,
    debt_id: UUID,
    *,
    reason: CancelReason | None,
    asked_by: str,
) -> None:
    """Take a billing out: it keeps its row, and is not worked any further.

    What was cancelled before keeps the reason of then.

    Raises:
        NotFound: the beneficiary has no such billing.
    """
    async with database.transaction() as connection:
        removed = await repository.remove_billing(
            connection,
            beneficiary_id=beneficiary_id,
            debt_id=debt_id,
            reason=reason,
            asked_by=asked_by,
        )
        known = removed or await repository.find_billing(
            connection, beneficiary_id=beneficiary_id, debt_id=debt_id
        )
        if not known:
            raise NotFound(f"There is no billing {debt_id}")


def _replaced(row: ReplacedRow) -> ReplacedBilling:
    our_number, digitable_line = numbers_of(row, profile_of(row.profile))
    return ReplacedBilling(
        upload_id=row.upload_public_id,
        line_number=row.line_number,
        amount_cents=row.amount_cents,
        due_date=row.due_date,
        createdat=row.created_at,
        removedat=row.removed_at,
        our_number=our_number,
        digitable_line=digitable_line,
        sentat=row.notified_at if row.notification_state == "SENT" else None,
    )


def _history(row: BillingDetailRow, mail_events: list[MailEventRow]) -> list[HistoryEntry]:
    told = row.removed_at is None  # A server's words may repeat the address.
    facts = [
        (BillingStatus.ACKNOWLEDGED, row.created_at, f"Linha {row.line_number}"),
        (BillingStatus.ISSUED, row.issued_at if row.barcode else None, None),
        (row.notification_state, row.notified_at, row.notification_detail if told else None),
        (BillingStatus.REMOVED, row.removed_at, None),
        *((event.state, event.at, event.detail if told else None) for event in mail_events),
    ]
    why = {"reason": row.removal_reason, "by": row.removed_by}
    entries = [
        HistoryEntry.model_validate(
            {"status": status, "at": at, "detail": detail}
            | (why if status is BillingStatus.REMOVED else {})
        )
        for status, at, detail in facts
        if at is not None
    ]
    return sorted(entries, key=lambda entry: entry.at)
