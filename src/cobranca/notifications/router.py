"""The mailbox, suppressions, mails that came back and mails that wait, over HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from fastapi.responses import StreamingResponse
from starlette.requests import ClientDisconnect

from cobranca.domain.errors import MediaTypeInvalid, UploadCutOff, UploadTooLarge
from cobranca.http.csv_download import Delimiter, csv_download
from cobranca.http.debts import DebtDep, SearchedDebtDep
from cobranca.http.parameters import After, SearchText
from cobranca.http.principal import needs
from cobranca.http.state import (
    BeneficiaryDep,
    BusDep,
    DatabaseDep,
    HoldDownload,
    SettingsDep,
    StateDep,
    StorageDep,
)
from cobranca.notifications import account, bounces, outbox, suppressions
from cobranca.notifications.bounce_intake import BounceIntake
from cobranca.notifications.schemas import (
    BounceAnswer,
    BouncesPage,
    MailboxPage,
    MailDetail,
    MailHold,
    MailHolds,
    Resumed,
    SuppressionsPage,
)

router = APIRouter()

#: What a message may take to come, whole.
_BODY_S = 30.0

_EML: dict[int | str, dict[str, Any]] = {
    200: {"content": {"message/rfc822": {}}, "description": "The mail's own bytes"}
}

_CSV: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/csv": {}}, "description": "The mails that came back"}
}

_RAW_MESSAGE: dict[str, Any] = {
    "requestBody": {"required": True, "content": {"message/rfc822": {"schema": {"type": "string"}}}}
}


@router.get("/mail/holds", tags=["mailbox"], dependencies=[needs("mails:read")])
async def list_holds(database: DatabaseDep) -> MailHolds:
    """Return what mails wait for now: a quota of ours, or a person."""
    holds = await account.list_holds(database)
    return MailHolds(holds=[MailHold.model_validate(hold, from_attributes=True) for hold in holds])


@router.post("/mail/resume", tags=["mailbox"], dependencies=[needs("mails:write")])
async def resume_mail(database: DatabaseDep, bus: BusDep) -> Resumed:
    """Go on with mails that wait for our account: what was wrong with it has been mended."""
    return Resumed(batches=await account.go_on(database, bus))


@router.get("/mailbox", tags=["mailbox"], dependencies=[needs("mails:read")])
async def list_mails(
    database: DatabaseDep,
    beneficiary_id: BeneficiaryDep,
    debt_id: SearchedDebtDep,
    upload_id: UUID | None = None,
    search: SearchText = None,
    after: After = 0,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> MailboxPage:
    """List the mails of an upload, or of the newest one that went to the outbox."""
    return await outbox.list_mails(
        database,
        beneficiary_id,
        upload_id=upload_id,
        search=search or None,
        debt_id=debt_id,
        after=after,
        limit=limit,
    )


@router.get(
    "/mailbox/{debt_id:path}/eml",
    tags=["mailbox"],
    response_class=Response,
    responses=_EML,
    dependencies=[needs("mails:read")],
)
async def get_eml(
    database: DatabaseDep, storage: StorageDep, beneficiary_id: BeneficiaryDep, debt_id: DebtDep
) -> Response:
    """Return a mail of the outbox as the bytes that SMTP would have carried."""
    content = await outbox.read_eml(database, storage, beneficiary_id, debt_id)
    headers = {"Content-Disposition": f'attachment; filename="{debt_id}.eml"'}
    return Response(content, media_type="message/rfc822", headers=headers)


@router.get("/mailbox/{debt_id:path}", tags=["mailbox"], dependencies=[needs("mails:read")])
async def open_mail(
    database: DatabaseDep, storage: StorageDep, beneficiary_id: BeneficiaryDep, debt_id: DebtDep
) -> MailDetail:
    """Open a mail of the outbox."""
    return await outbox.open_mail(database, storage, beneficiary_id, debt_id)


@router.get("/suppressions", tags=["suppressions"], dependencies=[needs("suppressions:read")])
async def list_suppressions(
    database: DatabaseDep,
    beneficiary_id: BeneficiaryDep,
    email: SearchText = None,
    after: Annotated[int | None, Query(ge=0, lt=2**63)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> SuppressionsPage:
    """List addresses that a mail server refused for good, newest first."""
    return await suppressions.list_suppressions(
        database, beneficiary_id, email=email or None, after=after, limit=limit
    )


@router.delete(
    "/suppressions/{suppression_id}",
    status_code=204,
    tags=["suppressions"],
    dependencies=[needs("suppressions:write")],
)
async def remove_suppression(
    database: DatabaseDep,
    beneficiary_id: BeneficiaryDep,
    suppression_id: Annotated[int, Path(ge=0, lt=2**63)],
) -> None:
    """Allow mails to an address again. Those that failed meanwhile are not sent by it."""
    await suppressions.remove_suppression(database, beneficiary_id, suppression_id)


def _intake(state: StateDep) -> BounceIntake:
    return state.of(BounceIntake)


IntakeDep = Annotated[BounceIntake, Depends(_intake)]


async def _hold_bounce(intake: IntakeDep) -> AsyncIterator[None]:
    """Be one of those that are taken until it has been answered for."""
    with intake.limit.held():
        yield


def _desk(
    database: DatabaseDep, storage: StorageDep, settings: SettingsDep, intake: IntakeDep
) -> bounces.BounceDesk:
    return bounces.BounceDesk(
        database=database, storage=storage, settings=settings, reader=intake.reader
    )


@router.post(
    "/mail/bounces",
    tags=["bounces"],
    openapi_extra=_RAW_MESSAGE,
    dependencies=[needs("bounces:write"), Depends(_hold_bounce)],
)
async def take_bounce(
    desk: Annotated[bounces.BounceDesk, Depends(_desk)], request: Request
) -> BounceAnswer:
    """Take a message that came to the envelope's sender, as a mail server's pipe hands it over."""
    if request.headers.get("content-type", "").partition(";")[0].strip() != "message/rfc822":
        raise MediaTypeInvalid("Send the raw message as message/rfc822")
    settled = await desk.settle(await _body(request))
    return BounceAnswer.model_validate(settled, from_attributes=True)


async def _body(request: Request) -> bytes:
    """Return the body, whole; a sender who waits does not hold a place for long."""
    content = bytearray()
    try:
        async with asyncio.timeout(_BODY_S):
            async for piece in request.stream():
                content += piece
                if len(content) > bounces.BOUNCE_BYTES_MAX:
                    raise UploadTooLarge(f"A message has at most {bounces.BOUNCE_BYTES_MAX} bytes")
    except (TimeoutError, ClientDisconnect) as error:
        raise UploadCutOff(
            "The message stopped coming, or came too slowly; hand it in again"
        ) from error
    return bytes(content)


@router.get("/mail/bounces", tags=["bounces"], dependencies=[needs("bounces:read")])
async def list_bounces(
    database: DatabaseDep,
    beneficiary_id: BeneficiaryDep,
    upload_id: UUID,
    after: After = 0,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> BouncesPage:
    """List the mails of an upload that came back after a server had taken them."""
    return await bounces.list_bounces(
        database, beneficiary_id, upload_id=upload_id, after=after, limit=limit
    )


@router.get(
    "/mail/bounces.csv",
    tags=["bounces"],
    response_class=StreamingResponse,
    responses=_CSV,
    dependencies=[needs("bounces:read"), HoldDownload],
)
async def get_bounces(
    database: DatabaseDep,
    beneficiary_id: BeneficiaryDep,
    upload_id: UUID,
    *,
    delimiter: Delimiter = ",",
) -> StreamingResponse:
    """Return the mails of an upload that came back as a CSV for a spreadsheet."""
    await bounces.check_upload(database, beneficiary_id, upload_id)
    lines = bounces.stream_bounces(database, beneficiary_id, upload_id, delimiter=delimiter)
    return csv_download(lines, name=f"bounces-{upload_id}")
