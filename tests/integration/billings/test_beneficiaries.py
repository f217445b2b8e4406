"""Two beneficiaries in one database, with the same debtIds: neither sees or changes the other's."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from cobranca.infra.settings import BeneficiarySettings
from cobranca.notifications.service import Notifier
from cobranca.pipeline.beneficiary import OwnBeneficiary
from tests.integration.uploads.test_upload import csv_of, row, send
from tests.support.api_client import api_client
from tests.support.factories import statuses
from tests.support.mailing import WithSmtp, issued, rows_of
from tests.support.scanner import scan
from tests.support.smtp_sink import SmtpSink
from tests.support.works import issue_batch, notify_batch

if TYPE_CHECKING:
    from cobranca.infra.resources import Resources
    from cobranca.infra.settings import Settings

OTHER = BeneficiarySettings(
    name="Clube Horizonte Ltda",
    tax_id="11444777000161",
    email="cobranca@horizonte.example",
    bank_parameters={"wallet": "109", "branch": "0057", "account": "54321"},
)
DEBT_ID = "00000000-0000-0000-0000-000000000002"  # Of row(1).


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One beneficiary's API, and what it was sent."""

    client: httpx.AsyncClient
    payer: str
    sender: str
    upload_id: str

    async def get(self, path: str, **query: str) -> Any:
        """Return the body of an answer."""
        answer = await self.client.get(path, params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()


@pytest.fixture
async def sides(settings: Settings, resources: Resources) -> AsyncIterator[tuple[Side, Side]]:
    """Return both sides, each with a file of the same debts that has been billed and sent."""
    found: list[Side] = []
    async with AsyncExitStack() as stack:
        for beneficiary, payer in ((settings.beneficiary, "Ana"), (OTHER, "Bia")):
            changed = settings.model_copy(update={"beneficiary": beneficiary})
            client = await stack.enter_async_context(api_client(changed))
            answer = await send(client, csv_of(row(1, name=payer), row(2, name=payer)))
            assert answer["accepted"] == 2
            found.append(
                Side(
                    client=client,
                    payer=payer,
                    sender=beneficiary.email,
                    upload_id=answer["upload_id"],
                )
            )
        await work(resources)
        first, second = found
        yield first, second


async def work(resources: Resources) -> None:
    """Issue and send all there is."""
    while await issue_batch(resources):
        pass
    notifier = Notifier(resources)
    while await notify_batch(resources, notifier):
        pass
    await notifier.aclose()


async def test_each_sees_its_own_billing(sides: tuple[Side, Side]) -> None:
    barcodes: set[str] = set()
    for side in sides:
        billing = await side.get(f"/billings/{DEBT_ID}")
        assert (billing["name"], billing["upload_id"]) == (side.payer, side.upload_id)
        (found,) = (await side.get("/billings", search=DEBT_ID))["records"]
        assert found["name"] == side.payer
        listed = (await side.get("/billings", upload_id=side.upload_id))["records"]
        assert [entry["name"] for entry in listed] == [side.payer] * 2
        pdf = await side.client.get(f"/billings/{DEBT_ID}/pdf")
        assert scan(pdf.content) == [billing["barcode"]]
        barcodes.add(billing["barcode"])
        mail = await side.get(f"/mailbox/{DEBT_ID}")
        assert (side.sender in mail["sender"], side.payer in mail["recipient"]) == (True, True)
        eml = await side.client.get(f"/mailbox/{DEBT_ID}/eml")
        assert side.sender.encode() in eml.content
        mails = (await side.get("/mailbox"))["records"]
        assert [entry["name"] for entry in mails] == [side.payer] * 2
    assert len(barcodes) == 2


async def test_each_takes_out_its_own_billing(sides: tuple[Side, Side]) -> None:
    own, other = sides
    assert (await own.client.delete(f"/billings/{DEBT_ID}")).status_code == 204
    assert (await own.get(f"/billings/{DEBT_ID}"))["status"] == "REMOVED"
    assert (await other.get(f"/billings/{DEBT_ID}"))["status"] == "SENT"
    counts = (await other.get(f"/billings/csv/uploads/{other.upload_id}"))["statuses"]
    assert (counts["SENT"], counts["REMOVED"]) == (2, 0)


async def test_a_debt_that_only_another_has_is_not_found(sides: tuple[Side, Side]) -> None:
    own, other = sides
    await send(own.client, csv_of(row(7, name=own.payer)))
    path = "/billings/00000000-0000-0000-0000-000000000008"
    assert (await own.client.get(path)).status_code == 200
    for method, end in (("GET", ""), ("GET", "/pdf"), ("DELETE", "")):
        assert (await other.client.request(method, f"{path}{end}")).status_code == 404
    searched = await other.get("/billings", search=path.rpartition("/")[2])
    assert searched["records"] == []


async def test_the_upload_of_another_is_not_found(sides: tuple[Side, Side]) -> None:
    own, other = sides
    for call in (
        "GET /billings/csv/uploads/{}",
        "GET /billings/csv/uploads/{}/progress",
        "GET /billings/csv/uploads/{}/rejects",
        "POST /billings/csv/uploads/{}/pause",
        "POST /billings/csv/uploads/{}/resume",
        "POST /billings/csv/uploads/{}/retry",
        "DELETE /billings/csv/uploads/{}",
        "GET /billings?upload_id={}",
        "GET /mailbox?upload_id={}",
        "GET /mail/bounces.csv?upload_id={}",
    ):
        method, path = call.format(other.upload_id).split()
        answer = await own.client.request(method, path)
        assert (answer.status_code, answer.json()["code"]) == (404, "NOT_FOUND"), call
    came_back = await own.get("/mail/bounces", upload_id=other.upload_id)
    assert came_back["records"] == []
    assert (await other.get(f"/billings/csv/uploads/{other.upload_id}"))["status"] == "SENT"


async def test_each_lists_its_own_uploads(sides: tuple[Side, Side]) -> None:
    for side in sides:
        listed = (await side.get("/billings/csv/uploads"))["records"]
        assert [upload["id"] for upload in listed] == [side.upload_id]


async def test_the_same_bytes_are_an_upload_of_each(sides: tuple[Side, Side]) -> None:
    content = csv_of(row(3), row(4))
    answers = [await send(side.client, content) for side in sides]
    assert [answer["repeated"] for answer in answers] == [False, False]
    assert [answer["accepted"] for answer in answers] == [2, 2]


async def test_each_has_a_list_of_suppressed_addresses(
    sides: tuple[Side, Side], resources: Resources
) -> None:
    own, other = sides
    await suppress(resources, "ana1@example.com")
    (record,) = (await own.get("/suppressions"))["records"]
    assert (await other.get("/suppressions"))["records"] == []
    assert (await other.get("/suppressions", email="ana1@example.com"))["records"] == []
    path = f"/suppressions/{record['id']}"
    assert (await other.client.delete(path)).status_code == 404
    assert (await own.client.delete(path)).status_code == 204


async def test_what_one_does_not_write_to_another_does(with_smtp: WithSmtp) -> None:
    async with SmtpSink() as sink, with_smtp(sink.port) as resources:
        uploads = [await issued(resources, 3)]
        await suppress(resources, "ana1@example.com")
        resources.settings.beneficiary = OTHER
        uploads.append(await issued(resources, 3))
        await work(resources)
        assert await statuses(resources, uploads[0]["id"]) == {"SENT": 2, "FAILED": 1}
        assert await statuses(resources, uploads[1]["id"]) == {"SENT": 3}


async def test_a_beneficiary_keeps_its_id_and_takes_no_other(resources: Resources) -> None:
    """Not even one of the sequence, which ends at 32,767: each start of the API asks once."""
    ids: list[int] = []
    for number in range(5):
        renamed = resources.settings.beneficiary.model_copy(update={"name": f"Aurora {number}"})
        ids.append(await OwnBeneficiary(resources.database, renamed).id())
    ids.append(await OwnBeneficiary(resources.database, OTHER).id())
    assert ids == [1, 1, 1, 1, 1, 2]
    assert await rows_of(resources, "SELECT id, name FROM beneficiary ORDER BY id") == [
        {"id": 1, "name": "Aurora 4"},
        {"id": 2, "name": OTHER.name},
    ]


async def suppress(resources: Resources, email: str) -> None:
    """Put an address on the list of the settings' beneficiary."""
    beneficiary = OwnBeneficiary(resources.database, resources.settings.beneficiary)
    beneficiary_id = await beneficiary.id()
    async with resources.database.transaction() as c:
        await c.execute(
            "INSERT INTO suppressed_address (beneficiary_id, email, reason) VALUES (%s, %s, '550')",
            [beneficiary_id, email],
        )
