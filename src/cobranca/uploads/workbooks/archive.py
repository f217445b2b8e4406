"""What is in a workbook's archive, before its reader opens it: bounded, whole, and a workbook.

Every part is unpacked once and thrown away, so that no size is believed; on the way the errors of
formulas are picked out of the sheets of an .xlsx, for its reader leaves their cells empty.
"""

from __future__ import annotations

import contextlib
import re
import struct
import zipfile
import zlib
from typing import TYPE_CHECKING, Final
from xml.etree import ElementTree as ET

from cobranca.uploads.workbooks.refusals import Refusal, refused

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

#: Errors by row and column, both from 0.
Errors = dict[int, dict[int, str]]

#: Of all parts together, as they say and as they are.
UNPACKED_BYTES_MAX: Final = 2 << 30
_PARTS_MAX: Final = 10_000
#: What is repeated more often than this was made to be; small archives may.
_RATIO_MAX: Final = 200
_SMALL_BYTES: Final = 64 << 20
_CHUNK_BYTES: Final = 1 << 20
#: Errors of one sheet that are kept; the cells of the others read as empty.
_ERRORS_MAX: Final = 200_000
_INDEX_BYTES_MAX: Final = 4 << 20
#: A cell that is an error: its attributes, perhaps its formula, and what it says.
_PREFIX_BYTES_MAX: Final = 21
_ERROR_CELL: Final = re.compile(
    rb"<(?:\w{1,20}:)?c ([^>]{0,200})>"
    rb"(?:<(?:\w{1,20}:)?f\b[^<]{0,9000}(?:</(?:\w{1,20}:)?f>)?)?"
    rb"<(?:\w{1,20}:)?v>(#[^<]{1,20})<"
)
_IS_ERROR: Final = re.compile(rb"""\bt=["']e["']""")
_PLACE: Final = re.compile(rb"""\br=["']([A-Z]{1,3})([0-9]{1,7})["']""")
#: What unpacking a broken or unusual archive raises; RuntimeError is that of a password, too.
_DAMAGE: Final = (
    zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, EOFError, RuntimeError, ValueError,
    struct.error,
)  # fmt: skip


class WorkbookArchive:
    """A zip archive that holds a workbook, looked through."""

    def __init__(self, path: Path) -> None:
        """Look through all of it.

        Raises:
            CsvInvalid: WORKBOOK_UNREADABLE, WORKBOOK_ENCRYPTED, WORKBOOK_KIND, NOT_WORKBOOK or
                WORKBOOK_TOO_LARGE.
        """
        self._errors: dict[str, Errors] = {}
        self._parts: dict[str, str] = {}
        try:
            with zipfile.ZipFile(path) as archive:
                _check_list(archive, path.stat().st_size)
                for part in archive.infolist():
                    self._unpack(archive, part)
                with contextlib.suppress(KeyError, ET.ParseError):
                    self._parts = _parts_by_sheet(archive)
        except _DAMAGE as error:
            raise refused(Refusal.UNREADABLE) from error

    def errors_of(self, sheet: str) -> Errors:
        """Return the cells of a sheet that are errors."""
        return self._errors.get(self._parts.get(sheet, ""), {})

    def _unpack(self, archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
        """Unpack a part to its end: its size and its check sum are as it says, or it is damaged."""
        name = part.filename.lstrip("/").lower()
        found: Errors | None = {} if "/worksheets/" in name and name.endswith(".xml") else None
        rest = b""
        with archive.open(part) as source:
            while chunk := source.read(_CHUNK_BYTES):
                if found is not None:
                    rest = _pick_errors(rest + chunk, found)
        if found:
            self._errors[name] = found


def _check_list(archive: zipfile.ZipFile, size_bytes: int) -> None:
    """Judge an archive by its list of parts."""
    parts = archive.infolist()
    names = {part.filename.lstrip("/").lower() for part in parts}
    if any(part.flag_bits & 1 for part in parts):
        raise refused(Refusal.ENCRYPTED)
    if any(name.endswith("workbook.bin") for name in names):
        raise refused(Refusal.KIND)
    if not any(name.endswith("workbook.xml") for name in names) and "content.xml" not in names:
        raise refused(Refusal.NONE)
    packed = sum(part.compress_size for part in parts)
    unpacked = sum(part.file_size for part in parts)
    is_bomb = unpacked > _SMALL_BYTES and unpacked > packed * _RATIO_MAX
    if len(parts) > _PARTS_MAX or unpacked > UNPACKED_BYTES_MAX or packed > size_bytes or is_bomb:
        raise refused(Refusal.TOO_LARGE)


def _pick_errors(text: bytes, found: Errors) -> bytes:
    """Note the cells that are errors; return the end of the text, where a cell may go on."""
    if b'"e"' in text or b"'e'" in text:
        for match in _ERROR_CELL.finditer(text):
            place = _PLACE.search(match[1])
            if place and _IS_ERROR.search(match[1]) and len(found) < _ERRORS_MAX:
                cells = found.setdefault(int(place[2]) - 1, {})
                cells[_column(place[1])] = match[2].decode("utf-8", "replace")
    last = max(text.rfind(b"<c "), text.rfind(b":c "))
    rest = text[max(0, last - _PREFIX_BYTES_MAX) :] if last >= 0 else b""
    return rest if len(rest) <= _CHUNK_BYTES else b""


def _column(letters: bytes) -> int:
    """Return the number of a column, from 0: A, B, ..., Z, AA."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1


def _parts_by_sheet(archive: zipfile.ZipFile) -> dict[str, str]:
    """Return the part of the archive in which each sheet is."""
    targets = {
        element.get("Id"): element.get("Target", "")
        for element in _elements(archive, "xl/_rels/workbook.xml.rels", "Relationship")
    }
    parts: dict[str, str] = {}
    for element in _elements(archive, "xl/workbook.xml", "sheet"):
        ids = [value for key, value in element.items() if key.endswith("}id")]
        target = targets.get(ids[0] if ids else None, "")
        within = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        parts[element.get("name", "")] = within.lower()
    return parts


def _elements(archive: zipfile.ZipFile, part: str, name: str) -> Iterator[ET.Element]:
    """Yield the elements of a name in a part that is a list of others."""
    if archive.getinfo(part).file_size > _INDEX_BYTES_MAX:
        return
    # In a process whose memory and time are bounded.
    for element in ET.fromstring(archive.read(part)).iter():  # noqa: S314
        if element.tag.rpartition("}")[2] == name:
            yield element
