"""When a call is made again, and how events are named."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cobranca.domain.webhook import event_id, pause_s, retry_s


def test_pauses_grow_to_six_hours() -> None:
    waits = [retry_s(attempts, chance_percent=0) for attempts in range(1, 12)]
    assert waits[:4] == [10, 30, 90, 270]
    assert waits == sorted(waits)
    assert waits[-1] == 6 * 3600


@given(st.integers(1, 40_000), st.integers(0, 100))
def test_chance_adds_a_fifth_at_the_most(attempts: int, chance: int) -> None:
    base = retry_s(attempts, chance_percent=0)
    assert base <= retry_s(attempts, chance_percent=chance) <= base * 6 // 5


def test_endpoint_is_left_alone_the_longer_the_longer_it_fails() -> None:
    assert [pause_s(seconds) for seconds in (0, 100, 4000, 10**6)] == [5, 25, 1000, 3600]


def test_event_has_one_name() -> None:
    assert event_id("paid/1/1/1/2") == event_id("paid/1/1/1/2")
    assert event_id("paid/1/1/1/2") != event_id("paid/1/1/12")
    assert len(event_id("x")) == 36
