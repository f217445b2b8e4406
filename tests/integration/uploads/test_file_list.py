"""The list of files: found by name, day and state, with the sums of its days."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from tests.support.api_client import api_client
from tests.support.factories import add_upload

if TYPE_CHECKING:
    from cobranca.infra.resources import Resources
    from cobranca.infra.settings import Settings

PATH = "/billings/csv/uploads"


@pytest.fixture
async def client(settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    """Return a client of an API of its own."""
    async with api_client(settings) as client:
        yield client


async def _add(resources: Resources, name: str, at: str, **changes: object) -> dict[str, Any]:
    """Add a file of five billings of R$ 1,00 that came at an instant."""
    upload = await add_upload(resources, rows=5)
    columns = {"name": name, "received_at": at, "amount_cents": 500, **changes}
    async with resources.database.transaction() as c:
        said = ", ".join(f"{column} = %s" for column in columns)
        await c.execute(
            f"UPDATE upload SET {said} WHERE id = %s",  # noqa: S608 - names of this file
            [*columns.values(), upload["id"]],
        )
    return upload


async def _names(client: httpx.AsyncClient, **query: str) -> list[str]:
    answer = await client.get(PATH, params=query)
    assert answer.status_code == 200, answer.text
    return [upload["name"] for upload in answer.json()["records"]]


async def test_files_are_found_by_a_part_of_their_name_whatever_signs_it_has(
    client: httpx.AsyncClient, resources: Resources
) -> None:
    for name in ("Janeiro_100%.csv", "janeiro.csv", "FEVEREIRO.csv"):
        await _add(resources, name, "2026-11-24T12:00-03")
    assert await _names(client, name="JANEIRO") == ["janeiro.csv", "Janeiro_100%.csv"]
    assert await _names(client, name="_100%") == ["Janeiro_100%.csv"]
    assert await _names(client, name="%") == ["Janeiro_100%.csv"]
    assert await _names(client, name="o'; DROP TABLE upload; --") == []
    assert len(await _names(client, name="  ")) == 3


async def test_days_are_those_of_sao_paulo_and_their_sums_of_the_whole_day(
    client: httpx.AsyncClient, resources: Resources
) -> None:
    await _add(resources, "late.csv", "2026-11-24T23:30-03")
    await _add(resources, "early.csv", "2026-11-25T00:30-03")
    await _add(resources, "noon.csv", "2026-11-25T12:00-03")
    await _add(resources, "gone.csv", "2026-11-25T13:00-03", removed_at="2026-11-26T12:00-03")
    assert await _names(client, **{"from": "2026-11-24", "to": "2026-11-24"}) == ["late.csv"]
    assert await _names(client, **{"from": "2026-11-25"}) == ["gone.csv", "noon.csv", "early.csv"]

    page = (await client.get(PATH, params={"limit": 1, "name": "noon"})).json()
    day = {"day": "2026-11-25", "files": 3, "billings": 10, "amount_cents": 1000}
    assert page["days"] == [day]
    both = (await client.get(PATH)).json()["days"]
    before = {"day": "2026-11-24", "files": 1, "billings": 5, "amount_cents": 500}
    assert both == [day, before]


async def test_files_are_found_by_what_a_person_looks_for(
    client: httpx.AsyncClient, resources: Resources
) -> None:
    at, ended = "2026-11-24T12:00-03", {"finished_at": "2026-11-24T13:00-03"}
    await _add(resources, "moving.csv", at)
    await _add(resources, "done.csv", at, **ended)
    await _add(resources, "mend.csv", at, **ended, records=8, rejected=3)
    await _add(resources, "mended.csv", at, **ended, records=8, rejected=3, rejects_mended=3)
    await _add(resources, "gone.csv", at, removed_at=at)
    failed = await _add(resources, "failed.csv", at, **ended)
    stopped = await _add(resources, "stopped.csv", at, **ended)
    async with resources.database.transaction() as c:
        await c.execute("UPDATE batch SET failed = 1 WHERE upload_id = %s", [failed["id"]])
        await c.execute(
            "UPDATE work SET state = 'STOPPED' WHERE group_id = %s", [stopped["work_group_id"]]
        )
    assert await _names(client, state="MOVING") == ["moving.csv"]
    assert await _names(client, state="TO_MEND") == ["mend.csv"]
    assert await _names(client, state="ATTENTION") == ["stopped.csv", "failed.csv"]
    assert await _names(client, state="DONE") == ["mended.csv", "done.csv"]
    assert await _names(client, state="REMOVED") == ["gone.csv"]


async def test_pages_of_a_filter_go_on_by_key(
    client: httpx.AsyncClient, resources: Resources
) -> None:
    for number in range(7):
        await _add(resources, f"{'ab'[number % 2]}{number}.csv", "2026-11-24T12:00-03")
    found: list[str] = []
    after: dict[str, str] = {}
    while True:
        page = (await client.get(PATH, params={"name": "a", "limit": 2, **after})).json()
        found += [upload["name"] for upload in page["records"]]
        if page["next"] is None:
            break
        after = {"after": page["next"]}
    assert found == ["a6.csv", "a4.csv", "a2.csv", "a0.csv"]


@pytest.mark.parametrize(
    "query",
    [
        {"from": "2026-12-02", "to": "2026-12-01"},
        {"name": "x" * 101},
        {"state": "LOST"},
    ],
)
async def test_what_means_nothing_is_refused(
    client: httpx.AsyncClient, query: dict[str, str]
) -> None:
    assert (await client.get(PATH, params=query)).status_code == 422
