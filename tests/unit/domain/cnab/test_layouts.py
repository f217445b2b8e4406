"""The tables: every place is tiled, every name is filled, every filled name is used."""

from __future__ import annotations

from datetime import date, time
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cobranca.domain.cnab import LAYOUTS, Movement, layout
from cobranca.domain.cnab.febraban import FIXED
from cobranca.domain.cnab.layout import Draft
from cobranca.domain.cnab.record import Field, Record
from cobranca.domain.cnab.title_columns import title_columns
from cobranca.domain.cnab.values import Value
from cobranca.domain.cnab.writer import draft_columns, fixed_values
from cobranca.domain.errors import InvalidField
from tests.unit.domain.cnab.accounts import FILE, PARAMETERS, account, titles

#: What the writer counts.
COUNTED = {"line", "sequence", "count", "total", "lot", "lots", "lot.records", "totals.count",
           "totals.amount", "file.records"}  # fmt: skip
RECORDS = [
    pytest.param(record, id=f"{code} {name}")
    for code, known in LAYOUTS.items()
    for name, record in known.records.items()
]


def test_there_are_these_layouts() -> None:
    assert list(LAYOUTS) == list(PARAMETERS)
    assert {code for code, known in LAYOUTS.items() if not known.proven} == {
        "133-240", "133-400", "136-240", "208-240", "237-240", "341-240",
    }  # fmt: skip


@pytest.mark.parametrize("record", RECORDS)
def test_record_is_tiled(record: Record) -> None:
    covered = [place for field in record.fields for place in range(field.start, field.stop)]
    assert covered == list(range(record.width))
    for field in record.fields:
        assert bool(field.name) == (field.constant is None)
        assert field.constant is None or len(field.constant) == field.width


@pytest.mark.parametrize("code", LAYOUTS)
def test_every_name_is_filled_and_every_filled_name_is_used(code: str) -> None:
    known, owner = LAYOUTS[code], account(code)
    draft = Draft(owner.layout, owner.values, FILE, titles(code))
    columns, _ = draft_columns(draft, fixed_values(owner, FILE))
    assert known.names - set(columns) - COUNTED == set(), "a name that nobody fills"
    title_columns(draft)
    filled = set(known.values(draft)) | set(known.account_values(owner.values)) - set(FIXED)
    if known.has_lots:
        # FEBRABAN's terms are filled for all its banks; each lays fields over some.
        filled = {name for name in filled if not _is_of_febraban(name)}
    assert filled - known.names == set(), "a filled name that no record has"


def _is_of_febraban(name: str) -> bool:
    return name.partition(".")[0] in {
        "interest", "fine", "discount1", "discount2", "discount3", "protest", "protest_days",
    }  # fmt: skip


@pytest.mark.parametrize("code", LAYOUTS)
def test_records_of_titles_are_all_named(code: str) -> None:
    known = LAYOUTS[code]
    own = {"header", "trailer", "file_header", "lot_header", "lot_trailer", "file_trailer"}
    assert {kind.record for kind in known.kinds} == set(known.records) - own
    assert known.width in {240, 400}
    assert all(record.width == known.width for record in known.records.values())


@pytest.mark.parametrize("code", LAYOUTS)
def test_movements_have_places(code: str) -> None:
    known = LAYOUTS[code]
    assert known.code_of(Movement.ENTRY) == "01"
    assert known.code_of(Movement.WRITE_OFF) == "02"
    assert len(set(known.movements.values())) == len(known.movements), "two codes for one movement"
    if code == "077-400":
        with pytest.raises(InvalidField, match="no movement to grant"):
            known.code_of(Movement.REBATE)


@pytest.mark.parametrize("record", RECORDS)
@given(data=st.data())
@settings(max_examples=8, deadline=None)
def test_record_reads_what_it_wrote(record: Record, data: st.DataObject) -> None:
    values = {
        field.name: data.draw(value_for(record.places(field.name))) for field in record.values
    }
    # What stands in two places must fit both.
    fits = {
        name: value if isinstance(value, int | date | time) else value[: narrowest(record, name)]
        for name, value in values.items()
    }
    line = record.encode_one(fits)
    assert len(line) == record.width
    read = record.decode_one(line)
    assert record.encode_one(read) == line
    for name, value in fits.items():
        picture, width = record.places(name).picture, record.places(name).width
        assert read[name] == (str(value).zfill(width) if picture in ("9", "N") else value)
    columns = {
        name: value if isinstance(value, time) else many(value) for name, value in fits.items()
    }
    assert record.encode(columns, 2).tobytes().decode() == line * 2


def narrowest(record: Record, name: str) -> int:
    """Say how wide the narrowest place of a name is."""
    return min(field.width for field in record.values if field.name == name)


def many(value: Value) -> object:
    """Give a value twice, as a column."""
    kind = "datetime64[D]" if isinstance(value, date) else None
    return np.array([value, value], dtype=kind)


def value_for(field: Field) -> st.SearchStrategy[Any]:
    """Draw a value that a field can hold, and that is read as it was written."""
    if field.picture == "V":
        return st.integers(0, 10 ** min(field.width, 18) - 1)
    if field.picture == "T6":
        return st.times().map(lambda t: t.replace(microsecond=0))
    if field.picture in ("D6", "D8", "Y8"):
        return st.dates(date(2000, 1, 1), date(2099, 12, 31))
    alphabet = "0123456789" + ("" if field.picture == "9" else "ABCXYZ")
    return st.text(alphabet, min_size=1, max_size=field.width)


def test_unknown_layout_is_named_with_those_there_are() -> None:
    with pytest.raises(InvalidField, match="341-400, 422-400"):
        layout("341-444")
