"""What becomes of mails in doubt: held, or sent once more and written down as such."""

from __future__ import annotations

import math
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from cobranca.billings.service import get_billing
from cobranca.notifications.service import Notifier
from tests.support.factories import statuses
from tests.support.mailing import WithSmtp, end_pauses, issued, overtake, rows_of
from tests.support.smtp_sink import Answer, Rule, SmtpSink, read_log
from tests.support.works import notify_batch

if TYPE_CHECKING:
    from uuid import UUID

    from cobranca.infra.resources import Resources

#: The server takes the message and dies before it says so.
TAKEN_UNANSWERED = Answer(accept=True, then="close")


async def doubted(resources: Resources) -> set[str]:
    """Return the debts of which it is recorded that a mail was in doubt."""
    rows = await rows_of(
        resources,
        "SELECT b.debt_id::text FROM billing b JOIN notification_attempt a"
        " ON a.billing_id = b.id AND a.state = 'UNCERTAIN' UNION SELECT b.debt_id::text"
        " FROM billing b JOIN notification n ON n.billing_id = b.id AND n.state = 'UNCERTAIN'",
    )
    return {row["debt_id"] for row in rows}


async def check_oracle(resources: Resources, log: Path) -> None:
    """More than one mail about a billing only where doubt is recorded; never more than two."""
    mails = Counter(mail["message_id"] for mail in read_log(log))
    twice = {message_id[1:].partition(".")[0] for message_id, n in mails.items() if n > 1}
    assert twice <= await doubted(resources)
    assert max(mails.values()) <= 2


async def notify_twice(resources: Resources, batch_id: int, *, after_s: float = 0.0) -> None:
    notifier = Notifier(resources)
    for _ in range(2):
        await notify_batch(resources, notifier)
        await end_pauses(resources, after_s=after_s)
    await notifier.aclose()


async def debt_in_doubt(resources: Resources) -> UUID:
    (row,) = await rows_of(
        resources,
        "SELECT debt_id FROM billing JOIN notification_attempt ON billing_id = id"
        " WHERE state = 'UNCERTAIN'",
    )
    return row["debt_id"]


async def test_by_default_a_mail_in_doubt_is_held(with_smtp: WithSmtp, tmp_path: Path) -> None:
    log = tmp_path / "sink.jsonl"
    rules = [Rule(stage="dot", skip=3, times=1, answer=TAKEN_UNANSWERED)]
    async with SmtpSink(log=log, rules=rules) as sink, with_smtp(sink.port) as resources:
        upload = await issued(resources, 10)
        await notify_twice(resources, upload["batch_ids"][0])
        assert await statuses(resources, upload["id"]) == {"SENT": 9, "UNCERTAIN": 1}
        assert len(await doubted(resources)) == 1
    assert len(read_log(log)) == 10


async def test_in_doubt_once_it_is_sent_once_more_as_the_same_message(
    with_smtp: WithSmtp, tmp_path: Path
) -> None:
    log = tmp_path / "sink.jsonl"
    rules = [Rule(stage="dot", skip=3, times=1, answer=TAKEN_UNANSWERED)]
    async with (
        SmtpSink(log=log, rules=rules) as sink,
        with_smtp(sink.port, uncertain="resend_once") as resources,
    ):
        upload = await issued(resources, 10)
        await notify_twice(resources, upload["batch_ids"][0])
        assert await statuses(resources, upload["id"]) == {"SENT": 10}
        debt_id = await debt_in_doubt(resources)
        billing = await get_billing(resources.database, upload["beneficiary_id"], debt_id)
        told = [entry.status for entry in billing.history]
        assert told == ["ACKNOWLEDGED", "ISSUED", "UNCERTAIN", "SENT"]
        await check_oracle(resources, log)
    mails = Counter(mail["message_id"] for mail in read_log(log))
    assert {m for m, n in mails.items() if n == 2} == {f"<{debt_id}.0@aurora.example>"}
    assert len(mails) == 10


async def test_in_doubt_twice_it_is_uncertain_for_good(with_smtp: WithSmtp, tmp_path: Path) -> None:
    log = tmp_path / "sink.jsonl"
    rules = [Rule(stage="dot", containing=b"ana3@", answer=TAKEN_UNANSWERED)]
    async with (
        SmtpSink(log=log, rules=rules) as sink,
        with_smtp(sink.port, uncertain="resend_once") as resources,
    ):
        upload = await issued(resources, 10)
        for _ in range(2):
            await notify_twice(resources, upload["batch_ids"][0])
        assert await statuses(resources, upload["id"]) == {"SENT": 9, "UNCERTAIN": 1}
        assert await rows_of(resources, "SELECT state FROM batch_state") == [{"state": "NOTIFIED"}]
        await check_oracle(resources, log)
    assert len(read_log(log)) == 11


@pytest.mark.parametrize("reply", ["550 5.1.1 no such user", "450 4.2.1 not now"])
async def test_in_doubt_and_then_refused_it_is_not_said_to_have_failed(
    with_smtp: WithSmtp, tmp_path: Path, reply: str
) -> None:
    log = tmp_path / "sink.jsonl"
    rules = [
        Rule(stage="dot", containing=b"ana3@", times=1, answer=TAKEN_UNANSWERED),
        Rule(stage="rcpt", containing=b"ana3@", skip=1, answer=Answer(reply=reply)),
    ]
    async with (
        SmtpSink(log=log, rules=rules) as sink,
        with_smtp(sink.port, uncertain="resend_once", mail_retry_s=60.0) as resources,
    ):
        upload = await issued(resources, 10)
        await notify_twice(resources, upload["batch_ids"][0], after_s=61.0)
        assert await statuses(resources, upload["id"]) == {"SENT": 9, "UNCERTAIN": 1}


@pytest.mark.parametrize(
    ("policy", "counts"),
    [("hold", {"SENT": 60, "UNCERTAIN": 40}), ("resend_once", {"SENT": 100})],
)
async def test_what_a_dead_sender_had_in_flight_is_settled_by_policy(
    with_smtp: WithSmtp, tmp_path: Path, policy: str, counts: dict[str, int]
) -> None:
    """Two connections, each with a chunk of twenty that was written down and not answered."""
    log = tmp_path / "sink.jsonl"
    silent = [Rule(stage="dot", skip=5, times=2, answer=Answer(delay_s=math.inf))]
    async with (
        SmtpSink(log=log, rules=silent) as sink,
        with_smtp(sink.port, uncertain=policy) as resources,
    ):
        upload = await issued(resources, 100)
        await overtake(resources, lambda: len(read_log(log)) >= 5)
        assert await statuses(resources, upload["id"]) == counts
        assert len(await doubted(resources)) == 40
        await check_oracle(resources, log)
