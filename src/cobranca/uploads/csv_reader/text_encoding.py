"""From the bytes of a file to UTF-8 bytes, in bounded memory, whatever wrote the file.

Owns: telling the encoding and transcoding. A byte-order mark decides; else zeros in every other
byte mean UTF-16; else strict UTF-8 over the whole file; else Windows-1252.
"""

from __future__ import annotations

import codecs
from io import FileIO
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from cobranca.domain.errors import CsvInvalid

_CHUNK_BYTES: Final = 1 << 20
_SNIFF_BYTES: Final = 4096
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
#: First bytes of what people send instead of a CSV.
_NOT_CSV: Final = {
    b"PK\x03\x04": "uma planilha .xlsx ou um arquivo zip",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": "uma planilha .xls",
    b"%PDF-": "um PDF",
    b"\x1f\x8b": "um arquivo comprimido",
    b"\xff\xfe\x00\x00": "um texto em UTF-32",
    b"\x00\x00\xfe\xff": "um texto em UTF-32",
}
# Windows-1252 leaves five bytes undefined; as on the web they are control characters, so that
# every file can be read and the record that has one is refused.
_WINDOWS_1252: Final = {
    byte: ord(bytes([byte]).decode("cp1252", "ignore") or chr(byte)) for byte in range(256)
}


class TextSource:
    """A file read as UTF-8, from its first character after the byte-order mark."""

    def __init__(self, path: Path) -> None:
        """Open the file and tell its encoding; a UTF-8 check reads it once from end to end.

        Raises:
            CsvInvalid: EMPTY_FILE or NOT_TEXT.
        """
        self._file = FileIO(path, "rb")
        try:
            self.encoding, mark_bytes = _sniff(self._file)
        except BaseException:
            self._file.close()
            raise
        self._file.seek(mark_bytes)
        self._pending = b""
        self._decoder = (
            codecs.getincrementaldecoder(self.encoding)("replace")
            if self.encoding.startswith("utf-16")
            else None
        )

    def readinto(self, target: memoryview) -> int:
        """Fill the target as far as the file goes; fewer bytes than its size only at the end."""
        filled = 0
        while filled < len(target):
            if self._pending:
                count = self._take_pending(target[filled:])
            elif self.encoding == "utf-8":
                count = self._file.readinto(target[filled:])
            else:
                count = self._transcode(target[filled:])
            if not count:
                break
            filled += count
        return filled

    def unread(self, data: bytes) -> None:
        """Give back what was read last, to be read again."""
        self._pending = data + self._pending

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def __enter__(self) -> Self:
        """Return the source itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the file."""
        self.close()

    def _transcode(self, target: memoryview) -> int:
        while not self._pending:
            raw = self._file.read(_CHUNK_BYTES)
            if self._decoder is not None:
                text = self._decoder.decode(raw, final=not raw)
            else:
                text, _ = codecs.charmap_decode(raw, "strict", _WINDOWS_1252)
            # A lone surrogate of a broken UTF-16 text has no UTF-8 form.
            self._pending = text.encode("utf-8", "replace")
            if not raw and not self._pending:
                return 0
        return self._take_pending(target)

    def _take_pending(self, target: memoryview) -> int:
        count = min(len(target), len(self._pending))
        target[:count] = self._pending[:count]
        self._pending = self._pending[count:]
        return count


def _sniff(file: FileIO) -> tuple[str, int]:
    """Return the encoding and the bytes of its mark."""
    head = file.read(_SNIFF_BYTES)
    if not head:
        raise CsvInvalid("O arquivo está vazio.", code="EMPTY_FILE")
    for magic, what in _NOT_CSV.items():
        if head.startswith(magic):
            detail = f"O arquivo é {what}; salve como CSV (UTF-8) e envie de novo."
            raise CsvInvalid(detail, code="NOT_TEXT")
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            if encoding == "utf-8" and not _is_utf8(file):
                return "windows-1252", len(mark)
            return encoding, len(mark)
    pattern = _utf16_without_mark(head)
    if pattern:
        return pattern, 0
    return ("utf-8" if _is_utf8(file) else "windows-1252"), 0


def _utf16_without_mark(head: bytes) -> str | None:
    """Tell UTF-16 by its zeros: Latin text has one in nearly every other byte."""
    half = len(head) // 2
    if half < 2:
        return None
    even, odd = head[0 : 2 * half : 2].count(0), head[1 : 2 * half : 2].count(0)
    if odd >= 0.7 * half and even <= 0.05 * half:
        return "utf-16-le"
    if even >= 0.7 * half and odd <= 0.05 * half:
        return "utf-16-be"
    return None


def _is_utf8(file: FileIO) -> bool:
    """Check the whole file, chunk by chunk; stops at the first byte that cannot be."""
    file.seek(0)
    decoder = codecs.getincrementaldecoder("utf-8")("strict")
    try:
        while chunk := file.read(_CHUNK_BYTES):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
