"""What is exported as CSV is what is filtered, as a Brazilian spreadsheet reads it."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

import httpx
import pytest

from cobranca.notifications.service import Notifier
from tests.integration.uploads.test_upload import csv_of, row, send
from tests.support.api_client import api_client
from tests.support.factories import add_upload
from tests.support.works import issue_batch, notify_batch

if TYPE_CHECKING:
    from cobranca.infra.resources import Resources
    from cobranca.infra.settings import Settings


@pytest.fixture
async def client(settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    """Return a client of an API whose files have batches of seven billings."""
    async with api_client(settings.model_copy(update={"batch_rows": 7})) as client:
        yield client


def read(content: bytes, delimiter: str = ";") -> list[dict[str, str]]:
    """Read a CSV as a spreadsheet does: its mark first, then a record a line."""
    text = content.decode("utf-8-sig")
    assert content.startswith("\ufeff".encode())
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter))


async def test_worked_billings_are_exported_with_all_that_is_told_of_them(
    client: httpx.AsyncClient, resources: Resources
) -> None:
    upload = await add_upload(resources, rows=10)
    await issue_batch(resources)
    await notify_batch(resources, Notifier(resources))
    wanted = {"upload_id": str(upload["public_id"])}
    listed = (await client.get("/billings", params=wanted)).json()["records"]
    answer = await client.get("/billings/export.csv", params=wanted)
    assert answer.status_code == 200
    assert answer.headers["content-disposition"] == 'attachment; filename="cobrancas.csv"'
    rows = read(answer.content)
    assert [int(one["Linha"]) for one in rows] == [one["line_number"] for one in listed]
    assert rows[0]["Pagador"] == "Ana 0"
    assert rows[0]["CPF/CNPJ"] == "123.456.789-09"
    assert rows[0]["Valor"] == "10,00"
    assert rows[1]["Valor"] == "10,01"
    assert rows[0]["Vencimento"] == "01/01/2030"
    assert rows[0]["Situação"] == "Enviada"
    assert rows[0]["Nosso número"] == listed[0]["our_number"]
    assert ["".join(filter(str.isdigit, one["Linha digitável"])) for one in rows] == [
        one["digitable_line"] for one in listed
    ]
    assert [one["Código da dívida"] for one in rows] == [one["code"] for one in listed]


@pytest.mark.parametrize("delimiter", [",", ";"])
async def test_no_field_runs_as_a_formula(client: httpx.AsyncClient, delimiter: str) -> None:
    names = ["=1+1", "Ana;=1+1", "Ana|+1", "@Ana", 'Ana "A" Souza', "-Ana"]
    rows = [row(n, name=f'"{name.replace(chr(34), chr(34) * 2)}"') for n, name in enumerate(names)]
    answer = await send(client, csv_of(*rows))
    wanted = {"upload_id": answer["upload_id"], "delimiter": delimiter}
    content = (await client.get("/billings/export.csv", params=wanted)).content
    found = [one["Pagador"] for one in read(content, delimiter)]
    assert len(found) == answer["accepted"] >= 3
    for other in ",;|":
        for line in content.decode("utf-8-sig").splitlines():
            for cell in line.split(other):
                assert not cell.lstrip(' "').startswith(("=", "+", "@", "-"))
