"""One person's data: found, and written to a zip to be handed over."""

from __future__ import annotations

import json
import os
import zipfile
from collections import defaultdict
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from cobranca.domain.boleto import digitable_line_of
from cobranca.domain.errors import NotFound
from cobranca.infra.mailer import outbox
from cobranca.privacy import repository
from cobranca.privacy.archive import outbox_of, pages_of
from cobranca.privacy.erasure import erase
from cobranca.privacy.search import find

if TYPE_CHECKING:
    from pathlib import Path

    from cobranca.infra.storage import Storage
    from cobranca.privacy.archive import Archive
    from cobranca.privacy.person import Person
    from cobranca.privacy.repository import BillingRow, MailEventRow
    from cobranca.privacy.search import Found

__all__ = ["erase", "export", "search"]


async def search(archive: Archive, person: Person) -> Found:
    """Return all that there is about a person."""
    return await find(archive.database, archive.storage, archive.beneficiary_id, person)


async def export(archive: Archive, found: Found, target: Path) -> None:
    """Write all that was found to a new zip: `person.json`, their slips, and kept messages.

    Raises:
        FileExistsError: the target is there.
    """
    events = await _events(archive, found)
    mails = await _mails(archive, found)
    described = _described(found, events, mails)
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(descriptor, "wb") as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:  # noqa: ASYNC230, PTH123
        packed.writestr("person.json", json.dumps(described, ensure_ascii=False, indent=1))
        for billing in found.billings:
            slip = await _slip(archive.storage, billing)
            if slip is not None:
                packed.writestr(f"boletos/boleto-{billing.debt_id}.pdf", slip)
        for path in found.bounces:
            packed.writestr(path, await archive.storage.get(path))


async def _events(archive: Archive, found: Found) -> dict[int, list[MailEventRow]]:
    events: dict[int, list[MailEventRow]] = defaultdict(list)
    for page in pages_of([billing.id for billing in found.billings]):
        async with archive.database.transaction() as connection:
            rows = await repository.list_mail_events(connection, archive.beneficiary_id, page)
        for row in rows:
            events[row.billing_id].append(row)
    return events


async def _mails(archive: Archive, found: Found) -> list[dict[str, Any]]:
    """Return the mails of the outbox about these billings, as values."""
    wanted = {str(billing.debt_id) for billing in found.billings}
    mails: list[dict[str, Any]] = []
    for held in await outbox_of(archive, found):
        content = await archive.storage.get(held.path)
        mails += [asdict(mail) for mail in outbox.records(content) if mail.debt_id in wanted]
    return mails


async def _slip(storage: Storage, billing: BillingRow) -> bytes | None:
    path, start, length = billing.object_path, billing.pdf_offset, billing.pdf_length
    if path is None or start is None or length is None:
        return None
    try:
        return await storage.get_range(path, start, length)
    except NotFound:
        return None


def _described(
    found: Found, events: dict[int, list[MailEventRow]], mails: list[dict[str, Any]]
) -> dict[str, Any]:
    """Return what was found as JSON can hold it, without our own numbers of rows."""
    hidden = {
        "id",
        "upload_id",
        "batch_id",
        "object_path",
        "pdf_offset",
        "pdf_length",
        "billing_id",
    }

    def shown(row: Any) -> dict[str, Any]:
        return {
            name: value if isinstance(value, int) or value is None else str(value)
            for name, value in asdict(row).items()
            if name not in hidden
        }

    return {
        "billings": [
            shown(billing)
            | {
                "digitable_line": digitable_line_of(billing.barcode) if billing.barcode else None,
                "mail_events": [shown(event) for event in events[billing.id]],
            }
            for billing in found.billings
        ],
        "refused_records": [shown(reject) for reject in found.rejects],
        "suppressed_addresses": [shown(row) for row in found.suppressed],
        "mails": [
            {name: value if value is None else str(value) for name, value in mail.items()}
            for mail in mails
        ],
        "stored_files": [upload.storage_path for upload in found.uploads],
        "kept_messages": found.bounces,
    }
