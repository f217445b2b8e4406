"""Delivery by SMTP while the server misbehaves: what is in doubt, and what is not."""

from __future__ import annotations

import asyncio
import math
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import pytest

from cobranca.domain.mail_reply import Category, State
from cobranca.infra.mailer.transport import Envelope, Outcome
from tests.support.smtp_sink import Answer, Rule, SmtpSink, Stage, read_log
from tests.unit.infra.mailer.smtp_fixtures import (
    IMPATIENT,
    Watched,
    deliver,
    envelope,
    envelopes,
    states,
    transport_to,
)

PIPELINING = ("PIPELINING", "ENHANCEDSTATUSCODES")
both_servers = pytest.mark.parametrize("extensions", [PIPELINING, ("8BITMIME",)])

RESET = Answer(then="reset")
CLOSE = Answer(then="close")
SILENCE = Answer(delay_s=math.inf)
ACCEPT_AND_DIE = Answer(accept=True, then="reset")
ACCEPT_AND_SILENCE = Answer(accept=True, delay_s=math.inf)


@both_servers
@pytest.mark.parametrize("answer", [RESET, CLOSE, ACCEPT_AND_DIE], ids=["reset", "close", "accept"])
async def test_lost_answer_to_the_dot_leaves_that_mail_alone_in_doubt(
    tmp_path: Path, answer: Answer, extensions: tuple[str, ...]
) -> None:
    rule = Rule(stage="dot", answer=answer, skip=3, times=1)
    log = tmp_path / "log"
    async with SmtpSink(log=log, rules=[rule], extensions=extensions) as sink:
        transport = transport_to(sink)
        outcomes = await deliver(transport, envelopes(10))
        await transport.aclose()
    expected = [State.SENT] * 10
    expected[3] = State.UNCERTAIN
    assert states(outcomes) == expected
    assert max(Counter(record["message_id"] for record in read_log(log)).values()) == 1
    assert len(read_log(log)) == 9 + (answer.accept is True)


@both_servers
async def test_silence_after_the_dot_is_in_doubt_not_lost(
    tmp_path: Path, extensions: tuple[str, ...]
) -> None:
    rule = Rule(stage="dot", answer=ACCEPT_AND_SILENCE, skip=1, times=1)
    log = tmp_path / "log"
    async with SmtpSink(log=log, rules=[rule], extensions=extensions) as sink:
        transport = transport_to(sink, timeouts=IMPATIENT)
        outcomes = await deliver(transport, envelopes(4))
        await transport.aclose()
    assert states(outcomes) == [State.SENT, State.UNCERTAIN, State.SENT, State.SENT]
    assert "no answer in time" in outcomes[1].detail
    assert len(read_log(log)) == 4


async def test_slow_answer_to_the_dot_is_waited_for() -> None:
    rule = Rule(stage="dot", answer=Answer(reply="250 2.0.0 at last", delay_s=0.3), times=1)
    async with SmtpSink(rules=[rule]) as sink:
        transport = transport_to(sink)
        outcomes = await deliver(transport, envelopes(2))
        await transport.aclose()
    assert states(outcomes) == [State.SENT, State.SENT]


@both_servers
@pytest.mark.parametrize("stage", ["mail", "rcpt", "data"])
@pytest.mark.parametrize("answer", [RESET, CLOSE, SILENCE], ids=["reset", "close", "silence"])
async def test_connection_lost_before_the_dot_is_no_doubt_and_is_tried_again(
    stage: Stage, answer: Answer, extensions: tuple[str, ...]
) -> None:
    rule = Rule(stage=stage, answer=answer, skip=2, times=1)
    async with SmtpSink(rules=[rule], extensions=extensions) as sink:
        transport = transport_to(sink, timeouts=IMPATIENT)
        outcomes = await deliver(transport, envelopes(6))
        await transport.aclose()
        assert sink.accepted == 6
        assert max(sink.counts.values()) == 1
    assert states(outcomes) == [State.SENT] * 6


@both_servers
async def test_mail_under_which_connections_keep_dying_is_deferred_alone(
    extensions: tuple[str, ...],
) -> None:
    rule = Rule(stage="rcpt", answer=RESET, containing=b"payer2@")
    async with SmtpSink(rules=[rule], extensions=extensions) as sink:
        transport = transport_to(sink)
        outcomes = await deliver(transport, envelopes(6))
        await transport.aclose()
        assert sink.accepted == 5
    expected = [State.SENT] * 6
    expected[2] = State.DEFERRED
    assert states(outcomes) == expected


async def test_content_that_did_not_leave_whole_is_no_doubt() -> None:
    rule = Rule(stage="body", answer=RESET, after_bytes=100_000)
    async with SmtpSink(rules=[rule]) as sink:
        transport = transport_to(sink)
        outcomes = await deliver(transport, [envelope(0, 30_000_000)])
        await transport.aclose()
        assert sink.accepted == 0
    assert states(outcomes) == [State.DEFERRED]


async def test_large_content_arrives() -> None:
    async with SmtpSink(keep=True) as sink:
        transport = transport_to(sink)
        sent = [envelope(0, 3_000_000), envelope(1)]
        outcomes = await deliver(transport, sent)
        await transport.aclose()
    assert states(outcomes) == [State.SENT, State.SENT]
    assert [message.content for message in sink.received] == [one.compose() for one in sent]


@both_servers
@pytest.mark.parametrize("then", ["close", "stay"])
@pytest.mark.parametrize("stage", ["mail", "rcpt", "data", "dot"])
async def test_421_defers_the_mail_and_the_others_go_on_elsewhere(
    stage: Stage, then: Literal["close", "stay"], extensions: tuple[str, ...]
) -> None:
    answer = Answer(reply="421 4.3.2 shutting down", then=then)
    rule = Rule(stage=stage, answer=answer, skip=2, times=1)
    async with SmtpSink(rules=[rule], extensions=extensions) as sink:
        transport = transport_to(sink)
        outcomes = await deliver(transport, envelopes(6))
        await transport.aclose()
        assert sink.connections_opened == 2
    expected = [State.SENT] * 6
    expected[2] = State.DEFERRED
    assert states(outcomes) == expected
    assert outcomes[2].reply_code == 421


async def test_answer_that_no_server_may_give_to_the_dot_is_in_doubt() -> None:
    rule = Rule(stage="dot", answer=Answer(reply="354 what?"), skip=1, times=1)
    async with SmtpSink(rules=[rule]) as sink:
        transport = transport_to(sink)
        outcomes = await deliver(transport, envelopes(3))
        await transport.aclose()
    assert states(outcomes) == [State.SENT, State.UNCERTAIN, State.SENT]


@both_servers
async def test_250_in_place_of_354_does_not_count_as_sent(extensions: tuple[str, ...]) -> None:
    rule = Rule(stage="data", answer=Answer(reply="250 2.0.0 fine"))
    async with SmtpSink(rules=[rule], extensions=extensions) as sink:
        transport = transport_to(sink)
        outcomes = await deliver(transport, envelopes(1))
        await transport.aclose()
    assert states(outcomes) == [State.DEFERRED]


async def test_server_that_is_down_defers_all_and_nothing_is_committed() -> None:
    async with SmtpSink() as sink:
        transport = transport_to(sink, connections=3, chunk_mails=5)
    handed: list[Envelope] = []
    reported: list[Outcome] = []

    async def before(chunk: Sequence[Envelope]) -> None:
        handed.extend(chunk)

    async def report(chunk: Sequence[Envelope], outcomes: Sequence[Outcome]) -> None:
        reported.extend(outcomes)

    outcomes = await deliver(transport, envelopes(100), Watched(before=before, report=report))
    assert states(outcomes) == [State.DEFERRED] * 100
    assert len(reported) == 100
    assert handed == []


@pytest.mark.parametrize(
    ("stage", "answer"),
    [
        ("connect", Answer(reply="421 4.3.2 too busy", then="close")),
        ("connect", RESET),
        ("connect", SILENCE),
        ("connect", Answer(reply="HTTP/1.1 400 Bad Request")),
        ("ehlo", Answer(reply="421 4.3.2 too busy", then="close")),
        ("ehlo", RESET),
        ("ehlo", SILENCE),
    ],
)
async def test_server_that_lets_nobody_in_defers_all_after_few_tries(
    stage: Stage, answer: Answer
) -> None:
    async with SmtpSink(rules=[Rule(stage=stage, answer=answer)]) as sink:
        transport = transport_to(sink, timeouts=IMPATIENT, chunk_mails=5)
        outcomes = await deliver(transport, envelopes(50))
        await transport.aclose()
        assert sink.connections_opened <= 3
    assert states(outcomes) == [State.DEFERRED] * 50


async def test_server_that_comes_back_is_found_again() -> None:
    rule = Rule(stage="connect", answer=RESET, times=2)
    async with SmtpSink(rules=[rule]) as sink:
        transport = transport_to(sink)
        outcomes = await deliver(transport, envelopes(5))
        await transport.aclose()
    assert states(outcomes) == [State.SENT] * 5


async def test_server_that_dies_at_every_dot_does_not_eat_the_whole_batch(tmp_path: Path) -> None:
    log = tmp_path / "log"
    async with SmtpSink(log=log, rules=[Rule(stage="dot", answer=ACCEPT_AND_DIE)]) as sink:
        transport = transport_to(sink, chunk_mails=5)
        outcomes = await deliver(transport, envelopes(100))
        await transport.aclose()
    uncertain = [outcome for outcome in outcomes if outcome.state is State.UNCERTAIN]
    assert 1 <= len(uncertain) <= 3
    assert len(read_log(log)) == len(uncertain)
    assert states(outcomes).count(State.DEFERRED) == 100 - len(uncertain)


async def test_connection_closed_while_idle_costs_no_mail_its_turn() -> None:
    async with SmtpSink() as sink:
        transport = transport_to(sink)
        await deliver(transport, envelopes(3))
        for session in list(sink.sessions):
            session.die(reset=False)
        outcomes = await deliver(transport, envelopes(3))
        await transport.aclose()
        assert sink.connections_opened == 2
    assert states(outcomes) == [State.SENT] * 3


async def test_421_to_a_connection_that_was_idle_costs_no_mail_its_turn() -> None:
    rule = Rule(stage="mail", answer=Answer(reply="421 4.4.2 idle", then="close"), skip=3, times=1)
    async with SmtpSink(rules=[rule]) as sink:
        transport = transport_to(sink)
        await deliver(transport, envelopes(3))
        outcomes = await deliver(transport, envelopes(3))
        await transport.aclose()
    assert states(outcomes) == [State.SENT] * 3


async def test_death_of_an_old_connection_is_held_against_neither_mail_nor_server() -> None:
    rule = Rule(stage="mail", answer=RESET, skip=3, times=2)
    async with SmtpSink(rules=[rule]) as sink:
        transport = transport_to(sink, failures_max=2)
        await deliver(transport, envelopes(3))
        outcomes = await deliver(transport, envelopes(3))
        await transport.aclose()
        assert sink.connections_opened == 3
    assert states(outcomes) == [State.SENT] * 3


async def test_connection_idle_for_too_long_is_replaced() -> None:
    async with SmtpSink(keep=True) as sink:
        transport = transport_to(sink, idle_s=0.0)
        await deliver(transport, envelopes(1))
        await asyncio.sleep(0.01)
        await deliver(transport, envelopes(1))
        await transport.aclose()
        assert sink.connections_opened == 2
    assert sink.commands.count(b"QUIT") == 2


async def test_cancelled_delivery_leaves_no_connection_behind() -> None:
    async with SmtpSink(rules=[Rule(stage="dot", answer=SILENCE)]) as sink:
        transport = transport_to(sink, connections=2, chunk_mails=2, grace_s=0.05)
        delivery = asyncio.create_task(deliver(transport, envelopes(8)))
        await sink.wait_for_connections(2)
        delivery.cancel()
        with pytest.raises(asyncio.CancelledError):
            await delivery
        await sink.wait_for_connections(0)


async def test_cancelled_delivery_ends_the_chunk_under_way_and_begins_no_other() -> None:
    slow = Answer(reply="250 2.0.0 ok", delay_s=0.05)
    async with SmtpSink(rules=[Rule(stage="dot", answer=slow)]) as sink:
        transport = transport_to(sink, chunk_mails=3)
        begun = asyncio.Event()
        reported: list[Outcome] = []

        async def before(chunk: Sequence[Envelope]) -> None:
            begun.set()

        async def report(chunk: Sequence[Envelope], outcomes: Sequence[Outcome]) -> None:
            reported.extend(outcomes)

        delivery = asyncio.create_task(
            deliver(transport, envelopes(30), Watched(before=before, report=report))
        )
        await begun.wait()
        delivery.cancel()
        with pytest.raises(asyncio.CancelledError):
            await delivery
        await transport.aclose()
        assert sink.accepted == 3
    assert states(reported) == [State.SENT] * 3


async def test_any_script_of_faults_keeps_the_books_right(tmp_path: Path) -> None:
    """Count from outside: nothing SENT that did not arrive, nothing arrived twice."""
    rules = [
        Rule(stage="dot", answer=ACCEPT_AND_DIE, skip=13, times=2),
        Rule(stage="dot", answer=RESET, skip=40, times=2),
        Rule(stage="dot", answer=Answer(reply="451 4.3.0 later"), skip=60, times=5),
        Rule(stage="rcpt", answer=Answer(reply="550 5.1.1 unknown"), containing=b"payer77@"),
        Rule(stage="rcpt", answer=RESET, skip=90, times=2),
        Rule(stage="mail", answer=Answer(reply="421 4.3.2 bye", then="close"), skip=120, times=2),
        Rule(stage="connect", answer=RESET, skip=4, times=2),
    ]
    log = tmp_path / "log"
    sent = envelopes(300)
    async with SmtpSink(log=log, rules=rules) as sink:
        transport = transport_to(sink, connections=4, chunk_mails=6, failures_max=6)
        outcomes = await deliver(transport, sent)
        await transport.aclose()
    arrived = Counter(record["message_id"] for record in read_log(log))
    assert set(arrived.values()) == {1}
    for one, outcome in zip(sent, outcomes, strict=True):
        if outcome.state is State.SENT:
            assert arrived[one.mail.message_id] == 1
        elif outcome.state is not State.UNCERTAIN:
            assert arrived[one.mail.message_id] == 0
    counts = Counter(states(outcomes))
    assert counts[State.UNCERTAIN] == 4
    assert counts[State.FAILED] == 1
    assert outcomes[77].category is Category.MAILBOX_UNKNOWN
