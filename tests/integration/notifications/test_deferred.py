"""Deferred mails: every answer is kept and shown, pauses grow, and there is an end."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from cobranca.billings.service import get_billing
from cobranca.notifications.service import Notifier
from cobranca.uploads.service import get_upload
from tests.support.factories import statuses
from tests.support.mailing import WithSmtp, end_pauses, issued, rows_of
from tests.support.smtp_sink import Answer, Rule, SmtpSink, read_log
from tests.support.works import notify_batch

if TYPE_CHECKING:
    from cobranca.infra.resources import Resources


async def history(resources: Resources, email: str) -> list[tuple[str, str | None]]:
    """Return what is shown of the billing with this address, from its boleto on."""
    rows = await rows_of(resources, "SELECT beneficiary_id, debt_id, email FROM billing")
    (row,) = [row for row in rows if row["email"] == email]
    billing = await get_billing(resources.database, row["beneficiary_id"], row["debt_id"])
    return [(entry.status, entry.detail) for entry in billing.history[2:]]


async def test_each_answer_that_put_a_mail_off_is_shown(
    with_smtp: WithSmtp, tmp_path: Path
) -> None:
    ana3 = b"<ana3@"
    rules = [
        Rule(stage="rcpt", containing=ana3, times=1, answer=Answer(reply="450 4.2.1 greylisted")),
        Rule(stage="rcpt", containing=ana3, times=1, answer=Answer(reply="452 4.2.2 full")),
    ]
    log = tmp_path / "sink.jsonl"
    async with SmtpSink(log=log, rules=rules) as sink, with_smtp(sink.port) as resources:
        upload = await issued(resources, 5)
        notifier = Notifier(resources)
        for _ in range(3):
            await notify_batch(resources, notifier)
            await end_pauses(resources)
        await notifier.aclose()
        told = await history(resources, "ana3@example.com")
        assert told[:2] == [("DEFERRED", "450 4.2.1 greylisted"), ("DEFERRED", "452 4.2.2 full")]
        assert [status for status, _ in told[2:]] == ["SENT"]
        assert await statuses(resources, upload["id"]) == {"SENT": 5}
        others = await rows_of(resources, "SELECT count(*) AS n FROM notification_attempt")
        assert others == [{"n": 2}]
    assert len(read_log(log)) == 5


async def test_a_mail_put_off_for_ever_fails_with_the_last_answer(with_smtp: WithSmtp) -> None:
    rules = [
        Rule(stage="rcpt", containing=b"<ana3@", times=1, answer=Answer(reply="450 4.2.1 first")),
        Rule(stage="rcpt", containing=b"<ana3@", answer=Answer(reply="450 4.2.1 last")),
    ]
    async with (
        SmtpSink(rules=rules) as sink,
        with_smtp(sink.port, mail_retry_s=60.0) as resources,
    ):
        await issued(resources, 5)
        notifier = Notifier(resources)
        for _ in range(4):
            await notify_batch(resources, notifier)
            await end_pauses(resources, after_s=61.0)
        await notifier.aclose()
        told = await history(resources, "ana3@example.com")
        assert told == [("DEFERRED", "450 4.2.1 first"), ("FAILED", "4.2.1 last")]
        assert await rows_of(resources, "SELECT state FROM batch_state") == [{"state": "NOTIFIED"}]


async def test_pauses_grow_and_are_spread(with_smtp: WithSmtp) -> None:
    """A batch rests for as long again as it has been tried, between ten seconds and an hour."""
    rules = [Rule(stage="rcpt", answer=Answer(reply="450 4.2.1 not now"))]
    parts: list[float] = []
    async with SmtpSink(rules=rules) as sink, with_smtp(sink.port) as resources:
        await issued(resources, 1)
        notifier = Notifier(resources)
        for expected_s, after_s in ((10, 600), (600, 3000), (3600, 20_000), (3600, 0)):
            await notify_batch(resources, notifier)
            (row,) = await rows_of(
                resources,
                "SELECT extract(epoch FROM not_before - updated_at) AS s FROM batch_state",
            )
            parts.append(float(row["s"]) / expected_s)
            await end_pauses(resources, after_s=after_s)
        await notifier.aclose()
    # The test's own time, a few seconds, is part of the age.
    assert all(0.8 <= part <= 1.3 for part in parts)
    assert len({round(part, 3) for part in parts}) > 1


async def test_more_deferrals_than_allowed_failures_stop_nothing(with_smtp: WithSmtp) -> None:
    rules = [Rule(stage="rcpt", times=4, answer=Answer(reply="451 4.7.1 greylisted"))]
    async with SmtpSink(rules=rules) as sink, with_smtp(sink.port, attempts_max=2) as resources:
        upload = await issued(resources, 1)
        notifier = Notifier(resources)
        for _ in range(5):
            await notify_batch(resources, notifier)
            await end_pauses(resources, after_s=4000.0)
        await notifier.aclose()
        assert await statuses(resources, upload["id"]) == {"SENT": 1}


async def test_a_server_that_is_down_is_told_of_the_upload_and_not_of_each_mail(
    with_smtp: WithSmtp,
) -> None:
    async with SmtpSink() as sink:
        port = sink.port
    async with with_smtp(port) as resources:
        upload = await issued(resources, 5)
        notifier = Notifier(resources)
        await notify_batch(resources, notifier)
        shown = await get_upload(resources.database, upload["beneficiary_id"], upload["public_id"])
        assert shown.last_error is not None
        assert "no connection" in shown.last_error
        assert await rows_of(resources, "SELECT * FROM notification_attempt") == []
        async with SmtpSink(port=port):
            await end_pauses(resources)
            await notify_batch(resources, notifier)
        await notifier.aclose()
        shown = await get_upload(resources.database, upload["beneficiary_id"], upload["public_id"])
        assert (shown.status, shown.last_error) == ("SENT", None)
