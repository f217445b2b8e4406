"""No file of a job outlives the data that stands in it."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from cobranca.jobs import making
from cobranca.pipeline import job_files
from cobranca.privacy import service as privacy
from cobranca.retention.service import purge, purgeable
from tests.integration.jobs.test_files import ask, leftovers, objects, refusal
from tests.integration.jobs.test_files import file as file  # noqa: PLC0414
from tests.support.factories import add_upload
from tests.support.jobs import make
from tests.support.mailing import rows_of
from tests.support.people import ANA, PERSON, archive_of, fill, run

if TYPE_CHECKING:
    from cobranca.infra.resources import Resources


async def test_an_erasure_leaves_nobody_in_a_file(
    client: httpx.AsyncClient, resources: Resources
) -> None:
    await fill(resources)
    await run(resources, "UPDATE billing_detail SET terms = NULL")  # No terms are an address.
    made = [await ask(client, {}, file_format) for file_format in ("CSV", "ZIP")]
    while await make(resources):
        pass
    assert ANA[0] in (await client.get(f"/jobs/{made[0]['job_id']}/file")).content.decode()
    archive = await archive_of(resources)
    await privacy.erase(archive, await privacy.search(archive, PERSON), with_slips=False)
    assert objects(resources) == []
    for job in made:
        assert await refusal(client, job) == (410, "JOB_FILE_GONE")
    again = await ask(client, {})
    await make(resources)
    text = (await client.get(f"/jobs/{again['job_id']}/file")).content.decode()
    assert ANA[0] not in text
    assert ANA[2] not in text


async def test_a_purge_takes_the_files_that_its_billings_stand_in(
    client: httpx.AsyncClient, resources: Resources, file: dict[str, Any]
) -> None:
    other = await add_upload(resources, rows=5, batch_rows=5)
    gone = await ask(client, {"upload_id": str(file["public_id"])})
    all_of_them = await ask(client, {})
    kept = await ask(client, {"upload_id": str(other["public_id"])})
    while await make(resources):
        pass
    async with resources.database.transaction() as c:
        await c.execute(
            "UPDATE upload SET finished_at = now() - interval '9 days' WHERE id = %s", [file["id"]]
        )
    await purge(resources.database, resources.storage, days=8)
    assert await refusal(client, gone) == (410, "JOB_FILE_GONE")
    assert await refusal(client, all_of_them) == (410, "JOB_FILE_GONE")
    assert (await client.get(f"/jobs/{kept['job_id']}/file")).status_code == 200
    assert len(objects(resources)) == 1
    again = await ask(client, {})
    assert again["total"]["billings"] == 5
    await make(resources)
    made = await client.get(f"/jobs/{again['job_id']}/file")
    assert made.content == (await client.get("/billings/export.csv")).content
    assert made.content.count(b"\r\n") == 6


async def test_what_no_row_names_goes_with_a_purge(
    client: httpx.AsyncClient, resources: Resources, file: dict[str, Any]
) -> None:
    await ask(client, {"upload_id": str(file["public_id"])})
    await make(resources)
    (kept,) = objects(resources)
    await resources.storage.put("exports/1/lost/lost.csv", b"x")
    then = time.time() - 2 * 86_400
    for path in objects(resources):
        os.utime(path, (then, then))
    assert (await purgeable(resources.database, resources.storage, days=8)).unnamed == 1
    await purge(resources.database, resources.storage, days=8)
    assert objects(resources) == [kept]


async def test_what_is_forgotten_while_it_is_made_is_made_anew(
    client: httpx.AsyncClient,
    resources: Resources,
    file: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    job = await ask(client, {"upload_id": str(file["public_id"])})
    (row,) = await rows_of(resources, "SELECT beneficiary_id FROM job")

    async def forgetting(resources: Resources, *values: Any) -> bool:
        async with resources.database.transaction() as c:
            await c.execute("UPDATE billing SET name = 'Dados apagados' WHERE name = 'Ana 0'")
            await job_files.forget_beneficiary(c, row["beneficiary_id"])
        # The attempt is alive: what it may still store is its own to remove.
        assert await job_files.remove_forgotten(resources.database, resources.storage) == 0
        return await end(resources, *values)

    end = making._end
    with monkeypatch.context() as patched:
        patched.setattr(making, "_end", forgetting)
        assert await make(resources)
    assert (objects(resources), leftovers(resources)) == ([], [])
    assert await refusal(client, job) == (404, "JOB_FILE_NOT_READY")
    assert await make(resources)
    text = (await client.get(f"/jobs/{job['job_id']}/file")).content.decode()
    assert "Dados apagados" in text
    assert "Ana 0;" not in text
