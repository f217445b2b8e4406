"""A job's file is what the list's own download gives, for who it is of, and for a day."""

from __future__ import annotations

import io
import zipfile
from collections.abc import AsyncGenerator, Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from hypothesis import HealthCheck, Phase, example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from cobranca.domain.errors import NotFound, StaleFence
from cobranca.jobs import making, pieces, service
from cobranca.jobs.handlers import MAKE_FILE
from cobranca.pipeline import job_files
from tests.integration.billings.test_filter import fits
from tests.integration.jobs.test_jobs import _WANTED, said, sums
from tests.support.factories import add_upload
from tests.support.jobs import Query, make, preview, result, start
from tests.support.mailing import rows_of
from tests.support.works import claim, issue_batch

if TYPE_CHECKING:
    from cobranca.billings.listing.walk import Found
    from cobranca.infra.resources import Resources

AsBefore = Callable[[], Awaitable[list[dict[str, Any]]]]
ROWS, BATCH_ROWS = 60, 10
#: Of each format its act, and the download that gives the same.
DIRECT = {
    "CSV": ("EXPORT", "/billings/export.csv"),
    "XLSX": ("EXPORT", "/billings/export.xlsx"),
    "ZIP": ("PDFS", "/billings/pdfs.zip"),
    "SHEET": ("PDFS", "/billings/pdfs.pdf"),
    "CARNE": ("PDFS", "/billings/pdfs.pdf"),
}


def objects(resources: Resources) -> list[Path]:
    """Return the files of jobs that are stored."""
    folder = resources.settings.data_dir / "storage" / "exports"
    return [path for path in folder.rglob("*") if path.is_file()]


def leftovers(resources: Resources) -> list[Path]:
    """Return what was left where files are written."""
    return [*(resources.settings.data_dir / "incoming").iterdir()]


async def ask(client: httpx.AsyncClient, query: Query, file_format: str = "CSV") -> dict[str, Any]:
    """Begin a job that makes a file."""
    answer = await start(client, DIRECT[file_format][0], query, format=file_format)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def refusal(client: httpx.AsyncClient, job: dict[str, Any]) -> tuple[int, str]:
    """Return why a job's file is not to be had."""
    answer = await client.get(f"/jobs/{job['job_id']}/file")
    return answer.status_code, answer.json()["code"]


def content_of(file_format: str, content: bytes) -> object:
    """Return what has to be the same: a workbook notes when it was written."""
    if file_format != "XLSX":
        return content
    archive = zipfile.ZipFile(io.BytesIO(content))
    assert archive.testzip() is None
    return [(name, archive.read(name)) for name in archive.namelist()]


@pytest.fixture
async def file(resources: Resources, client: httpx.AsyncClient) -> dict[str, Any]:
    """Return a file of several batches, of which the first two were issued."""
    del client
    upload = await add_upload(resources, rows=ROWS, batch_rows=BATCH_ROWS)
    await issue_batch(resources)
    await issue_batch(resources)
    return upload


@hypothesis_settings(
    max_examples=40,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],  # To shrink would take minutes.
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    file_format=st.sampled_from(list(DIRECT)),
    wanted=_WANTED,
    batches=st.integers(1, 6),
    billings=st.integers(1, 20),
)
@example(file_format="CSV", wanted={"bounced": False}, batches=1, billings=1)
async def test_a_file_is_what_the_download_gives(
    client: httpx.AsyncClient,
    resources: Resources,
    as_before: AsBefore,
    file_format: str,
    wanted: Query,
    batches: int,
    billings: int,
) -> None:
    facts = await as_before()
    if "upload_id" in wanted:
        ids = sorted({str(one["upload_public_id"]) for one in facts})
        wanted["upload_id"] = ids[wanted["upload_id"]]
    query = {name: v if isinstance(v, list) else str(v) for name, v in wanted.items()}
    act, path = DIRECT[file_format]
    layout = {"layout": "carne"} if file_format == "CARNE" else {}
    direct = await client.get(path, params=query | layout)
    seen = await preview(client, act, query)
    meant = [one for one in facts if fits(one, wanted)]
    assert sum(count for count, _ in said(seen).values()) == len(meant)
    began = await start(client, act, query, format=file_format)
    if not seen["done"]["billings"]:
        assert (began.status_code, began.json()["code"]) == (409, "JOB_EMPTY")
        return
    assert began.status_code == 201, began.text
    pieces._BATCHES_AT_ONCE, pieces._BILLINGS_AT_ONCE = batches, billings
    try:
        assert await make(resources)
    finally:
        pieces._BATCHES_AT_ONCE, pieces._BILLINGS_AT_ONCE = 16, 5000
    job = (await client.get(f"/jobs/{began.json()['job_id']}")).json()
    assert (job["state"], job["error"], job["format"]) == ("DONE", None, file_format)
    assert said(job) == said(seen)
    assert job["come_to"] == job["total"]["billings"] == len(meant)
    if act == "EXPORT":
        assert said(job) == sums(meant, {one["id"]: "DONE" for one in meant})
    made = await client.get(f"/jobs/{job['job_id']}/file")
    assert made.status_code == direct.status_code == 200
    assert content_of(file_format, made.content) == content_of(file_format, direct.content)
    for name in ("content-type", "content-disposition"):
        assert made.headers[name] == direct.headers[name]
    assert made.headers["cache-control"] == "private, no-store"
    assert int(made.headers["content-length"]) == len(made.content) == job["file"]["size_bytes"]
    assert len(await result(client, job["job_id"])) == len(meant)
    assert leftovers(resources) == []


async def test_pdfs_say_what_has_none(client: httpx.AsyncClient, file: dict[str, Any]) -> None:
    seen = await preview(client, "PDFS", {"upload_id": str(file["public_id"])})
    assert {name: count for name, (count, _) in said(seen).items()} == {
        "DONE": 2 * BATCH_ROWS,
        "NO_SLIP": ROWS - 2 * BATCH_ROWS,
    }
    assert not seen["must_confirm"]


async def test_a_job_is_stopped_within_a_piece_and_begins_anew(
    client: httpx.AsyncClient,
    resources: Resources,
    file: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    query = {"upload_id": str(file["public_id"])}
    direct = (await client.get("/billings/export.csv", params=query)).content
    job = await ask(client, query)
    walked: list[Found] = []
    walk = making._walk

    async def stopping(*values: Any) -> AsyncGenerator[Found]:
        async for found in walk(*values):
            walked.append(found)
            yield found
            if len(walked) == 3:
                await client.post(f"/jobs/{job['job_id']}/stop")

    with monkeypatch.context() as patched:
        patched.setattr(making, "_walk", stopping)
        assert await make(resources)
    assert len(walked) == 3
    stopped = (await client.get(f"/jobs/{job['job_id']}")).json()
    assert (stopped["state"], stopped["come_to"]) == ("STOPPED", 3 * BATCH_ROWS)
    assert await refusal(client, job) == (404, "JOB_FILE_NOT_READY")
    assert (objects(resources), leftovers(resources)) == ([], [])
    assert not await make(resources)
    assert await job_files.remove_forgotten(resources.database, resources.storage) == 1
    await client.post(f"/jobs/{job['job_id']}/resume")
    assert await make(resources)
    done = (await client.get(f"/jobs/{job['job_id']}")).json()
    assert (done["state"], done["come_to"]) == ("DONE", ROWS)
    assert (await client.get(f"/jobs/{job['job_id']}/file")).content == direct
    assert set((await result(client, job["job_id"])).values()) == {"Feito"}


@pytest.mark.parametrize("point", ["job-file-written", "job-file-stored"])
async def test_an_attempt_that_fails_leaves_nothing_behind(
    client: httpx.AsyncClient,
    resources: Resources,
    file: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
    point: str,
) -> None:
    job = await ask(client, {"upload_id": str(file["public_id"])})

    def crash(name: str) -> None:
        if name == point:
            raise ZeroDivisionError(name)

    with monkeypatch.context() as broken:
        broken.setattr(making, "crashpoint", crash)
        await make(resources)
    assert await refusal(client, job) == (404, "JOB_FILE_NOT_READY")
    left = objects(resources)
    assert len(left) == (point == "job-file-stored")
    async with resources.database.transaction() as c:
        await c.execute("UPDATE work SET not_before = NULL")
    assert await make(resources)
    done = (await client.get(f"/jobs/{job['job_id']}")).json()
    assert (done["state"], done["done"]["billings"], done["come_to"]) == ("DONE", ROWS, ROWS)
    assert await job_files.remove_forgotten(resources.database, resources.storage) == 1
    (kept,) = objects(resources)
    assert kept not in left
    assert (await client.get(f"/jobs/{job['job_id']}/file")).content == kept.read_bytes()


async def test_who_lost_a_job_stores_nothing_of_it(
    client: httpx.AsyncClient,
    resources: Resources,
    file: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await ask(client, {"upload_id": str(file["public_id"])})
    async with resources.database.transaction() as c:
        lost = await claim(c, MAKE_FILE, lease_s=60)
    assert lost is not None

    async def take_over(resources: Resources, *values: Any) -> bool:
        async with resources.database.transaction() as c:
            await c.execute(
                "UPDATE work SET lease_until = now() - interval '1 s' WHERE kind = 'export'"
            )
        with monkeypatch.context() as whole:
            whole.setattr(making, "_end", end)
            assert await make(resources)
        await job_files.remove_forgotten(resources.database, resources.storage)
        return await end(resources, *values)

    end = making._end
    with monkeypatch.context() as hung:
        hung.setattr(making, "_end", take_over)
        with pytest.raises(StaleFence):
            await making.make_file(resources, lost)
    assert len(objects(resources)) == 1
    assert len(await rows_of(resources, "SELECT 1 FROM job_file")) == 1


async def test_a_file_is_kept_for_a_day_and_then_removed(
    client: httpx.AsyncClient, resources: Resources, file: dict[str, Any]
) -> None:
    job = await ask(client, {"upload_id": str(file["public_id"])})
    await make(resources)
    assert await job_files.remove_forgotten(resources.database, resources.storage) == 0
    assert (await client.get(f"/jobs/{job['job_id']}/file")).status_code == 200
    async with resources.database.transaction() as c:
        await c.execute("UPDATE job_file SET made_at = now() - interval '24 hours 1 second'")
        await c.execute("UPDATE job SET ended_at = now() - interval '91 days'")
    assert await refusal(client, job) == (410, "JOB_FILE_GONE")
    assert (await client.get(f"/jobs/{job['job_id']}")).json()["file"] is None
    assert await service.remove_old_jobs(resources.database) == 0
    assert await job_files.remove_forgotten(resources.database, resources.storage) == 1
    assert objects(resources) == []
    assert await refusal(client, job) == (410, "JOB_FILE_GONE")
    assert await service.remove_old_jobs(resources.database) == 1


async def test_the_newest_files_are_kept(
    client: httpx.AsyncClient,
    resources: Resources,
    file: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(making, "_KEPT_MAX", 2)
    jobs = [await ask(client, {"upload_id": str(file["public_id"])}) for _ in range(3)]
    while await make(resources):
        pass
    assert await refusal(client, jobs[0]) == (410, "JOB_FILE_GONE")
    await job_files.remove_forgotten(resources.database, resources.storage)
    assert len(objects(resources)) == 2
    for job in jobs[1:]:
        assert (await client.get(f"/jobs/{job['job_id']}/file")).status_code == 200


async def test_a_file_is_its_beneficiarys_alone(
    client: httpx.AsyncClient, resources: Resources, file: dict[str, Any]
) -> None:
    job = await ask(client, {"upload_id": str(file["public_id"])})
    await make(resources)
    (mine,) = await rows_of(resources, "SELECT beneficiary_id AS id FROM job")
    with pytest.raises(NotFound):
        await service.open_file(resources, mine["id"] + 1, job["job_id"])
    (stored,) = objects(resources)
    assert stored.parent.name == job["job_id"]
    assert stored.parent.parent.name == str(mine["id"])
    assert len(stored.stem) >= 32


async def test_what_is_asked_wrongly_is_refused_with_what_to_do(
    client: httpx.AsyncClient,
    resources: Resources,
    file: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    query = {"upload_id": str(file["public_id"])}
    for act, file_format in (
        ("EXPORT", None), ("EXPORT", "ZIP"), ("PDFS", "CSV"), ("PDFS", None), ("CANCEL", "CSV"),
    ):  # fmt: skip
        answer = await start(client, act, query, format=file_format, confirm_count=ROWS)
        assert (answer.status_code, answer.json()["code"]) == (422, "JOB_FORMAT_INVALID")
        assert answer.json()["field"] == "format"
    monkeypatch.setattr("cobranca.billings.out.pdfs.PRINTED_MAX", ROWS - 1)
    monkeypatch.setattr("cobranca.billings.out.service.ROWS_MAX", ROWS - 1)
    for file_format, code in (
        ("SHEET", "PRINT_TOO_LARGE"), ("CARNE", "PRINT_TOO_LARGE"), ("XLSX", "EXPORT_TOO_LARGE"),
    ):  # fmt: skip
        answer = await start(client, DIRECT[file_format][0], query, format=file_format)
        assert (answer.status_code, answer.json()["code"]) == (422, code)
    cancelling = (await start(client, "CANCEL", query)).json()
    assert await refusal(client, cancelling) == (404, "JOB_HAS_NO_FILE")
    waiting = await ask(client, query)
    assert await refusal(client, waiting) == (404, "JOB_FILE_NOT_READY")
    assert waiting["file"] is None
    monkeypatch.setattr(making, "room_bytes", lambda *_: -1)
    await make(resources)
    full = (await client.get(f"/jobs/{waiting['job_id']}")).json()
    assert full["state"] == "RUNNING"
    assert "no room" in full["error"]
    assert (objects(resources), leftovers(resources)) == ([], [])
