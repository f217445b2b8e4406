"""The process that reads workbooks: what it does not survive is told, and nothing is left of it."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from cobranca.domain.errors import CsvInvalid, StorageFull
from cobranca.domain.money import DecimalStyle
from cobranca.uploads.workbooks import (
    CsvSource,
    WorkbookBounds,
    WorkbookKind,
    as_csv,
    converter,
    workbook_kind,
)
from tests.support.workbooks import with_part, xlsx_of, zip_of
from tests.unit.uploads.csv_reader.reading import read_path
from tests.unit.uploads.workbooks.reading import HEADER

SHEET = "xl/worksheets/sheet1.xml"
CONTENT = xlsx_of({"A": [HEADER]})
XLS = Path(__file__).with_name("debts.xls")
#: Room for the process itself and a small sheet.
MEMORY_BYTES = 1 << 30
ODS = """<office:document-content
 xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>
<table:table table:name="Dados">{}</table:table></office:spreadsheet></office:body>
</office:document-content>"""


@contextmanager
def conversion(folder: Path, content: bytes, **changes: Any) -> Iterator[CsvSource]:
    """Convert a workbook of these bytes; whatever happens, only it is left in the folder."""
    path = folder / "received"
    path.write_bytes(content)
    own = {"memory_bytes": MEMORY_BYTES, "seconds": 60, "disk_free_bytes": 1}
    sheet = changes.pop("sheet", None)
    still_at_it = changes.pop("still_at_it", lambda: None)
    bounds = WorkbookBounds(**own | changes)
    kind = workbook_kind(path)
    assert kind
    try:
        with as_csv(
            path, kind, sheet=sheet, bounds=bounds, folder=folder, still_at_it=still_at_it
        ) as made:
            yield made
    finally:
        assert [file.name for file in folder.iterdir()] == ["received"]


def refusal(folder: Path, content: bytes, **changes: Any) -> str:
    with pytest.raises(CsvInvalid) as refused, conversion(folder, content, **changes):
        pass
    return refused.value.code


def ods_of(rows: str) -> bytes:
    """Return an OpenDocument spreadsheet of these rows."""
    media_type = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = '<m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
    parts = {"mimetype": media_type, "META-INF__manifest_xml": manifest}
    return zip_of(**parts, content_xml=ODS.format(rows))


def test_an_old_workbook_is_read(tmp_path: Path) -> None:
    with conversion(tmp_path, XLS.read_bytes()) as made:
        assert (made.sheet, made.decimal_style) == ("Cobranças", DecimalStyle.POINT)
        (row,) = read_path(made.path).rows
    assert row[1:5] == ("João da Silva", "52998224725", "joao@example.org", 123450)


def test_an_open_document_is_read(tmp_path: Path) -> None:
    cells = (
        '<table:table-cell office:value-type="string"><text:p>Ana</text:p></table:table-cell>'
        '<table:table-cell office:value-type="currency" office:value="1234.5"/>'
        '<table:table-cell office:value-type="date" office:date-value="2027-03-10"/>'
    )
    blank = '<table:table-row table:number-rows-repeated="{}"><table:table-cell/></table:table-row>'
    rows = f"{blank.format(2)}<table:table-row>{cells}</table:table-row>{blank.format(1_000_000)}"
    with conversion(tmp_path, ods_of(rows)) as made:
        assert made.path.read_text("utf-8-sig") == "\n\nAna;1234.5;2027-03-10\n"
    assert workbook_kind(tmp_path / "received") is WorkbookKind.XLSX


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
         "WORKBOOK_ENCRYPTED"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000), "WORKBOOK_UNREADABLE"),
        (XLS.read_bytes()[:3000], "WORKBOOK_UNREADABLE"),
        (with_part(CONTENT, SHEET, lambda text: text[:-250]), "WORKBOOK_UNREADABLE"),
        (with_part(CONTENT, "xl/workbook.xml", lambda _: b"<a>"), "WORKBOOK_UNREADABLE"),
    ],
    ids=["password", "compound", "cut-xls", "cut-sheet", "no-sheets"],
)  # fmt: skip
def test_what_cannot_be_read_is_told(tmp_path: Path, content: bytes, code: str) -> None:
    assert refusal(tmp_path, content) == code


@pytest.mark.parametrize("last", ["XFD1048576", "B99999999", "ZZZ9"])
def test_a_cell_far_away_ends_the_process_only(tmp_path: Path, last: str) -> None:
    row = last.lstrip("ABDFXZ")
    cell = f'</row><row r="{row}"><c r="{last}" t="inlineStr"><is><t>z</t></is></c></row>'
    content = with_part(CONTENT, SHEET, lambda text: text.replace(b"</row>", cell.encode()))
    assert refusal(tmp_path, content) == "WORKBOOK_TOO_LARGE"


def test_cells_repeated_without_end_end_the_process_only(tmp_path: Path) -> None:
    cell = (
        '<table:table-cell table:number-columns-repeated="16000" office:value-type="string">'
        "<text:p>x</text:p></table:table-cell>"
    )
    rows = f'<table:table-row table:number-rows-repeated="1000000">{cell}</table:table-row>'
    assert refusal(tmp_path, ods_of(rows)) in {"WORKBOOK_TOO_LARGE", "WORKBOOK_UNREADABLE"}


def test_memory_and_disk_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = xlsx_of({"A": [HEADER, *([f"Ana {n}", n] for n in range(20_000))]})
    assert refusal(tmp_path, content, memory_bytes=1) == "WORKBOOK_TOO_LARGE"
    with pytest.raises(StorageFull), conversion(tmp_path, content, disk_free_bytes=1 << 60):
        pass
    monkeypatch.setattr(converter, "free_bytes", lambda _folder: 100_000)
    with pytest.raises(StorageFull), conversion(tmp_path, content):
        pass


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("Error -4 while decompressing data", "WORKBOOK_TOO_LARGE"),
        ("Error -3 while decompressing data: invalid block type", "WORKBOOK_UNREADABLE"),
    ],
)
def test_want_of_memory_is_no_damage(
    tmp_path: Path, stand_in: Callable[[str], None], words: str, code: str
) -> None:
    # zlib says both by the same class; which of them a bound brings depends on the heap.
    code_of_child = f"""
import sys, zlib
from cobranca.uploads.workbooks import archive, child
def fail(*_): raise zlib.error({words!r})
archive.WorkbookArchive._unpack = fail
child.main()
"""
    stand_in(f"exec {sys.executable} -c {shlex.quote(code_of_child)}")
    assert refusal(tmp_path, CONTENT) == code


def test_time_is_bounded_and_the_caller_hears_of_it(
    tmp_path: Path, stand_in: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in("exec sleep 60")
    monkeypatch.setattr(converter, "_TURN_S", 0.05)
    turns: list[int] = []
    code = refusal(tmp_path, CONTENT, seconds=1, still_at_it=lambda: turns.append(1))
    assert code == "WORKBOOK_TOO_LARGE"
    assert len(turns) > 2


def test_the_process_has_none_of_our_secrets(
    tmp_path: Path, stand_in: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COBRANCA_API_KEY", "secret")
    monkeypatch.setenv("SMTP_URL", "secret")
    stand_in("""printf '{"code": "SEEN", "detail": "<%s>"}' "$COBRANCA_API_KEY$SMTP_URL" """)
    with pytest.raises(CsvInvalid, match="<>"), conversion(tmp_path, CONTENT):
        pass


@pytest.mark.parametrize(
    ("script", "code"),
    [("exit 0", "WORKBOOK_UNREADABLE"), ("exit 1", "WORKBOOK_UNREADABLE"),
     ("kill -9 $$", "WORKBOOK_TOO_LARGE"), ("echo '{\"code\"'; exit 1", "WORKBOOK_UNREADABLE")],
)  # fmt: skip
def test_a_death_of_the_process_is_a_refusal(
    tmp_path: Path, stand_in: Callable[[str], None], script: str, code: str
) -> None:
    stand_in(script)
    assert refusal(tmp_path, CONTENT) == code


@pytest.fixture
def stand_in(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Callable[[str], None]:
    """Return what has a script run in place of the process."""

    def put(script: str) -> None:
        path = tmp_path_factory.mktemp("stand-in") / "python"
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o700)
        monkeypatch.setattr(converter.sys, "executable", str(path))

    return put
