"""An account for every layout, and titles to write."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
from hypothesis import strategies as st

from cobranca.domain.cnab import (
    LAYOUTS,
    Discount,
    Layout,
    Movement,
    People,
    RemittanceAccount,
    RemittanceFile,
    Terms,
    Titles,
)

ISSUED = date(2026, 9, 1)
FILE = RemittanceFile(sequence=7, generated_at=datetime.fromisoformat("2026-09-01T10:20:30"))
_BRADESCO = {
    "branch": "1234", "branch_digit": "5", "account": "0567890", "account_digit": "3",
    "wallet": "09", "company_code": "4321987",
}  # fmt: skip
_BANCO_DO_BRASIL = {
    "agreement": "1234567", "wallet": "17", "variation": "019", "branch": "1234",
    "account": "00056789",
}  # fmt: skip
_SICOOB = {"wallet": "1", "branch": "4321", "agreement": "1234567", "account": "00056789"}
_SICREDI = {"branch": "0165", "post": "02", "agreement": "00623"}
_UNICRED = {"branch": "1234", "account": "0000567892", "agreement14": "1", "agreement20": "1"}
_ITAU = {"branch": "0057", "account": "12345", "wallet": "109"}
PARAMETERS: dict[str, dict[str, str]] = {
    "001-240": _BANCO_DO_BRASIL,
    "001-400": _BANCO_DO_BRASIL,
    "004-400": {"branch": "0016", "account": "01234567"},
    "033-240": {
        "branch": "1234", "account": "012345678", "account_digit": "9",
        "transmission_code": "123400001234567",
    },
    "033-400": {"transmission_code": "12340012345601234567", "collection_account": "012345678"},
    "041-400": {"branch": "0340", "agreement": "1234567", "agreement_digits": "89"},
    "077-400": {"account": "123456789", "account_digit": "0"},
    "085-240": {"agreement": "106004", "branch": "0101", "account": "01234567"},
    "104-240": {"agreement": "123456", "branch": "1234", "branch_digit": "4"},
    "133-240": _BRADESCO,
    "133-400": _BRADESCO,
    "136-240": _UNICRED,
    "136-400": _UNICRED,
    "208-240": _BRADESCO,
    "237-240": _BRADESCO,
    "237-400": _BRADESCO,
    "336-400": {"agreement": "000000123456", "wallet": "20"},
    "341-240": _ITAU,
    "341-400": _ITAU,
    "422-400": {"branch": "01230", "account": "001234567"},
    "748-240": _SICREDI,
    "748-400": _SICREDI,
    "756-240": _SICOOB,
    "756-400": _SICOOB,
}  # fmt: skip
#: Digits of an our number, without check digits.
OUR_NUMBER_DIGITS = {
    "001": 10, "004": 7, "033": 12, "041": 8, "077": 10, "085": 9, "104": 15, "133": 11,
    "136": 10, "208": 11, "237": 11, "336": 10, "341": 8, "422": 8, "748": 8, "756": 7,
}  # fmt: skip
TAX_IDS = ("52998224725", "39053344705", "11444777000161", "12ABC34501DE35")


def account(code: str, **parameters: str) -> RemittanceAccount:
    """Make an account for a layout."""
    return RemittanceAccount(
        layout_code=code,
        beneficiary_name="Escola Aurora Demonstração Ltda",
        beneficiary_tax_id="11222333000181",
        parameters=PARAMETERS[code] | parameters,
    )


def our_number(code: str, number: int) -> str:
    """Write an our number as the bank's boletos have it."""
    width = 7 if code == "033-400" else OUR_NUMBER_DIGITS[code[:3]]
    return str(number).zfill(width)


def title(code: str, **other: Any) -> dict[str, Any]:
    """Give the columns of one title that every layout takes; `other` replaces some."""
    layout = LAYOUTS[code]
    return {
        "our_number": [our_number(code, 11)],
        "document_number": ["NF0001"],
        "company_use": ["ABC0001"],
        "issued": ISSUED,
        "due": [date(2026, 10, 5)],
        "amount_cents": [123_456],
        "species": next(iter(layout.species), "DM"),
        "payer": payer(),
    } | other


def payer(**other: Any) -> People:
    """Give one payer; `other` replaces some columns."""
    columns = {
        "name": ["Maria Clara Exemplo"],
        "tax_id": ["529.982.247-25"],
        "address": ["Rua do Exemplo, 25"],
        "district": ["Centro"],
        "city": ["Campinas"],
        "state": ["SP"],
        "postal_code": ["13010-050"],
    }
    return People(**(columns | other))


def titles(code: str, **other: Any) -> Titles:
    """Make one title."""
    return Titles(**title(code, **other))


@st.composite
def many_titles(draw: st.DrawFn, layout: Layout, count_max: int = 6) -> Titles:
    """Draw titles that the layout takes, with terms and texts of all kinds."""
    count = draw(st.integers(1, count_max))

    def column(values: st.SearchStrategy[Any]) -> list[Any]:
        return draw(st.lists(values, min_size=count, max_size=count))

    start = 0 if layout.code[:3] != "748" else 2_000_000
    low, high = start + 1, start + 99_999
    front = "26" if layout.bank == "748" else ""
    numbers = column(st.integers(low, high))
    width = (7 if layout.code == "033-400" else OUR_NUMBER_DIGITS[layout.bank]) - len(front)
    numbers_text = [front + str(n % 10**width).zfill(width) for n in numbers]
    text = st.text(max_size=70)
    filled = st.builds("X{}".format, text)
    due = [ISSUED + timedelta(days) for days in column(st.integers(31, 400))]
    entries = (Movement.ENTRY, Movement.ENTRY_WITH_PIX)
    moves = sorted(code for code, movement in layout.movements.items() if movement not in entries)
    movement = column(st.sampled_from(["01", "01", *moves]))
    rebated = {code for code, m in layout.movements.items() if m is Movement.REBATE}
    width_document = layout.width_of("document_number")
    ascii_text = st.text("ABCXYZ019-", min_size=1)
    return Titles(
        our_number=np.array(numbers_text, dtype=np.bytes_),
        document_number=[f"N{text[: width_document - 1]}" for text in column(ascii_text)],
        company_use=[text[:25] for text in column(ascii_text)],
        issued=ISSUED,
        due=np.array(due, dtype="datetime64[D]"),
        amount_cents=np.array(column(st.integers(10_000, 10**10)), dtype=np.int64),
        species=column(st.sampled_from(sorted(layout.species) or ["DM"])),
        acceptance=column(st.sampled_from("AN")),
        movement=movement,
        rebate_cents=np.array([1_234 if m in rebated else 0 for m in movement]),
        payer=People(
            name=column(filled),
            tax_id=column(st.sampled_from(TAX_IDS)),
            address=column(filled),
            district=column(text),
            city=column(filled),
            state=column(st.sampled_from(("SP", "mg", "RJ"))),
            postal_code=column(st.sampled_from(("13010050", "30110-012"))),
        ),
        guarantor=draw(st.none() | st.just(_guarantors(count)))
        if layout.limits.guarantor
        else None,
        terms=draw(terms(layout, due)),
        messages=tuple(column(text) for _ in layout.message_names),
    )


def _guarantors(count: int) -> People:
    return People(
        name=["José Avalista", ""][:count] + ["Outra Ltda"] * (count - 2),
        tax_id=["39053344705", ""][:count] + ["11444777000161"] * (count - 2),
        address="Rua A, 1",
        city="Campinas",
        state="SP",
        postal_code="13010050",
    )


@st.composite
def terms(draw: st.DrawFn, layout: Layout, due: list[date]) -> Terms:
    """Draw terms that the layout can say, alike for all titles or one a title."""
    limits, count = layout.limits, len(due)

    def numbers(values: st.SearchStrategy[int]) -> Any:
        each = st.lists(values, min_size=count, max_size=count).map(np.array)
        return draw(st.just(0) | values | each)

    discounts = [
        Discount(
            until=np.array([day - timedelta(20 - 5 * place) for day in due], "datetime64[D]"),
            cents=100 + place,
        )
        for place in range(draw(st.integers(0, limits.discounts_max)))
    ]
    percents = st.integers(0, min(limits.fine_bp_max, 1_000) // limits.fine_step_bp)
    protest = numbers(st.sampled_from([0, *limits.protest_days]))
    write_off = 0
    if limits.write_off_days and not (limits.one_deadline or layout.bank == "422"):
        write_off = numbers(st.sampled_from([0, *limits.write_off_days]))
    return Terms(
        interest_daily_cents=numbers(st.integers(0, 99)) if limits.interest_daily else 0,
        interest_monthly_bp=numbers(st.integers(0, 300)),
        interest_from=np.array([day + timedelta(1) for day in due], "datetime64[D]"),
        fine_bp=numbers(percents.map(lambda n: n * limits.fine_step_bp)),
        fine_from=draw(
            st.none() | st.just(np.array([d + timedelta(1) for d in due], "datetime64[D]"))
        ),
        discounts=tuple(discounts),
        protest_days=protest,
        write_off_days=write_off,
    )
