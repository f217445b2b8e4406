"""What becomes of files for the bank when uploads are purged, and when a person is erased."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cobranca.privacy import service as privacy
from cobranca.privacy.archive import Archive
from cobranca.privacy.person import Person
from cobranca.retention.service import purge
from tests.integration.retention.test_unnamed import grow_old, objects, run, work_all
from tests.support.api_client import api_client
from tests.support.remittances import TAX_ID, debt, file_of, ordered, upload, with_layout

if TYPE_CHECKING:
    from cobranca.infra.resources import Resources
    from cobranca.infra.settings import Settings


async def test_a_purge_takes_old_bytes_and_titles_and_asks_for_no_write_off(
    settings: Settings, resources: Resources
) -> None:
    async with api_client(with_layout(settings, "341-400")) as client:
        await upload(client, debt(), debt())
        await work_all(resources)
        (file,) = (await ordered(client, resources))["remittances"]
        await run(resources, "UPDATE upload SET purge_begun_at = now(), removed_at = now()")
        assert (await ordered(client, resources))["remittances"] == []
        await run(resources, "UPDATE remittance SET created_at = now() - interval '9 days'")
        await purge(resources.database, resources.storage, days=7)
        assert (await client.get(f"/remittances/{file['id']}/file")).status_code == 404
        assert (await client.get(f"/remittances/{file['id']}")).json()["titles"] == 2
        assert await run(resources, "SELECT FROM remittance_title") == []
        assert (await ordered(client, resources))["remittances"] == []


async def test_what_was_stored_and_never_frozen_goes_and_what_was_frozen_stays(
    settings: Settings, resources: Resources
) -> None:
    async with api_client(with_layout(settings, "341-400")) as client:
        await upload(client, debt())
        await work_all(resources)
        (file,) = (await ordered(client, resources))["remittances"]
        content = await file_of(client, file)
        await resources.storage.put("remittances/1/0123.rem", b"a try that died")
        grow_old(settings)
        await purge(resources.database, resources.storage, days=30)
        assert [path for path in objects(settings) if path.startswith("remittances/")] == [
            f"remittances/1/{file['sha256']}.rem"
        ]
        assert await file_of(client, file) == content


async def test_who_is_erased_is_told_that_the_banks_file_stays(
    settings: Settings, resources: Resources
) -> None:
    async with api_client(with_layout(settings, "341-400")) as client:
        await upload(client, debt())
        await work_all(resources)
        await ordered(client, resources)
    archive = Archive(
        database=resources.database,
        storage=resources.storage,
        settings=resources.settings,
        beneficiary_id=1,
    )
    person = Person.of(tax_id=TAX_ID, email=None)
    kept = await privacy.erase(archive, await privacy.search(archive, person), with_slips=False)
    assert [one.count for one in kept if "files for the bank" in one.what] == [1]
