"""Addresses that a server refused for good: nobody writes to them until a person allows it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from cobranca.notifications.service import Notifier
from cobranca.pipeline.beneficiary import OwnBeneficiary
from tests.support.api_client import api_client
from tests.support.factories import statuses
from tests.support.mailing import WithSmtp, issued, rows_of
from tests.support.smtp_sink import Answer, Rule, SmtpSink, read_log
from tests.support.works import issue_batch, notify_batch

if TYPE_CHECKING:
    from cobranca.infra.resources import Resources

NO_SUCH_USER = Rule(
    stage="rcpt", containing=b"ana3@", answer=Answer(reply="550 5.1.1 <ana3@example.com> unknown")
)


async def notify(resources: Resources, batch_id: int) -> None:
    notifier = Notifier(resources)
    await notify_batch(resources, notifier)
    await notifier.aclose()


async def suppress(resources: Resources, email: str) -> None:
    beneficiary = OwnBeneficiary(resources.database, resources.settings.beneficiary)
    beneficiary_id = await beneficiary.id()
    async with resources.database.transaction() as c:
        await c.execute(
            "INSERT INTO suppressed_address (beneficiary_id, email, reason) VALUES (%s, %s, '550')",
            [beneficiary_id, email],
        )


async def details(resources: Resources) -> list[str]:
    rows = await rows_of(resources, "SELECT detail FROM notification WHERE state = 'FAILED'")
    return [row["detail"] for row in rows]


async def test_a_hard_bounce_suppresses_the_address_for_the_next_mail(
    with_smtp: WithSmtp, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = tmp_path / "sink.jsonl"
    async with (
        SmtpSink(log=log, keep=True, rules=[NO_SUCH_USER]) as sink,
        with_smtp(sink.port) as resources,
    ):
        for upload in [await issued(resources, 10), await issued(resources, 10)]:
            await notify(resources, upload["batch_ids"][0])
            assert await statuses(resources, upload["id"]) == {"SENT": 9, "FAILED": 1}
        asked = [line for line in sink.commands if b"ana3@" in line]
        assert len(asked) == 1
        assert await rows_of(resources, "SELECT email, reason FROM suppressed_address") == [
            {"email": "ana3@example.com", "reason": "550 5.1.1 [address] unknown"}
        ]
        first, second = await details(resources)
        assert "5.1.1" in first
        assert "suppressed on" in second
    assert len(read_log(log)) == 18
    assert "ana3@" not in "".join(capsys.readouterr())


@pytest.mark.parametrize(
    "rule",
    [
        Rule(stage="dot", answer=Answer(reply="550 5.1.1 no such user"), times=1),
        Rule(stage="rcpt", answer=Answer(reply="552 5.2.2 mailbox full"), times=1),
        Rule(stage="rcpt", answer=Answer(reply="554 5.7.1 blocked by policy"), times=1),
        Rule(stage="rcpt", answer=Answer(reply="450 4.1.1 no such user"), times=1),
    ],
    ids=["of the message", "mailbox full", "policy", "for now"],
)
async def test_other_refusals_suppress_nobody(with_smtp: WithSmtp, rule: Rule) -> None:
    async with SmtpSink(rules=[rule]) as sink, with_smtp(sink.port) as resources:
        upload = await issued(resources, 3)
        await notify(resources, upload["batch_ids"][0])
        assert (await statuses(resources, upload["id"]))["SENT"] == 2
        assert await rows_of(resources, "SELECT email FROM suppressed_address") == []


async def test_a_refusal_of_the_sender_holds_the_file_and_suppresses_nobody(
    with_smtp: WithSmtp,
) -> None:
    rules = [Rule(stage="mail", answer=Answer(reply="550 no such user here"), times=1)]
    async with SmtpSink(rules=rules) as sink, with_smtp(sink.port) as resources:
        upload = await issued(resources, 3)
        await notify(resources, upload["batch_ids"][0])
        assert await statuses(resources, upload["id"]) == {"ISSUED": 3}
        assert await rows_of(resources, "SELECT email FROM suppressed_address") == []


async def test_no_connection_is_opened_for_suppressed_addresses(with_smtp: WithSmtp) -> None:
    async with SmtpSink() as sink, with_smtp(sink.port) as resources:
        upload = await issued(resources, 2)
        async with resources.database.transaction() as c:
            await c.execute("UPDATE billing SET email = upper(email)")
        for email in ("ana0@example.com", "ana1@example.com"):
            await suppress(resources, email)
        await notify(resources, upload["batch_ids"][0])
        assert await statuses(resources, upload["id"]) == {"FAILED": 2}
        assert sink.connections_opened == 0


async def test_a_second_mail_of_the_same_delivery_is_withdrawn(with_smtp: WithSmtp) -> None:
    """All mails of the file go to one address, over one connection, and the first bounces."""
    rules = [Rule(stage="rcpt", answer=Answer(reply="550 5.1.1 no such user"))]
    async with (
        SmtpSink(keep=True, rules=rules) as sink,
        with_smtp(sink.port, smtp_connections=1) as resources,
    ):
        upload = await issued(resources, 100)
        async with resources.database.transaction() as c:
            await c.execute("UPDATE billing SET email = 'Same@example.com'")
        await notify(resources, upload["batch_ids"][0])
        assert await statuses(resources, upload["id"]) == {"FAILED": 100}
        # The first chunk of twenty was asked for; it suppressed the address for all others.
        assert sum(line.startswith(b"RCPT") for line in sink.commands) == 20
        assert await rows_of(resources, "SELECT count(*) AS n FROM mail_in_flight") == [{"n": 0}]
        assert sum("suppressed on" in detail for detail in await details(resources)) == 80


async def test_the_outbox_does_not_look_at_the_list(resources: Resources) -> None:
    upload = await issued(resources, 2)
    async with resources.database.transaction() as c:
        await c.execute("UPDATE upload SET mail = 'outbox'")
    await suppress(resources, "ana0@example.com")
    await issue_batch(resources)
    await notify(resources, upload["batch_ids"][0])
    assert await statuses(resources, upload["id"]) == {"SENT": 2}


async def test_the_list_is_shown_and_an_address_taken_off(
    with_smtp: WithSmtp, tmp_path: Path
) -> None:
    log = tmp_path / "sink.jsonl"
    async with SmtpSink(log=log) as sink, with_smtp(sink.port) as resources:
        for number in range(3):
            await suppress(resources, f"ana{number}@example.com")
        async with api_client(resources.settings) as client:
            page = (await client.get("/suppressions?limit=2")).json()
            emails = [record["email"] for record in page["records"]]
            assert emails == ["ana2@example.com", "ana1@example.com"]
            rest = (await client.get("/suppressions", params={"after": page["next"]})).json()
            assert [record["email"] for record in rest["records"]] == ["ana0@example.com"]
            assert rest["next"] is None
            found = await client.get("/suppressions", params={"email": "ANA1@example.com"})
            (record,) = found.json()["records"]
            path = f"/suppressions/{record['id']}"
            assert (await client.delete(path)).status_code == 204
            assert (await client.delete(path)).status_code == 404
        upload = await issued(resources, 3)
        await notify(resources, upload["batch_ids"][0])
        assert await statuses(resources, upload["id"]) == {"SENT": 1, "FAILED": 2}
    (mail,) = read_log(log)
    assert "ana1@example.com" in str(mail)
