"""How soon a process that ended is started again."""

from __future__ import annotations

from cobranca.supervisor.child import next_backoff_s


def test_one_that_never_runs_is_tried_ever_later_but_for_ever() -> None:
    pauses_s = [0.0]
    for _ in range(8):
        pauses_s.append(next_backoff_s(pauses_s[-1], lived_s=0.1))
    assert pauses_s[1:] == [0.5, 1, 2, 4, 8, 10, 10, 10]


def test_one_that_did_work_before_it_was_killed_comes_back_at_once() -> None:
    assert next_backoff_s(10.0, lived_s=11.0) == 0.5
