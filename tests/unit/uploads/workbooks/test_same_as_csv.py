"""The promise: a sheet gives the same rows and the same refusals as the CSV of its cells."""

from __future__ import annotations

import csv
import datetime as dt
import io
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.support.workbooks import xlsx_of
from tests.unit.uploads.csv_reader.reading import read
from tests.unit.uploads.workbooks.reading import HEADER, read_xlsx

TEXTS = st.text("aÁç ;,\"'\t.0189-/@=#+()\u00a0\u200b€😀", max_size=12)
NAMES = st.one_of(st.just("João da Silva"), TEXTS)
TAX_IDS = st.one_of(
    st.sampled_from(["529.982.247-25", "52998224725", "00005770220"]),
    st.integers(0, 10**15 - 1),
    TEXTS,
)
EMAILS = st.one_of(st.just("ana@example.org"), TEXTS)
AMOUNT_TEXTS = st.sampled_from(
    ["1.234,56", "1,234.56", "R$ 10,00", "7", "2,5", "2.5", "1.234", "-", "x", ""]
)
AMOUNTS = st.one_of(st.integers(0, 10**10).map(lambda cents: Decimal(cents) / 100), AMOUNT_TEXTS)
DUES = st.one_of(
    st.dates(dt.date(1990, 1, 1), dt.date(2060, 1, 1)),
    st.sampled_from(["10/03/2027", "12/31/2026", "2027-03-10", "31/02/2027", "46456"]),
    st.integers(36_000, 55_000),
    TEXTS,
)
IDS = st.one_of(st.uuids().map(str), st.integers(0, 10**15 - 1), TEXTS)
ROWS = st.lists(st.tuples(NAMES, TAX_IDS, EMAILS, AMOUNTS, DUES, IDS), min_size=1, max_size=8)


def as_number(cell: Any) -> Any:
    """Return a cell as a spreadsheet holds it: money is a float there."""
    return float(cell) if isinstance(cell, Decimal) else cell


def as_text(cell: Any, *, comma: bool) -> str:
    """Return a cell as a person writes it in a CSV of the same decimal sign."""
    if isinstance(cell, Decimal):
        return f"{cell:.2f}".replace(".", "," if comma else ".")
    return cell.isoformat() if isinstance(cell, dt.date) else str(cell)


def votes_for_comma(rows: list[tuple[Any, ...]]) -> bool:
    texts = [row[3].strip() for row in rows if isinstance(row[3], str)]
    signs = [t[-3] if t[-3:-2] in {".", ","} else t[-2:-1] for t in texts if len(t) > 2]
    return signs.count(",") > signs.count(".")


@given(ROWS)
def test_a_sheet_is_read_as_its_csv(rows: list[tuple[Any, ...]]) -> None:
    content = xlsx_of({"Plan1": [HEADER, *([as_number(cell) for cell in row] for row in rows)]})
    target = io.StringIO()
    comma = votes_for_comma(rows)
    writer = csv.writer(target, delimiter=";", lineterminator="\n")
    writer.writerows([HEADER, *([as_text(cell, comma=comma) for cell in row] for row in rows)])
    style = read_xlsx(content).reader.decimal_style
    options = {"decimal_style": style} if any(isinstance(row[3], Decimal) for row in rows) else {}
    plain = read("\ufeff" + target.getvalue(), **options)
    outcome = read_xlsx(content)
    assert outcome.rows == plain.rows
    assert outcome.codes == plain.codes
    assert [reject.values for reject in outcome.rejects] == [r.values for r in plain.rejects]
