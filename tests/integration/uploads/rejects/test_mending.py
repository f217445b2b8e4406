"""Rejects over HTTP: told by reason, checked without writing, mended, and down to zero."""

from __future__ import annotations

import asyncio
import csv
import io
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.api_client import api_client

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    import httpx

    from cobranca.infra.resources import Resources
    from cobranca.infra.settings import Settings

HEADER = "Cliente;CPF;E-mail;Valor;Vencimento;Contrato;Obs\n"


@pytest.fixture
async def client(settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    """Return a client of an API of its own."""
    async with api_client(settings) as client:
        yield client


def _row(
    code: str, *, email: str = "ana@example.com", amount: str = "150,00", due: str = "10/03/2030"
) -> str:
    return f"Ana;529.982.247-25;{email};{amount};{due};{code};nota\n"


async def _upload(client: httpx.AsyncClient, text: str, **query: str) -> dict[str, Any]:
    answer = await client.post(
        "/billings/csv/upload",
        content=text.encode(),
        params=query,
        headers={"Content-Type": "text/csv"},
    )
    assert answer.status_code == 200, answer.text
    return answer.json()


def _base(upload: dict[str, Any]) -> str:
    return f"/billings/csv/uploads/{upload['upload_id']}/rejects"


async def _get(client: httpx.AsyncClient, path: str, **query: object) -> dict[str, Any]:
    answer = await client.get(path, params=query)  # pyright: ignore[reportArgumentType]
    assert answer.status_code == 200, answer.text
    return answer.json()


async def _post(
    client: httpx.AsyncClient, path: str, rows: dict[int, dict[str, str]]
) -> dict[str, Any]:
    sent = [{"line": line, "cells": cells} for line, cells in rows.items()]
    answer = await client.post(path, json={"rows": sent})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def _query(resources: Resources, query: str) -> list[dict[str, Any]]:
    async with resources.database.transaction() as connection:
        return await (await connection.execute(query.encode())).fetchall()


async def test_mended_rows_are_billed_and_the_count_goes_down_to_zero(
    client: httpx.AsyncClient, resources: Resources
) -> None:
    upload = await _upload(
        client,
        HEADER
        + _row("C-1")
        + _row("C-2", email="dois@@example.com")
        + _row("C-3", amount="nada")
        + _row("C-4", email="x@gmial,com", amount="99,90"),
    )
    reasons = await _get(client, _base(upload) + "/reasons")
    assert (reasons["rejected"], reasons["rejected_open"]) == (3, 3)
    assert (reasons["amount_cents"], reasons["with_amount"]) == (15000 + 9990, 2)
    assert [(r["code"], r["column"], r["rejects"]) for r in reasons["reasons"]] == [
        ("EMAIL_FORMAT", "E-mail", 2),
        ("AMOUNT_FORMAT", "Valor", 1),
    ]
    page = await _get(client, _base(upload) + "/records", code="EMAIL_FORMAT")
    first, second = page["records"]
    assert first["cells"]["Contrato"] == "C-2"
    assert first["cells"]["Obs"] == "nota"
    assert first["proposal"] == {"column": "E-mail", "value": "dois@example.com"}
    assert second["proposal"] == {"column": "E-mail", "value": "x@gmail.com"}
    rows = {3: {"E-mail": "dois@example.com"}, 5: {"E-mail": "x@gmail.com"}, 4: {"Valor": "tudo"}}
    checked = (await _post(client, _base(upload) + "/check", rows))["rows"]
    assert [(row["line"], row["accepted"], row["column"]) for row in checked] == [
        (3, True, None), (5, True, None), (4, False, "Valor"),
    ]  # fmt: skip

    done = await _post(client, _base(upload) + "/corrections", rows)

    assert (done["records"], done["accepted"], done["rejected"]) == (3, 2, 1)
    assert done["rejected_open"] == 1
    again = await _post(client, _base(upload) + "/corrections", rows)
    assert (again["accepted"], again["mended_before"], again["rejected"]) == (0, 2, 1)
    (standing,) = (await _get(client, _base(upload) + "/records"))["records"]
    assert standing["cells"]["Valor"] == "tudo"
    last = await _post(client, _base(upload) + "/corrections", {4: {"Valor": "1.234,00"}})
    assert (last["accepted"], last["rejected_open"]) == (1, 0)
    report = await _get(client, f"/billings/csv/uploads/{upload['upload_id']}")
    assert (report["rejected"], report["rejected_open"], report["records"]) == (3, 0, 4)
    correction = await _get(client, f"/billings/csv/uploads/{done['upload_id']}")
    assert correction["corrects"] == upload["upload_id"]
    assert (correction["records"], correction["accepted"], correction["rejected"]) == (3, 2, 1)
    assert correction["rejected_open"] == 0
    billed = await _query(
        resources, "SELECT line_number, amount_cents, email FROM billing ORDER BY line_number"
    )
    assert [(row["line_number"], row["amount_cents"], row["email"]) for row in billed] == [
        (2, 15000, "ana@example.com"),
        (3, 15000, "dois@example.com"),
        (4, 123400, "ana@example.com"),
        (5, 9990, "x@gmail.com"),
    ]
