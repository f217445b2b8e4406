"""Checks over HTTP: nothing is billed before the start, and the start does what was told."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

import pytest

from cobranca.uploads.checks.service import remove_expired_checks
from tests.support.api_client import api_client

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    import httpx

    from cobranca.infra.resources import Resources
    from cobranca.infra.settings import Settings

HEADER = "Cliente;CPF;E-mail;Valor;Vencimento;Contrato\n"
COUNTS = (
    "records", "accepted", "rejected", "duplicates", "conflicts", "warnings", "rejects_by_code",
)  # fmt: skip


@pytest.fixture
async def client(settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    """Return a client of an API of its own."""
    async with api_client(settings) as client:
        yield client


def _row(
    code: str, *, tax_id: str = "529.982.247-25", amount: str = "150,00", due: str = "10/03/2030"
) -> str:
    return f"Ana;{tax_id};ana@example.com;{amount};{due};{code}\n"


async def _check(client: httpx.AsyncClient, text: str) -> dict[str, Any]:
    answer = await client.post(
        "/uploads/checks", content=text.encode(), headers={"Content-Type": "text/csv"}
    )
    assert answer.status_code == 201, answer.text
    return answer.json()


async def _start(client: httpx.AsyncClient, check: dict[str, Any]) -> dict[str, Any]:
    answer = await client.post(f"/uploads/checks/{check['id']}/start")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def _upload(client: httpx.AsyncClient, text: str) -> dict[str, Any]:
    answer = await client.post(
        "/billings/csv/upload", content=text.encode(), headers={"Content-Type": "text/csv"}
    )
    assert answer.status_code == 200, answer.text
    return answer.json()


def _counts(answer: dict[str, Any]) -> dict[str, Any]:
    return {key: answer[key] for key in COUNTS}


async def _billings(resources: Resources) -> int:
    async with resources.database.transaction() as connection:
        row = await (await connection.execute("SELECT count(*) AS n FROM billing")).fetchone()
    assert row
    return row["n"]


async def test_a_check_bills_nothing_and_its_start_does_what_was_told(
    client: httpx.AsyncClient, resources: Resources
) -> None:
    text = HEADER + _row("C-1") + _row("C-2", amount="99,90", due="01/02/2031") + _row("C-1")
    check = await _check(client, text + _row("C-3", amount="nada"))
    assert await _billings(resources) == 0
    assert (check["records"], check["accepted"], check["rejected"], check["duplicates"]) == (
        4, 2, 1, 1,
    )  # fmt: skip
    assert check["amount_cents"] == 24990
    assert (check["amount_min_cents"], check["amount_max_cents"]) == (9990, 15000)
    assert (check["due_date_first"], check["due_date_last"]) == ("2030-03-10", "2031-02-01")
    assert check["read_as"]["decimals"] == "comma"
    assert check["read_as"]["columns"][5] == {
        "official": "debtId", "position": 5, "name": "Contrato",
    }  # fmt: skip
    assert [row["line_number"] for row in check["first_rows"]] == [2, 3]
    assert check["first_rows"][1]["values"] == {
        "name": "Ana", "governmentId": "52998224725", "email": "ana@example.com",
        "debtAmount": "99.90", "debtDueDate": "2031-02-01", "debtId": "C-2",
    }  # fmt: skip
    problems = {problem["code"]: problem for problem in check["problems"]}
    assert problems["AMOUNT_FORMAT"]["examples"][0]["line_number"] == 5
    assert problems["DUPLICATE_IN_FILE"]["examples"][0]["line_number"] == 4

    started = await _start(client, check)

    assert _counts(started) == _counts(check)
    assert await _billings(resources) == 2
    again = await client.post(f"/uploads/checks/{check['id']}/start")
    assert again.status_code == 409
    assert again.json()["code"] == "CHECK_STARTED"
    assert started["upload_id"] in again.json()["detail"]
    kept = (await client.get(f"/uploads/checks/{check['id']}")).json()
    assert kept["started_upload_id"] == kept["repeated_upload_id"] == started["upload_id"]
    change = await client.patch(f"/uploads/checks/{check['id']}", json={"repairs": {}})
    assert change.status_code == 409


async def test_what_is_here_already_is_told_before_the_start(client: httpx.AsyncClient) -> None:
    known = [str(uuid.uuid4()) for _ in range(4)]
    first = await _upload(client, HEADER + "".join(map(_row, known)))
    cancelled = await client.delete(f"/billings/{known[3]}")
    assert cancelled.status_code == 204
    text = HEADER + _row(known[0]) + _row(known[1], amount="7,00") + _row(known[3])
    text += _row(known[2]).replace("ana@", "bia@") + _row("new", amount="1,00")

    check = await _check(client, text)

    assert (check["accepted"], check["duplicates"], check["conflicts"]) == (2, 3, 1)
    assert check["amount_cents"] == 15100
    problems = {problem["code"]: problem for problem in check["problems"]}
    assert {"DUPLICATE", "CONFLICT", "EMAIL_DIFFERS"} <= problems.keys()
    said = problems["CONFLICT"]["examples"][0]["message"]
    assert "R$ 150,00" in said.replace("\u00a0", " ")
    assert first["upload_id"] in said
    assert "linha 3" in said
    assert _counts(await _start(client, check)) == _counts(check)


async def test_a_repair_does_what_it_was_asked_and_no_more(client: httpx.AsyncClient) -> None:
    rows = _row("1", tax_id="1234567890") + _row("2", amount="1.234") + _row("3", tax_id="4321")
    check = await _check(client, HEADER + rows + _row("4", due="10/03/2020"))
    assert (check["accepted"], check["rejected"]) == (3, 1)
    repairs = {p["code"]: p["repair"] for p in check["problems"] if p["repair"]}
    assert repairs == {
        "TAX_ID_ZEROS_LOST": "lost_zeros",
        "AMOUNT_AMBIGUOUS": "thousands",
        "DUE_DATE_PAST": "past_due_dates",
    }

    asked = {"lost_zeros": True, "thousands": True, "past_due_dates": "reject"}
    answer = await client.patch(f"/uploads/checks/{check['id']}", json={"repairs": asked})

    changed = answer.json()
    assert changed["repairs"] == asked
    assert changed["rejects_by_code"] == {"DUE_DATE_PAST": 1}
    assert changed["warnings"] == {
        "TAX_ID_INVALID": 1, "TAX_ID_ZEROS_RESTORED": 1, "AMOUNT_GROUPED": 1,
    }  # fmt: skip
    assert changed["amount_cents"] == 2 * 15000 + 123400
    started = await _start(client, changed)
    assert _counts(started) == _counts(changed)
    billing = (await client.get("/billings/1")).json()
    assert "01234567890" in billing.values()


async def test_a_file_sent_as_it_is_can_be_repaired_afterwards(client: httpx.AsyncClient) -> None:
    text = HEADER + _row("1") + _row("2", amount="1.234")
    assert (await _upload(client, text))["accepted"] == 1
    check = await _check(client, text)
    assert check["repeated_upload_id"]
    url = f"/uploads/checks/{check['id']}"
    changed = (await client.patch(url, json={"repairs": {"thousands": True}})).json()
    assert changed["repeated_upload_id"] is None
    started = await _start(client, changed)
    assert (started["accepted"], started["duplicates"]) == (1, 1)


async def test_zeros_are_offered_where_invalid_ids_are_refused(settings: Settings) -> None:
    strict = settings.model_copy(update={"tax_id_invalid": "reject"})
    async with api_client(strict) as client:
        text = HEADER + _row("1", tax_id="1234567890") + _row("2", tax_id="11111111111")
        check = await _check(client, text)
        (problem,) = check["problems"]
        assert (problem["code"], problem["count"], problem["repair"]) == (
            "TAX_ID_INVALID", 2, "lost_zeros",
        )  # fmt: skip
        url = f"/uploads/checks/{check['id']}"
        changed = (await client.patch(url, json={"repairs": {"lost_zeros": True}})).json()
        left = {problem["code"]: problem for problem in changed["problems"]}
        assert (changed["accepted"], changed["rejected"]) == (1, 1)
        # What no zeros mend is not offered them.
        assert left["TAX_ID_INVALID"]["repair"] is None


async def test_a_cancelled_file_is_no_repeat(client: httpx.AsyncClient) -> None:
    text = HEADER + _row("1")
    first = await _upload(client, text)
    assert (await _check(client, text))["repeated_upload_id"] == first["upload_id"]
    await client.delete(f"/billings/csv/uploads/{first['upload_id']}")

    check = await _check(client, text)

    assert check["repeated_upload_id"] is None
    started = await _start(client, check)
    assert (started["repeated"], started["accepted"]) == (False, 1)
    assert (await _check(client, text))["repeated_upload_id"] == started["upload_id"]


async def test_checks_that_wait_are_listed_newest_first(
    client: httpx.AsyncClient, resources: Resources
) -> None:
    ids = [(await _check(client, HEADER + _row(code)))["id"] for code in ("1", "2", "3")]
    started = await _check(client, HEADER + _row("4"))
    await _start(client, started)
    unread = await _check(client, "A;B;C;D;E;F\n" + _row("5"))

    page = (await client.get("/uploads/checks", params={"limit": 3})).json()
    rest = (await client.get("/uploads/checks", params={"after": page["next"]})).json()

    listed = [record["id"] for record in page["records"] + rest["records"]]
    assert listed == [unread["id"], *reversed(ids)]
    assert rest["next"] is None
    assert page["records"][0]["refusal"] == "NO_HEADER"
    assert page["records"][1] == {
        "id": ids[2], "name": page["records"][1]["name"], "size_bytes": len(HEADER + _row("3")),
        "mail": "outbox", "records": 1, "accepted": 1, "rejected": 0, "duplicates": 0,
        "amount_cents": 15000, "refusal": None,
        "createdat": page["records"][1]["createdat"], "expiresat": page["records"][1]["expiresat"],
    }  # fmt: skip
    async with resources.database.transaction() as connection:
        await connection.execute("UPDATE upload_check SET created_at = now() - interval '1 day'")
    assert (await client.get("/uploads/checks")).json() == {"records": [], "next": None}


async def test_a_check_waits_no_more_once_its_bytes_were_billed_by_another_way(
    client: httpx.AsyncClient,
) -> None:
    text = HEADER + _row("1")
    check = await _check(client, text)
    other = await _check(client, HEADER + _row("2"))
    answer = await _upload(client, text)

    async def waiting() -> list[str]:
        records = (await client.get("/uploads/checks")).json()["records"]
        return [record["id"] for record in records]

    assert await waiting() == [other["id"]]
    # One that is made afterwards is of somebody who wants the file read in another way.
    again = await _check(client, text)
    assert await waiting() == [again["id"], other["id"]]
    await client.delete(f"/billings/csv/uploads/{answer['upload_id']}")
    assert await waiting() == [again["id"], other["id"], check["id"]]


async def test_checks_of_another_beneficiary_are_not_listed(
    client: httpx.AsyncClient, settings: Settings
) -> None:
    await _check(client, HEADER + _row("1"))
    assert settings.beneficiary is not None
    other = settings.beneficiary.model_copy(update={"tax_id": "11444777000161"})
    async with api_client(settings.model_copy(update={"beneficiary": other})) as stranger:
        assert (await stranger.get("/uploads/checks")).json()["records"] == []


async def test_columns_are_told_and_remembered_for_the_header(client: httpx.AsyncClient) -> None:
    header = "A;B;C;D;E;F\n"
    check = await _check(client, header + _row("1"))
    assert check["refusal"]["code"] == "NO_HEADER"
    assert check["read_as"]["columns"] == []
    assert check["read_as"]["header"] == list("ABCDEF")
    refused = await client.post(f"/uploads/checks/{check['id']}/start")
    assert (refused.status_code, refused.json()["code"]) == (422, "NO_HEADER")
    columns = {
        "name": "A", "governmentId": 1, "email": "C", "debtAmount": 3, "debtDueDate": "E",
        "debtId": "F",
    }  # fmt: skip
    url = f"/uploads/checks/{check['id']}"
    changed = (await client.patch(url, json={"columns": columns})).json()
    assert changed["refusal"] is None
    assert changed["accepted"] == 1
    assert (await _start(client, changed))["accepted"] == 1

    other = await _check(client, header + _row("2"))

    assert other["accepted"] == 1
    assert other["columns"]["debtId"] == 5
    url = f"/uploads/checks/{other['id']}"
    assert (await client.patch(url, json={"columns": {}})).json()["refusal"]


@pytest.mark.parametrize(
    "change",
    [
        {"columns": {"nome": 0}},
        {"columns": {"name": 6}},
        {"columns": {"name": "Telefone"}},
        {"columns": {"name": 0, "email": "Cliente"}},
        {"columns": {"name": -1}},
        {"sheet": "Plan1"},
        {"repairs": {"guess": True}},
    ],
)
async def test_what_cannot_be_is_refused(client: httpx.AsyncClient, change: dict[str, Any]) -> None:
    check = await _check(client, HEADER + _row("1"))
    answer = await client.patch(f"/uploads/checks/{check['id']}", json=change)
    assert answer.status_code == 422, answer.text
    assert (await client.get(f"/uploads/checks/{check['id']}")).json() == check


async def test_a_header_that_lacks_some_says_which_it_has(client: httpx.AsyncClient) -> None:
    check = await _check(client, HEADER.replace("Contrato", "Proposta") + _row("1"))
    assert check["refusal"]["code"] == "MISSING_COLUMNS"
    known = [column["official"] for column in check["read_as"]["columns"]]
    assert known == ["name", "governmentId", "email", "debtAmount", "debtDueDate"]
    url = f"/uploads/checks/{check['id']}"
    changed = (await client.patch(url, json={"columns": {"debtId": 5}})).json()
    assert (changed["refusal"], changed["accepted"]) == (None, 1)


async def test_the_same_debt_under_another_code_is_a_warning(client: httpx.AsyncClient) -> None:
    check = await _check(
        client, HEADER + _row("1") + _row("2") + _row("2") + _row("3", amount="7,00")
    )
    (problem,) = (p for p in check["problems"] if p["code"] == "SAME_PAYER_AMOUNT_DUE_DATE")
    assert problem["count"] == 1
    assert problem["examples"][0]["line_number"] == 3
    assert "linha 2" in problem["examples"][0]["message"]
    assert check["accepted"] == 3


async def test_a_file_that_nothing_mends_is_refused_and_not_kept(
    client: httpx.AsyncClient, resources: Resources
) -> None:
    for text in ("", HEADER, "%PDF-1.4 ..."):
        answer = await client.post(
            "/uploads/checks", content=text.encode(), headers={"Content-Type": "text/csv"}
        )
        assert answer.status_code in {201, 422}
        if answer.status_code == 201:
            assert answer.json()["refusal"]
            await client.delete(f"/uploads/checks/{answer.json()['id']}")
    assert await resources.storage.list_paths("uploads") == []


async def test_a_check_goes_with_its_file_unless_an_upload_has_it(
    client: httpx.AsyncClient, resources: Resources
) -> None:
    alone = await _check(client, HEADER + _row("1"))
    shared = await _check(client, HEADER + _row("2"))
    await _upload(client, HEADER + _row("2"))
    old = await _check(client, HEADER + _row("3"))
    assert len(await resources.storage.list_paths("uploads")) == 3
    for check in (alone, shared):
        assert (await client.delete(f"/uploads/checks/{check['id']}")).status_code == 204
        assert (await client.get(f"/uploads/checks/{check['id']}")).status_code == 404
    assert len(await resources.storage.list_paths("uploads")) == 2
    assert await remove_expired_checks(resources) == 0
    async with resources.database.transaction() as connection:
        await connection.execute("UPDATE upload_check SET created_at = now() - interval '1 day'")
    assert (await client.get(f"/uploads/checks/{old['id']}")).status_code == 404
    assert (await client.post(f"/uploads/checks/{old['id']}/start")).status_code == 404
    assert await remove_expired_checks(resources) == 1
    assert len(await resources.storage.list_paths("uploads")) == 1
    assert (await client.delete(f"/uploads/checks/{uuid.uuid4()}")).status_code == 404


async def test_an_upload_that_cannot_be_read_leaves_the_file_of_a_check(
    client: httpx.AsyncClient, resources: Resources
) -> None:
    text = "A;B;C;D;E;F\n" + _row("1")
    await _check(client, text)
    answer = await client.post(
        "/billings/csv/upload", content=text.encode(), headers={"Content-Type": "text/csv"}
    )
    assert answer.status_code == 422
    assert len(await resources.storage.list_paths("uploads")) == 1
