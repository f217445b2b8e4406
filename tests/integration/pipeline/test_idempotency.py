"""A provider that knows the keys of mails: a doubt is settled by sending the same mail again."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from cobranca.notifications.service import Notifier
from tests.integration.notifications.test_uncertain import (
    TAKEN_UNANSWERED,
    doubted,
    notify_twice,
)
from tests.support.factories import statuses
from tests.support.mailing import WithSmtp, end_pauses, issued, overtake, rows_of
from tests.support.smtp_sink import Answer, Rule, SmtpSink, read_log
from tests.support.works import notify_batch

HEADER = "Resend-Idempotency-Key"
KEYS = {"smtp_idempotency_header": HEADER, "smtp_idempotency_s": 3600.0}
LOST = Rule(stage="dot", skip=3, times=1, answer=TAKEN_UNANSWERED)


async def test_a_mail_in_doubt_is_sent_again_and_arrives_once(
    with_smtp: WithSmtp, tmp_path: Path
) -> None:
    log = tmp_path / "sink.jsonl"
    sink = SmtpSink(log=log, keep=True, rules=[LOST], idempotency_header=HEADER)
    async with sink, with_smtp(sink.port, **KEYS) as resources:
        upload = await issued(resources, 10)
        # A minute later, by which time a Date of its own would make it another mail.
        await notify_twice(resources, upload["batch_ids"][0])
        assert await statuses(resources, upload["id"]) == {"SENT": 10}
        assert len(await doubted(resources)) == 1
        keys = {key.decode() for key in sink.keys}
        debts = await rows_of(resources, "SELECT debt_id FROM billing")
        assert keys == {f"{row['debt_id']}-0" for row in debts}
    assert len(read_log(log)) == 10


async def test_in_doubt_again_within_the_time_it_is_sent_again(
    with_smtp: WithSmtp, tmp_path: Path
) -> None:
    log = tmp_path / "sink.jsonl"
    rules = [
        Rule(stage="dot", containing=b"ana3@", times=3, answer=TAKEN_UNANSWERED),
    ]
    async with (
        SmtpSink(log=log, rules=rules, idempotency_header=HEADER) as sink,
        with_smtp(sink.port, **KEYS) as resources,
    ):
        upload = await issued(resources, 10)
        for _ in range(2):
            await notify_twice(resources, upload["batch_ids"][0])
        assert await statuses(resources, upload["id"]) == {"SENT": 10}
    assert len(read_log(log)) == 10


@pytest.mark.parametrize(
    ("policy", "state", "arrived"), [("hold", "UNCERTAIN", 10), ("resend_once", "SENT", 11)]
)
async def test_after_the_time_the_policy_decides(
    with_smtp: WithSmtp, tmp_path: Path, policy: str, state: str, arrived: int
) -> None:
    log = tmp_path / "sink.jsonl"
    async with (
        SmtpSink(log=log, rules=[LOST], idempotency_header=HEADER) as sink,
        with_smtp(sink.port, **KEYS, uncertain=policy) as resources,
    ):
        upload = await issued(resources, 10)
        notifier = Notifier(resources)
        await notify_batch(resources, notifier)
        await end_pauses(resources, after_s=3601.0)
        sink.keys.clear()
        await notify_batch(resources, notifier)
        await notifier.aclose()
        expected = {"SENT": 9, state: 1} if state != "SENT" else {"SENT": 10}
        assert await statuses(resources, upload["id"]) == expected
    assert len(read_log(log)) == arrived


async def test_what_a_dead_sender_had_in_flight_is_settled_by_itself(
    with_smtp: WithSmtp, tmp_path: Path
) -> None:
    log = tmp_path / "sink.jsonl"
    silent = [Rule(stage="dot", skip=5, times=2, answer=Answer(delay_s=math.inf, accept=True))]
    async with (
        SmtpSink(log=log, rules=silent, idempotency_header=HEADER) as sink,
        with_smtp(sink.port, **KEYS) as resources,
    ):
        upload = await issued(resources, 100)
        await overtake(resources, lambda: len(read_log(log)) >= 7)
        assert await statuses(resources, upload["id"]) == {"SENT": 100}
        assert len(await doubted(resources)) == 40
    assert len(read_log(log)) == 100


async def test_without_the_header_nothing_is_sent_again_by_itself(
    with_smtp: WithSmtp, tmp_path: Path
) -> None:
    log = tmp_path / "sink.jsonl"
    async with (
        SmtpSink(log=log, rules=[LOST], idempotency_header=HEADER) as sink,
        with_smtp(sink.port) as resources,
    ):
        upload = await issued(resources, 10)
        await notify_twice(resources, upload["batch_ids"][0])
        assert await statuses(resources, upload["id"]) == {"SENT": 9, "UNCERTAIN": 1}
        assert not sink.keys
