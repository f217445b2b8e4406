"""When refusals pile up: the brake of a sending account."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cobranca.domain.mail_brake import ANSWERS_MAX, Answers, Mark


def answers_of(marks: str, start: int = 0) -> list[tuple[Mark, int]]:
    """Return answers with these marks, each about a billing of its own."""
    return [(Mark(mark), start + n) for n, mark in enumerate(marks)]


def after(marks: str) -> Answers:
    """Return what is remembered after these answers."""
    return Answers().add(answers_of(marks))


@pytest.mark.parametrize(
    ("marks", "alarm"),
    [
        ("", None),
        ("." * 200, None),
        ("r" * 20, None),
        ("r" * 21, "21 mails in a row were refused"),
        ("." * 10 + "rou" * 7, "21 mails in a row were refused"),
        ("r" * 20 + "." + "r" * 20, None),
        (("." * 9 + "u") * 20, None),
        (("." * 9 + "u") * 4 + "." * 8 + "uu", "6 of the last 50 mails were refused"),
        ("." * 300 + "u" * 20, None),
        ("r" * 300 + "." * 190, None),
    ],
)
def test_it_stops_when_refusals_pile_up_in_a_row_or_by_share(marks: str, alarm: str | None) -> None:
    assert after(marks).alarm == alarm


@given(st.lists(st.text(alphabet=list(Mark), max_size=50), max_size=12))
def test_however_they_are_told_the_last_answers_are_remembered(parts: list[str]) -> None:
    answers, start = Answers(), 0
    for part in parts:
        answers = answers.add(answers_of(part, start))
        start += len(part)
    whole = after("".join(parts))
    assert answers == whole
    assert whole.recent == "".join(parts)[-ANSWERS_MAX:]
    assert len(whole.refused_ids) == whole.refused


def test_a_mail_that_is_refused_at_every_try_counts_once() -> None:
    answers = Answers()
    for _ in range(100):
        answers = answers.add([(Mark.UNKNOWN, 7)])
    assert (answers.alarm, answers.refused) == (None, 1)
