"""A recipient's domain that says "not now" gets fewer mails, and no other domain waits for it."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cobranca.infra.mailer import domains
from cobranca.infra.mailer.domains import Domains, Queue, puts_domain_off
from cobranca.infra.mailer.transport import Outcome, State
from tests.support.smtp_sink import Answer, Rule, SmtpSink
from tests.unit.infra.mailer.smtp_fixtures import envelope, envelopes, transport_to

SENT = Outcome(state=State.SENT, reply_code=250)
NOT_NOW = Outcome(state=State.DEFERRED, reply_code=451, enhanced_code="4.7.1")


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Return the clock of the windows: one number, to be changed."""
    now = [1000.0]
    monkeypatch.setattr(domains, "_now_s", lambda: now[0])
    return now


def room(windows: Domains, domain: str = "a.example") -> int:
    """Return how many mails of a domain may be under way, with none before and none after."""
    count = 0
    while windows.enter(domain):
        count += 1
    windows.leave([(domain, None)] * count)
    return count


def offer(windows: Domains, outcome: Outcome, domain: str = "a.example") -> None:
    assert windows.enter(domain)
    windows.leave([(domain, outcome)])


@pytest.mark.usefixtures("clock")
def test_not_now_halves_what_is_under_way_and_success_adds_to_it() -> None:
    windows = Domains(40)
    assert room(windows) == 40
    offer(windows, NOT_NOW)
    assert room(windows) == 20
    offer(windows, NOT_NOW)
    assert room(windows) == 10
    assert room(windows, "b.example") == 40
    for _ in range(10):
        offer(windows, SENT)
    assert room(windows) == 10
    offer(windows, SENT)
    assert room(windows) == 11


@pytest.mark.usefixtures("clock")
def test_a_chunk_halves_once() -> None:
    windows = Domains(40)
    for _ in range(20):
        assert windows.enter("a.example")
    windows.leave([("a.example", NOT_NOW)] * 20)
    assert room(windows) == 20


def test_a_domain_that_takes_not_even_one_is_left_alone_for_longer_each_time(
    clock: list[float],
) -> None:
    windows = Domains(2)
    offer(windows, NOT_NOW)
    for rest_s in (10, 20, 40):
        offer(windows, NOT_NOW)
        clock[0] += rest_s - 0.1
        assert windows.rests("a.example")
        clock[0] += 0.1
        assert not windows.rests("a.example")
    offer(windows, SENT)
    offer(windows, NOT_NOW)
    offer(windows, NOT_NOW)
    clock[0] += 10
    assert not windows.rests("a.example")


def test_what_was_learned_is_forgotten_after_an_hour(clock: list[float]) -> None:
    windows = Domains(8)
    offer(windows, NOT_NOW)
    assert room(windows) == 4
    clock[0] += 3601
    assert room(windows) == 8


@pytest.mark.parametrize(
    ("code", "enhanced", "is_domains"),
    [
        (421, "4.7.28", True),
        (450, None, True),
        (451, "4.7.1", True),
        (451, "4.3.0", True),
        (450, "4.2.1", False),
        (452, "4.2.2", False),
        (450, "4.1.1", False),
    ],
)
def test_a_mailbox_that_is_full_says_nothing_of_its_domain(
    code: int, enhanced: str | None, is_domains: bool
) -> None:
    outcome = Outcome(state=State.DEFERRED, reply_code=code, enhanced_code=enhanced)
    assert puts_domain_off(outcome) == is_domains


def test_no_answer_and_a_refusal_say_nothing_of_the_domain() -> None:
    assert not puts_domain_off(Outcome(state=State.DEFERRED))
    assert not puts_domain_off(Outcome(state=State.FAILED, reply_code=550))


@given(st.lists(st.sampled_from("abc"), max_size=40), st.integers(1, 5), st.integers(1, 7))
def test_every_mail_is_taken_once_and_never_more_of_a_domain_than_its_window(
    names: list[str], window: int, count: int
) -> None:
    original = domains._now_s
    domains._now_s = lambda: 0.0
    try:
        queue = Queue(Domains(window), [f"p@{name}.example" for name in names])
        taken: list[int] = []
        while queue:
            places = queue.take(count)
            assert places
            assert max(Counter(names[place] for place in places).values()) <= window
            queue.leave(places, [SENT] * len(places))
            taken += places
    finally:
        domains._now_s = original
    assert sorted(taken) == list(range(len(names)))
    for name in set(names):
        mine = [place for place in taken if names[place] == name]
        assert mine == sorted(mine)


async def test_other_domains_go_on_while_one_is_put_off() -> None:
    rules = [Rule(stage="rcpt", containing=b"@slow.example", answer=Answer(reply="451 not now"))]
    async with SmtpSink(rules=rules, keep=True) as sink:
        transport = transport_to(sink, query="?starttls=false", chunk_mails=5)
        mails = [
            envelope(n, domain="slow.example" if n % 2 else "fast.example") for n in range(200)
        ]
        outcomes = await transport.deliver(mails, key="k")
        await transport.aclose()
        assert {outcome.state for outcome in outcomes[::2]} == {State.SENT}
        assert {outcome.state for outcome in outcomes[1::2]} == {State.DEFERRED}
        asked = sum(b"@slow.example" in line for line in sink.commands)
    # The window of five was halved to nothing; the others were put off without being offered.
    assert 1 <= asked <= 12
    assert sum(outcome.reply_code == 451 for outcome in outcomes) == asked


async def test_no_more_of_one_domain_is_under_way_than_the_setting_says() -> None:
    """Eight connections, and a server that answers RCPT slowly: two mails of a domain at once."""
    rules = [Rule(stage="rcpt", answer=Answer(reply="250 ok", delay_s=0.05))]
    async with SmtpSink(rules=rules) as sink:
        transport = transport_to(
            sink, query="?starttls=false", chunk_mails=1, connections=8, domain_mails=2
        )
        outcomes = await transport.deliver(envelopes(12), key="k")
        assert sink.connections_peak <= 2
        await transport.aclose()
    assert {outcome.state for outcome in outcomes} == {State.SENT}
