"""A file is made once, with the next number, whoever dies or comes second; movements follow."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from cobranca.domain.errors import Permanent
from cobranca.pipeline.crashpoint import CrashError
from cobranca.pipeline.kinds import Kinds
from cobranca.pipeline.poll import poll
from cobranca.remittances import delivery, service
from cobranca.remittances.handlers import DELIVER, REGISTER
from cobranca.remittances.orders import place_automatic_orders
from tests.support.api_client import api_client
from tests.support.remittances import (
    debt,
    file_of,
    issue_all,
    ordered,
    register_all,
    upload,
    with_layout,
)

if TYPE_CHECKING:
    from pathlib import Path

    import httpx

    from cobranca.infra.resources import Resources
    from cobranca.infra.settings import Settings

POINTS = ("register-claimed", "remittance-stored", "remittance-frozen", "remittance-committed")
COMPANY_USE = slice(37, 62)


def details_of(content: bytes) -> list[bytes]:
    """Return the titles of a file of 400 places."""
    return [line for line in content.split(b"\r\n") if line[:1] == b"1"]


async def all_files(client: httpx.AsyncClient) -> list[dict[str, Any]]:
    """Return every file, oldest first."""
    answer = await client.get("/remittances", params={"limit": 100})
    return answer.json()["records"][::-1]


async def free_leases(resources: Resources) -> None:
    """Let what failed or died be taken again at once."""
    async with resources.database.transaction() as connection:
        await connection.execute(
            "UPDATE work SET not_before = NULL, lease_until = CASE WHEN state = 'WORKING'"
            " THEN now() - interval '1 second' END"
        )


async def test_files_are_split_and_every_title_stands_in_one(
    settings: Settings, resources: Resources
) -> None:
    split = with_layout(settings.model_copy(update={"batch_rows": 3}), "341-400", titles_max=4)
    async with api_client(split) as client:
        await upload(client, *(debt() for _ in range(10)))
        await issue_all(resources)
        order = await ordered(client, resources)
        files = await all_files(client)
        assert order["remittances"] == files[::-1]
        assert [each["titles"] for each in files] == [4, 4, 2]
        assert [each["sequence"] for each in files] == [1, 2, 3]
        contents = [await file_of(client, each) for each in files]
        marks = [line[COMPANY_USE] for content in contents for line in details_of(content)]
        assert len(marks) == len(set(marks)) == 10


@pytest.mark.parametrize("point", POINTS)
async def test_a_death_loses_no_number_and_doubles_no_title(
    settings: Settings,
    resources: Resources,
    monkeypatch: pytest.MonkeyPatch,
    point: str,
) -> None:
    deaths = [2]

    def dies(name: str) -> None:
        if name == point and deaths[0]:
            deaths[0] -= 1
            raise CrashError(name)

    monkeypatch.setattr(service, "crashpoint", dies)
    async with api_client(with_layout(settings, "341-400", titles_max=2)) as client:
        await upload(client, *(debt() for _ in range(5)))
        await issue_all(resources)
        answer = await client.post("/remittances", json={"all": True})
        for _ in range(5):
            await free_leases(resources)
            await register_all(resources)
        order = (await client.get(f"/remittances/orders/{answer.json()['id']}")).json()
        assert order["state"] == "DONE"
        assert deaths == [0]
        files = await all_files(client)
        assert [(each["sequence"], each["titles"]) for each in files] == [(1, 2), (2, 2), (3, 1)]
        contents = [await file_of(client, each) for each in files]
        marks = {line[COMPANY_USE] for content in contents for line in details_of(content)}
        assert len(marks) == 5


async def test_who_asks_twice_at_once_has_one_order_and_one_file(
    settings: Settings, resources: Resources
) -> None:
    async with api_client(with_layout(settings, "341-400")) as client:
        upload_id = await upload(client, debt(), debt())
        await issue_all(resources)

        async def ask(key: str | None = None) -> str:
            headers = {"Idempotency-Key": key} if key else {}
            answer = await client.post("/remittances", json={"upload": upload_id}, headers=headers)
            assert answer.status_code == 202, answer.text
            return answer.json()["id"]

        assert len(set(await asyncio.gather(*(ask() for _ in range(5))))) == 1
        await register_all(resources)
        assert [each["titles"] for each in await all_files(client)] == [2]
        keyed = await ask("k1")
        await register_all(resources)
        assert await ask("k1") == keyed
        assert len(await all_files(client)) == 1
        answer = await client.post(
            "/remittances", json={"all": True}, headers={"Idempotency-Key": "k1"}
        )
        assert (answer.status_code, answer.json()["code"]) == (409, "IDEMPOTENCY_KEY_REUSED")


async def test_two_orders_at_once_share_titles_and_numbers(
    settings: Settings, resources: Resources
) -> None:
    run = partial(service.register, resources)
    kinds = Kinds([REGISTER])
    async with api_client(with_layout(settings, "341-400", titles_max=3)) as client:
        upload_id = await upload(client, *(debt() for _ in range(20)))
        await issue_all(resources)
        await client.post("/remittances", json={"upload": upload_id})
        await client.post("/remittances", json={"all": True})
        await asyncio.gather(*(poll(resources, kinds, REGISTER, run) for _ in range(2)))
        files = await all_files(client)
        assert sum(each["titles"] for each in files) == 20
        assert [each["sequence"] for each in files] == list(range(1, len(files) + 1))


async def test_what_is_cancelled_is_written_off_where_the_bank_knows_it(
    settings: Settings, resources: Resources
) -> None:
    ids = [f"CTR-{number}" for number in range(3)]
    async with api_client(with_layout(settings, "341-400")) as client:
        await upload(client, *(debt(debt_id=each) for each in ids))
        await issue_all(resources)
        assert (await client.delete(f"/billings/{ids[0]}")).status_code == 204
        first = await ordered(client, resources)
        assert [each["titles"] for each in first["remittances"]] == [2]
        assert [each["code"] for each in first["held_back"]] == ["CANCELLED"]
        assert (await client.delete(f"/billings/{ids[1]}")).status_code == 204
        second = await ordered(client, resources)
        (file,) = second["remittances"]
        (line,) = details_of(await file_of(client, file))
        assert line[108:110] == b"02"
        third = await ordered(client, resources)
        assert third["remittances"] == []


async def test_a_whole_file_that_is_cancelled_is_written_off(
    settings: Settings, resources: Resources
) -> None:
    async with api_client(with_layout(settings, "341-400")) as client:
        upload_id = await upload(client, debt(), debt())
        await issue_all(resources)
        await ordered(client, resources)
        answer = await client.delete(f"/billings/csv/uploads/{upload_id}")
        assert answer.status_code == 204
        order = await ordered(client, resources)
        (file,) = order["remittances"]
        lines = details_of(await file_of(client, file))
        assert [line[108:110] for line in lines] == [b"02", b"02"]


async def test_an_upload_is_ordered_by_itself_once_it_is_all_issued(
    settings: Settings, resources: Resources
) -> None:
    changed = with_layout(settings, "341-400", automatic=True)
    object.__setattr__(resources, "settings", changed)
    async with api_client(changed) as client:
        await upload(client, debt())
        assert await place_automatic_orders(resources, 1) == 0
        await issue_all(resources)
        assert await place_automatic_orders(resources, 1) == 1
        assert await place_automatic_orders(resources, 1) == 0
        await register_all(resources)
        assert [each["titles"] for each in await all_files(client)] == [1]


class TestDelivery:
    """A copy goes to a folder, whole and under the bank's name."""

    async def test_it_appears_whole_and_a_missing_folder_is_waited_for(
        self, settings: Settings, resources: Resources, tmp_path: Path
    ) -> None:
        folder = tmp_path / "out"
        changed = with_layout(settings, "237-400", delivery_url=str(folder))
        object.__setattr__(resources, "settings", changed)
        kinds = Kinds([REGISTER, DELIVER])
        run = partial(delivery.deliver, resources)
        async with api_client(changed) as client:
            await upload(client, debt())
            await issue_all(resources)
            await ordered(client, resources)
            assert await poll(resources, kinds, DELIVER, run)
            (file,) = await all_files(client)
            assert file["delivery"] == "WAITING"
            assert str(folder) in file["delivery_error"]
            folder.mkdir()
            await free_leases(resources)
            assert await poll(resources, kinds, DELIVER, run)
            (file,) = await all_files(client)
            assert (file["delivery"], file["delivery_error"]) == ("DELIVERED", None)
            assert file["name"].startswith("CB")
            delivered = folder / file["name"]
            assert delivered.read_bytes() == await file_of(client, file)
            assert delivered.stat().st_mode & 0o777 == 0o640
            assert [path.name for path in folder.iterdir() if path.is_file()] == [file["name"]]
            delivered.write_bytes(b"changed by the client")
            assert (await file_of(client, file))[:1] == b"0"

    async def test_a_death_before_the_fact_delivers_the_same_once_more(
        self,
        settings: Settings,
        resources: Resources,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        changed = with_layout(settings, "341-400", delivery_url=str(tmp_path))
        object.__setattr__(resources, "settings", changed)
        kinds = Kinds([REGISTER, DELIVER])
        run = partial(delivery.deliver, resources)
        deaths = ["remittance-delivered"]

        def dies(name: str) -> None:
            if name in deaths:
                deaths.remove(name)
                raise CrashError(name)

        monkeypatch.setattr(delivery, "crashpoint", dies)
        async with api_client(changed) as client:
            await upload(client, debt())
            await issue_all(resources)
            await ordered(client, resources)
            assert await poll(resources, kinds, DELIVER, run)
            await free_leases(resources)
            assert await poll(resources, kinds, DELIVER, run)
            assert deaths == []
            (file,) = await all_files(client)
            assert file["delivery"] == "DELIVERED"
            assert (tmp_path / file["name"]).read_bytes() == await file_of(client, file)

    async def test_what_can_never_be_is_stopped_and_goes_on_when_asked(
        self,
        settings: Settings,
        resources: Resources,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        changed = with_layout(settings, "341-400", delivery_url=str(tmp_path))
        object.__setattr__(resources, "settings", changed)
        kinds = Kinds([REGISTER, DELIVER])
        run = partial(delivery.deliver, resources)

        def refuses(_url: str) -> None:
            raise Permanent("The storage refuses our credentials")

        async with api_client(changed) as client:
            await upload(client, debt())
            await issue_all(resources)
            order = await ordered(client, resources)
            with monkeypatch.context() as patched:
                patched.setattr(delivery, "open_target", refuses)
                assert await poll(resources, kinds, DELIVER, run)
            (file,) = await all_files(client)
            assert file["delivery"] == "STOPPED"
            assert "DELIVERY_URL" in file["delivery_error"]
            answer = await client.post(f"/remittances/orders/{order['id']}/retry")
            assert answer.json() == {"works": 1}
            assert await poll(resources, kinds, DELIVER, run)
            (file,) = await all_files(client)
            assert file["delivery"] == "DELIVERED"
