"""Records: one table, two readings that agree, and nothing malformed ever."""

from __future__ import annotations

from datetime import date, time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cobranca.domain.cnab.record import Record, overlay, parse_records
from cobranca.domain.cnab.text import clean
from cobranca.domain.cnab.values import FieldInvalid, Value

TABLE = """
all:
  1      9  '7'           # record type
  2-6    9  branch        # digits
  7-19   V  amount
  20-34  N  tax_id
  35-54  X  name
  55-70  R  key
  71-76  D6 due
  77-84  D8 issued
  85-92  Y8 written
  93-98  T6 hour
  99     B
  100-102 Z
  103-106 X 'AB'
"""
RECORD = parse_records(106, TABLE)["all"]

PRINTABLE = st.characters(min_codepoint=32, max_codepoint=126)
VALUES = st.fixed_dictionaries(
    {
        "branch": st.text("0123456789", max_size=5) | st.integers(0, 99_999) | st.none(),
        "amount": st.integers(0, 10**13 - 1) | st.none(),
        "tax_id": st.text("0123456789ABCXYZ", max_size=15),
        "name": st.text(max_size=40),
        "key": st.text(PRINTABLE, max_size=16),
        "due": st.dates(date(2000, 1, 1), date(2099, 12, 31)) | st.none(),
        "issued": st.dates(date(1900, 1, 1), date(2199, 12, 31)) | st.none(),
        "written": st.dates(date(1900, 1, 1), date(2199, 12, 31)) | st.none(),
        "hour": st.times().map(lambda t: t.replace(microsecond=0)),
    }
)


def normal(values: dict[str, Value]) -> dict[str, Value]:
    """Say what comes back of values that were written."""
    amount = values["amount"] or 0
    return values | {
        "branch": str(values["branch"] or "").zfill(5),
        "amount": amount,
        "tax_id": str(values["tax_id"]).zfill(15),
        "name": clean(str(values["name"]))[:20].rstrip(),
        "key": str(values["key"]).rstrip(" "),
    }


@given(VALUES)
def test_what_is_written_is_read(values: dict[str, Value]) -> None:
    line = RECORD.encode_one(values)
    assert len(line) == RECORD.width
    assert line.isascii()
    assert RECORD.decode_one(line) == normal(values)


@given(st.lists(VALUES, min_size=1, max_size=8))
@settings(max_examples=200)
def test_bulk_writes_and_reads_as_single(rows: list[dict[str, Value]]) -> None:
    lines = RECORD.encode(columns_of(rows), len(rows))
    assert [line.tobytes().decode("ascii") for line in lines] == [
        RECORD.encode_one(row) for row in rows
    ]
    read = RECORD.decode(lines)
    for index, row in enumerate(rows):
        expected = RECORD.decode_one(RECORD.encode_one(row))
        for name, value in expected.items():
            assert plain(read[name][index]) == as_bulk(value), name  # type: ignore[index]


def columns_of(rows: list[dict[str, Value]]) -> dict[str, object]:
    columns: dict[str, object] = {name: [row[name] for row in rows] for name in rows[0]}
    columns["branch"] = [str("" if v is None else v) for v in columns["branch"]]  # type: ignore[union-attr]
    columns["amount"] = np.array([v or 0 for v in columns["amount"]], dtype=np.int64)  # type: ignore[union-attr]
    for name in ("due", "issued", "written"):
        columns[name] = np.array(columns[name], dtype="datetime64[D]")
    columns["hour"] = rows[0]["hour"]
    for row in rows:
        row["hour"] = rows[0]["hour"]
    return columns


def plain(value: object) -> object:
    item = value.item() if isinstance(value, np.generic) else value
    return item.decode() if isinstance(item, bytes) else item


def as_bulk(value: Value) -> object:
    return value.strftime("%H%M%S") if isinstance(value, time) else value


@given(st.lists(st.text(max_size=60), min_size=1, max_size=9))
def test_texts_fold_alike_as_str_and_bytes(texts: list[str]) -> None:
    record = parse_records(20, "r:\n 1-20 X name")["r"]
    expected = [clean(text)[:20].ljust(20) for text in texts]
    for column in (texts, np.array([text.encode() for text in texts]), np.array(texts)):
        lines = record.encode({"name": column}, len(texts))
        # An array of bytes ends at a NUL: what stands behind one is not in it.
        if isinstance(column, list) or not any("\0" in text for text in texts):
            assert [line.tobytes().decode() for line in lines] == expected


def test_text_is_folded_and_cut() -> None:
    assert clean("José  D'Ávila & Cia. Nº 7\t(ß)") == "JOSE DAVILA CIA. NO 7 SS"
    assert clean("D’Ávila") == "DAVILA"
    assert clean("?!") == ""


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("branch", "12A"),
        ("branch", "123456"),
        ("branch", "１２"),
        ("branch", -1),
        ("amount", 10**13),
        ("amount", -5),
        ("amount", "12"),
        ("tax_id", "12.345"),
        ("tax_id", "1" * 16),
        ("key", "café"),
        ("key", "a\nb"),
        ("key", "x" * 17),
        ("due", date(1999, 12, 31)),
        ("issued", date(1899, 12, 31)),
        ("due", "2026-01-01"),
        ("name", 5),
    ],
)
def test_wrong_value_is_refused_with_its_field_singly_and_in_bulk(name: str, value: Value) -> None:
    good = normal(
        {
            "branch": "1", "amount": 1, "tax_id": "1", "name": "A", "key": "k",
            "due": date(2026, 1, 1), "issued": None, "written": None, "hour": time(1, 2, 3),
        }
    )  # fmt: skip
    with pytest.raises(FieldInvalid) as refused:
        RECORD.encode_one(good | {name: value})
    assert refused.value.field == name
    array = np.array([value, value])
    if isinstance(value, date):
        array = array.astype("datetime64[D]")
    with pytest.raises(FieldInvalid) as refused:
        RECORD.encode(good | {name: array}, 2)
    assert refused.value.field == name


@pytest.mark.parametrize(
    ("places", "text"),
    [
        ((1, 6), "12 45"),
        ((6, 19), "00000000000-1"),
        ((70, 76), "310226"),
        ((76, 84), "00132026"),
        ((84, 92), "2026-1-1"),
    ],
)
def test_damaged_field_is_refused_singly_and_in_bulk(places: tuple[int, int], text: str) -> None:
    good = RECORD.encode_one(
        {
            "branch": "1", "amount": 1, "tax_id": "1", "name": "A", "key": "k",
            "due": None, "issued": None, "written": None, "hour": time(1, 2, 3),
        }
    )  # fmt: skip
    damaged = good[: places[0]] + text + good[places[1] :]
    with pytest.raises(FieldInvalid):
        RECORD.decode_one(damaged)
    lines = np.frombuffer((good + damaged).encode(), dtype=np.uint8).reshape(2, -1)
    with pytest.raises(FieldInvalid) as refused:
        RECORD.decode(lines)
    assert refused.value.row == 1


@pytest.mark.parametrize(
    "table",
    ["r:\n1-3 9 a\n5-10 B", "r:\n1-3 9 a\n3-10 B", "r:\n1-9 B", "r:\n1-10 9 '12345678901'",
     "r:\n1-10 X", "r:\n1-10 B name", "1-10 B", "r:\n1-10 Q name"],
)  # fmt: skip
def test_broken_table_is_refused(table: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        parse_records(10, table)


def test_overlay_replaces_what_it_covers() -> None:
    base = parse_records(10, "r:\n1-4 9 a\n5-10 X b\ns:\n1-10 B")
    laid = overlay(base, "r:\n3-4 B\n1-2 9 c")
    assert laid["r"].names == {"b", "c"}
    assert laid["s"] is base["s"]
    with pytest.raises(ValueError, match="not tiled"):
        overlay(base, "r:\n3-4 B")
    with pytest.raises(ValueError, match="no record t"):
        overlay(base, "t:\n1-10 B")


def test_value_of_a_record_must_be_given() -> None:
    record: Record = parse_records(2, "r:\n1-2 9 a")["r"]
    with pytest.raises(KeyError):
        record.encode_one({})
    with pytest.raises(KeyError):
        record.encode({}, 1)
    assert record.places("a").where == "1-2"
