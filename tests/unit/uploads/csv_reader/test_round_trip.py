"""What the rejects' file arms, the reader disarms: a record mended in one cell is what was sent."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cobranca.domain.spreadsheet import csv_line
from cobranca.uploads.csv_reader import OFFICIAL_COLUMNS
from tests.unit.uploads.csv_reader.reading import read

UUID = "1adb6ccf-ff16-467f-bea7-5f05d494280f"
DELIMITERS = ",;\t|"


def sent(name: str, email: str, due_date: str, delimiter: str) -> str:
    """Return a file of one record, as a program writes it."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter)
    writer.writerow(OFFICIAL_COLUMNS)
    writer.writerow([name, "52998224725", email, "10.50", due_date, UUID])
    return text.getvalue()


def mended(first: str, delimiter: str) -> str:
    """Return the rejects of a file whose due date was `x`, with that cell put right."""
    (reject,) = read(first).rejects
    assert reject.code == "DUE_DATE_FORMAT"
    columns = ["line_number", "column", "code", "message", *OFFICIAL_COLUMNS]
    lines = csv_line(columns, delimiter=delimiter)
    values = [value if value != "x" else "2027-03-10" for value in reject.values]
    head = [str(reject.line_number), reject.column, reject.code, reject.message]
    return (lines + csv_line([*head, *values], delimiter=delimiter)).decode()


@pytest.mark.parametrize("delimiter", DELIMITERS)
@pytest.mark.parametrize(
    ("name", "email"),
    [
        ("+Vida Saúde Ltda", "ana@example.org"),
        ("@bar do zé", "-ana@example.org"),
        ("-Maria da Silva", "+ana@example.org"),
        ("＝Loja", "ana@example.org"),
        ("x;=cmd|'/C calc'!A0", "o'brien@example.org"),
        ("D'Ávila", "ana@example.org"),
        ("'Sant Ana", "ana@example.org"),
        ('Zé "Zezinho" Lima', "ana@example.org"),
    ],
)
def test_a_mended_record_has_the_names_of_the_first_file(
    delimiter: str, name: str, email: str
) -> None:
    first = sent(name, email, "x", delimiter)
    (row,) = read(mended(first, delimiter)).rows
    assert (row[1], row[3]) == (name, email)


@settings(deadline=None)
@given(
    name=st.text(alphabet="=+-@＝,;|\"' aé\u00a0", min_size=1, max_size=12).map("L".__add__),
    start=st.sampled_from(["", "=", "'", "'=", " +", '"', '="', "＠", "''-"]),
    first_delimiter=st.sampled_from(DELIMITERS),
    delimiter=st.sampled_from(DELIMITERS),
)
def test_any_name_comes_back_as_it_was_first_read(
    name: str, start: str, first_delimiter: str, delimiter: str
) -> None:
    whole = read(sent(start + name, "a@b.co", "2027-03-10", first_delimiter))
    if not whole.rows:
        return
    first = sent(start + name, "a@b.co", "x", first_delimiter)
    (row,) = read(mended(first, delimiter)).rows
    assert row[1] == whole.rows[0][1]
