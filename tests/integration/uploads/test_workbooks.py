"""Workbooks through the API into the real PostgreSQL: a sheet is billed as its CSV would be."""

from __future__ import annotations

import asyncio
import datetime as dt
import hashlib
import uuid
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from tests.support.api_client import api_client
from tests.support.workbooks import Formula, with_part, xlsx_of, zip_of

if TYPE_CHECKING:
    from cobranca.infra.settings import Settings

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
HEADER = ["Nome", "CPF", "E-mail", "Valor", "Vencimento", "ID"]


def row(number: int = 0, **values: Any) -> list[Any]:
    """Return one good row of typed cells, with what the test wants to be otherwise."""
    cells: dict[str, Any] = {
        "name": "João da Silva",
        "tax_id": 52998224725,
        "email": f"joao{number}@example.com",
        "amount": 1234.5,
        "due": dt.date(2030, 1, 31),
        "id": str(uuid.UUID(int=number + 1)),
    }
    return list((cells | values).values())


@pytest.fixture
async def client(settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    """Return a client of an API of its own."""
    async with api_client(settings) as client:
        yield client


async def send(client: httpx.AsyncClient, content: bytes, **query: str) -> httpx.Response:
    """Upload a workbook."""
    return await client.post(
        "/billings/csv/upload", files={"file": ("debts.xlsx", content, XLSX)}, params=query
    )


async def billings_of(client: httpx.AsyncClient, answer: httpx.Response) -> list[dict[str, Any]]:
    """Return an upload's billings."""
    assert answer.status_code == 200, answer.text
    listed = await client.get("/billings", params={"upload_id": answer.json()["upload_id"]})
    return listed.json()["records"]


async def test_a_typed_sheet_is_billed(client: httpx.AsyncClient) -> None:
    sheet = [["Relatório de cobranças"], [], HEADER, row(1), [], row(2, amount=Formula(value=0.3))]
    answer = await send(client, xlsx_of({"Cobranças": sheet}))
    body = answer.json()
    assert (body["records"], body["accepted"]) == (2, 2)
    assert (body["encoding"], body["sheet"]) == ("xlsx", "Cobranças")
    records = await billings_of(client, answer)
    told = [(r["line_number"], r["name"], r["tax_id"], r["amount_cents"]) for r in records]
    assert told == [
        (4, "João da Silva", "52998224725", 123450),
        (6, "João da Silva", "52998224725", 30),
    ]
    assert {r["due_date"] for r in records} == {"2030-01-31"}


async def test_the_file_is_kept_as_it_came(client: httpx.AsyncClient, settings: Settings) -> None:
    content = xlsx_of({"A": [HEADER, row()]})
    first, again = [await send(client, content) for _ in range(2)]
    assert again.json() == first.json() | {
        "repeated": True, "message": "This file was received before; nothing was added.",
    }  # fmt: skip
    digest = hashlib.sha256(content).hexdigest()
    stored = settings.data_dir / "storage" / "uploads" / f"{digest}.xlsx"
    assert stored.read_bytes() == content
    assert not list((settings.data_dir / "incoming").iterdir())
    raw = await client.post(
        "/billings/csv/upload?name=a.xlsx", content=content, headers={"Content-Type": XLSX}
    )
    assert raw.json()["repeated"] is True


async def test_each_sheet_is_a_file_of_its_own(client: httpx.AsyncClient) -> None:
    content = xlsx_of({"Março": [HEADER, row(1)], "Abril": [HEADER, row(2), row(3)]})
    march = (await send(client, content)).json()
    april = (await send(client, content, sheet="Abril")).json()
    assert [(a["sheet"], a["accepted"]) for a in (march, april)] == [("Março", 1), ("Abril", 2)]
    assert (await send(client, content, sheet="Abril")).json()["upload_id"] == april["upload_id"]
    shown = await client.get(f"/billings/csv/uploads/{april['upload_id']}")
    assert (shown.json()["sheet"], shown.json()["encoding"]) == ("Abril", "xlsx")
    listed = await client.get("/billings/csv/uploads")
    assert [upload["sheet"] for upload in listed.json()["records"]] == ["Abril", "Março"]


async def test_a_refused_sheet_costs_no_other_upload(
    client: httpx.AsyncClient, settings: Settings
) -> None:
    content = xlsx_of({"Março": [HEADER, row(1)], "Capa": [["Leia"]]})
    good = (await send(client, content)).json()
    for sheet, code in (("Maio", "SHEET_UNKNOWN"), ("Capa", "NO_HEADER")):
        refused = await send(client, content, sheet=sheet)
        assert (refused.status_code, refused.json()["code"]) == (422, code)
    assert "“Março”" in (await send(client, content, sheet="Maio")).json()["detail"]
    stored = list((settings.data_dir / "storage" / "uploads").iterdir())
    assert [path.read_bytes() for path in stored] == [content]
    assert good["accepted"] == 1


async def test_bombs_and_strangers_files_leave_other_uploads_alone(
    client: httpx.AsyncClient,
) -> None:
    cell = b'</row><row r="9"><c r="XFD1048576"><v>1</v></c></row><row r="1048576">'
    cell += b'<c r="XFD1048576"><v>1</v></c></row>'
    bomb = with_part(
        xlsx_of({"A": [HEADER, row()]}),
        "xl/worksheets/sheet1.xml",
        lambda text: text.replace(b"</row>", cell),
    )
    sheets = [xlsx_of({"A": [HEADER, row(number)]}) for number in range(3)]
    bodies = [bomb, sheets[0], zip_of(a_txt="x"), sheets[1], b"PK\x03\x04" + bytes(99), sheets[2]]
    answers = await asyncio.gather(*(send(client, body) for body in bodies))
    assert [answer.json().get("code", "taken") for answer in answers] == [
        "WORKBOOK_TOO_LARGE", "taken", "NOT_WORKBOOK", "taken", "WORKBOOK_UNREADABLE", "taken",
    ]  # fmt: skip
    assert {answer.status_code for answer in answers} == {200, 422}


async def test_what_is_refused_is_mended_in_its_csv(client: httpx.AsyncClient) -> None:
    sheet = [HEADER, row(1), row(2, amount="x"), row(3, amount="1.234,56"), row(4, due=46456)]
    answer = (await send(client, xlsx_of({"A": sheet}))).json()
    assert answer["rejects_by_code"] == {"AMOUNT_FORMAT": 1, "DUE_DATE_SERIAL": 1}
    rejects = await client.get(f"/billings/csv/uploads/{answer['upload_id']}/rejects")
    lines = rejects.text.splitlines()
    assert [line.split(",")[0] for line in lines[1:]] == ["3", "5"]
    mended = rejects.text.replace(",x,", ',"10,00",').replace(",46456,", ",2030-01-31,")
    again = await client.post(
        "/billings/csv/upload?name=b.csv",
        content=mended.encode(),
        headers={"Content-Type": "text/csv"},
    )
    assert again.json()["accepted"] == 2
    assert again.json()["sheet"] is None


async def test_a_workbook_that_takes_too_much_is_refused(settings: Settings) -> None:
    short = settings.model_copy(update={"workbook_memory_bytes_max": 64 << 20})
    async with api_client(short) as client:
        rows = [row(number) for number in range(20_000)]
        answer = await send(client, xlsx_of({"A": [HEADER, *rows]}))
        assert (answer.status_code, answer.json()["code"]) == (422, "WORKBOOK_TOO_LARGE")


async def test_a_workbook_is_checked_sheet_by_sheet_and_billed_as_it_was_read(
    client: httpx.AsyncClient,
) -> None:
    content = xlsx_of({"Março": [HEADER, row(1)], "Abril": [HEADER, row(2), row(3, amount="x")]})
    posted = await client.post("/uploads/checks", files={"file": ("debts.xlsx", content, XLSX)})
    check = posted.json()
    assert (posted.status_code, check["accepted"], check["amount_cents"]) == (201, 1, 123_450)
    assert (check["read_as"]["encoding"], check["read_as"]["sheet"]) == ("xlsx", "Março")
    assert check["read_as"]["sheets"] == ["Março", "Abril"]

    path = f"/uploads/checks/{check['id']}"
    assert (await client.patch(path, json={"sheet": "Maio"})).json()["code"] == "SHEET_UNKNOWN"
    april = (await client.patch(path, json={"sheet": "Abril"})).json()
    assert (april["read_as"]["sheet"], april["accepted"], april["rejected"]) == ("Abril", 1, 1)

    started = (await client.post(f"{path}/start")).json()
    assert (started["sheet"], started["accepted"], started["rejected"]) == ("Abril", 1, 1)
    again = (await send(client, content, sheet="Abril")).json()
    assert (again["repeated"], again["upload_id"]) == (True, started["upload_id"])


async def test_a_csv_has_no_sheets(client: httpx.AsyncClient) -> None:
    content = f"{','.join(HEADER)}\nAna,52998224725,ana@example.com,1.50,2030-01-31,CTR-1\n"
    posted = await client.post(
        "/uploads/checks", content=content, headers={"Content-Type": "text/csv"}
    )
    changed = await client.patch(f"/uploads/checks/{posted.json()['id']}", json={"sheet": "A"})
    assert (changed.status_code, changed.json()["code"]) == (422, "SHEET_UNKNOWN")
