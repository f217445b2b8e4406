"""One person's data: found, and written to a zip to be handed over."""

from __future__ import annotations

import os
import zipfile
from collections import defaultdict
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import orjson

from cobranca.domain.boleto import digitable_line_of
from cobranca.domain.errors import NotFound
from cobranca.infra.mailer import outbox
from cobranca.privacy import objects, repository
from cobranca.privacy.archive import pages_of
from cobranca.privacy.erasure import erase
from cobranca.privacy.search import find as search

if TYPE_CHECKING:
    from pathlib import Path

    from cobranca.infra.mailer.mail import Mail
    from cobranca.infra.storage import Storage
    from cobranca.privacy.archive import Archive
    from cobranca.privacy.repository import BillingRow, MailEventRow
    from cobranca.privacy.search import Found

__all__ = ["erase", "export", "search"]

#: Our own numbers and places, which tell a person nothing.
_HIDDEN = frozenset(
    {"id", "upload_id", "batch_id", "billing_id", "object_path", "pdf_offset", "pdf_length"}
)


async def export(archive: Archive, found: Found, target: Path) -> None:
    """Write all that was found to a new zip: `person.json`, their slips, and kept messages.

    Raises:
        FileExistsError: the target is there.
    """
    events = await _events(archive, found)
    described = _described(found, events, await _mails(archive, found))
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(descriptor, "wb") as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:  # noqa: ASYNC230, PTH123
        packed.writestr("person.json", orjson.dumps(described, option=orjson.OPT_INDENT_2))
        for billing in found.billings:
            slip = await _slip(archive.storage, billing)
            if slip is not None:
                packed.writestr(f"boletos/{objects.slip_name(billing.debt_id)}", slip)
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


async def _mails(archive: Archive, found: Found) -> list[Mail]:
    """Return the mails of the outbox about these billings."""
    wanted = {str(debt_id) for debt_id in found.debt_ids}
    mails: list[Mail] = []
    for batch_id in sorted({billing.batch_id for billing in found.billings}):
        for path in await archive.storage.list_paths(f"outbox/{batch_id}"):
            content = await archive.storage.get(path)
            mails += [mail for mail in outbox.records(content) if mail.debt_id in wanted]
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
    found: Found, events: dict[int, list[MailEventRow]], mails: list[Mail]
) -> dict[str, Any]:
    """Return what was found as JSON can hold it."""
    billings = [
        _shown(billing)
        | {
            "digitable_line": digitable_line_of(billing.barcode) if billing.barcode else None,
            "mail_events": [_shown(event) for event in events[billing.id]],
        }
        for billing in found.billings
    ]
    return {
        "billings": billings,
        "refused_records": [_shown(reject) for reject in found.rejects],
        "suppressed_addresses": found.suppressed,
        "mails": mails,
        "stored_files": [upload.storage_path for upload in found.uploads],
        "kept_messages": found.bounces,
    }


def _shown(row: Any) -> dict[str, Any]:
    return {name: value for name, value in asdict(row).items() if name not in _HIDDEN}
