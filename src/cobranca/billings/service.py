"""The billings: listed, found, removed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cobranca.billings import repository
from cobranca.billings.details import said_of
from cobranca.billings.schemas import (
    BillingDetail,
    BillingsPage,
    HistoryEntry,
    ReplacedBilling,
)
from cobranca.billings.shown import billing_of, numbers_of
from cobranca.domain.billing import BillingStatus
from cobranca.domain.debt_code import as_uuid
from cobranca.domain.errors import InvalidField, NotFound
from cobranca.infra.db import Database, cut_page
from cobranca.pipeline.billing_details import NO_DETAILS, read_details
from cobranca.pipeline.issuing_terms import profile_of

if TYPE_CHECKING:
    from uuid import UUID

    from cobranca.billings.repository import (
        BillingDetailRow,
        MailEventRow,
        ReplacedRow,
    )


#: What a billing of a removed upload may be.
_OF_REMOVED = (BillingStatus.REMOVED, BillingStatus.PAID_AFTER_CANCEL)


async def list_billings(
    database: Database,
    beneficiary_id: int,
    *,
    upload_id: UUID | None,
    status: BillingStatus | None,
    search: str | None,
    debt_id: UUID | None,
    after: int,
    limit: int,
) -> BillingsPage:
    """Return a page of an upload's billings, or the one billing whose debt is searched for.

    They are in the order of the file's lines, and so is what follows `after`.

    Raises:
        InvalidField: neither an upload nor the code of a debt that is known was given.
        NotFound: the beneficiary has no such upload.
    """
    is_uuid = search is not None and as_uuid(search.strip()) is not None
    if debt_id is not None and (is_uuid or upload_id is None):
        page = await _find_by_debt_id(database, beneficiary_id, debt_id, upload_id, status)
        if page.records or is_uuid:
            return page
    if upload_id is None:
        raise InvalidField("upload_id", "Name the upload, or search for the code of a debt")
    async with database.transaction() as connection:
        upload = await repository.find_upload(
            connection, beneficiary_id=beneficiary_id, public_id=upload_id
        )
        if upload is None:
            raise NotFound(f"There is no upload {upload_id}")
        if upload.removed_at is not None and status is not None:
            if status not in _OF_REMOVED:
                return BillingsPage(records=[], next=None)
            status = None  # Every billing of a removed upload is one of these.
        rows = await repository.list_billings(
            connection,
            beneficiary_id=beneficiary_id,
            upload_id=upload.id,
            settled=upload.settled,
            status=status,
            search=search or None,
            debt_id=debt_id,
            after=after,
            rows_max=limit + 1,
        )
    profile = profile_of(upload.profile)
    page, after_page = cut_page(rows, limit, key="line_number")
    return BillingsPage(records=[billing_of(row, profile) for row in page], next=after_page)


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
        issue=row.issue,
        replaces=[_replaced(old) for old in replaced],
        history=_history(row, mail_events),
    )


async def remove_billing(database: Database, beneficiary_id: int, debt_id: UUID) -> None:
    """Take a billing out: it keeps its row, and is not worked any further.

    Raises:
        NotFound: the beneficiary has no such billing.
    """
    async with database.transaction() as connection:
        removed = await repository.remove_billing(
            connection, beneficiary_id=beneficiary_id, debt_id=debt_id
        )
        known = removed or await repository.find_billing(
            connection, beneficiary_id=beneficiary_id, debt_id=debt_id
        )
        if not known:
            raise NotFound(f"There is no billing {debt_id}")


async def _find_by_debt_id(
    database: Database,
    beneficiary_id: int,
    debt_id: UUID,
    upload_id: UUID | None,
    status: BillingStatus | None,
) -> BillingsPage:
    async with database.transaction() as connection:
        row = await repository.find_billing(
            connection, beneficiary_id=beneficiary_id, debt_id=debt_id
        )
    if row is None or upload_id not in {None, row.upload_public_id}:
        return BillingsPage(records=[], next=None)
    if status is not None and row.status != status:
        return BillingsPage(records=[], next=None)
    return BillingsPage(records=[billing_of(row, profile_of(row.profile))], next=None)


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
    entries = [
        HistoryEntry.model_validate({"status": status, "at": at, "detail": detail})
        for status, at, detail in facts
        if at is not None
    ]
    return sorted(entries, key=lambda entry: entry.at)
