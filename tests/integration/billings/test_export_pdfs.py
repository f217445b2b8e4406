"""All slips of what is filtered: the PDFs as they were issued in a zip, or one file to print."""

from __future__ import annotations

import io
import zipfile
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

import httpx
import pypdfium2
import pytest

from cobranca.billings.out import pdfs
from tests.support.api_client import api_client
from tests.support.factories import add_upload
from tests.support.works import issue_batch

if TYPE_CHECKING:
    from cobranca.infra.resources import Resources
    from cobranca.infra.settings import Settings

ROWS, BATCH_ROWS = 20, 8


@pytest.fixture
async def client(settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    """Return a client of an API of its own."""
    async with api_client(settings) as client:
        yield client


@pytest.fixture
async def listed(client: httpx.AsyncClient, resources: Resources) -> list[dict[str, Any]]:
    """Return billings of a file: two batches of three issued, one billing then cancelled."""
    upload = await add_upload(resources, rows=ROWS, batch_rows=BATCH_ROWS)
    await issue_batch(resources)
    await issue_batch(resources)
    wanted = {"upload_id": str(upload["public_id"])}
    records = (await client.get("/billings", params=wanted)).json()["records"]
    await client.delete(f"/billings/{records[3]['debt_id']}")
    return (await client.get("/billings", params=wanted)).json()["records"]


async def test_zip_has_each_pdf_as_it_was_issued(
    client: httpx.AsyncClient, listed: list[dict[str, Any]]
) -> None:
    wanted = {"upload_id": listed[0]["upload_id"]}
    answer = await client.get("/billings/pdfs.zip", params=wanted)
    assert answer.headers["content-type"] == "application/zip"
    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    assert archive.testzip() is None
    *names, last = archive.namelist()
    issued = [one for one in listed if one["status"] == "ISSUED"]
    assert len(names) == len(set(names)) == len(issued) == 2 * BATCH_ROWS - 1
    read_me = archive.read(last).decode()
    assert f"neste arquivo: {len(issued)}" in read_me
    left_out = [one for one in listed if one["status"] != "ISSUED"]
    assert f"ou simuladas): {len(left_out)}\r\n" in read_me
    why = {"REMOVED": "cancelada", "ACKNOWLEDGED": "ainda não emitida"}
    told = [f"{one['debt_id']}: {why[one['status']]}" for one in left_out]
    assert len({one["status"] for one in left_out}) == len(why)
    assert read_me.splitlines()[2:] == told
    by_number = {name.split("-ana-")[0][len("boleto-2030-01-01-") :]: name for name in names}
    for one in issued:
        number = one["our_number"].replace("/", "-")
        own = (await client.get(f"/billings/{one['debt_id']}/pdf")).content
        assert archive.read(by_number[number]) == own
        assert by_number[number].startswith(f"boleto-{one['due_date']}-")


@pytest.mark.parametrize(("layout", "a_page"), [("sheet", 1), ("carne", 3)])
async def test_print_file_has_every_slip_in_order(
    client: httpx.AsyncClient,
    listed: list[dict[str, Any]],
    monkeypatch: pytest.MonkeyPatch,
    layout: str,
    a_page: int,
) -> None:
    monkeypatch.setattr(pdfs, "_DRAWN_AT_ONCE", 6)
    wanted = {"upload_id": listed[0]["upload_id"], "layout": layout}
    answer = await client.get("/billings/pdfs.pdf", params=wanted)
    assert answer.status_code == 200, answer.text
    issued = [one for one in listed if one["status"] == "ISSUED"]
    assert answer.headers["x-left-out"] == str(ROWS - len(issued))
    document = pypdfium2.PdfDocument(answer.content)
    texts = [page.get_textpage().get_text_bounded() for page in document]
    assert len(texts) == -(-len(issued) // a_page)
    for place, one in enumerate(issued):
        assert one["our_number"] in texts[place // a_page]


async def test_what_has_no_pdf_is_told(
    client: httpx.AsyncClient, listed: list[dict[str, Any]]
) -> None:
    wanted = {"upload_id": listed[0]["upload_id"], "status": "ACKNOWLEDGED"}
    answer = await client.get("/billings/pdfs.pdf", params=wanted)
    assert (answer.status_code, answer.json()["code"]) == (404, "PDF_NOT_FOUND")
    archive = zipfile.ZipFile(
        io.BytesIO((await client.get("/billings/pdfs.zip", params=wanted)).content)
    )
    assert archive.namelist() == ["leia-me.txt"]


async def test_no_more_than_a_bound_is_told_of_what_has_no_pdf(
    client: httpx.AsyncClient, listed: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdfs, "TOLD_MAX", 2)
    wanted = {"upload_id": listed[0]["upload_id"]}
    answer = await client.get("/billings/pdfs.zip", params=wanted)
    read_me = zipfile.ZipFile(io.BytesIO(answer.content)).read("leia-me.txt").decode()
    left_out = sum(one["status"] != "ISSUED" for one in listed)
    assert len(read_me.splitlines()) == 2 + 2 + 1
    assert read_me.endswith(f"e mais {left_out - 2}\r\n")


async def test_more_than_a_person_prints_is_refused(
    client: httpx.AsyncClient, listed: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdfs, "PRINTED_MAX", ROWS - 1)
    wanted = {"upload_id": listed[0]["upload_id"]}
    answer = await client.get("/billings/pdfs.pdf", params=wanted)
    assert (answer.status_code, answer.json()["code"]) == (422, "PRINT_TOO_LARGE")
    assert "pdfs.zip" in answer.json()["detail"]
