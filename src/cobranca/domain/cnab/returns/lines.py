"""From the bytes of a file to its lines, a block at a time, so that memory does not grow with it.

Lines come as bytes of one encoding with one byte a character, padded to the width of the layout:
a file that somebody saved again as UTF-8 is decoded before anything is cut out of it. Which layout
it is, and whether lines are in order, is not known here.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from mmap import mmap
from typing import Final, Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from cobranca.domain.cnab.returns.refusal import RefusalCode, Refused

Source: TypeAlias = bytes | mmap
Encoding: TypeAlias = Literal["utf-8", "cp1252", "latin-1"]
Bytes: TypeAlias = npt.NDArray[np.uint8]
Lengths: TypeAlias = npt.NDArray[np.int64]

#: How much of a file is worked at a time; its columns then stay in the processor's cache.
BLOCK_BYTES: Final = 1 << 20
#: Lines in a block at most, however short they are: each is padded to the layout's width.
BLOCK_LINES: Final = 1 << 13

_BOM: Final = codecs.BOM_UTF8
_END: Final = b"\x1a"
_BLANK: Final = 0x20


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Lines of a file that follow one another.

    Attributes:
        first: number of the first one, counted from 1 without empty lines.
        rows: uint8[n, width], blanks where a line was shorter.
        lengths: int64[n], how long each line was.
        is_last: whether the file ends here.
    """

    first: int
    rows: Bytes
    lengths: Lengths
    is_last: bool

    @property
    def short(self) -> list[int]:
        """The rows of lines that were shorter than the layout."""
        return np.flatnonzero(self.lengths < self.rows.shape[1]).tolist()

    def __len__(self) -> int:
        """Give the number of lines."""
        return len(self.rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """The lines of a file, to be gone through as often as needed.

    Attributes:
        source: the bytes.
        encoding: of the file as it came.
    """

    source: Source
    encoding: Encoding

    @property
    def charset(self) -> str:
        """The encoding of the lines given out; a file in UTF-8 comes as Windows-1252."""
        return "latin-1" if self.encoding == "latin-1" else "cp1252"

    def text(self, raw: bytes) -> str:
        """Decode a part of a line, without the blanks around it."""
        return raw.decode(self.charset, "replace").strip(" ")

    def first_line(self) -> bytes:
        """Give the first line, as long as it is.

        Raises:
            Refused: the file has no line.
        """
        for piece in self._pieces():
            if lines := _split(piece, self.encoding):
                return lines[0]
        raise Refused(RefusalCode.EMPTY, "o arquivo está vazio")

    def raw(self) -> Iterator[bytes]:
        """Go through the lines as long as they are, however broken the file is."""
        for piece in self._pieces(even_within_lines=True):
            yield from _split(piece, self.encoding)

    def blocks(self, width: int) -> Iterator[Block]:
        """Go through the file from its beginning.

        Raises:
            Refused: a line is longer than the layout.
        """
        first = 1
        pending: tuple[Bytes, Lengths] | None = None
        for piece in self._pieces():
            start = first if pending is None else first + len(pending[0])
            for part in self._parts(piece, width, start):
                if pending is not None:
                    yield _block(pending, first, is_last=False)
                    first += len(pending[0])
                pending = part
        if pending is not None:
            yield _block(pending, first, is_last=True)

    def last_line(self) -> bytes:
        """Give the last line, as long as it is; empty when the file has none."""
        size = len(self.source)
        reach = BLOCK_BYTES // 16
        while True:
            tail = self.source[max(size - reach, 0) :]
            if reach < size:  # What stands before the first line end is a part of a line.
                tail = tail[min(tail.find(end) % (len(tail) + 1) for end in (b"\n", b"\r")) :]
            lines = _split(tail, self.encoding)
            if lines or reach >= size:
                return lines[-1] if lines else b""
            reach *= 16

    def _parts(self, piece: bytes, width: int, first: int) -> Iterator[tuple[Bytes, Lengths]]:
        """Give the lines of a piece, padded, with their lengths."""
        if self.encoding != "utf-8" and (rows := _even_rows(piece, width)) is not None:
            yield rows, np.full(len(rows), width, dtype=np.int64)
            return
        lines = _split(piece, self.encoding)
        for start in range(0, len(lines), BLOCK_LINES):
            some = lines[start : start + BLOCK_LINES]
            yield _padded(some, width, first + start)

    def _pieces(self, *, even_within_lines: bool = False) -> Iterator[bytes]:
        """Cut the file behind line ends, into pieces of about a block's size."""
        position = len(_BOM) if self.source[: len(_BOM)] == _BOM else 0
        size = len(self.source)
        while position < size:
            piece = self.source[position : position + BLOCK_BYTES]
            if position + len(piece) < size:
                stop = max(piece.rfind(b"\n"), piece.rfind(b"\r")) + 1
                if not stop and not even_within_lines:
                    what = "uma linha passa do tamanho de qualquer layout"
                    raise Refused(RefusalCode.LINE_TOO_LONG, what)
                piece = piece[: stop or len(piece)]
            position += len(piece)
            yield piece


def lines_of(source: Source) -> Lines:
    """Look through the bytes for their encoding; they are not copied."""
    return Lines(source=source, encoding=_encoding_of(source))


def _encoding_of(source: Source) -> Encoding:
    """Tell the encoding: UTF-8 when the whole file is, else by bytes that only Windows uses."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    is_utf8, is_ascii, is_windows = True, True, False
    for position in range(0, len(source), BLOCK_BYTES):
        piece = source[position : position + BLOCK_BYTES]
        if piece.isascii() and is_ascii:
            continue
        is_ascii = False
        if is_utf8:
            try:
                decoder.decode(piece, final=position + BLOCK_BYTES >= len(source))
            except UnicodeDecodeError:
                is_utf8 = False
        codes = np.frombuffer(piece, dtype=np.uint8)
        is_windows = is_windows or bool(np.any((codes >= 0x80) & (codes <= 0x9F)))
    if is_ascii:
        return "latin-1"
    if is_utf8:
        return "utf-8"
    return "cp1252" if is_windows else "latin-1"


def _split(piece: bytes, encoding: Encoding) -> list[bytes]:
    """Cut at every kind of line end, and each line at the old end-of-file mark; drop empty ones."""
    if encoding == "utf-8":
        piece = piece.decode("utf-8", "replace").encode("cp1252", "replace")
    lines = piece.splitlines()
    if _END in piece:
        lines = [line.partition(_END)[0] for line in lines]
    # A line of blanks alone is as empty: no record begins with one.
    return [line for line in lines if line and (line[0] != _BLANK or line.strip(b" "))]


def _even_rows(piece: bytes, width: int) -> Bytes | None:
    """See a piece as rows without copying it, when each line is whole and ends alike."""
    end = b"\r\n" if piece[width : width + 2] == b"\r\n" else piece[width : width + 1]
    step = width + len(end)
    count, rest = divmod(len(piece), step)
    if end not in (b"\r\n", b"\n", b"\r") or rest:
        return None
    table = np.frombuffer(piece, dtype=np.uint8).reshape(count, step)
    is_even = (table[:, width:] == np.frombuffer(end, dtype=np.uint8)).all()
    # No line end, and no mark of the file's end, inside a line; and none that is blank.
    is_even = is_even and table[:, :width].min() >= _BLANK and (table[:, 0] != _BLANK).all()
    return table[:, :width] if is_even else None


def _padded(lines: list[bytes], width: int, first: int) -> tuple[Bytes, Lengths]:
    lengths = np.fromiter(map(len, lines), dtype=np.int64, count=len(lines))
    if long := np.flatnonzero(lengths > width).tolist():
        row = long[0]
        what = f"a linha tem {lengths[row]} caracteres, e o layout {width}"
        raise Refused(RefusalCode.LINE_TOO_LONG, what, line=first + row)
    if (lengths < width).any():
        lines = [line.ljust(width) for line in lines]
    return np.frombuffer(b"".join(lines), dtype=np.uint8).reshape(len(lines), width), lengths


def _block(part: tuple[Bytes, Lengths], first: int, *, is_last: bool) -> Block:
    return Block(first=first, rows=part[0], lengths=part[1], is_last=is_last)
