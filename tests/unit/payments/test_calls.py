"""Bodies of calls that tell of payments."""

from __future__ import annotations

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cobranca.domain.errors import InvalidField
from cobranca.payments.money.calls import read_call

BODY = {"debtId": "A-1", "paidAt": "2022-06-09 10:00:00", "paidAmount": 1, "paidBy": "John"}


def body(**changes: object) -> bytes:
    return json.dumps(BODY | changes).encode()


def test_example_of_the_challenge() -> None:
    call = read_call(
        b'{"debtId":"1adb6ccf-ff16-467f-bea7-5f05d494280f","paidAt":"2022-06-09 10:00:00",'
        b'"paidAmount":100000.00,"paidBy":"John Doe"}'
    )
    assert (call.paid_cents, call.paid_on) == (10_000_000, date(2022, 6, 9))
    assert call.paid_by == "John Doe"


@pytest.mark.parametrize(
    ("text", "cents"),
    [("0.01", 1), ("1", 100), ("1.10", 110), ("1e3", 100_000),
     ("4503599627370.49", 450359962737049),
     ('"123.45"', 12345), ("8.700", 870), ("1E+3", 100_000), ("100." + "0" * 3000, 10_000),
     ("9999999999999.99", 999_999_999_999_999), ("1e-2", 1), ('" 5 "', 500)],
)  # fmt: skip
def test_amount_is_exact(text: str, cents: int) -> None:
    said = body().replace(b'"paidAmount": 1', f'"paidAmount": {text}'.encode())
    assert read_call(said).paid_cents == cents


@given(cents=st.integers(1, 10**12))
def test_every_amount_comes_through(cents: int) -> None:
    text = f"{cents // 100}.{cents % 100:02d}"
    said = body().replace(b'"paidAmount": 1', f'"paidAmount": {text}'.encode())
    assert read_call(said).paid_cents == cents


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-08-11T23:30:00Z", date(2026, 8, 11)),
        ("2026-08-12T01:30:00Z", date(2026, 8, 11)),
        ("2026-08-12 01:30:00", date(2026, 8, 12)),
        ("2026-08-12", date(2026, 8, 12)),
    ],
)
def test_day_is_that_of_sao_paulo(text: str, day: date) -> None:
    assert read_call(body(paidAt=text)).paid_on == day


@pytest.mark.parametrize(
    ("said", "field"),
    [
        (b"", "body"), (b"[]", "body"), (b"{", "body"), (b"\xff", "body"), (b"[" * 9999, "body"),
        (body(debtId=""), "debtId"), (body(debtId=7), "debtId"), (body(debtId="x" * 400), "debtId"),
        (body(paidAt="soon"), "paidAt"), (body(paidAt=None), "paidAt"),
        (body(paidAt="0001-01-01T00:00:00+14:00"), "paidAt"),
        (body(paidAmount=0), "paidAmount"), (body(paidAmount=-1), "paidAmount"),
        (body(paidAmount=0.001), "paidAmount"), (body(paidAmount=True), "paidAmount"),
        (body(paidAmount=1e99), "paidAmount"), (body(paidAmount="1,5"), "paidAmount"),
        (body(paidAmount=float("nan")), "body"), (body(paidAmount=None), "paidAmount"),
        (body(paidBy=["x"]), "paidBy"), (body(paidBy="\x00"), "paidBy"),
    ],
)  # fmt: skip
def test_what_is_no_payment_names_its_field(said: bytes, field: str) -> None:
    with pytest.raises(InvalidField) as caught:
        read_call(said)
    assert caught.value.field == field


@pytest.mark.parametrize(
    "text",
    ["100." + "0" * 33 + "1", "0." + "0" * 3000 + "1", "1e-400", '"1_000"', '"\uff11"', '"1e3"'],
)
def test_no_amount_is_rounded_or_guessed(text: str) -> None:
    said = body().replace(b'"paidAmount": 1', f'"paidAmount": {text}'.encode())
    with pytest.raises(InvalidField, match="paidAmount must"):
        read_call(said)


@given(st.binary(max_size=200))
def test_nothing_else_is_raised_for_any_body(said: bytes) -> None:
    with pytest.raises(InvalidField):
        read_call(said)
