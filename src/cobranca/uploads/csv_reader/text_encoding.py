"""From the bytes of a file to UTF-8 bytes, in bounded memory, whatever wrote the file.

Owns: telling the encoding and transcoding. A byte-order mark decides; else zeros in every other
byte mean UTF-16. In any other file each line is read for itself: as UTF-8 where its bytes are that,
else as Windows-1252; so one byte costs one line, and how a line reads depends on nothing else. Most
lines beyond ASCII name the file's encoding; lines that are not of it are told (`Foreign`).
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import FileIO
from pathlib import Path
from typing import Final, Self

import numpy as np

from cobranca.domain.errors import CsvInvalid
from cobranca.uploads.csv_reader.cells import Int64s
from cobranca.uploads.csv_reader.file_kinds import kind_of
from cobranca.uploads.csv_reader.garbled_text import count_bytes, encoding_of

_CHUNK_BYTES: Final = 1 << 20
_SNIFF_BYTES: Final = 4096
#: A longer line is no record, and is read piece by piece.
_LINE_BYTES_MAX: Final = 1 << 20
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_HIGH: Final = re.compile(rb"[\x80-\xff]")
_BREAK: Final = re.compile(rb"[\r\n]")
#: The end of a file as old systems mark it, which is no text.
_CTRL_Z: Final = re.compile(rb"\x1a[\x1a\r\n]*\Z")
_NO_PLACES: Final = np.zeros(0, dtype=np.int64)
# Windows-1252 leaves five bytes undefined; as on the web they are control characters, so that
# every file can be read and the record that has one is refused.
_WINDOWS_1252: Final = "".join(
    bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in range(256)
)
#: A line of UTF-8 beyond ASCII has such a pair; text in Windows-1252 hardly ever does.
_UTF8_PAIR: Final = re.compile(rb"[\xc2-\xf4][\x80-\xbf]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Encoding:
    """How the lines of a file are read."""

    #: utf-8, utf-16-le, utf-16-be or windows-1252: what most lines are.
    name: str
    #: Bytes of the byte-order mark, and where the text ends.
    first_byte: int
    end: int
    #: Not every line is UTF-8: they are read one by one.
    mixed: bool = False
    #: What the lines that are no UTF-8 seem to be: windows-1252, cp850 or mac-roman.
    foreign: str = "windows-1252"


class TextSource:
    """A file read as UTF-8, from its first character after the byte-order mark."""

    def __init__(self, path: Path, encoding: Encoding | None = None) -> None:
        """Open the file and tell its encoding; a UTF-8 check reads it once from end to end.

        Args:
            path: the file.
            encoding: what has been told of it before, when it is read again.

        Raises:
            CsvInvalid: EMPTY_FILE or NOT_TEXT.
        """
        self._file = FileIO(path, "rb")
        try:
            self.encoding = encoding or _sniff(self._file)
        except BaseException:
            self._file.close()
            raise
        self._file.seek(self.encoding.first_byte)
        self._left = self.encoding.end - self.encoding.first_byte
        self._pending = b""
        self._line = b""
        #: Where in the text lines begin that are not of the file's encoding.
        self._foreign: list[int] = []
        self._position = 0
        #: Which lines beyond ASCII are told.
        self._tells_utf8 = self.encoding.name != "utf-8"
        is_suspect = self.encoding.foreign != "windows-1252"
        self._tells_windows_1252 = self.encoding.name == "utf-8" or is_suspect
        self._decoder = (
            codecs.getincrementaldecoder(self.encoding.name)("replace")
            if self.encoding.name.startswith("utf-16")
            else None
        )

    def readinto(self, target: memoryview) -> int:
        """Fill the target as far as the file goes; fewer bytes than its size only at the end."""
        filled = 0
        while filled < len(target):
            if self._pending:
                count = self._take_pending(target[filled:])
            elif self.encoding.name == "utf-8" and not self.encoding.mixed:
                count = self._file.readinto(target[filled : filled + self._left])
                self._left -= count
            else:
                count = self._transcode(target[filled:])
            if not count:
                break
            filled += count
        return filled

    def unread(self, data: bytes) -> None:
        """Give back what was read last, to be read again."""
        self._pending = data + self._pending

    def take_foreign(self, end: int) -> Int64s:
        """Return where lines begin that are not of the file's encoding, once, in their order.

        Args:
            end: offset in the text, up to which they are wanted; all of it has been read.
        """
        if not self._foreign or self._foreign[0] >= end:
            return _NO_PLACES
        places = np.array(self._foreign, dtype=np.int64)
        count = int(np.searchsorted(places, end))
        del self._foreign[:count]
        return places[:count]

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def __enter__(self) -> Self:
        """Return the source itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the file."""
        self.close()

    def _transcode(self, target: memoryview) -> int:
        while not self._pending:
            raw = self._file.read(min(_CHUNK_BYTES, self._left))
            self._left -= len(raw)
            if self._decoder is not None:
                text = self._decoder.decode(raw, final=not raw)
                # A lone surrogate of a broken UTF-16 text has no UTF-8 form.
                self._pending = text.encode("utf-8", "replace")
            else:
                self._pending = self._read_lines(raw)
            if not raw and not self._pending:
                return 0
        return self._take_pending(target)

    def _read_lines(self, raw: bytes) -> bytes:
        """Return the whole lines of what has been read so far, all of it at the end of the file."""
        lines, self._line = _whole_lines(self._line + raw, is_last=not raw)
        if not self._tells_windows_1252 and not _UTF8_PAIR.search(lines):
            text = _from_windows_1252(lines)
            self._position += len(text)
            return text
        parts: list[bytes] = []
        done = 0
        for start, end, is_utf8 in _lines_beyond_ascii(lines):
            parts.append(lines[done:start])
            self._position += start - done
            if self._tells_utf8 if is_utf8 else self._tells_windows_1252:
                self._foreign.append(self._position)
            line = lines[start:end]
            parts.append(line if is_utf8 else _from_windows_1252(line))
            self._position += len(parts[-1])
            done = end
        parts.append(lines[done:])
        self._position += len(lines) - done
        return b"".join(parts)

    def _take_pending(self, target: memoryview) -> int:
        count = min(len(target), len(self._pending))
        target[:count] = self._pending[:count]
        self._pending = self._pending[count:]
        return count


def _sniff(file: FileIO) -> Encoding:
    """Tell how the file is to be read."""
    head = file.read(_SNIFF_BYTES)
    if not head:
        raise CsvInvalid("O arquivo está vazio.", code="EMPTY_FILE")
    kind = kind_of(head)
    if kind is not None:
        detail = f"O arquivo é {kind}; salve como CSV (UTF-8) e envie de novo."
        raise CsvInvalid(detail, code="NOT_TEXT")
    size = file.seek(0, 2)
    for mark, name in _MARKS:
        if head.startswith(mark):
            if name == "utf-8":
                return _survey(file, first_byte=len(mark), end=_text_end(file, size))
            return Encoding(name=name, first_byte=len(mark), end=size)
    pattern = _utf16_without_mark(head)
    if pattern:
        return Encoding(name=pattern, first_byte=0, end=size)
    return _survey(file, first_byte=0, end=_text_end(file, size))


def _text_end(file: FileIO, size: int) -> int:
    """Return where the text ends: before a last Ctrl-Z and what follows it, when it is no text."""
    first = max(0, size - _SNIFF_BYTES)
    file.seek(first)
    found = _CTRL_Z.search(file.read(_SNIFF_BYTES))
    return first + found.start() if found else size


def _survey(file: FileIO, *, first_byte: int, end: int) -> Encoding:
    """Tell UTF-8 from a file whose lines are to be read one by one; look at these."""
    plain = Encoding(name="utf-8", first_byte=first_byte, end=end)
    if _is_utf8(file, end):
        return plain
    file.seek(first_byte)
    own = foreign = 0
    histogram = np.zeros((2, 256), dtype=np.int64)
    rest, left = b"", end - first_byte
    while left or rest:
        raw = file.read(min(_CHUNK_BYTES, left))
        left -= len(raw)
        lines, rest = _whole_lines(rest + raw, is_last=not left)
        if not _UTF8_PAIR.search(lines):
            foreign += _count_lines_beyond_ascii(lines)
            histogram += count_bytes(lines)
            continue
        others: list[bytes] = []
        for start, stop, is_utf8 in _lines_beyond_ascii(lines):
            own += is_utf8
            if not is_utf8:
                others.append(lines[start:stop])
        foreign += len(others)
        histogram += count_bytes(b"\n".join(others))
    is_utf8 = first_byte > 0 or own > foreign
    return Encoding(
        name="utf-8" if is_utf8 else "windows-1252",
        first_byte=first_byte,
        end=end,
        mixed=True,
        foreign=encoding_of(histogram),
    )


def _whole_lines(data: bytes, *, is_last: bool) -> tuple[bytes, bytes]:
    """Part what can be read already from the line that goes on."""
    if is_last or len(data) > _CHUNK_BYTES + _LINE_BYTES_MAX:
        return data, b""
    cut = max(data.rfind(b"\n"), data.rfind(b"\r")) + 1
    return data[:cut], data[cut:]


def _lines_beyond_ascii(lines: bytes) -> Iterator[tuple[int, int, bool]]:
    """Yield start and end of each line that has a byte beyond ASCII, and whether it is UTF-8."""
    at = 0
    while found := _HIGH.search(lines, at):
        start = (
            max(lines.rfind(b"\n", at, found.start()), lines.rfind(b"\r", at, found.start())) + 1
        )
        start = max(start, at)
        ending = _BREAK.search(lines, found.end())
        end = ending.start() if ending else len(lines)
        yield start, end, _decodes(lines[start:end])
        at = end


def _count_lines_beyond_ascii(lines: bytes) -> int:
    data = np.frombuffer(lines, dtype=np.uint8)
    breaks = np.flatnonzero((data == 0x0A) | (data == 0x0D))
    return int(np.unique(np.searchsorted(breaks, np.flatnonzero(data >= 0x80))).size)


def _decodes(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


def _from_windows_1252(line: bytes) -> bytes:
    # A table of text is what makes this fast; the types know a dictionary only.
    text, _ = codecs.charmap_decode(line, "strict", _WINDOWS_1252)  # pyright: ignore[reportArgumentType]
    return text.encode()


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


def _is_utf8(file: FileIO, end: int) -> bool:
    """Check the whole file, chunk by chunk; stops at the first byte that cannot be."""
    file.seek(0)
    decoder = codecs.getincrementaldecoder("utf-8")("strict")
    left = end
    try:
        while left and (chunk := file.read(min(_CHUNK_BYTES, left))):
            left -= len(chunk)
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
