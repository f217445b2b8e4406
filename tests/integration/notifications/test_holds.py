"""What a server says of our account, quota or content fails no mail and suppresses nobody."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from cobranca.infra.settings import BeneficiarySettings
from cobranca.notifications.account import announce
from cobranca.notifications.service import Notifier
from cobranca.uploads.service import get_upload, retry_upload
from tests.support.api_client import api_client
from tests.support.factories import add_upload, statuses
from tests.support.mailing import WithSmtp, end_pauses, issued, rows_of
from tests.support.smtp_sink import Answer, Rule, SmtpSink, read_log
from tests.support.works import issue_batch, notify_batch

if TYPE_CHECKING:
    from cobranca.infra.resources import Resources

QUOTA = Answer(reply="550 5.4.5 Daily user sending limit exceeded")
DENIED = Answer(reply="554 5.7.1 Relay access denied")
SUSPENDED = Answer(reply="550 Account suspended")
SPAM = Answer(reply="554 5.7.1 Message rejected as spam by content filter")


async def notify(resources: Resources, times: int = 1) -> None:
    notifier = Notifier(resources)
    for _ in range(times):
        await notify_batch(resources, notifier)
    await notifier.aclose()


_HELD = (
    "SELECT w.state, b.mail_held, w.attempts FROM batch b"
    " JOIN work w ON w.kind = 'notify' AND w.subject_id = b.id"
)


async def batch(resources: Resources) -> dict[str, Any]:
    (row,) = await rows_of(
        resources,
        "SELECT state, attempts, last_error,"
        " extract(epoch FROM not_before - now())::float AS waits_s FROM work WHERE kind = 'notify'",
    )
    return row


async def set_going(resources: Resources, upload: dict[str, Any]) -> int:
    """Press the page's button to try a file again."""
    return await retry_upload(
        resources.database, resources.bus, upload["beneficiary_id"], upload["public_id"]
    )


async def suppressions(resources: Resources) -> list[dict[str, Any]]:
    return await rows_of(resources, "SELECT email FROM suppressed_address")


async def test_a_spent_quota_lays_the_file_by_and_it_goes_on_by_itself(
    with_smtp: WithSmtp, tmp_path: Path
) -> None:
    """2,000 mails, and a daily limit of a hundred that ends after an hour of waiting."""
    log = tmp_path / "sink.jsonl"
    rules = [Rule(stage="rcpt", skip=100, times=20, answer=QUOTA)]
    async with (
        SmtpSink(log=log, rules=rules, fsync=False) as sink,
        with_smtp(sink.port, smtp_connections=1, mail_retry_s=60.0) as resources,
    ):
        upload = await issued(resources, 2000)
        await notify(resources)
        assert await statuses(resources, upload["id"]) == {"SENT": 100, "ISSUED": 1900}
        row = await batch(resources)
        assert (row["state"], row["attempts"]) == ("READY", 0)
        assert 3500 < row["waits_s"] < 3700
        assert "quota" in row["last_error"]
        assert "5.4.5" in row["last_error"]
        shown = await get_upload(resources.database, upload["beneficiary_id"], upload["public_id"])
        assert shown.last_error == row["last_error"]
        # Long after `mail_retry_s`: the time in which our account is held does not count.
        for _ in range(30):
            await end_pauses(resources, after_s=3600.0)
            await _end_hold(resources)
            await notify(resources)
        assert await statuses(resources, upload["id"]) == {"SENT": 2000}
        assert await suppressions(resources) == []
    assert len(read_log(log)) == 2000


async def _end_hold(resources: Resources) -> None:
    async with resources.database.transaction() as c:
        await c.execute("UPDATE mail_account SET held_until = now() WHERE held_until IS NOT NULL")


@pytest.mark.parametrize("answer", [DENIED, SUSPENDED], ids=["relay denied", "suspended"])
@pytest.mark.parametrize("by", ["retry", "resume"])
async def test_what_a_person_must_mend_waits_for_one(
    with_smtp: WithSmtp, tmp_path: Path, answer: Answer, by: str
) -> None:
    log = tmp_path / "sink.jsonl"
    rules = [Rule(stage="rcpt", skip=30, times=1, answer=answer)]
    async with (
        SmtpSink(log=log, rules=rules, fsync=False) as sink,
        with_smtp(sink.port, smtp_connections=1) as resources,
    ):
        first, second = await issued(resources, 500), await issued(resources, 5)
        await notify(resources, 2)
        assert await statuses(resources, first["id"]) == {"SENT": 30, "ISSUED": 470}
        assert await statuses(resources, second["id"]) == {"ISSUED": 5}
        held = await rows_of(resources, _HELD)
        assert held == [{"state": "STOPPED", "mail_held": True, "attempts": 0}] * 2
        assert await suppressions(resources) == []
        assert sink.accepted == 30
        async with api_client(resources.settings) as client:
            (hold,) = (await client.get("/mail/holds")).json()["holds"]
            assert (hold["cause"], hold["held_until"]) == ("ACCOUNT", None)
            assert (answer.reply or "")[:3] in hold["reason"]
            if by == "resume":
                assert (await client.post("/mail/resume")).json() == {"batches": 2}
                assert (await client.get("/mail/holds")).json() == {"holds": []}
            else:
                for upload in (first, second):
                    await set_going(resources, upload)
        await notify(resources, 2)
        assert await statuses(resources, first["id"]) == {"SENT": 500}
        assert await statuses(resources, second["id"]) == {"SENT": 5}
    assert len(read_log(log)) == 505


async def test_another_password_goes_on_and_a_restart_alone_does_not(with_smtp: WithSmtp) -> None:
    rules = [Rule(stage="mail", times=1, answer=Answer(reply="553 5.7.1 not owned by user"))]
    async with SmtpSink(rules=rules) as sink, with_smtp(sink.port) as resources:
        upload = await issued(resources, 3)
        await notify(resources)
        await announce(resources)
        await notify(resources)
        assert await statuses(resources, upload["id"]) == {"ISSUED": 3}
        beneficiary = BeneficiarySettings(email="outra@aurora.example")
        async with with_smtp(sink.port, beneficiary=beneficiary) as mended:
            await announce(mended)
            await notify(mended)
        assert await statuses(resources, upload["id"]) == {"SENT": 3}


async def test_a_mail_whose_content_is_refused_waits_alone(with_smtp: WithSmtp) -> None:
    rules = [Rule(stage="dot", containing=b"ana3@", answer=SPAM, times=1)]
    async with SmtpSink(rules=rules) as sink, with_smtp(sink.port) as resources:
        upload = await issued(resources, 10)
        await notify(resources)
        assert await statuses(resources, upload["id"]) == {"SENT": 9, "ISSUED": 1}
        row = await batch(resources)
        assert row["state"] == "STOPPED"
        assert "what we send" in row["last_error"]
        await set_going(resources, upload)
        await notify(resources)
        assert await statuses(resources, upload["id"]) == {"SENT": 10}


async def test_a_server_that_is_away_for_days_fails_no_mail(with_smtp: WithSmtp) -> None:
    async with SmtpSink() as sink:
        port = sink.port
    async with with_smtp(port, mail_retry_s=60.0) as resources:
        upload = await issued(resources, 5)
        for _ in range(3):
            await notify(resources)
            await end_pauses(resources, after_s=90_000.0)
        assert await statuses(resources, upload["id"]) == {"ISSUED": 5}
        async with SmtpSink(port=port):
            await notify(resources)
        assert await statuses(resources, upload["id"]) == {"SENT": 5}


async def test_a_refusal_that_nobody_knows_is_tried_again_then_told(with_smtp: WithSmtp) -> None:
    rules = [Rule(stage="rcpt", containing=b"ana3@", answer=Answer(reply="550 Xyzzy"))]
    async with (
        SmtpSink(rules=rules) as sink,
        with_smtp(sink.port, mail_retry_s=60.0) as resources,
    ):
        upload = await issued(resources, 10)
        await notify(resources)
        assert await statuses(resources, upload["id"]) == {"SENT": 9, "ISSUED": 1}
        await end_pauses(resources, after_s=61.0)
        await notify(resources)
        assert await statuses(resources, upload["id"]) == {"SENT": 9, "FAILED": 1}
        assert await suppressions(resources) == []


async def test_the_brake_stops_before_payers_are_hurt_and_takes_back_what_it_doubts(
    with_smtp: WithSmtp, tmp_path: Path
) -> None:
    """A relay calls every address unknown, now and then in words that nobody knows."""
    log = tmp_path / "sink.jsonl"
    rules = [
        Rule(stage="rcpt", skip=40, times=3, answer=Answer(reply="550 Xyzzy")),
        Rule(stage="rcpt", skip=40, times=60, answer=Answer(reply="550 5.1.1 no such user")),
    ]
    async with (
        SmtpSink(log=log, rules=rules, fsync=False) as sink,
        with_smtp(sink.port, smtp_connections=1) as resources,
    ):
        upload = await add_upload(resources, rows=2000, batch_rows=500, mail="smtp")
        for _ in upload["batch_ids"]:
            await issue_batch(resources)
        await notify(resources, 4)
        assert await suppressions(resources) == []
        counts = await statuses(resources, upload["id"])
        assert counts == {"SENT": 40, "ISSUED": 1960}
        assert await rows_of(resources, "SELECT cause FROM mail_account") == [{"cause": "BRAKE"}]
        shown = await get_upload(resources.database, upload["beneficiary_id"], upload["public_id"])
        assert "brake" in str(shown.last_error)
        assert (shown.statuses["FAILED"], shown.statuses["ISSUED"]) == (0, 1960)
        resent = await rows_of(resources, "SELECT asked_by, former_state FROM mail_resend")
        assert {(r["asked_by"], r["former_state"]) for r in resent} == {("brake", "FAILED")}
        sink.rules = ()
        async with api_client(resources.settings) as client:
            assert (await client.post("/mail/resume")).json() == {"batches": 4}
        await notify(resources, 4)
        assert await statuses(resources, upload["id"]) == {"SENT": 2000}
    mails = read_log(log)
    assert len({mail["message_id"] for mail in mails}) == len(mails) == 2000


async def test_a_list_of_dead_addresses_is_believed_and_stopped(with_smtp: WithSmtp) -> None:
    rules = [Rule(stage="rcpt", times=300, answer=Answer(reply="550 5.1.1 no such user"))]
    async with (
        SmtpSink(rules=rules, fsync=False) as sink,
        with_smtp(sink.port, smtp_connections=1) as resources,
    ):
        upload = await issued(resources, 300)
        await notify(resources)
        counts = await statuses(resources, upload["id"])
        # Those that were refused are told; a chunk may have been under way.
        assert 21 <= counts["FAILED"] <= 40
        assert counts["ISSUED"] == 300 - counts["FAILED"]
        assert len(await suppressions(resources)) == counts["FAILED"]
