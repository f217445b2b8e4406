"""Workbooks through the API into the real PostgreSQL: a sheet is billed as its CSV would be."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from tests.support.api_client import api_client
from tests.support.workbooks import Formula, xlsx_of

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
