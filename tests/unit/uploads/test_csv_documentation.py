"""docs/csv.md names every code that a file can meet."""

from __future__ import annotations

import re
from pathlib import Path

from cobranca.domain.billing import RowWarning
from cobranca.uploads.csv_reader import RejectCode
from cobranca.uploads.workbooks.refusals import Refusal

_DOCUMENT = Path(__file__).parents[3] / "docs" / "csv.md"


def test_every_reject_and_warning_is_documented_with_its_column() -> None:
    text = _DOCUMENT.read_text()
    table = text.split("## Codes of rejected records")[1].split("\n## ")[0]
    rows = re.findall(r"^\| ([A-Z0-9_]+) \|(?: (\w+))? \|", table, re.MULTILINE)
    assert rows == [(code.name, code.column) for code in RejectCode if code]
    warnings = text.split("## Warnings")[1].split("\n## ")[0]
    assert set(re.findall(r"^\| ([A-Z_]+) ", warnings, re.MULTILINE)) == set(RowWarning.__members__)


def test_every_file_code_in_the_reader_is_documented() -> None:
    text = _DOCUMENT.read_text().split("## Files that are refused as a whole")[1]
    documented = set(re.findall(r"^\| ([A-Z_]+) ", text, re.MULTILINE))
    folder = Path(__file__).parents[3] / "src/cobranca/uploads"
    parts = ("csv_reader", "workbooks")
    source = "".join(path.read_text() for part in parts for path in (folder / part).glob("*.py"))
    given = set(re.findall(r'CsvInvalid\([^)]*code="([A-Z_]+)"', source))
    assert given | {refusal.value for refusal in Refusal} == documented
