"""The mailbox: lists what was sent, and opens a mail as the bytes that SMTP would have carried."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from email import message_from_bytes, policy
from typing import TYPE_CHECKING

from cobranca.domain.errors import NotFound
from cobranca.infra.db import Database, cut_page
from cobranca.infra.mailer import outbox
from cobranca.infra.mailer.mail import Mail, message_id
from cobranca.notifications import repository
from cobranca.notifications.mail_text import compose, subject
from cobranca.notifications.mail_values import mails_of
from cobranca.notifications.schemas import Attachment, MailboxPage, MailDetail, MailSummary
from cobranca.notifications.second_copies.repository import list_second_copies
from cobranca.notifications.second_copies.service import speak_of
from cobranca.pipeline.billing_details import NO_DETAILS, read_details
from cobranca.pipeline.issuing_terms import Profile, get_profile, profile_of
from cobranca.pipeline.second_copies import draw

if TYPE_CHECKING:
    from email.message import EmailMessage
    from uuid import UUID

    from cobranca.infra.storage import Storage
    from cobranca.notifications.rows import ListedMailRow, MailPlaceRow
    from cobranca.notifications.second_copies.repository import MailedCopyRow


async def list_mails(
    database: Database,
    beneficiary_id: int,
    *,
    upload_id: UUID | None,
    search: str | None,
    debt_id: UUID | None,
    after: int,
    limit: int,
) -> MailboxPage:
    """Return a page of an upload's mails; without an upload, of the newest in the outbox.

    Raises:
        NotFound: the beneficiary has no such upload.
    """
    async with database.transaction() as connection:
        upload = await repository.find_upload(
            connection, beneficiary_id=beneficiary_id, public_id=upload_id
        )
        if upload is None:
            if upload_id is not None:
                raise NotFound(f"There is no upload {upload_id}")
            return MailboxPage(records=[], next=None)
        if upload.removed_at is not None:
            return MailboxPage(records=[], next=None)
        rows = await repository.list_mails(
            connection,
            beneficiary_id=beneficiary_id,
            upload_id=upload.id,
            search=search,
            debt_id=debt_id,
            after=after,
            rows_max=limit + 1,
        )
        copied = [row.id for row in rows if row.second_copy_at is not None]
        copies = await list_second_copies(connection, copied) if copied else {}
    profile = profile_of(upload.profile)
    page, after_page = cut_page(rows, limit)
    return MailboxPage(
        records=[_summary(row, profile, copies.get(row.id)) for row in page], next=after_page
    )


async def read_eml(
    database: Database, storage: Storage, beneficiary_id: int, debt_id: UUID
) -> bytes:
    """Return a mail of the outbox, whole.

    Raises:
        NotFound: no mail was sent about this billing, it did not go to the outbox, or the billing
            was taken out.
    """
    async with database.transaction() as connection:
        place = await repository.find_mail(
            connection, beneficiary_id=beneficiary_id, debt_id=debt_id
        )
    if place is None:
        raise NotFound(f"The outbox has no mail about {debt_id}", code="MAIL_NOT_FOUND")
    mail = await _find(storage, place, debt_id)
    if place.second_copy_at is not None:
        return compose(mail, await _draw_copy(database, place))
    pdf = await storage.get_range(place.object_path, place.pdf_offset, place.pdf_length)
    return compose(mail, pdf)


async def open_mail(
    database: Database, storage: Storage, beneficiary_id: int, debt_id: UUID
) -> MailDetail:
    """Return a mail of the outbox, taken apart for a page to show.

    Raises:
        NotFound: no mail was sent about this billing, or it did not go to the outbox.
    """
    content = await read_eml(database, storage, beneficiary_id, debt_id)
    message = message_from_bytes(content, policy=policy.default)
    return MailDetail(
        debt_id=debt_id,
        message_id=message["message-id"],
        sender=message["from"],
        recipient=message["to"],
        subject=message["subject"],
        date=message["date"].datetime,
        text=_body(message, "plain"),
        html=_body(message, "html"),
        attachments=[
            Attachment(
                name=part.get_filename() or "",
                size_bytes=len(part.get_content()),
                media_type=part.get_content_type(),
            )
            for part in message.iter_attachments()
        ],
    )


async def _find(storage: Storage, place: MailPlaceRow, debt_id: UUID) -> Mail:
    """Return the newest mail; those before it lie in other objects of the batch."""
    for path in place.outbox_paths:
        content = await storage.get(path)
        try:
            mail = outbox.find(content, str(debt_id))
        except NotFound:
            continue  # A batch that was worked in two attempts has its mails in two objects.
        domain = mail.message_id.rpartition("@")[2].rstrip(">")
        if mail.message_id == message_id(str(debt_id), domain, place.issue, place.message):
            return mail
    raise NotFound(f"The outbox has no mail about {debt_id}", code="MAIL_NOT_FOUND")


def _body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    return part.get_content() if part is not None else ""


async def _draw_copy(database: Database, place: MailPlaceRow) -> bytes:
    """Draw the second copy that a mail carried: of the same facts, it is the same again."""
    async with database.transaction() as connection:
        copy = (await list_second_copies(connection, [place.id]))[place.id]
        profile = await get_profile(connection, place.profile_id)
        details = await read_details(connection, first_id=place.id, last_id=place.id)
    said = details.get(place.id, NO_DETAILS)
    return await asyncio.to_thread(draw, copy, copy.slip(), profile, said)


def _summary(row: ListedMailRow, profile: Profile, copy: MailedCopyRow | None) -> MailSummary:
    (mail,) = mails_of([asdict(row)], profile, details={}, issued_on=row.issued_on, at=row.at)
    if isinstance(mail, Mail) and copy is not None:
        mail = speak_of(mail, copy, profile)
    return MailSummary(
        debt_id=row.debt_id,
        code=row.code,
        name=row.name,
        email=row.email,
        subject=subject(mail) if isinstance(mail, Mail) else "",
        sentat=row.at,
        amount_cents=row.amount_cents,
        due_date=row.due_date,
    )
