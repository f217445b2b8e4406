"""Archives from strangers: bombs, damage, and what is no workbook; each is told, none is fatal."""

from __future__ import annotations

import io
import os
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cobranca.domain.errors import CsvInvalid
from cobranca.uploads.workbooks.archive import UNPACKED_BYTES_MAX, WorkbookArchive
from cobranca.uploads.workbooks.kinds import WorkbookKind, workbook_kind
from tests.support.workbooks import Formula, with_part, xlsx_of, zip_of
from tests.unit.uploads.csv_reader.reading import with_file
from tests.unit.uploads.workbooks.reading import HEADER

SHEET = "xl/worksheets/sheet1.xml"
CONTENT = xlsx_of({"A": [HEADER, ["Ana"]]})


def code_of(content: bytes) -> str | None:
    """Return why an archive is refused, if it is."""
    try:
        with_file(content, WorkbookArchive)
    except CsvInvalid as refused:
        return refused.code
    return None


def patched(content: bytes, **changes: int) -> bytes:
    """Return an archive whose list says something else of each part than its parts do."""
    places = {"flags": (8, 2), "size": (24, 4)}
    data = bytearray(content)
    at = 0
    while (at := data.find(b"PK\x01\x02", at)) >= 0:
        for name, value in changes.items():
            offset, width = places[name]
            data[at + offset : at + offset + width] = value.to_bytes(width, "little")
        at += 4
    return bytes(data)


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (CONTENT, WorkbookKind.XLSX), (b"PK\x03\x04", WorkbookKind.XLSX),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", WorkbookKind.XLS), (b"Nome;CPF\n", None), (b"", None),
        (b"PK\x05\x06", None),
    ],
)  # fmt: skip
def test_a_workbook_is_told_by_its_first_bytes(head: bytes, kind: WorkbookKind | None) -> None:
    assert with_file(head, workbook_kind) == kind


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (CONTENT, None),
        (zip_of(a_txt="x"), "NOT_WORKBOOK"),
        (zip_of(word__document_xml="<x/>"), "NOT_WORKBOOK"),
        (zip_of(xl__workbook_bin="x"), "WORKBOOK_KIND"),
        (CONTENT[:2000], "WORKBOOK_UNREADABLE"),
        (b"PK\x03\x04" + bytes(100), "WORKBOOK_UNREADABLE"),
        (patched(CONTENT, flags=1), "WORKBOOK_ENCRYPTED"),
        (patched(CONTENT, size=1), "WORKBOOK_UNREADABLE"),
        (patched(CONTENT, size=2**31), "WORKBOOK_TOO_LARGE"),
        (zip_of(xl__workbook_xml="<x/>", xl__a_xml=" " * (65 << 20)), "WORKBOOK_TOO_LARGE"),
        (zip_of(xl__workbook_xml="<x/>", **{f"p{n}": "" for n in range(10_000)}),
         "WORKBOOK_TOO_LARGE"),
    ],
    ids=["sound", "text", "document", "binary", "cut", "junk", "password", "longer", "huge",
         "repeated", "parts"],
)  # fmt: skip
def test_an_archive_is_judged_by_what_is_in_it(content: bytes, code: str | None) -> None:
    assert code_of(content) == code


def test_parts_that_lie_over_one_another_are_a_bomb() -> None:
    source = zipfile.ZipFile(io.BytesIO(zip_of(xl__workbook_xml=os.urandom(9000).hex())))
    kernel = source.infolist()[0]
    content = bytearray(source.fp.getvalue())  # pyright: ignore
    start = source.start_dir
    entry = content[start:-22]
    end = content[-22:]
    end[8:10] = end[10:12] = (100).to_bytes(2, "little")
    end[12:16] = (100 * len(entry)).to_bytes(4, "little")
    bomb = bytes(content[:start] + entry * 100 + end)
    assert kernel.compress_size * 100 > len(bomb)
    assert code_of(bomb) == "WORKBOOK_TOO_LARGE"


def test_the_bound_is_over_what_a_full_sheet_has() -> None:
    # 1,048,575 rows of the official columns are 400 MB of XML.
    assert UNPACKED_BYTES_MAX > 4 * 400_000_000


@given(st.integers(0, len(CONTENT) - 1), st.binary(min_size=1, max_size=4))
def test_damage_anywhere_is_told_or_harmless(place: int, damage: bytes) -> None:
    content = CONTENT[:place] + damage + CONTENT[place + len(damage) :]
    assert code_of(content) in {
        None, "WORKBOOK_UNREADABLE", "WORKBOOK_ENCRYPTED", "NOT_WORKBOOK", "WORKBOOK_TOO_LARGE",
        "WORKBOOK_KIND",
    }  # fmt: skip


def test_errors_are_found_across_the_pieces_that_are_read_at_once(tmp_path: Path) -> None:
    rows = [[f"{'x' * 200}{os.urandom(40).hex()}", Formula(value="#N/A")] for _ in range(9000)]
    path = tmp_path / "w"
    path.write_bytes(xlsx_of({"Capa": [["x"]], "Dados": rows}))
    archive = WorkbookArchive(path)
    assert archive.errors_of("Capa") == {}
    assert archive.errors_of("Dados") == {n: {1: "#N/A"} for n in range(9000)}
    assert archive.errors_of("Outra") == {}


@pytest.mark.parametrize("index", [b"", b"<a>", b"<workbook><sheet/></workbook>"])
def test_a_list_of_sheets_that_is_broken_costs_no_more_than_the_errors(
    tmp_path: Path, index: bytes
) -> None:
    content = xlsx_of({"A": [[Formula(value="#N/A")]]})
    path = tmp_path / "w"
    path.write_bytes(with_part(content, "xl/workbook.xml", lambda _: index))
    assert WorkbookArchive(path).errors_of("A") == {}
