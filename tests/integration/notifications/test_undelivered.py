"""What did not arrive is told by reason over all files, and goes again by it, once."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from tests.integration.notifications.test_resend import GONE, LOST, notify
from tests.support.api_client import api_client
from tests.support.factories import statuses
from tests.support.mailing import WithSmtp, issued, rows_of
from tests.support.smtp_sink import Answer, Rule, SmtpSink, read_log

if TYPE_CHECKING:
    from httpx import AsyncClient

GONE_TOO = Rule(
    stage="rcpt", containing=b"ana5@", times=1, answer=Answer(reply="550 5.1.1 unknown")
)


async def totals(client: AsyncClient) -> dict[tuple[str, str], int]:
    answer = (await client.get("/mail/undelivered/totals")).json()
    assert not answer["more"]
    return {(row["state"], row["reason"]): row["mails"] for row in answer["totals"]}


async def test_the_mails_of_a_reason_go_again_after_their_count_and_sum_were_told(
    with_smtp: WithSmtp, tmp_path: Path
) -> None:
    log = tmp_path / "sink.jsonl"
    async with (
        SmtpSink(log=log, rules=[GONE, LOST, GONE_TOO]) as sink,
        with_smtp(sink.port) as resources,
    ):
        upload = await issued(resources, 10)
        await notify(resources)
        async with api_client(resources.settings) as client:
            assert await totals(client) == {
                ("FAILED", "NO_ADDRESS"): 2,
                ("UNCERTAIN", "NO_ANSWER"): 1,
            }
            first = (await client.get("/mail/undelivered", params={"limit": 1})).json()
            more = {"limit": 1, "after": first["next"]}
            second = (await client.get("/mail/undelivered", params=more)).json()
            assert second["next"] is None
            both = [first["records"][0], second["records"][0]]
            assert sorted(row["email"] for row in both) == ["ana3@example.com", "ana5@example.com"]
            asked = {"why": "NO_ADDRESS", "suppressed": "true"}
            dry = (await client.post("/mail/resend", params=asked | {"dry_run": "true"})).json()
            assert dry["mails"] == 2
            assert dry["amount_cents"] == sum(row["amount_cents"] for row in both)
            assert await rows_of(resources, "SELECT * FROM mail_resend") == []
            none = (await client.post("/mail/resend", params={"why": "MAILBOX_FULL"})).json()
            assert none["mails"] == 0
            left = (await client.post("/mail/resend", params={"why": "NO_ADDRESS"})).json()
            assert (left["mails"], left["suppressed"]) == (0, 2)
            asked["until"] = dry["until"]
            gone = (await client.post("/mail/resend", params=asked)).json()
            assert gone == dry
            assert (await client.post("/mail/resend", params=asked)).json()["mails"] == 0
            await notify(resources)
            assert await statuses(resources, upload["id"]) == {"SENT": 9, "UNCERTAIN": 1}
            doubt = {"states": "UNCERTAIN", "until": dry["until"]}
            assert (await client.post("/mail/resend", params=doubt)).json()["mails"] == 1
            await notify(resources)
            assert await totals(client) == {}
            # Asked for once more with the same instant, by whoever did not hear the answer.
            assert (await client.post("/mail/resend", params=doubt)).json()["mails"] == 0
            refused = await client.post("/mail/resend", params={"states": "SENT"})
            assert refused.status_code == 422
    arrived = Counter(mail["message_id"] for mail in read_log(log))
    assert sorted(arrived.values()) == [1] * 9 + [2]


async def test_a_period_and_another_beneficiary_leave_mails_out(with_smtp: WithSmtp) -> None:
    async with SmtpSink(rules=[GONE]) as sink, with_smtp(sink.port) as resources:
        await issued(resources, 5)
        await notify(resources)
        async with api_client(resources.settings) as client:
            allowed = {"suppressed": "true", "dry_run": "true"}
            for period, mails in (
                ({"to": "2020-01-01"}, 0),
                ({"since": "2020-01-01"}, 1),
                ({"since": "2090-01-01"}, 0),
            ):
                answer = await client.post("/mail/resend", params=allowed | period)
                assert answer.json()["mails"] == mails
        async with resources.database.transaction() as c:
            await c.execute("UPDATE beneficiary SET tax_id = '11444777000161'")
        async with api_client(resources.settings) as client:
            assert await totals(client) == {}
            assert (await client.get("/mail/undelivered")).json()["records"] == []
            assert (await client.post("/mail/resend", params=allowed)).json()["mails"] == 0
