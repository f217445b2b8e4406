"""The notifier against a real SMTP server that keeps its own log."""

from __future__ import annotations

import asyncio
import math
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from cobranca.domain.errors import Transient
from cobranca.infra.metrics import REGISTRY
from cobranca.infra.settings import BeneficiarySettings
from cobranca.notifications.delivery import Delivery
from cobranca.notifications.service import Notifier
from tests.support.factories import statuses
from tests.support.mailing import WithSmtp, eventually, issued, overtake
from tests.support.smtp_sink import Answer, Rule, SmtpSink, read_log
from tests.support.works import notify_batch


async def test_every_payer_gets_one_mail(with_smtp: WithSmtp, tmp_path: Path) -> None:
    log = tmp_path / "sink.jsonl"
    async with SmtpSink(log=log) as sink, with_smtp(sink.port) as resources:
        upload = await issued(resources, 50)
        notifier = Notifier(resources)
        for _ in range(2):
            await notify_batch(resources, notifier)
        await notifier.aclose()
        assert await statuses(resources, upload["id"]) == {"SENT": 50}
    mails = read_log(log)
    assert len({mail["message_id"] for mail in mails}) == len(mails) == 50


async def test_refused_and_deferred_mails_are_told_apart(
    with_smtp: WithSmtp, tmp_path: Path
) -> None:
    rules = [
        Rule(stage="rcpt", containing=b"ana3@", answer=Answer(reply="550 5.1.1 no such user")),
        Rule(
            stage="rcpt", containing=b"ana4@", answer=Answer(reply="450 4.2.1 greylisted"), times=1
        ),
    ]
    log = tmp_path / "sink.jsonl"
    async with SmtpSink(log=log, rules=rules) as sink, with_smtp(sink.port) as resources:
        upload = await issued(resources, 10)

        notifier = Notifier(resources)
        await notify_batch(resources, notifier)
        assert await statuses(resources, upload["id"]) == {"SENT": 8, "FAILED": 1, "ISSUED": 1}
        async with resources.database.transaction() as c:
            await c.execute("UPDATE work SET not_before = now()")
        await notify_batch(resources, notifier)
        await notifier.aclose()
        assert await statuses(resources, upload["id"]) == {"SENT": 9, "FAILED": 1}
    assert len(read_log(log)) == 9


async def test_a_removed_billing_is_withdrawn_at_the_last_moment(
    with_smtp: WithSmtp, tmp_path: Path
) -> None:
    log = tmp_path / "sink.jsonl"
    async with SmtpSink(log=log) as sink, with_smtp(sink.port) as resources:
        upload = await issued(resources, 5)
        async with resources.database.transaction() as c:
            await c.execute(
                "CREATE FUNCTION take_out() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
                " INSERT INTO billing_removal (billing_id, upload_id) SELECT first_billing_id,"
                " upload_id FROM batch ON CONFLICT DO NOTHING; RETURN NEW; END $$"
            )
            await c.execute(
                "CREATE TRIGGER after_the_claim AFTER UPDATE ON work FOR EACH ROW"
                " WHEN (NEW.kind = 'notify' AND NEW.state = 'WORKING') EXECUTE FUNCTION take_out()"
            )
        notifier = Notifier(resources)
        await notify_batch(resources, notifier)
        await notifier.aclose()
        assert await statuses(resources, upload["id"]) == {"SENT": 4, "REMOVED": 1}
    assert len(read_log(log)) == 4


async def test_what_was_in_flight_when_a_sender_died_is_uncertain(
    with_smtp: WithSmtp, tmp_path: Path
) -> None:
    """The server takes mails and never answers; the sender is cut off; another takes over."""
    log = tmp_path / "sink.jsonl"
    silent = [Rule(stage="dot", skip=5, times=2, answer=Answer(delay_s=math.inf))]
    async with SmtpSink(log=log, rules=silent) as sink, with_smtp(sink.port) as resources:
        upload = await issued(resources, 100)
        await overtake(resources, lambda: len(read_log(log)) >= 5)
        counts = await statuses(resources, upload["id"])
        # Two connections, each with a chunk of twenty that was written down and not answered.
        assert counts == {"SENT": 60, "UNCERTAIN": 40}
    sent = [mail["message_id"] for mail in read_log(log)]
    assert len(sent) == len(set(sent))


async def test_mails_are_counted_as_soon_as_their_outcome_is_written_down(
    with_smtp: WithSmtp,
) -> None:
    """One connection: the first chunk of twenty is settled, the second is not answered."""

    def sent() -> float:
        return REGISTRY.get_sample_value("cobranca_mails_total", {"outcome": "sent"}) or 0.0

    silent = [Rule(stage="dot", skip=25, times=1, answer=Answer(delay_s=math.inf))]
    async with (
        SmtpSink(rules=silent) as sink,
        with_smtp(sink.port, smtp_connections=1) as resources,
    ):
        await issued(resources, 50)
        before = sent()
        notifier = Notifier(resources)
        working = asyncio.create_task(notify_batch(resources, notifier))
        await eventually(lambda: sent() - before == 20)
        while not working.done():
            for session in list(sink.sessions):
                session.die(reset=True)
            await asyncio.sleep(0.2)
        await working
        await notifier.aclose()


async def test_the_beneficiarys_settings_are_in_the_mail(with_smtp: WithSmtp) -> None:
    beneficiary = BeneficiarySettings(
        reply_to="financeiro@aurora.example", list_unsubscribe="parar@aurora.example"
    )
    async with (
        SmtpSink(keep=True) as sink,
        with_smtp(sink.port, beneficiary=beneficiary) as resources,
    ):
        await issued(resources, 1)
        notifier = Notifier(resources)
        await notify_batch(resources, notifier)
        await notifier.aclose()
    head = sink.received[0].content.partition(b"\r\n\r\n")[0]
    assert b"\r\nReply-To: financeiro@aurora.example\r\n" in head
    assert b"\r\nList-Unsubscribe: <mailto:parar@aurora.example>" in head
    assert b"List-Unsubscribe-Post" not in head


async def test_a_database_that_is_away_for_a_while_makes_no_doubt(
    with_smtp: WithSmtp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a chunk's outcomes one try is lost, and of the next one the answer."""
    log = tmp_path / "sink.jsonl"
    write, tries = Delivery._write_outcomes, 0

    async def write_badly(self: Delivery, *given: Any) -> Counter[str]:
        nonlocal tries
        tries += 1
        if tries == 1:
            raise Transient("The database does not answer")
        settled = await write(self, *given)
        if tries == 2:
            raise Transient("It does not say what it has done")
        return settled

    monkeypatch.setattr(Delivery, "_write_outcomes", write_badly)
    async with (
        SmtpSink(log=log) as sink,
        with_smtp(sink.port, smtp_connections=1) as resources,
    ):
        upload = await issued(resources, 40)
        notifier = Notifier(resources)
        await notify_batch(resources, notifier)
        await notifier.aclose()
        assert await statuses(resources, upload["id"]) == {"SENT": 40}
    assert tries == 4
    assert len(read_log(log)) == 40
