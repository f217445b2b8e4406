"""One person's data, wherever it is: found, handed over, erased; others' is as before."""

from __future__ import annotations

import datetime as dt
import json
import zipfile
from typing import TYPE_CHECKING, Any

import pytest

from cobranca.domain.errors import Conflict
from cobranca.pipeline import lease
from cobranca.privacy import erasure, objects, service
from cobranca.privacy.archive import Archive
from cobranca.uploads.service import get_uploads
from tests.support.api_client import api_client
from tests.support.people import (
    ANA,
    ANA_TOO,
    BIA,
    HEAD,
    PERSON,
    archive_of,
    csv_of,
    debt_id,
    fill,
    row,
    run,
    send,
    texts,
    whole,
    work_all,
)
from tests.support.postgres_program import run_program
from tests.support.workbooks import xlsx_of
from tests.support.works import claim

if TYPE_CHECKING:
    from pathlib import Path

    from cobranca.infra.resources import Resources


@pytest.fixture
async def filled(resources: Resources) -> list[dict[str, Any]]:
    """Return the answers to two files in which Ana is billed, refused and a duplicate."""
    return await fill(resources)


async def erased(resources: Resources, *, with_slips: bool = False) -> list[erasure.Kept]:
    archive = await archive_of(resources)
    found = await service.search(archive, PERSON)
    return await service.erase(archive, found, with_slips=with_slips)


def counts(answer: dict[str, Any]) -> tuple[int, ...]:
    return tuple(answer[key] for key in ("records", "accepted", "rejected", "duplicates"))


async def test_a_person_is_found_wherever_they_are(
    resources: Resources, filled: list[dict[str, Any]]
) -> None:
    assert [counts(answer) for answer in filled] == [(6, 3, 3, 0), (2, 1, 0, 1)]
    found = await service.search(await archive_of(resources), PERSON)
    assert [str(billing.debt_id)[-1] for billing in found.billings] == ["1", "5"]
    assert [reject.line_number for reject in found.rejects] == [4, 7]
    assert {one.email for one in found.suppressed} == {ANA[2], "segunda@example.com"}
    assert len(found.uploads) == 2, "the second file has her as a duplicate only"
    assert sorted(found.bounces) == ["bounces/ana.eml", "bounces/other.eml"]


async def test_an_export_holds_all_of_them_and_nobody_else(
    resources: Resources, filled: list[dict[str, Any]], tmp_path: Path
) -> None:
    archive, target = await archive_of(resources), tmp_path / "ana.zip"
    await service.export(archive, await service.search(archive, PERSON), target)
    assert target.stat().st_mode & 0o777 == 0o600
    with zipfile.ZipFile(target) as packed:
        names = sorted(packed.namelist())
        text = packed.read("person.json").decode()
        slips = [packed.read(name) for name in names if name.startswith("boletos/")]
    assert names[-1] == "person.json"
    assert [slip[:5] for slip in slips] == [b"%PDF-"] * 2
    told = json.loads(text)
    assert [billing["email"] for billing in told["billings"]] == [ANA[2], "segunda@example.com"]
    assert all(len(billing["mail_events"]) == 6 for billing in told["billings"])
    assert [billing["details"]["phone"] for billing in told["billings"]] == [
        billing["email"] for billing in told["billings"]
    ]
    assert [mail["recipient_address"] for mail in told["mails"]] == [
        ANA[2],
        "segunda@example.com",
    ]
    assert len(told["refused_records"]) == 2
    assert not any(value in text for value in BIA)


async def test_an_erased_person_is_nowhere_and_all_else_is_as_before(
    resources: Resources, filled: list[dict[str, Any]]
) -> None:
    places = {place.split("/")[0] for place, text in texts(resources).items() if ANA[0] in text}
    assert places == {"database", "uploads", "boletos", "outbox"}
    before = whole(resources)
    assert all(value in before for value in (*ANA, *ANA_TOO[:2]))
    kept = await erased(resources, with_slips=True)
    after = whole(resources)
    for value in (*ANA, *ANA_TOO):
        assert value.lower() not in after.lower()
    for value in BIA:
        assert after.count(value) == before.count(value)
    assert [one.count for one in kept] == [2]
    archive = await archive_of(resources)
    public_ids = [answer["upload_id"] for answer in filled]
    uploads = await get_uploads(resources.database, archive.beneficiary_id, public_ids)
    assert {counts(u.model_dump()) for u in uploads} == {counts(a) for a in filled}
    assert {sum(u.statuses.values()) for u in uploads} == {3, 1}
    found = await service.search(archive, PERSON)
    assert not any((found.billings, found.rejects, found.suppressed, found.uploads, found.bounces))
    async with api_client(resources.settings) as client:
        for number, status in ((1, 404), (2, 200)):
            for path in (f"/billings/{debt_id(number)}/pdf", f"/mailbox/{debt_id(number)}"):
                assert (await client.get(path)).status_code == status, path


async def test_slips_and_tax_ids_of_issued_boletos_stay_unless_they_are_to_go(
    resources: Resources, filled: list[dict[str, Any]]
) -> None:
    kept = await erased(resources)
    assert [one.count for one in kept] == [2, 2, 2]
    assert all("LGPD" in one.reason or "the same" in one.reason for one in kept[1:])
    rows = await run(resources, "SELECT name, email, tax_id FROM billing WHERE name = %s",
                     "Dados apagados")  # fmt: skip
    assert [(r["email"], r["tax_id"]) for r in rows] == [("", ANA[1])] * 2
    left = texts(resources)
    for place, text in left.items():
        for value in (ANA[0], ANA[2], *ANA_TOO[1:]):
            assert value not in text or place.endswith(".zip")
        assert ANA[1] not in text or place == "database" or place.endswith(".zip")
    assert left["database"].count(ANA[1]) == 2, "of the issued boletos alone"
    again = await service.search(await archive_of(resources), PERSON)
    assert (len(again.billings), again.rejects, again.uploads) == (2, [], [])
    await erased(resources, with_slips=True)
    assert not any(value in whole(resources) for value in ANA)


async def test_mails_and_slips_of_attempts_that_died_go_too(
    resources: Resources, filled: list[dict[str, Any]]
) -> None:
    storage = resources.storage
    paths = [*await storage.list_paths("outbox"), *await storage.list_paths("boletos")]
    for path in paths:
        head, _, ending = path.rpartition(".")
        await storage.put(f"{head}0.{ending}", await storage.get(path))
    await erased(resources, with_slips=True)
    assert not any(value in whole(resources) for value in ANA)


async def test_what_was_not_mailed_is_never_mailed_after(resources: Resources) -> None:
    await send(resources, csv_of(row(ANA, 1), row(BIA, 2)))
    await erased(resources)
    await work_all(resources)
    rows = await run(resources, "SELECT name, tax_id, status FROM billing_status ORDER BY debt_id")
    assert [(r["name"], r["tax_id"], r["status"]) for r in rows] == [
        ("Dados apagados", "", "REMOVED"),
        (BIA[0], BIA[1], "SENT"),
    ]
    assert not any(value in whole(resources) for value in ANA)


async def test_what_a_worker_has_in_hand_is_waited_for(
    resources: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(erasure, "_IN_HAND_S", 2)
    await send(resources, csv_of(row(ANA, 1), row(BIA, 2)))
    async with resources.database.transaction() as connection:
        work = await claim(connection)
    assert work is not None
    with pytest.raises(Conflict, match="in hand"):
        await erased(resources)
    assert ANA[2] in whole(resources), "still found by the next call"
    async with resources.database.transaction() as connection:
        await lease.lock(connection, work)
        await lease.finish(connection, work)
    await erased(resources)
    assert not any(value in whole(resources) for value in ANA)


async def test_an_erased_file_that_is_sent_again_brings_nobody_back(resources: Resources) -> None:
    content = csv_of(row(ANA, 1), row(BIA, 2))
    await send(resources, content)
    await erased(resources)
    (answer,) = await send(resources, content)
    assert answer["repeated"]
    assert not any(value in whole(resources) for value in ANA)


async def test_another_beneficiary_has_nobody_of_ours(
    resources: Resources, filled: list[dict[str, Any]]
) -> None:
    (other,) = await run(
        resources,
        "INSERT INTO beneficiary (tax_id, name) VALUES ('45723174000110', 'O') RETURNING id",
    )
    archive = await archive_of(resources)
    theirs = Archive(
        database=archive.database,
        storage=archive.storage,
        settings=archive.settings,
        beneficiary_id=other["id"],
    )
    found = await service.search(theirs, PERSON)
    assert not any((found.billings, found.rejects, found.suppressed, found.uploads))


async def test_a_workbook_goes_as_a_whole_and_its_rows_one_by_one(resources: Resources) -> None:
    header = HEAD.split(",")
    rows = [[*ANA[:1], int(ANA[1]), ANA[2], 10.0, dt.date(2030, 1, 1), debt_id(1)],
            [*BIA, 10.0, dt.date(2030, 1, 1), debt_id(2)],
            [*BIA, "nothing", dt.date(2030, 1, 1), debt_id(3)]]  # fmt: skip
    both, twice, bias = (xlsx_of({"A": [header, *part]}) for part in (rows, rows[:1], rows[1:2]))
    answers = await send(resources, both, twice, bias)
    assert [counts(answer) for answer in answers] == [(3, 2, 1, 0), (1, 0, 0, 1), (1, 0, 0, 1)]
    await erased(resources)
    root = resources.settings.data_dir / "storage" / "uploads"
    stored = {path.read_bytes() for path in root.iterdir()}
    assert stored == {objects.WORKBOOK_ERASED, bias}
    assert (await service.search(await archive_of(resources), PERSON)).uploads == []
    (again,) = await send(resources, both)
    assert again["repeated"] is True
    assert {path.read_bytes() for path in root.iterdir()} == stored
    told = run_program(resources.database.url, ["pg_dump", "--data-only", "--inserts"])
    assert "nothing" in told
    assert ANA[2] not in told
