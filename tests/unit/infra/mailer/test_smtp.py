"""Delivery by SMTP while the server behaves."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest

from cobranca.domain.errors import InvalidField, StaleFence, Transient
from cobranca.domain.mail_reply import Category, Fault, Resumption, State
from cobranca.infra.mailer.transport import Envelope, Outcome
from tests.support.smtp_sink import Answer, Rule, SmtpSink, read_log
from tests.unit.infra.mailer.mails import DEBT_ID, make_mail
from tests.unit.infra.mailer.smtp_fixtures import (
    Watched,
    deliver,
    envelope,
    envelopes,
    states,
    transport_to,
)

PLAIN_SERVER = ("8BITMIME",)
PIPELINING = ("PIPELINING", "8BITMIME", "ENHANCEDSTATUSCODES")


@pytest.mark.parametrize("extensions", [PIPELINING, PLAIN_SERVER])
@pytest.mark.parametrize("connections", [1, 3])
async def test_every_mail_arrives_once_byte_for_byte(
    tmp_path: Path, extensions: tuple[str, ...], connections: int
) -> None:
    sent = envelopes(50)
    async with SmtpSink(log=tmp_path / "log", keep=True, extensions=extensions) as sink:
        transport = transport_to(sink, connections=connections, chunk_mails=7)
        outcomes = await deliver(transport, sent)
        await transport.aclose()
    assert states(outcomes) == [State.SENT] * 50
    assert {outcome.reply_code for outcome in outcomes} == {250}
    assert {outcome.enhanced_code for outcome in outcomes} == {"2.0.0"}
    arrived = {message.recipients[0]: message.content for message in sink.received}
    assert arrived == {one.mail.recipient_address: one.compose() for one in sent}
    log = read_log(tmp_path / "log")
    assert [record["count"] for record in log] == [1] * 50
    assert {record["message_id"] for record in log} == {one.mail.message_id for one in sent}


async def test_connections_are_bounded_and_kept_for_the_next_delivery() -> None:
    async with SmtpSink() as sink:
        transport = transport_to(sink, connections=3, chunk_mails=2)
        for _ in range(4):
            await deliver(transport, envelopes(20))
        await asyncio.gather(*(deliver(transport, envelopes(20)) for _ in range(4)))
        await transport.aclose()
        assert sink.accepted == 160
        assert sink.connections_opened <= 3
        assert sink.connections_peak <= 3


async def test_envelope_leaves_with_the_end_of_the_message_before() -> None:
    async with SmtpSink(keep=True) as sink:
        transport = transport_to(sink)
        await deliver(transport, envelopes(3))
        await transport.aclose()
    verbs = [line.split(b":")[0].split()[0] for line in sink.commands]
    assert verbs == [b"EHLO", *[b"MAIL", b"RCPT", b"DATA"] * 3, b"QUIT"]


async def test_bounces_go_where_the_url_says() -> None:
    async with SmtpSink(keep=True) as sink:
        transport = transport_to(sink, query="?mail_from=bounces@aurora.example&helo=me.example")
        await deliver(transport, envelopes(1))
        await transport.aclose()
    assert sink.received[0].sender == "bounces@aurora.example"
    assert b"EHLO me.example" in sink.commands


async def test_nothing_is_handed_over_before_the_caller_has_committed() -> None:
    async with SmtpSink() as sink:
        transport = transport_to(sink, chunk_mails=4)
        committed: set[str] = set()
        reported: list[str] = []

        async def before(chunk: Sequence[Envelope]) -> None:
            assert sink.accepted == len(committed)
            assert len(chunk) <= 4
            committed.update(one.mail.debt_id for one in chunk)

        async def report(chunk: Sequence[Envelope], outcomes: Sequence[Outcome]) -> None:
            assert len(chunk) == len(outcomes)
            reported.extend(one.mail.debt_id for one in chunk)

        sent = envelopes(10)
        await deliver(transport, sent, Watched(before=before, report=report))
        await transport.aclose()
    assert reported == [one.mail.debt_id for one in sent]
    assert committed == set(reported)


async def test_stale_fence_stops_the_delivery_and_what_was_begun_is_reported() -> None:
    async with SmtpSink() as sink:
        transport = transport_to(sink, chunk_mails=4)
        reported: list[Outcome] = []
        chunks = 0

        async def before(chunk: Sequence[Envelope]) -> None:
            nonlocal chunks
            chunks += 1
            if chunks == 2:
                raise StaleFence

        async def report(chunk: Sequence[Envelope], outcomes: Sequence[Outcome]) -> None:
            reported.extend(outcomes)

        with pytest.raises(StaleFence):
            await deliver(transport, envelopes(20), Watched(before=before, report=report))
        await transport.aclose()
        assert sink.accepted == 4
    assert states(reported) == [State.SENT] * 4


async def test_error_of_one_connection_stops_the_others_after_their_chunk() -> None:
    async with SmtpSink() as sink:
        transport = transport_to(sink, connections=3, chunk_mails=4)
        chunks = 0

        async def before(chunk: Sequence[Envelope]) -> None:
            nonlocal chunks
            chunks += 1
            if chunks == 2:
                raise StaleFence

        with pytest.raises(StaleFence):
            await deliver(transport, envelopes(120), Watched(before=before))
        await transport.aclose()
        assert sink.accepted <= 12


async def test_mail_that_cannot_be_composed_fails_alone_and_is_never_handed_over() -> None:
    def refuse() -> bytes:
        raise InvalidField("recipient_name", "must not hold the character U+000A")

    def unavailable() -> bytes:
        raise Transient("storage does not answer")

    async with SmtpSink() as sink:
        transport = transport_to(sink)
        sent = envelopes(4)
        sent[1] = Envelope(billing_id=1, mail=sent[1].mail, compose=refuse)
        sent[2] = Envelope(billing_id=2, mail=sent[2].mail, compose=unavailable)
        handed: list[list[str]] = []
        reported: list[list[str]] = []

        async def before(chunk: Sequence[Envelope]) -> None:
            handed.append([one.mail.debt_id for one in chunk])

        async def report(chunk: Sequence[Envelope], outcomes: Sequence[Outcome]) -> None:
            reported.append([one.mail.debt_id for one in chunk])

        outcomes = await deliver(transport, sent, Watched(before=before, report=report))
        await transport.aclose()
        assert sink.accepted == 2
    assert states(outcomes) == [State.SENT, State.FAILED, State.DEFERRED, State.SENT]
    assert outcomes[1].category is Category.MESSAGE
    assert handed == [["d0", "d3"]]
    assert reported == [["d1", "d2"], ["d0", "d3"]]


async def test_message_larger_than_the_server_takes_is_held_without_being_sent() -> None:
    async with SmtpSink(keep=True, extensions=(*PIPELINING, "SIZE 3000")) as sink:
        transport = transport_to(sink)
        outcomes = await deliver(transport, [envelope(0, 2000), envelope(1, 9000)])
        await transport.aclose()
    assert states(outcomes) == [State.SENT, State.DEFERRED]
    assert outcomes[1].category is Category.MESSAGE
    assert outcomes[1].resumption is Resumption.BY_PERSON
    assert sum(line.startswith(b"MAIL") for line in sink.commands) == 1
    assert any(b"SIZE=" in line for line in sink.commands)


@pytest.mark.parametrize("extensions", [PIPELINING, PLAIN_SERVER])
@pytest.mark.parametrize(
    ("stage", "reply", "state"),
    [
        ("mail", "450 4.3.2 not now", State.DEFERRED),
        ("mail", "552 5.3.4 too large", State.DEFERRED),
        ("rcpt", "450 4.2.1 greylisted", State.DEFERRED),
        ("rcpt", "451 4.3.0 error", State.DEFERRED),
        ("rcpt", "452 4.2.2 mailbox full", State.DEFERRED),
        ("rcpt", "550 5.1.1 user unknown", State.FAILED),
        ("data", "451 4.3.0 error", State.DEFERRED),
        ("data", "554 5.7.1 no", State.DEFERRED),
        ("dot", "450 4.3.0 error", State.DEFERRED),
        ("dot", "451-4.7.1 several\n451 4.7.1 lines", State.DEFERRED),
        ("dot", "552 5.2.2 mailbox full", State.DEFERRED),
        ("dot", "554 5.7.1 spam", State.DEFERRED),
    ],
)
async def test_refusal_at_any_stage_concerns_that_mail_only(
    extensions: tuple[str, ...], stage: str, reply: str, state: State
) -> None:
    rule = Rule(stage=stage, answer=Answer(reply=reply), skip=2, times=1)  # type: ignore[arg-type]
    async with SmtpSink(rules=[rule], extensions=extensions) as sink:
        transport = transport_to(sink)
        outcomes = await deliver(transport, envelopes(6))
        await transport.aclose()
        assert sink.accepted == 5
        assert sink.connections_opened == 1
    expected = [State.SENT] * 6
    expected[2] = state
    assert states(outcomes) == expected
    assert outcomes[2].reply_code == int(reply[:3])
    assert outcomes[2].enhanced_code == reply[4:9]


async def test_server_that_wants_a_message_for_nobody_gets_an_empty_one() -> None:
    rules = [
        Rule(stage="rcpt", answer=Answer(reply="550 5.1.1 user unknown"), times=2, skip=1),
        Rule(stage="data", answer=Answer(reply="354 go on"), times=None),
    ]
    async with SmtpSink(rules=rules, keep=True) as sink:
        transport = transport_to(sink)
        outcomes = await deliver(transport, envelopes(4))
        await transport.aclose()
        assert sink.connections_opened == 1
    assert states(outcomes) == [State.SENT, State.FAILED, State.FAILED, State.SENT]
    assert [message.recipients for message in sink.received] == [
        ["payer0@x.example"],
        ["payer3@x.example"],
    ]


async def test_detail_holds_no_address() -> None:
    reply = "550 5.1.1 <payer0@x.example>: mailbox payer0 unknown (PAYER0@X.example)"
    async with SmtpSink(rules=[Rule(stage="rcpt", answer=Answer(reply=reply))]) as sink:
        transport = transport_to(sink)
        (outcome,) = await deliver(transport, envelopes(1))
        await transport.aclose()
    assert outcome.suppress
    assert "payer0" not in outcome.detail.lower()
    assert "unknown" in outcome.detail


async def test_no_mails_are_no_outcomes_and_no_connection() -> None:
    async with SmtpSink() as sink:
        transport = transport_to(sink)
        assert await deliver(transport, []) == []
        assert sink.connections_opened == 0


async def test_a_bounce_will_name_the_mail_where_the_server_offers_it() -> None:
    async with SmtpSink(keep=True, extensions=("PIPELINING", "DSN")) as sink:
        mail = make_mail(recipient_address="ana+boleto=1@x.example")
        transport = transport_to(sink, query="?starttls=false&mail_from=bounces@aurora.example")
        await deliver(
            transport, [Envelope(billing_id=0, mail=mail, compose=lambda: b"S: x\r\n\r\n")]
        )
        await transport.aclose()
    sender, recipient = (line for line in sink.commands if line[:4] in {b"MAIL", b"RCPT"})
    assert sender == f"MAIL FROM:<bounces@aurora.example> RET=HDRS ENVID={DEBT_ID}.0".encode()
    assert recipient == (
        b"RCPT TO:<ana+boleto=1@x.example> ORCPT=rfc822;ana+2Bboleto+3D1@x.example"
    )


async def test_each_mail_waits_alone_right_before_its_envelope() -> None:
    """The one before it has been answered by then: no mail waits with another."""
    seen: list[tuple[int, int]] = []
    async with SmtpSink(keep=True) as sink:

        async def before_each() -> None:
            seen.append((sink.accepted, sum(line[:4] == b"MAIL" for line in sink.commands)))

        transport = transport_to(sink, query="?starttls=false")
        await deliver(transport, envelopes(3), Watched(turn=before_each))
        await transport.aclose()
    assert seen == [(0, 0), (1, 1), (2, 2)]


@pytest.mark.parametrize(
    ("stage", "reply"),
    [
        ("dot", "250 2.0.0 ok \0 queued"),
        ("rcpt", "550 5.1.1 no \0 such"),
        ("mail", "450 \x1b[2J no"),
    ],
)
async def test_no_answer_puts_a_control_character_into_an_outcome(stage: str, reply: str) -> None:
    """One would make the database refuse the outcomes of the whole chunk."""
    rule = Rule(stage=stage, answer=Answer(reply=reply))  # type: ignore[arg-type]
    async with SmtpSink(rules=[rule]) as sink:
        transport = transport_to(sink)
        outcomes = await deliver(transport, envelopes(2))
        await transport.aclose()
    assert all(outcome.detail.isprintable() for outcome in outcomes)


@pytest.mark.parametrize(
    ("stage", "reply", "fault", "suppress"),
    [
        ("mail", "550 5.1.1 user unknown", Fault.OURS, False),
        ("rcpt", "550 Account suspended", Fault.OURS, False),
        ("rcpt", "550 what", Fault.UNKNOWN, False),
        ("rcpt", "550 5.1.1 user unknown", Fault.RECIPIENT, True),
        ("dot", "550 5.4.5 Daily user sending limit exceeded", Fault.OURS, False),
        ("dot", "550 what", Fault.OURS, False),
    ],
)
async def test_whose_fault_a_refusal_is_depends_on_what_was_asked(
    stage: str, reply: str, fault: Fault, suppress: bool
) -> None:
    rule = Rule(stage=stage, answer=Answer(reply=reply))  # type: ignore[arg-type]
    for extensions in ((), ("PIPELINING",)):
        async with SmtpSink(rules=[rule], extensions=extensions) as sink:
            transport = transport_to(sink)
            (outcome,) = await deliver(transport, envelopes(1))
            await transport.aclose()
        assert (outcome.fault, outcome.suppress) == (fault, suppress)
        assert (outcome.state is State.FAILED) == suppress


@pytest.mark.parametrize("extensions", [PIPELINING, PLAIN_SERVER])
@pytest.mark.parametrize("stage", ["mail", "rcpt", "data", "dot"])
async def test_what_is_said_of_our_quota_ends_the_delivery_and_fails_no_mail(
    extensions: tuple[str, ...], stage: str
) -> None:
    reply = "550 5.4.5 Daily user sending limit exceeded"
    rule = Rule(stage=stage, answer=Answer(reply=reply), skip=30)  # type: ignore[arg-type]
    async with SmtpSink(rules=[rule], extensions=extensions, keep=True) as sink:
        transport = transport_to(sink)
        outcomes = await deliver(transport, envelopes(200))
        await transport.aclose()
        assert sink.accepted == 30
        # One more may have left with the end of the message before it.
        assert sum(line.startswith(b"MAIL") for line in sink.commands) <= 32
    assert states(outcomes) == [State.SENT] * 30 + [State.DEFERRED] * 170
    assert {outcome.fault for outcome in outcomes[30:]} == {Fault.OURS}
    assert all(outcome.stops_account for outcome in outcomes[30:])


async def test_a_control_character_in_an_answer_is_kept_nowhere() -> None:
    rules = [
        Rule(stage="rcpt", answer=Answer(reply="550 5.1.1 no \0 such\x1b[1m"), times=1),
        Rule(stage="dot", answer=Answer(reply="250 2.0.0 ok \0")),
    ]
    async with SmtpSink(rules=rules) as sink:
        transport = transport_to(sink)
        outcomes = await deliver(transport, envelopes(3))
        await transport.aclose()
    assert states(outcomes) == [State.FAILED, State.SENT, State.SENT]
    assert all(outcome.detail.isprintable() for outcome in outcomes)


@pytest.mark.parametrize("pipelining", [True, False])
async def test_copies_get_the_same_message_and_decide_nothing(pipelining: bool) -> None:
    rules = [Rule(stage="rcpt", containing=b"gone@", answer=Answer(reply="550 5.1.1 gone"))]
    extensions = ("PIPELINING",) if pipelining else ()
    async with SmtpSink(keep=True, extensions=extensions, rules=rules) as sink:
        transport = transport_to(sink)
        mail = make_mail(copies=("gone@x.example", "pai@x.example"))
        content = b"S: x\r\n\r\n"
        (outcome,) = await deliver(
            transport, [Envelope(billing_id=0, mail=mail, compose=lambda: content)]
        )
        await transport.aclose()
    assert outcome.state is State.SENT
    assert not outcome.suppress
    assert [line for line in sink.commands if line.startswith(b"RCPT")] == [
        f"RCPT TO:<{address}>".encode() for address in (mail.recipient_address, *mail.copies)
    ]
    assert sink.accepted == 1
