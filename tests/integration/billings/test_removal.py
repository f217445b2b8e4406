"""What was taken out is listed with the payer's name, and says no more than that of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.support.api_client import api_client
from tests.support.people import ANA, BIA, csv_of, debt_id, row, run, send, work_all

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    import httpx

    from cobranca.infra.resources import Resources

#: Every way to ask for what Ana's billing, or the file with her refused record, holds.
PATHS = (
    f"/billings/{debt_id(1)}",
    f"/billings/{debt_id(1)}/pdf",
    f"/mailbox/{debt_id(1)}",
    f"/mailbox/{debt_id(1)}/eml",
    f"/billings?search={debt_id(1)}",
    "/billings?upload_id={upload_id}",
    f"/billings?upload_id={{upload_id}}&search={ANA[1]}",
    "/mailbox?upload_id={upload_id}",
    "/mail/bounces?upload_id={upload_id}",
    "/mail/bounces.csv?upload_id={upload_id}",
    "/billings/csv/uploads/{upload_id}",
    "/billings/csv/uploads",
)


@pytest.fixture
async def client(resources: Resources) -> AsyncIterator[httpx.AsyncClient]:
    """Return a client of the API."""
    async with api_client(resources.settings) as opened:
        yield opened


@pytest.fixture
async def upload(resources: Resources) -> dict[str, Any]:
    """Return a file with Ana and Bia mailed and bounced, and Ana refused once."""
    (answer,) = await send(resources, csv_of(row(ANA, 1), row(BIA, 2), row(ANA, 3, due="never")))
    await work_all(resources)
    await run(
        resources,
        "INSERT INTO bounce (billing_id, upload_id, suppressed, detail)"
        " SELECT id, upload_id, false, email || ' refused' FROM billing",
    )
    await run(
        resources,
        "UPDATE notification n SET detail = b.email FROM billing b WHERE b.id = n.billing_id",
    )
    return answer


async def telling(
    client: httpx.AsyncClient, upload: dict[str, Any], who: tuple[str, ...], paths: tuple[str, ...]
) -> list[str]:
    """Return those of the paths of which the answers name somebody, slips as such counted too."""
    found: list[str] = []
    for path in paths:
        answer = await client.get(path.format(upload_id=upload["upload_id"]))
        is_slip = answer.is_success and path.endswith("/pdf")
        if is_slip or any(value in answer.text for value in who):
            found.append(path)
    return found


async def test_of_a_removed_billing_only_the_name_is_told(
    client: httpx.AsyncClient, upload: dict[str, Any]
) -> None:
    # The mail of `eml` is encoded; it is asked for all the same, and is 404 then.
    told = {*PATHS[:10]} - {PATHS[3]}
    assert told <= set(await telling(client, upload, ANA, PATHS))
    assert (await client.delete(f"/billings/{debt_id(1)}")).status_code == 204
    assert await telling(client, upload, ANA[1:], PATHS) == []
    assert (await client.get(PATHS[3])).status_code == 404
    (found,) = (await client.get(PATHS[4])).json()["records"]
    assert (found["status"], found["name"], found["tax_id"], found["email"]) == (
        ("REMOVED", ANA[0], "", "")
    )
    assert found["digitable_line"]
    history = (await client.get(PATHS[0])).json()["history"]
    assert {entry["detail"] for entry in history} == {"Linha 2", None}
    others = tuple(path.replace(debt_id(1), debt_id(2)) for path in PATHS)
    assert len(await telling(client, upload, BIA, others)) >= len(told) - 1


async def test_the_history_says_why_it_was_cancelled_the_first_time(
    client: httpx.AsyncClient, upload: dict[str, Any]
) -> None:
    del upload
    reasons: list[str | None] = ["WRONG_VALUES", None]
    for debt, reason in zip((debt_id(1), debt_id(2)), reasons, strict=True):
        for why in (reason, "DUPLICATE"):
            asked = {} if why is None else {"reason": why}
            assert (await client.delete(f"/billings/{debt}", params=asked)).status_code == 204
        history = (await client.get(f"/billings/{debt}")).json()["history"]
        (removal,) = [entry for entry in history if entry["status"] == "REMOVED"]
        assert (removal["reason"], removal["by"], removal["detail"]) == (
            (reason, "installation", None)
        )
        others = {(e["reason"], e["by"]) for e in history if e["status"] != "REMOVED"}
        assert others == {(None, None)}
    refused = await client.delete(f"/billings/{debt_id(1)}", params={"reason": "Ana asked"})
    assert refused.status_code == 422


async def test_of_a_removed_file_only_names_are_told(
    client: httpx.AsyncClient, upload: dict[str, Any]
) -> None:
    rejects = "/billings/csv/uploads/{upload_id}/rejects"
    paths = (*PATHS, rejects)
    assert rejects in await telling(client, upload, ANA, paths)
    path = f"/billings/csv/uploads/{upload['upload_id']}"
    assert (await client.delete(path)).status_code == 204
    assert await telling(client, upload, (*ANA[1:], *BIA[1:]), paths) == []
    answer = await client.get(rejects.format(upload_id=upload["upload_id"]))
    assert answer.text.splitlines()[1].startswith("4,debtDueDate,")
