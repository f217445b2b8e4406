"""A person sets mails going again: as facts, counted truly, and never doubled in silence."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from cobranca.billings.service import get_billing
from cobranca.notifications.service import Notifier
from cobranca.uploads.service import get_upload
from tests.support.api_client import api_client
from tests.support.factories import statuses
from tests.support.mailing import WithSmtp, issued, rows_of
from tests.support.smtp_sink import Answer, Rule, SmtpSink, read_log
from tests.support.works import notify_batch

if TYPE_CHECKING:
    from uuid import UUID

    from cobranca.infra.resources import Resources

GONE = Rule(stage="rcpt", containing=b"ana3@", times=1, answer=Answer(reply="550 5.1.1 no user"))
LOST = Rule(stage="dot", containing=b"ana4@", times=1, answer=Answer(accept=True, then="close"))


async def notify(resources: Resources) -> None:
    notifier = Notifier(resources)
    await notify_batch(resources, notifier)
    await notifier.aclose()


async def debt_of(resources: Resources, email: str) -> UUID:
    rows = await rows_of(resources, "SELECT debt_id, email FROM billing")
    return next(row["debt_id"] for row in rows if row["email"] == email)


async def test_a_file_failed_mails_are_sent_again_and_its_counts_stay_true(
    with_smtp: WithSmtp, tmp_path: Path
) -> None:
    log = tmp_path / "sink.jsonl"
    async with SmtpSink(log=log, rules=[GONE, LOST]) as sink, with_smtp(sink.port) as resources:
        upload = await issued(resources, 10)
        await notify(resources)
        assert await statuses(resources, upload["id"]) == {"SENT": 8, "FAILED": 1, "UNCERTAIN": 1}
        path = f"/billings/csv/uploads/{upload['public_id']}/resend"
        async with api_client(resources.settings) as client:
            left = (await client.post(path)).json()
            assert left == {"mails": 0, "suppressed": 1}
            known = (await client.post(path, params={"suppressed": "true"})).json()
            assert known == {"mails": 1, "suppressed": 0}
            assert (await client.post(path, params={"suppressed": "true"})).json()["mails"] == 0
        shown = await get_upload(resources.database, upload["beneficiary_id"], upload["public_id"])
        assert (shown.status, shown.statuses["FAILED"]) == ("PROCESSING", 0)
        await notify(resources)
        shown = await get_upload(resources.database, upload["beneficiary_id"], upload["public_id"])
        assert (shown.statuses["SENT"], shown.statuses["UNCERTAIN"]) == (9, 1)
        assert await rows_of(resources, "SELECT email FROM suppressed_address") == []
    assert max(Counter(mail["message_id"] for mail in read_log(log)).values()) == 1


async def test_one_billing_uncertain_is_sent_again_knowingly_and_its_history_tells(
    with_smtp: WithSmtp, tmp_path: Path
) -> None:
    log = tmp_path / "sink.jsonl"
    async with SmtpSink(log=log, rules=[LOST]) as sink, with_smtp(sink.port) as resources:
        upload = await issued(resources, 10)
        await notify(resources)
        debt_id = await debt_of(resources, "ana4@example.com")
        path = f"/billings/{debt_id}/resend"
        asked = {"states": "UNCERTAIN", "reason": "o pagador não recebeu"}
        async with api_client(resources.settings) as client:
            assert (await client.post(path)).status_code == 409
            assert (await client.post(path, params=asked)).json()["mails"] == 1
            assert (await client.post(path, params=asked)).status_code == 409
        await notify(resources)
        assert await statuses(resources, upload["id"]) == {"SENT": 10}
        billing = await get_billing(resources.database, upload["beneficiary_id"], debt_id)
        told = [(entry.status, entry.detail) for entry in billing.history[2:]]
        assert [status for status, _ in told] == ["UNCERTAIN", "RESENT", "SENT"]
        assert told[1][1] == "installation: o pagador não recebeu"
    twice = [m for m, n in Counter(m["message_id"] for m in read_log(log)).items() if n > 1]
    assert twice == [f"<{debt_id}.0@aurora.example>"]


async def test_refused_after_it_was_uncertain_it_is_not_said_to_have_failed(
    with_smtp: WithSmtp,
) -> None:
    refused = Rule(stage="rcpt", containing=b"ana4@", skip=1, answer=Answer(reply="550 5.1.1 no"))
    async with SmtpSink(rules=[LOST, refused]) as sink, with_smtp(sink.port) as resources:
        upload = await issued(resources, 10)
        await notify(resources)
        path = f"/billings/csv/uploads/{upload['public_id']}/resend"
        async with api_client(resources.settings) as client:
            await client.post(path, params={"states": ["FAILED", "UNCERTAIN"]})
        await notify(resources)
        assert await statuses(resources, upload["id"]) == {"SENT": 9, "UNCERTAIN": 1}


async def test_what_was_sent_or_removed_is_never_sent_again(with_smtp: WithSmtp) -> None:
    async with SmtpSink(rules=[GONE]) as sink, with_smtp(sink.port) as resources:
        upload = await issued(resources, 10)
        await notify(resources)
        sent = await debt_of(resources, "ana1@example.com")
        gone = await debt_of(resources, "ana3@example.com")
        both = {"states": ["FAILED", "UNCERTAIN"], "suppressed": "true"}
        async with api_client(resources.settings) as client:
            answer = await client.post(f"/billings/{sent}/resend", params=both)
            assert answer.status_code == 409
            assert (await client.delete(f"/billings/{gone}")).status_code == 204
            answer = await client.post(f"/billings/{gone}/resend", params=both)
            assert answer.status_code == 409
            path = f"/billings/csv/uploads/{upload['public_id']}"
            resent = (await client.post(f"{path}/resend", params=both)).json()
            assert resent["mails"] == 0
            assert (await client.delete(f"/billings/{sent}")).status_code == 204
            shown = (await client.get(path)).json()
            assert (shown["statuses"]["SENT"], shown["mailed"]) == (8, 9)
            assert (await client.delete(path)).status_code == 204
            shown = (await client.get(path)).json()
            assert (shown["statuses"]["SENT"], shown["mailed"]) == (0, 9)
            assert (await client.post(f"{path}/resend", params=both)).status_code == 409
        assert sink.accepted == 9


async def test_another_beneficiary_sends_nothing_of_this_one(with_smtp: WithSmtp) -> None:
    async with SmtpSink(rules=[GONE]) as sink, with_smtp(sink.port) as resources:
        await issued(resources, 5)
        await notify(resources)
        async with resources.database.transaction() as c:
            await c.execute("UPDATE beneficiary SET tax_id = '11444777000161'")
        debt_id = await debt_of(resources, "ana3@example.com")
        async with api_client(resources.settings) as client:
            assert (await client.post(f"/billings/{debt_id}/resend")).status_code == 404
