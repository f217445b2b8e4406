"""One person's data, wherever it is: found, handed over, erased; others' is as before."""

from __future__ import annotations

import json
import zipfile
from typing import TYPE_CHECKING, Any

import pytest

from cobranca.notifications.service import Notifier
from cobranca.pipeline.beneficiary import OwnBeneficiary
from cobranca.privacy import service
from cobranca.privacy.archive import Archive
from cobranca.privacy.person import Person
from cobranca.uploads.service import finish_ended_uploads, get_uploads
from tests.support.api_client import api_client
from tests.support.works import issue_batch, notify_batch

if TYPE_CHECKING:
    from pathlib import Path

    from cobranca.infra.resources import Resources

HEAD = "name,governmentId,email,debtAmount,debtDueDate,debtId"
ANA = ("Ana Única", "52998224725", "ana.unica@example.com")
BIA = ("Bia Outra", "11144477735", "bia.outra@example.com")
PERSON = Person.of(tax_id=ANA[1], email=ANA[2])
#: Tables that hold something about a person.
TABLES = (
    "billing", "reject", "boleto", "notification", "notification_attempt", "bounce",
    "mail_resend", "suppressed_address", "suppression", "upload", "work", "batch",
)  # fmt: skip


def row(who: tuple[str, str, str], number: int, **changes: str) -> str:
    fields = {
        "name": who[0], "tax_id": who[1], "email": who[2], "amount": "10.00", "due": "2030-01-01",
        "debt_id": f"1adb6ccf-ff16-467f-bea7-{number:012d}",
    } | changes  # fmt: skip
    return ",".join(fields.values())


def csv_of(*rows: str) -> bytes:
    return "\n".join([HEAD, *rows, ""]).encode()


async def run(resources: Resources, query: str, *parameters: object) -> list[dict[str, Any]]:
    async with resources.database.transaction() as connection:
        cursor = await connection.execute(query, parameters)  # type: ignore[arg-type]
        return await cursor.fetchall() if cursor.description else []


async def archive_of(resources: Resources) -> Archive:
    return Archive(
        database=resources.database,
        storage=resources.storage,
        settings=resources.settings,
        beneficiary_id=await OwnBeneficiary(
            resources.database, resources.settings.beneficiary
        ).id(),
    )


async def send(resources: Resources, *contents: bytes) -> list[dict[str, Any]]:
    async with api_client(resources.settings) as client:
        answers = [
            await client.post(
                "/billings/csv/upload", content=content, headers={"Content-Type": "text/csv"}
            )
            for content in contents
        ]
    return [answer.json() for answer in answers]


async def work_all(resources: Resources) -> None:
    notifier = Notifier(resources)
    while await issue_batch(resources) or await notify_batch(resources, notifier):
        pass
    await finish_ended_uploads(resources.database)


@pytest.fixture
async def filled(resources: Resources) -> list[dict[str, Any]]:
    """Return the answers to two files in which Ana is billed, refused and a duplicate."""
    first = csv_of(
        row(ANA, 1),
        row(BIA, 2),
        row(ANA, 3, amount="nothing"),
        row(BIA, 4, due="never"),
        row(("Ana Única", "529.982.247-25", "outra@example.com"), 5),
    )
    answers = await send(resources, first, csv_of(row(ANA, 1), row(BIA, 6)))
    await work_all(resources)
    await run(
        resources,
        "INSERT INTO bounce (billing_id, upload_id, suppressed, detail)"
        " SELECT id, upload_id, true, email || ' refused' FROM billing",
    )
    await run(resources, "UPDATE notification n SET detail = b.email FROM billing b"
              " WHERE b.id = n.billing_id")  # fmt: skip
    await run(
        resources,
        "INSERT INTO notification_attempt (billing_id, at, attempts, state, detail)"
        " SELECT id, now(), 1, 'DEFERRED', email FROM billing",
    )
    await run(
        resources,
        "INSERT INTO suppressed_address (beneficiary_id, email, reason)"
        " SELECT DISTINCT beneficiary_id, email, email || ' refused' FROM billing",
    )
    await resources.storage.put("bounces/ana.eml", b"To: ana.uni=\r\nca@example.com")
    await resources.storage.put("bounces/bia.eml", b"To: bia.outra@example.com")
    return answers


async def texts(resources: Resources) -> str:
    """Return all rows and all stored bytes but slips, as one text."""
    rows = [
        str(list(found.values()))
        for table in TABLES
        for found in await run(resources, f"SELECT * FROM {table}")  # noqa: S608
    ]
    root = resources.settings.data_dir / "storage"
    stored = [p.read_bytes() for p in root.rglob("*") if p.is_file() and p.suffix != ".zip"]
    return "\n".join([*rows, *(content.decode() for content in stored)])


def counts(answer: dict[str, Any]) -> tuple[int, ...]:
    return tuple(answer[key] for key in ("records", "accepted", "rejected", "duplicates"))


async def test_a_person_is_found_wherever_they_are(
    resources: Resources, filled: list[dict[str, Any]]
) -> None:
    assert [counts(answer) for answer in filled] == [(5, 3, 2, 0), (2, 1, 0, 1)]
    found = await service.search(await archive_of(resources), PERSON)
    assert [str(billing.debt_id)[-1] for billing in found.billings] == ["1", "5"]
    assert [reject.line_number for reject in found.rejects] == [4]
    assert {one.email for one in found.suppressed} == {ANA[2], "outra@example.com"}
    assert len(found.uploads) == 2, "the second file has her as a duplicate only"
    assert found.bounces == ["bounces/ana.eml"]


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
    assert [billing["email"] for billing in told["billings"]] == [ANA[2], "outra@example.com"]
    assert all(len(billing["mail_events"]) == 2 for billing in told["billings"])
    assert len(told["mails"]) == 2
    assert len(told["refused_records"]) == 1
    assert not any(value in text for value in BIA)


async def test_an_erased_person_is_nowhere_and_all_else_is_as_before(
    resources: Resources, filled: list[dict[str, Any]]
) -> None:
    archive = await archive_of(resources)
    before = await texts(resources)
    assert all(value in before for value in ANA)
    kept = await service.erase(
        archive, await service.search(archive, PERSON), PERSON, with_slips=True
    )
    after = await texts(resources)
    for value in (*ANA, "529.982.247-25", "outra@example.com"):
        assert value not in after
    for value in BIA:
        assert after.count(value) == before.count(value)
    assert [one.count for one in kept] == [2]
    public_ids = [answer["upload_id"] for answer in filled]
    uploads = await get_uploads(resources.database, archive.beneficiary_id, public_ids)
    assert {counts(u.model_dump()) for u in uploads} == {counts(a) for a in filled}
    assert {sum(u.statuses.values()) for u in uploads} == {3, 1}
    found = await service.search(archive, PERSON)
    assert not any((found.billings, found.rejects, found.suppressed, found.uploads, found.bounces))
    async with api_client(resources.settings) as client:
        for number, status in ((1, 404), (2, 200)):
            debt_id = f"1adb6ccf-ff16-467f-bea7-{number:012d}"
            for path in ("pdf", "mail"):
                answer = await client.get(_route(client, path).format(debt_id=debt_id))
                assert answer.status_code == status, path


def _route(client: Any, ending: str) -> str:
    """Return the address of a billing's slip or mail."""
    return {
        "pdf": "/billings/{debt_id}/pdf",
        "mail": "/mailbox/{debt_id}",
    }[ending]


async def test_slips_and_tax_ids_of_issued_boletos_stay_unless_they_are_to_go(
    resources: Resources, filled: list[dict[str, Any]]
) -> None:
    archive = await archive_of(resources)
    found = await service.search(archive, PERSON)
    kept = await service.erase(archive, found, PERSON, with_slips=False)
    assert [one.count for one in kept] == [2, 2, 2]
    assert all("LGPD" in one.reason or "the same" in one.reason for one in kept[1:])
    rows = await run(resources, "SELECT name, email, tax_id FROM billing WHERE name = %s",
                     "Dados apagados")  # fmt: skip
    assert [(r["email"], r["tax_id"]) for r in rows] == [("", ANA[1])] * 2
    again = await service.search(archive, PERSON)
    assert (len(again.billings), again.rejects, again.uploads) == (2, [], [])


async def test_what_was_not_mailed_is_never_mailed_after(resources: Resources) -> None:
    await send(resources, csv_of(row(ANA, 1), row(BIA, 2)))
    archive = await archive_of(resources)
    await service.erase(archive, await service.search(archive, PERSON), PERSON, with_slips=False)
    await work_all(resources)
    rows = await run(resources, "SELECT name, tax_id, status FROM billing_status ORDER BY debt_id")
    assert [(r["name"], r["tax_id"], r["status"]) for r in rows] == [
        ("Dados apagados", "", "REMOVED"),
        (BIA[0], BIA[1], "SENT"),
    ]
    assert ANA[2] not in await texts(resources)


async def test_an_erased_file_that_is_sent_again_brings_nobody_back(resources: Resources) -> None:
    content = csv_of(row(ANA, 1), row(BIA, 2))
    await send(resources, content)
    archive = await archive_of(resources)
    await service.erase(archive, await service.search(archive, PERSON), PERSON, with_slips=False)
    (answer,) = await send(resources, content)
    assert answer["repeated"]
    assert ANA[2] not in await texts(resources)


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
