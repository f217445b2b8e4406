"""Lines of CSV for a spreadsheet: fields that would run as a formula begin with an apostrophe."""

from __future__ import annotations

import csv

import pytest

from cobranca.domain.spreadsheet import csv_line


@pytest.mark.parametrize(
    "field", ["=cmd()", "+1+cmd()", "-1+cmd()", "@SUM(A1)", "\t=cmd()", "\r=cmd()", "\0=cmd()"]
)
def test_what_a_spreadsheet_would_run_begins_with_an_apostrophe(field: str) -> None:
    assert csv_line(["Ana", field]).startswith((b"Ana,'", b"Ana,\"'"))


@pytest.mark.parametrize("field", ["", "-1", "+1.234,56", "Ana = Bia", "550 5.1.1 no such user"])
def test_numbers_and_plain_words_stay_as_they_are(field: str) -> None:
    assert csv_line(["Ana", field]).decode() in {f"Ana,{field}\r\n", f'Ana,"{field}"\r\n'}


def test_commas_quotes_and_ends_of_lines_stay_within_their_field() -> None:
    fields = ["a,b", 'c"d', "e\nf", "Íris"]
    assert next(csv.reader([csv_line(fields).decode()])) == fields


def test_semicolons_part_the_fields_where_they_are_asked_for() -> None:
    assert csv_line(["a,b", "c;d"], delimiter=";") == b'a,b;"c;d"\r\n'
