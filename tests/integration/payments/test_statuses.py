"""The status that lists show is the ledger's, and each filter finds what has its status."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from cobranca.domain.billing import BillingStatus
from tests.support.people import ANA, csv_of, debt_id, row, run, send, work_all
from tests.support.returns import DAY, Line, file_of, paid, send_return

if TYPE_CHECKING:
    import httpx

    from cobranca.infra.resources import Resources

#: The our numbers are those of the debts' places in the file: both run from 1.
COUNT = 12
LATER = DAY + timedelta(days=1)


@pytest.fixture
async def upload(resources: Resources) -> dict[str, Any]:
    """Return the answer to a file of a dozen debts, mailed."""
    (answer,) = await send(resources, csv_of(*(row(ANA, n) for n in range(1, COUNT + 1))))
    await work_all(resources)
    return answer


EXPECTED = {
    1: "PAID", 2: "PARTIALLY_PAID", 3: "OVERPAID", 4: "REGISTERED", 5: "REGISTRATION_REJECTED",
    6: "WRITTEN_OFF", 7: "PROTESTED", 8: "SENT", 9: "REMOVED", 10: "PAID_AFTER_CANCEL",
    11: "FAILED", 12: "REGISTERED",
}  # fmt: skip


async def test_every_filter_finds_what_has_its_status(
    client: httpx.AsyncClient, resources: Resources, upload: dict[str, Any]
) -> None:
    await run(
        resources,
        "UPDATE notification n SET state = 'FAILED' FROM boleto o"
        " WHERE o.billing_id = n.billing_id AND o.our_number = 11",
    )
    await run(resources, "UPDATE batch SET sent = sent - 1, failed = failed + 1")
    for number in (9, 10):
        await client.delete(f"/billings/{debt_id(number)}")
    first = file_of(
        paid(1, 1000), paid(2, 1000, paid=400), paid(3, 1000, paid=1500),
        Line(number=4, occurrence="02"),
        Line(number=5, occurrence="03", reasons="37"), Line(number=6, occurrence="02"),
        Line(number=7, occurrence="32"), Line(number=12, occurrence="03", reasons="37"),
        paid(10, 1000),
    )  # fmt: skip
    await send_return(client, first)
    second = file_of(
        Line(number=6, occurrence="09"), Line(number=12, occurrence="02", on=LATER), sequence=2,
    )  # fmt: skip
    await send_return(client, second)
    found = {
        status: [
            each["code"]
            for each in (
                await client.get(f"/billings?upload_id={upload['upload_id']}&status={status}")
            ).json()["records"]
        ]
        for status in BillingStatus
    }
    wanted: dict[str, list[str]] = {status: [] for status in BillingStatus}
    for number, status in EXPECTED.items():
        wanted[status].append(debt_id(number))
    assert found == wanted
    everything = await client.get(f"/billings?upload_id={upload['upload_id']}")
    shown = {each["code"]: each["status"] for each in everything.json()["records"]}
    assert shown == {debt_id(number): status for number, status in EXPECTED.items()}
    asked = {"upload_id": upload["upload_id"]}
    counts = (await client.get("/billings/counts", params=asked)).json()
    assert {name: counts[name]["billings"] for name in ("paid", "refused", "cancelled")} == {
        "paid": 2, "refused": 1, "cancelled": 2,
    }  # fmt: skip
