"""Streams of progress: all of a process live on one look at the database a tick."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

import pytest

from cobranca.domain.errors import Transient
from cobranca.infra.settings import BeneficiarySettings
from cobranca.uploads import progress, service
from cobranca.uploads.progress import Followed, Progress
from cobranca.uploads.service import remove_upload
from tests.support.factories import add_upload
from tests.support.works import issue_batch

if TYPE_CHECKING:
    from cobranca.infra.resources import Resources


@pytest.fixture
async def shared(resources: Resources) -> AsyncIterator[Progress]:
    """Return what the streams of one process share."""
    shared = Progress(resources.database)
    yield shared
    await shared.close()


def parsed(chunk: bytes) -> tuple[str, Any]:
    """Return name and data of an event."""
    name, _, data = chunk.decode().strip().partition("\n")
    return name.removeprefix("event: "), json.loads(data.removeprefix("data: "))


async def test_a_file_is_followed_to_its_end(resources: Resources, shared: Progress) -> None:
    upload = await add_upload(resources, rows=10)
    seen: list[tuple[str, str | None]] = []
    async for chunk in shared.follow(Followed(upload["beneficiary_id"], upload["public_id"])):
        name, data = parsed(chunk)
        seen.append((name, data.get("status")))
        if len(seen) == 1:
            await remove_upload(resources.database, upload["beneficiary_id"], upload["public_id"])
    assert seen == [("upload", "ACKNOWLEDGED"), ("upload", "REMOVED"), ("end", None)]


async def test_many_streams_ask_the_database_as_often_as_one(
    resources: Resources, shared: Progress, monkeypatch: pytest.MonkeyPatch
) -> None:
    uploads = [await add_upload(resources) for _ in range(3)]
    looks: list[int] = []
    look = service.get_uploads

    async def counted(database: Any, beneficiary_id: Any, ids: Any) -> Any:
        looks.append(len(ids))
        return await look(database, beneficiary_id, ids)

    monkeypatch.setattr(service, "get_uploads", counted)
    monkeypatch.setattr(progress, "_POLL_S", 60.0)
    followed = [None, *(upload["public_id"] for upload in uploads)] * 25
    beneficiary_id = uploads[0]["beneficiary_id"]
    streams = [shared.follow(Followed(beneficiary_id, upload_id)) for upload_id in followed]
    async with asyncio.timeout(30):
        firsts = list(map(parsed, await asyncio.gather(*map(anext, streams))))
    assert [name for name, _ in firsts] == ["uploads", "upload", "upload", "upload"] * 25
    assert {data["id"] for name, data in firsts if name == "upload"} == {
        str(upload["public_id"]) for upload in uploads
    }
    assert len(looks) <= 4
    for stream in streams:
        await stream.aclose()
    assert shared._followers == {}


async def test_a_stream_of_the_list_has_the_files_of_its_beneficiary(
    resources: Resources, shared: Progress
) -> None:
    own = await add_upload(resources)
    resources.settings.beneficiary = BeneficiarySettings(tax_id="11444777000161")
    others = await add_upload(resources)
    for upload in (own, others):
        stream = shared.follow(Followed(upload["beneficiary_id"], None))
        _, data = parsed(await anext(stream))
        assert [record["id"] for record in data["records"]] == [str(upload["public_id"])]
        await stream.aclose()


@pytest.mark.parametrize("only_changed", [False, True])
async def test_what_has_changed_is_sent_alone_where_it_is_asked_for(
    resources: Resources, shared: Progress, *, only_changed: bool
) -> None:
    uploads = [await add_upload(resources) for _ in range(3)]
    of_all = Followed(uploads[0]["beneficiary_id"], None)
    stream = shared.follow(of_all, only_changed=only_changed)
    _, first = parsed(await anext(stream))
    removed = uploads[1]["public_id"]
    await remove_upload(resources.database, uploads[1]["beneficiary_id"], removed)
    name, then = parsed(await anext(stream))
    assert name == "uploads"
    told = {record["id"]: record["status"] for record in then["records"]}
    assert told[str(removed)] == "REMOVED"
    assert (len(first["records"]), len(told)) == (3, 1 if only_changed else 3)
    # Who comes later hears of all.
    newcomer = shared.follow(of_all, only_changed=only_changed)
    assert len(parsed(await anext(newcomer))[1]["records"]) == 3
    await stream.aclose()
    await newcomer.aclose()


async def test_a_stream_lives_on_while_the_database_is_away(
    resources: Resources, shared: Progress, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = await add_upload(resources)
    stream = shared.follow(Followed(upload["beneficiary_id"], upload["public_id"]))
    assert parsed(await anext(stream))[1]["statuses"]["ISSUED"] == 0
    look = service.get_uploads
    failed = asyncio.Event()

    async def away(_database: Any, _beneficiary_id: Any, _ids: Any) -> Any:
        failed.set()
        raise Transient

    monkeypatch.setattr(service, "get_uploads", away)
    waiting = asyncio.create_task(anext(stream))
    await asyncio.wait_for(failed.wait(), 30)
    await issue_batch(resources)
    monkeypatch.setattr(service, "get_uploads", look)
    event = await asyncio.wait_for(waiting, 30)
    assert parsed(event)[1]["statuses"]["ISSUED"] == 10


async def test_places_for_streams_are_bounded(shared: Progress) -> None:
    held = [shared.limit.held() for _ in range(progress.STREAMS_MAX)]
    for place in held:
        place.__enter__()
    with pytest.raises(Transient) as refused, shared.limit.held():
        pass
    assert refused.value.code == "STREAMS_BUSY"
    for place in held:
        place.__exit__(None, None, None)
    with shared.limit.held():
        pass
