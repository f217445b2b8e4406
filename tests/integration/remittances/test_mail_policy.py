"""With COBRANCA_MAIL_WHEN=registered a mail leaves when the bank has entered its title."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal

import pytest

from cobranca.notifications.service import Notifier
from cobranca.pipeline.registrations import Registration, record_registrations
from tests.support.factories import add_upload
from tests.support.works import issue_batch, notify_batch

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from cobranca.infra.resources import Resources
    from cobranca.infra.settings import Settings

_AT = datetime(2026, 11, 3, tzinfo=UTC)
_NOTIFY = ("notify",)


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"mail_when": "registered"})


@pytest.fixture
async def notifier(resources: Resources) -> AsyncIterator[Notifier]:
    made = Notifier(resources)
    yield made
    await made.aclose()


async def tell(
    resources: Resources,
    billing_ids: list[int],
    state: Literal["REGISTERED", "REJECTED"] = "REGISTERED",
    *,
    at: datetime = _AT,
    beneficiary_id: int = 1,
) -> int:
    told = [
        Registration(billing_id=each, state=state, at=at, reasons=("A4", "08"))
        for each in billing_ids
    ]
    async with resources.database.transaction() as connection:
        return await record_registrations(
            connection, told, beneficiary_id=beneficiary_id, wakes=_NOTIFY
        )


async def work(resources: Resources) -> tuple[str, str | None]:
    async with resources.database.transaction() as c:
        row = await (
            await c.execute("SELECT state, last_error FROM work WHERE kind = 'notify'")
        ).fetchone()
    assert row
    return row["state"], row["last_error"]


async def mails(resources: Resources, upload_id: int) -> dict[str, int]:
    """Count an upload's billings by what became of their mails, whatever the bank says."""
    async with resources.database.transaction() as c:
        rows = await (
            await c.execute(
                "SELECT CASE WHEN r.billing_id IS NOT NULL THEN 'REMOVED'"
                " ELSE COALESCE(n.state, 'ISSUED') END AS state, count(*) AS n"
                " FROM billing b LEFT JOIN notification n ON n.billing_id = b.id"
                " LEFT JOIN billing_removal r ON r.billing_id = b.id"
                " WHERE b.upload_id = %s GROUP BY 1",
                [upload_id],
            )
        ).fetchall()
    return {row["state"]: row["n"] for row in rows}


async def test_half_of_a_batch_is_mailed_and_the_rest_when_the_bank_has_decided(
    resources: Resources, notifier: Notifier
) -> None:
    upload = await add_upload(resources, rows=4, batch_rows=4)
    first = upload["first_billing_id"]
    await issue_batch(resources)
    await notify_batch(resources, notifier)
    assert await mails(resources, upload["id"]) == {"ISSUED": 4}
    assert (await work(resources))[0] == "READY"
    assert not await notify_batch(resources, notifier)  # It rests until the bank says something.
    assert await tell(resources, [first, first + 1]) == 2
    assert await notify_batch(resources, notifier)
    assert await mails(resources, upload["id"]) == {"ISSUED": 2, "SENT": 2}
    assert await work(resources) == ("READY", "Waits until the bank has registered the titles")
    await tell(resources, [first + 2], "REJECTED")
    await tell(resources, [first + 3])
    assert await notify_batch(resources, notifier)
    assert await mails(resources, upload["id"]) == {"ISSUED": 1, "SENT": 3}
    assert (await work(resources))[0] == "DONE"


async def test_what_was_refused_is_mailed_when_the_bank_has_entered_it_after_all(
    resources: Resources, notifier: Notifier
) -> None:
    upload = await add_upload(resources, rows=1)
    first = upload["first_billing_id"]
    await issue_batch(resources)
    await tell(resources, [first], "REJECTED")
    await notify_batch(resources, notifier)
    assert await mails(resources, upload["id"]) == {"ISSUED": 1}
    assert (await work(resources))[0] == "DONE"
    await tell(resources, [first], at=datetime(2026, 11, 4, tzinfo=UTC))
    assert await notify_batch(resources, notifier)
    assert await mails(resources, upload["id"]) == {"SENT": 1}


async def test_the_latest_word_counts_in_whatever_order_it_comes(
    resources: Resources, notifier: Notifier
) -> None:
    upload = await add_upload(resources, rows=1)
    first = upload["first_billing_id"]
    await issue_batch(resources)
    await tell(resources, [first], "REJECTED", at=datetime(2026, 11, 4, tzinfo=UTC))
    await tell(resources, [first], at=_AT)
    await notify_batch(resources, notifier)
    assert await mails(resources, upload["id"]) == {"ISSUED": 1}


async def test_what_is_told_twice_is_new_once_and_of_others_never(resources: Resources) -> None:
    upload = await add_upload(resources, rows=2)
    first = upload["first_billing_id"]
    assert await tell(resources, [first, first + 1]) == 2
    assert await tell(resources, [first, first + 1]) == 0
    assert await tell(resources, [first], "REJECTED", beneficiary_id=2) == 0


async def test_what_is_cancelled_is_waited_for_no_more(
    resources: Resources, notifier: Notifier
) -> None:
    upload = await add_upload(resources, rows=2)
    first = upload["first_billing_id"]
    await issue_batch(resources)
    async with resources.database.transaction() as c:
        await c.execute(
            "INSERT INTO billing_removal (billing_id, upload_id) VALUES (%s, %s)",
            [first, upload["id"]],
        )
    await tell(resources, [first, first + 1])
    await notify_batch(resources, notifier)
    assert await mails(resources, upload["id"]) == {"REMOVED": 1, "SENT": 1}
    assert (await work(resources))[0] == "DONE"
