"""The line from a batch of billings to mails in the outbox, on the real PostgreSQL and storage."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cobranca.boletos.service import read_pdf
from cobranca.notifications.outbox import list_mails, open_mail
from cobranca.notifications.service import Notifier
from tests.support.factories import add_upload, statuses
from tests.support.works import issue_batch, notify_batch

if TYPE_CHECKING:
    from cobranca.infra.resources import Resources


async def test_a_batch_is_issued_and_sent_to_the_outbox(resources: Resources) -> None:
    upload = await add_upload(resources, rows=10)

    await issue_batch(resources)
    assert await statuses(resources, upload["id"]) == {"ISSUED": 10}
    await notify_batch(resources, Notifier(resources))
    assert await statuses(resources, upload["id"]) == {"SENT": 10}

    page = await list_mails(
        resources.database,
        upload["beneficiary_id"],
        upload_id=upload["public_id"],
        search=None,
        debt_id=None,
        after=0,
        limit=50,
    )
    assert len(page.records) == 10
    debt_id = page.records[3].debt_id
    pdf = await read_pdf(resources.database, resources.storage, upload["beneficiary_id"], debt_id)
    assert pdf.startswith(b"%PDF-")
    mail = await open_mail(resources.database, resources.storage, upload["beneficiary_id"], debt_id)
    assert mail.attachments[0].size_bytes == len(pdf)
    assert mail.recipient.endswith("@example.com>")


async def test_each_step_done_twice_has_one_effect(resources: Resources) -> None:
    upload = await add_upload(resources, rows=10)

    notifier = Notifier(resources)

    for _ in range(2):
        await issue_batch(resources)
    for _ in range(2):
        await notify_batch(resources, notifier)
    await issue_batch(resources)

    assert await statuses(resources, upload["id"]) == {"SENT": 10}


async def test_simulated_batches_get_numbers_but_no_pdf(resources: Resources) -> None:
    upload = await add_upload(resources, rows=10, mail="simulate")

    await issue_batch(resources)
    await notify_batch(resources, Notifier(resources))

    assert await statuses(resources, upload["id"]) == {"SENT": 10}
    async with resources.database.transaction() as c:
        rows = await (
            await c.execute(
                "SELECT count(DISTINCT barcode) AS n, count(pdf_offset) AS pdfs FROM boleto"
            )
        ).fetchone()
    assert rows == {"n": 10, "pdfs": 0}
