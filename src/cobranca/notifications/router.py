"""The mailbox over HTTP."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Response

from cobranca.dependencies import DatabaseDep, StorageDep
from cobranca.notifications import mailbox
from cobranca.notifications.schemas import MailboxPage, MailDetail

router = APIRouter(prefix="/mailbox", tags=["mailbox"])

_EML: dict[int | str, dict[str, Any]] = {
    200: {"content": {"message/rfc822": {}}, "description": "The mail's own bytes"}
}


@router.get("")
async def list_mails(
    database: DatabaseDep,
    upload_id: UUID | None = None,
    search: Annotated[str | None, Query(max_length=320)] = None,
    after: Annotated[int, Query(ge=0, lt=2**63)] = 0,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> MailboxPage:
    """List the mails of an upload, or of the newest one that went to the outbox."""
    return await mailbox.list_mails(
        database, upload_id=upload_id, search=search or None, after=after, limit=limit
    )


@router.get("/{debt_id}")
async def open_mail(database: DatabaseDep, storage: StorageDep, debt_id: UUID) -> MailDetail:
    """Open a mail of the outbox."""
    return await mailbox.open_mail(database, storage, debt_id)


@router.get("/{debt_id}/eml", response_class=Response, responses=_EML)
async def get_eml(database: DatabaseDep, storage: StorageDep, debt_id: UUID) -> Response:
    """Return a mail of the outbox as the bytes that SMTP would have carried."""
    content = await mailbox.read_eml(database, storage, debt_id)
    headers = {"Content-Disposition": f'attachment; filename="{debt_id}.eml"'}
    return Response(content, media_type="message/rfc822", headers=headers)
