"""From an upload to a file for the bank that stays as it is, and is made once."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest

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
        width = int(layout[4:])
        assert {len(line) for line in content.split(b"\r\n")} == {width, 0}
