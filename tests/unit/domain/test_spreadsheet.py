"""Lines of CSV for a spreadsheet: no part of a field runs as a formula."""

from __future__ import annotations

import csv
import io
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cobranca.domain.spreadsheet import csv_line, unarmed, without_marks_inside

DELIMITERS = ",;\t|"
#: What a red team has sent as a name.
ATTACK = "x;=cmd|'/C calc'!A0"
_NUMBER = re.compile(r"[+-]?[0-9][0-9.,]*")


@pytest.mark.parametrize(
    "field", ["=cmd()", "+1+cmd()", "-1+cmd()", "@SUM(A1)", "\t=cmd()", "\r=cmd()", "\0=cmd()",
              "＝cmd()", "＋1+cmd()", "－1+cmd()", "＠SUM(A1)"]
)  # fmt: skip
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


_FIELDS = st.lists(
    st.text(alphabet="=+-@＝＠,;|\t\r\n\"' a1.", max_size=12), min_size=1, max_size=4
)


@given(fields=_FIELDS, delimiter=st.sampled_from(DELIMITERS))
def test_no_cell_is_a_formula_whatever_delimiter_a_line_is_opened_with(
    fields: list[str], delimiter: str
) -> None:
    line = csv_line([ATTACK, *fields], delimiter=delimiter).decode()
    for other in DELIMITERS:
        for row in csv.reader(io.StringIO(line, newline=""), delimiter=other):
            for cell in row:
                text = cell.lstrip(' \t\r\n"')
                assert not text.startswith(tuple("=+-@＝＋－＠")) or _NUMBER.fullmatch(text), cell


@pytest.mark.parametrize("field", ["x;=a", 'x|"=a', "x\n＝a", '"=a', "d'Ávila", "x;-10", "a'b;c"])
def test_marks_inside_a_field_come_off_again(field: str) -> None:
    assert without_marks_inside(unarmed(field)) == field


@pytest.mark.parametrize("delimiter", DELIMITERS)
def test_a_spreadsheet_program_finds_no_formula(tmp_path: Path, delimiter: str) -> None:
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if office is None:
        pytest.skip("LibreOffice is not installed")
    path = tmp_path / "rejects.csv"
    path.write_bytes(csv_line([ATTACK, "=1+1", "a,=1+1", 'b|"=1+1"', "＝1+1"], delimiter=","))
    token = f"csv:{ord(delimiter)},34,76,1"
    command = [office, "--headless", f"-env:UserInstallation=file://{tmp_path}/profile"]
    command += [f"--infilter={token}", "--convert-to", "fods", "--outdir", str(tmp_path), str(path)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    assert "table:formula" not in (tmp_path / "rejects.fods").read_text()
