"""Instructions use the room that is there, and are refused where there is none."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cobranca.domain.errors import InvalidField
from cobranca.domain.slip import check_instructions

CUT_MM = 109.0
CONTINUED = "continua no recibo do pagador"


def lines(count: int, word: str = "Instrução") -> tuple[str, ...]:
    return tuple(f"{word} {i:02d}: texto que o caixa deve ler." for i in range(1, count + 1))


def numbers(text: str, word: str = "Instrução") -> list[int]:
    return [int(found) for found in re.findall(rf"{word} (\d\d)", text)]


def test_the_form_prints_as_many_lines_as_it_has(make_template, make_slip, eyes):
    template = make_template(instructions=lines(8))
    text = eyes.text_of(template.render(make_slip(messages=())))
    assert sorted(numbers(text)) == sorted([*range(1, 9)] * 2)
    assert CONTINUED not in text


@pytest.mark.parametrize("pix", [False, True])
@pytest.mark.parametrize("count", [9, 15, 20])
def test_what_the_form_has_no_room_for_goes_on_in_the_receipt(
    make_template, make_slip, eyes, count, pix
):
    slip = make_slip(messages=lines(2, "Aviso"), pix_payload=eyes.pix if pix else None)
    pdf = make_template(instructions=lines(count)).render(slip)
    text = eyes.text_of(pdf)
    assert set(numbers(text)) == set(range(1, count + 1))
    assert sorted(numbers(text, "Aviso")) == [1, 1, 2, 2]
    assert text.count(CONTINUED) == 1
    ((_, height),) = eyes.places(pdf, CONTINUED)
    assert height < CUT_MM
    assert sum(y > CUT_MM for _, y in eyes.places(pdf, "Instrução ")) == count


@pytest.mark.parametrize(("pix", "room"), [(False, 25), (True, 23)])
def test_the_last_line_that_fits_is_printed_and_one_more_is_refused(
    make_template, make_slip, eyes, pix, room
):
    payload = eyes.pix if pix else None
    slip = make_slip(messages=lines(5, "Aviso"), pix_payload=payload)
    template = make_template(instructions=lines(room - 5))
    template.check_room(slip)
    text = eyes.text_of(template.render(slip))
    assert set(numbers(text)) == set(range(1, room - 4))
    assert numbers(text, "Aviso").count(5) == 1
    with pytest.raises(InvalidField) as error:
        make_template(instructions=lines(room - 4)).check_room(slip)
    assert (error.value.field, error.value.code) == ("messages", "TEXT_TOO_LONG")
    with pytest.raises(InvalidField) as error:
        make_template(instructions=lines(room + 1)).check_room(slip)
    assert error.value.field == "instructions"


def test_a_carne_has_the_form_alone(make_template, make_slip, eyes):
    slip = make_slip(messages=lines(2, "Aviso"))
    template = make_template(instructions=lines(4))
    template.check_room(slip, in_carne=True)
    text = eyes.text_of(template.render_carne([slip]))
    assert (numbers(text), numbers(text, "Aviso")) == ([1, 2, 3, 4], [1, 2])
    template = make_template(instructions=lines(5))
    template.check_room(slip)
    with pytest.raises(InvalidField) as error:
        template.check_room(slip, in_carne=True)
    assert error.value.field == "messages"


@settings(max_examples=60, deadline=None)
@given(
    instructions=st.lists(st.text("abcW m.", min_size=1, max_size=400), max_size=12),
    messages=st.lists(st.text("defM ,", min_size=1, max_size=200), max_size=6),
    pix=st.booleans(),
)
def test_what_is_not_refused_is_printed_to_the_last_letter(
    make_template, make_slip, eyes, instructions, messages, pix
):
    words = tuple(f"{i}a {text} {i}z" for i, text in enumerate(instructions, start=100))
    own = tuple(f"{i}a {text} {i}z" for i, text in enumerate(messages, start=200))
    slip = make_slip(messages=own, pix_payload=eyes.pix if pix else None)
    template = make_template(instructions=words)
    try:
        template.check_room(slip)
    except InvalidField:
        return
    printed = re.sub(r"\s|\ufffe|\x02", "", eyes.text_of(template.render(slip)))
    assert all(re.sub(r"\s", "", text) in printed for text in (*words, *own))


def test_instructions_of_the_settings_leave_room_for_the_slips_own(make_template, make_slip, eyes):
    check_instructions(lines(20))
    full = make_slip(messages=lines(3, "Aviso"), pix_payload=eyes.pix)
    make_template(instructions=lines(20)).check_room(full)
    for too_long in (lines(21), ("palavra " * 5000,), ("x" * 5000,)):
        with pytest.raises(InvalidField) as error:
            check_instructions(too_long)
        assert error.value.field == "instructions"
