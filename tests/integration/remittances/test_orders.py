"""From an upload to a file for the bank that stays as it is, and is made once."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

from cobranca.domain.cnab import LAYOUTS
from tests.support.api_client import api_client
from tests.support.remittances import (
    debt,
    file_of,
    issue_all,
    ordered,
    upload,
    with_layout,
)

if TYPE_CHECKING:
    from cobranca.infra.resources import Resources
    from cobranca.infra.settings import Settings


@pytest.mark.parametrize("layout", ["341-400", "237-400", "001-240"])
async def test_an_upload_becomes_a_file_that_stays_byte_for_byte(
    settings: Settings, resources: Resources, layout: str
) -> None:
    async with api_client(with_layout(settings, layout)) as client:
        upload_id = await upload(client, debt(), debt(amount="10,00", terms="2%;;;"))
        await issue_all(resources)
        order = await ordered(client, resources, upload_id)
        assert order["state"] == "DONE", order
        (remittance,) = order["remittances"]
        assert (remittance["titles"], remittance["amount_cents"]) == (2, 124456)
        assert order["held_back"] == []
        content = await file_of(client, remittance)
        assert hashlib.sha256(content).hexdigest() == remittance["sha256"]
        assert len(content) == remittance["size_bytes"]
        assert await file_of(client, remittance) == content
        assert titles_in(layout, content) == await titles_of(resources)


#: Places of a line that tell its record, and the records of a title that are read back, in order.
RECORDS = {400: (slice(0, 1), {"1": 0}), 240: (slice(13, 14), {"P": 0, "Q": 1})}
SAID = {"amount", "due", "payer.name", "company_use", "document_number"}


def titles_in(code: str, content: bytes) -> list[dict[str, Any]]:
    """Read a file back by the layout's own tables: what stands of each title."""
    layout = LAYOUTS[code]
    mark, records = RECORDS[layout.width]
    found: list[dict[str, Any]] = []
    for line in content.decode("ascii").split("\r\n")[:-1]:
        assert len(line) == layout.width
        at = records.get(line[mark])
        if at is None:
            continue
        values = layout.records[layout.kinds[at].record].decode_one(line)
        if at == 0:
            found.append({})
        found[-1] |= {name: values[name] for name in SAID & values.keys()}
    for title in found:
        title["company_use"] = UUID(int=int(title["company_use"], 36))
        title["document_number"] = int(title["document_number"])
    return found


async def titles_of(resources: Resources) -> list[dict[str, Any]]:
    """Say what should stand of each billing."""
    async with resources.database.transaction() as connection:
        rows = await (
            await connection.execute(
                "SELECT b.*, o.our_number FROM billing b JOIN boleto o ON o.billing_id = b.id"
                " ORDER BY b.id"
            )
        ).fetchall()
    return [
        {
            "amount": row["amount_cents"],
            "due": row["due_date"],
            "payer.name": row["name"].upper(),
            "company_use": row["debt_id"],
            "document_number": row["our_number"],
        }
        for row in rows
    ]
