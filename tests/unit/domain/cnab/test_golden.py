"""Worked files of remittances, byte for byte, through the rules and through the tables alone."""

from __future__ import annotations

import json
from datetime import date, datetime
from itertools import count
from typing import Any

import orjson
import pytest

from cobranca.cli.cnab_json import read_remittance
from cobranca.domain.cnab import LAYOUTS, Value, write_remittance
from tests.unit.domain.golden import GOLDEN

FILES = [
    pytest.param(example, id=example["name"])
    for path in sorted((GOLDEN / "remittance").glob("*.json"))
    for example in json.loads(path.read_text(encoding="utf-8"))
]


def test_no_file_is_lost() -> None:
    assert len(FILES) == 30


@pytest.mark.parametrize("example", FILES)
def test_file_is_written_byte_for_byte(example: dict[str, Any]) -> None:
    given = {key: example[key] for key in ("layout", "beneficiary", "account", "file", "titles")}
    account, file, titles = read_remittance(orjson.dumps(given))
    written = b"".join(write_remittance(account, file, [titles])).decode("ascii")
    assert written.split("\r\n") == [*example["expected"], ""]


@pytest.mark.parametrize("example", FILES)
def test_tables_write_the_lines_of_given_values(example: dict[str, Any]) -> None:
    """The tables, apart from the rules: the values of each title are given."""
    layout = LAYOUTS[example["layout"]]
    own = {"header", "trailer", "file_header", "lot_header", "lot_trailer", "file_trailer"}
    values: dict[str, Value] = {}
    upcoming = iter(example["titles"])
    first = layout.kinds[0].record
    numbers = count(1)
    for number, (name, line) in enumerate(
        zip(example["records"], example["expected"], strict=True), 1
    ):
        if name in own:
            continue
        if name == first:
            values = values_of(example, next(upcoming))
        counted = {"line": number, "sequence": next(numbers)}
        assert layout.records[name].encode_one({**values, **counted}) == line


def values_of(example: dict[str, Any], title: dict[str, Any]) -> dict[str, Value]:
    """Turn the given values of a title into those of the tables."""
    days = ("due", "issued", "interest.date", "interest_from", "instruction_date")
    values: dict[str, Value] = {"guarantor_mark": None}
    for name, value in title["values"].items():
        is_day = name in days or name.endswith((".until", ".from"))
        values[name] = date.fromisoformat(value) if is_day and value else value
    beneficiary = example["beneficiary"]
    person = "2" if len(beneficiary["tax_id"]) == 14 else "1"
    values["ben.type2"], values["ben.tax_id"] = f"0{person}", beneficiary["tax_id"]
    values.setdefault("agreement", example["account"].get("agreement"))
    values["agreement7"] = str(values["agreement"]).ljust(7, "0")
    values["file.date"] = datetime.fromisoformat(example["file"]["generated_at"]).date()
    return values
