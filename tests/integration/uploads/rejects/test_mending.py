"""Rejects over HTTP: told by reason, checked without writing, mended, and down to zero."""

from __future__ import annotations

import asyncio
import csv
import io
import zipfile
from typing import TYPE_CHECKING, Any
from uuid import uuid4

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


async def _send_file(
    client: httpx.AsyncClient, path: str, content: bytes, name: str = "x.csv"
) -> dict[str, Any]:
    answer = await client.post(path, files={"file": (name, content)})
    assert answer.status_code == 200, answer.text
    return answer.json()


def _rewritten(content: bytes, mend: dict[str, str]) -> bytes:
    """Save a CSV as a spreadsheet does: `;`, quotes everywhere, another order, no mark, CRLF."""
    text = content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text), delimiter=";" if ";" in text else ","))
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(rows[0])
    for row in reversed(rows[1:]):
        writer.writerow([mend.get(cell, cell) for cell in row])
    return out.getvalue().encode("cp1252")


async def test_file_of_rejects_has_the_files_own_columns_and_comes_back_linked(
    client: httpx.AsyncClient,
) -> None:
    bad = _row("C-2", amount="nada") + _row("=C-3", amount="nulo") + _row("C-4", email="x")
    upload = await _upload(client, HEADER + _row("C-1") + bad)
    answer = await client.get(_base(upload), params={"columns": "file"})
    assert answer.headers["content-disposition"].endswith(f'rejeitadas-{upload["upload_id"]}.csv"')
    lines = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert lines[0] == [*HEADER.strip().split(";"), "linha", "motivo"]
    assert [line[-2] for line in lines[1:]] == ["3", "4", "5"]
    assert lines[2][5] == "'=C-3"
    assert "nome@dominio" in lines[3][-1]
    in_english = await client.get(
        _base(upload), params={"columns": "file"}, headers={"Accept-Language": "en-GB,en"}
    )
    assert b";line;reason\r\n" in in_english.content.split(b"\n")[0] + b"\n"

    sent = _rewritten(answer.content, {"nada": "10,00", "nulo": "1.234,56"})
    done = await _send_file(client, _base(upload) + "/file", sent)
    assert (done["accepted"], done["untouched"], done["rejected_open"]) == (2, 1, 1)
    again = await _send_file(client, _base(upload) + "/file", sent)
    assert (again["accepted"], again["mended_before"], again["untouched"]) == (0, 2, 1)

    book = await client.get(_base(upload), params={"columns": "file", "form": "xlsx"})
    assert book.content.startswith(b"PK")
    back = await _send_file(
        client, _base(upload) + "/file", _in_workbook(book.content, "x", "x@example.com"), "r.xlsx"
    )
    assert (back["accepted"], back["rejected_open"]) == (1, 0)
    codes = await _get(client, "/billings", upload_id=done["upload_id"])
    assert {row["code"] for row in codes["records"]} == {"C-2", "=C-3"}


@pytest.mark.parametrize("language", ["pt-BR", "en"])
async def test_rejects_csv_is_the_file_with_its_own_columns(
    client: httpx.AsyncClient, language: str
) -> None:
    upload = await _upload(client, HEADER + _row("C-1") + _row("C-2", amount="nada"))
    headers = {"Accept-Language": language}
    by_name = await client.get(f"{_base(upload)}.csv", headers=headers)
    as_asked = await client.get(_base(upload), params={"columns": "file"}, headers=headers)
    assert by_name.content == as_asked.content
    assert by_name.headers["content-disposition"] == as_asked.headers["content-disposition"]
    older = await client.get(_base(upload))
    assert older.text.removeprefix("\ufeff").startswith("line_number,column,code,message,name,")
    commas = await client.get(f"{_base(upload)}.csv", params={"delimiter": ","})
    assert ",linha,motivo" in commas.text.splitlines()[0]
    assert (await client.get(f"{_base({'upload_id': uuid4()})}.csv")).status_code == 404


async def test_zeros_that_a_spreadsheet_takes_are_no_mending(
    client: httpx.AsyncClient, resources: Resources
) -> None:
    header = HEADER.replace("Obs", "CEP;Parcela")
    text = "Ana;00005770220;x@@example.com;150,00;10/03/2030;000123;01001000;3/12\n"
    text += "Loja;11222333000181;y@@example.com;150,00;10/03/2030;000124;01001000;3/12\n"
    upload = await _upload(client, header + text)
    content = (await client.get(f"{_base(upload)}.csv")).content
    sent = _rewritten(
        content,
        {"00005770220": "5770220", "000123": "123", "000124": "124", "01001000": "1001000",
         "3/12": "03/dez", "11222333000181": "1,12223E+13", "x@@example.com": "x@example.com"},
    )  # fmt: skip
    done = await _send_file(client, _base(upload) + "/file", sent)
    assert (done["accepted"], done["untouched"], done["rejected_open"]) == (1, 1, 1)
    sent = sent.replace(b"y@@example", b"y@example")
    again = await _send_file(client, _base(upload) + "/file", sent)
    assert (again["accepted"], again["mended_before"], again["rejected_open"]) == (1, 1, 0)
    query = "SELECT tax_id, debt_id FROM billing ORDER BY tax_id"
    assert [row["tax_id"] for row in await _query(resources, query)] == [
        "00005770220", "11222333000181",
    ]  # fmt: skip
    details = await _query(resources, "SELECT DISTINCT postal_code, instalment FROM billing_detail")
    assert details == [{"postal_code": "01001000", "instalment": "3/12"}]


def _in_workbook(content: bytes, old: str, new: str) -> bytes:
    """Write another text into the cells of a workbook that have one."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(out, "w") as target:
        for entry in source.infolist():
            part = source.read(entry).replace(
                f'"preserve">{old}<'.encode(), f'"preserve">{new}<'.encode()
            )
            target.writestr(entry, part)
    return out.getvalue()


async def test_file_that_comes_back_as_any_other_is_known_by_its_name(
    client: httpx.AsyncClient,
) -> None:
    upload = await _upload(client, HEADER + _row("C-1") + _row("C-2", amount="nada"))
    content = (await client.get(_base(upload), params={"columns": "file"})).content
    name = f"rejeitadas-{upload['upload_id']} (1).csv"
    mended = content.replace(b"nada", b"10,00")
    answer = await _send_file(client, "/billings/csv/upload", mended, name)
    assert answer["corrects"] == upload["upload_id"]
    assert (answer["records"], answer["accepted"], answer["repeated"]) == (1, 1, False)
    again = await _send_file(client, "/billings/csv/upload", mended, name)
    assert (again["records"], again["accepted"], again["duplicates"]) == (1, 0, 1)
    assert again["repeated"]
    reasons = await _get(client, _base(upload) + "/reasons")
    assert (reasons["rejected_open"], reasons["reasons"]) == (0, [])
    plain = await _send_file(client, "/billings/csv/upload", (HEADER + _row("C-9")).encode(), name)
    assert (plain["corrects"], plain["accepted"]) == (None, 1)


async def test_the_same_row_at_once_is_billed_once(
    client: httpx.AsyncClient, resources: Resources
) -> None:
    upload = await _upload(client, HEADER + _row("C-1") + _row("C-2", amount="nada"))
    answers = await asyncio.gather(
        *(_post(client, _base(upload) + "/corrections", {3: {"Valor": f"{n},00"}}) for n in (1, 2))
    )
    assert sorted(answer["accepted"] for answer in answers) == [0, 1]
    assert sorted(answer["mended_before"] for answer in answers) == [0, 1]
    assert all(answer["rejected_open"] == 0 for answer in answers)
    rows = await _query(resources, "SELECT count(*) AS n FROM billing WHERE line_number = 3")
    assert rows[0]["n"] == 1


async def test_billed_already_is_mended_and_a_conflict_is_not(client: httpx.AsyncClient) -> None:
    rows = [_row("C-1"), _row(" ", amount="150,00"), _row("", amount="99,00"), _row("", email="z")]
    upload = await _upload(client, HEADER + "".join(rows))
    assert upload["rejected"] == 3
    mended = {
        3: {"Contrato": "C-1"},
        4: {"Contrato": "C-1"},
        5: {"Contrato": "C-2", "E-mail": "z@example.com"},
    }

    done = await _post(client, _base(upload) + "/corrections", mended)

    assert (done["accepted"], done["duplicates"], done["conflicts"]) == (1, 2, 1)
    assert done["rejected_open"] == 1
    (left,) = (await _get(client, _base(upload) + "/records"))["records"]
    assert (left["line"], left["code"], left["cells"]["Contrato"]) == (4, "CONFLICT", "C-1")
    assert upload["upload_id"] in left["message"]
    other = await _post(client, _base(upload) + "/corrections", {4: {"Contrato": "C-3"}})
    assert (other["accepted"], other["rejected_open"]) == (1, 0)


async def test_one_code_for_two_rows_bills_one_and_tells_the_other(
    client: httpx.AsyncClient,
) -> None:
    rows = [_row("C-1"), _row(""), _row("", amount="99,00"), _row("")]
    upload = await _upload(client, HEADER + "".join(rows))
    mended = {line: {"Contrato": "C-2"} for line in (3, 4, 5)}
    done = await _post(client, _base(upload) + "/corrections", mended)
    assert (done["accepted"], done["duplicates"], done["conflicts"]) == (1, 2, 1)
    (left,) = (await _get(client, _base(upload) + "/records"))["records"]
    assert (left["line"], left["code"]) == (4, "CONFLICT")


async def test_correction_that_is_taken_out_opens_its_rejects_again(
    client: httpx.AsyncClient,
) -> None:
    upload = await _upload(client, HEADER + _row("C-1") + _row("C-2", amount="nada"))
    mended = {3: {"Valor": "10,00"}}
    done = await _post(client, _base(upload) + "/corrections", mended)
    answer = await client.delete(f"/billings/csv/uploads/{done['upload_id']}")
    assert answer.status_code == 204
    assert (await _get(client, _base(upload) + "/reasons"))["rejected_open"] == 1
    again = await _post(client, _base(upload) + "/corrections", mended)
    assert (again["accepted"], again["rejected_open"]) == (1, 0)


async def test_nothing_mended_leaves_no_upload_and_no_file(
    client: httpx.AsyncClient, resources: Resources
) -> None:
    upload = await _upload(client, HEADER + _row("C-1") + _row("C-2", amount="nada"))
    before = await _stored(resources)
    done = await _post(client, _base(upload) + "/corrections", {3: {"Valor": "x"}, 2: {}, 77: {}})
    assert (done["upload_id"], done["rejected"], done["unknown"]) == (None, 1, 2)
    blank = await _post(
        client, _base(upload) + "/corrections", {3: dict.fromkeys(HEADER.strip().split(";"), "")}
    )
    assert (blank["unknown"], blank["rejected_open"]) == (1, 1)
    assert len((await _get(client, "/billings/csv/uploads"))["records"]) == 1
    assert await _stored(resources) == before


async def _stored(resources: Resources) -> list[str]:
    folder = resources.settings.data_dir / "storage" / "uploads"
    return sorted(path.name for path in folder.iterdir())


async def test_dates_of_a_file_of_months_first_are_not_turned_over(
    client: httpx.AsyncClient,
) -> None:
    rows = [_row("C-1", due="2030-03-10"), _row("C-2", due="12/31/2030")]
    rows += [_row("C-3", due="03/04/2030", email="z"), _row("C-4", due="05/05/2030")]
    upload = await _upload(client, HEADER + "".join(rows))
    assert (upload["accepted"], upload["rejected"]) == (1, 3)
    # The address is mended, the date is not: nobody knows yet that it is the 4th of March.
    done = await _post(
        client,
        _base(upload) + "/corrections",
        {3: {"Vencimento": "31/12/2030"}, 4: {"E-mail": "z@example.com"}},
    )
    assert (done["accepted"], done["rejected"]) == (1, 1)
    page = await _get(client, _base(upload) + "/records")
    assert [(row["line"], row["code"]) for row in page["records"]] == [
        (4, "DUE_DATE_ORDER"), (5, "DUE_DATE_ORDER"),
    ]  # fmt: skip
    rewritten = {4: {"Vencimento": "2030-04-03"}}
    verdict = (await _post(client, _base(upload) + "/check", rewritten))["rows"][0]
    assert verdict["accepted"]
    # A spreadsheet that took the text for a day in April proves nothing.
    sent = b"linha;motivo;Vencimento;E-mail\n4;;2030-04-03;z@example.com\n"
    answer = await _send_file(client, _base(upload) + "/file", sent)
    assert (answer["accepted"], answer["rejected"]) == (0, 1)
    last = {4: {"Vencimento": "04/03/2030"}, 5: {"Obs": "5 de maio", "Vencimento": "5/5/2030"}}
    done = await _post(client, _base(upload) + "/corrections", last)
    assert (done["accepted"], done["rejected_open"]) == (2, 0)


async def test_another_beneficiarys_rejects_are_not_found_and_bodies_are_bounded(
    client: httpx.AsyncClient, resources: Resources
) -> None:
    upload = await _upload(client, HEADER + _row("C-1") + _row("C-2", amount="nada"))
    path = _base(upload)
    many = [{"line": n + 1, "cells": {}} for n in range(1001)]
    for body in ({"rows": many}, {"rows": []}, {"rows": [{"line": 0, "cells": {}}]}):
        answer = await client.post(path + "/corrections", json=body)
        assert (answer.status_code, answer.json()["code"]) == (422, "REQUEST_INVALID")
    long = {"rows": [{"line": 3, "cells": {"Valor": "x" * (9 << 20)}}]}
    assert (await client.post(path + "/check", json=long)).status_code == 413
    answer = await client.post(path + "/file", files={"file": ("a.csv", b"a;b\n1;2\n")})
    assert (answer.status_code, answer.json()["code"]) == (422, "NOT_REJECTS")
    async with resources.database.transaction() as connection:
        await connection.execute(
            "INSERT INTO beneficiary (tax_id, name) VALUES ('11444777000161', 'Other')"
        )
        await connection.execute(
            "UPDATE upload SET beneficiary_id = (SELECT max(id) FROM beneficiary)"
        )
    assert (await client.get(path + "/reasons")).status_code == 404
    assert (await client.get(path + "/records")).status_code == 404
    assert (await client.get(path, params={"columns": "file"})).status_code == 404
    rows = {"rows": [{"line": 3, "cells": {"Valor": "10,00"}}]}
    for action in ("check", "corrections"):
        assert (await client.post(f"{path}/{action}", json=rows)).status_code == 404
