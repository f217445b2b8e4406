"""What is exported as a workbook is what is filtered, typed, and its sums are a spreadsheet's."""

from __future__ import annotations

import asyncio
import csv
import datetime as dt
import io
import shutil
import subprocess
from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest
from python_calamine import CalamineWorkbook

from cobranca.billings.out import service
from tests.integration.uploads.test_upload import csv_of, row, send
from tests.support.api_client import api_client
from tests.support.factories import add_upload
from tests.support.works import issue_batch

if TYPE_CHECKING:
    from cobranca.infra.resources import Resources
    from cobranca.infra.settings import Settings

OFFICE = shutil.which("soffice") or shutil.which("libreoffice")
#: Semicolons, UTF-8, all sheets.
_FILTER = "59,34,76,1,,0,false,true,false,false,false,-1"


@pytest.fixture
async def client(settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    """Return a client of an API whose files have batches of seven billings."""
    async with api_client(settings.model_copy(update={"batch_rows": 7})) as client:
        yield client


async def workbook(client: httpx.AsyncClient, **wanted: str) -> bytes:
    """Return the workbook of what is wanted."""
    answer = await client.get("/billings/export.xlsx", params=wanted)
    assert answer.status_code == 200, answer.text
    return answer.content


async def test_cells_are_typed_and_totals_are_those_of_the_rows(
    client: httpx.AsyncClient, resources: Resources
) -> None:
    upload = await add_upload(resources, rows=10)
    await issue_batch(resources)
    content = await workbook(client, upload_id=str(upload["public_id"]))
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    assert book.sheet_names == ["Cobranças", "Totais"]
    head, *rows = book.get_sheet_by_name("Cobranças").to_python()
    first = dict(zip(head, rows[0], strict=True))
    assert len(rows) == 10
    assert first["Linha"] == 2
    assert first["CPF/CNPJ"] == "123.456.789-09"
    assert first["Valor"] == 10
    assert first["Vencimento"] == dt.date(2030, 1, 1)
    assert first["Situação"] == "Boleto emitido"
    totals = book.get_sheet_by_name("Totais").to_python()
    assert totals[1][:2] == ["Boleto emitido", 10]
    assert totals[-1][0] == "Total"
    assert round(totals[-1][2] * 100) == sum(range(1000, 1010))


async def test_what_xml_has_as_markup_stays_a_text(client: httpx.AsyncClient) -> None:
    names = ["Ana & Bia <x>", "=1+1", 'Ana "A"', "çãé 漢 😀"]
    rows = [row(n, name='"' + name.replace('"', '""') + '"') for n, name in enumerate(names)]
    answer = await send(client, csv_of(*rows))
    listed = (await client.get("/billings", params={"upload_id": answer["upload_id"]})).json()
    content = await workbook(client, upload_id=answer["upload_id"])
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
    found = sorted(each[3] for each in sheet.to_python()[1:])
    assert found == sorted(each["name"] for each in listed["records"])
    assert any("&" in name for name in found)


def convert(file: Path) -> None:
    """Have LibreOffice write each sheet of a workbook as a CSV beside it."""
    assert OFFICE
    profile = f"-env:UserInstallation=file://{file.parent}/profile"
    to = f"csv:Text - txt - csv (StarCalc):{_FILTER}"
    subprocess.run(
        [OFFICE, profile, "--headless", "--convert-to", to, "--outdir", file.parent, file],
        check=True,
        timeout=240,
        capture_output=True,
    )


@pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not installed: its sums are not asked")
async def test_libreoffice_opens_it_and_sums_the_same(
    client: httpx.AsyncClient, tmp_path: Path
) -> None:
    amounts = ["0.01", "1234567.89", "10.50", "99999999.99"]
    rows = [row(n, debtAmount=amount) for n, amount in enumerate(amounts)]
    upload_id = (await send(client, csv_of(*rows)))["upload_id"]
    (tmp_path / "out.xlsx").write_bytes(await workbook(client, upload_id=upload_id))
    await asyncio.to_thread(convert, tmp_path / "out.xlsx")
    text = (tmp_path / "out-Totais.csv").read_text(encoding="utf-8")
    total = list(csv.reader(io.StringIO(text), delimiter=";"))[-1]
    assert total[:2] == ["Total", "4"]
    assert Decimal(total[2].replace(",", "")) == sum(map(Decimal, amounts))


async def test_more_than_a_sheet_holds_is_refused_with_what_to_do(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload_id = (await send(client, csv_of(*(row(n) for n in range(9)))))["upload_id"]
    monkeypatch.setattr(service, "ROWS_MAX", 8)
    wanted = {"upload_id": upload_id}
    answer = await client.get("/billings/export.xlsx", params=wanted)
    assert (answer.status_code, answer.json()["code"]) == (422, "EXPORT_TOO_LARGE")
    assert "CSV" in answer.json()["detail"]
    wanted["status"] = "SENT"
    assert (await client.get("/billings/export.xlsx", params=wanted)).status_code == 200
