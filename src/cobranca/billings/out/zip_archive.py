"""A zip archive written front to back, of any number of files that are not compressed again.

The list of its files, which stands at the end, waits on disk: what is held in memory does not grow.
"""

from __future__ import annotations

import struct
import tempfile
import zlib
from typing import TYPE_CHECKING, Final, Self

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType

_LOCAL: Final = struct.Struct("<4s5H3I2H")
_CENTRAL: Final = struct.Struct("<4s6H3I5H2I")
_END: Final = struct.Struct("<4s4H2IH")
_END64: Final = struct.Struct("<4sQ2H2I4Q")
_LOCATOR: Final = struct.Struct("<4sIQI")
#: Versions that a reader needs: for anything, and for more or larger than 32 bits tell.
_VERSION, _VERSION64 = 20, 45
_UTF8: Final = 0x800
#: 1980-01-01: the same files give the same bytes.
_DATE: Final = 0x21
_MAX16: Final = 0xFFFF
_MAX32: Final = 0xFFFFFFFF
_SPOOL_BYTES: Final = 1 << 20


class ZipWriter:
    """Makes the pieces of one archive, in their order."""

    def __init__(self) -> None:
        """Begin an archive; it is to be used as a context, which removes the list on disk."""
        self._at = 0
        self._count = 0
        self._list = tempfile.SpooledTemporaryFile(max_size=_SPOOL_BYTES)  # noqa: SIM115

    def __enter__(self) -> Self:
        """Be the writer."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Remove the list on disk."""
        self._list.close()

    def add(self, name: str, content: bytes) -> bytes:
        """Return a file as the archive has it.

        Args:
            name: in the archive; no other has it.
            content: of less than 4 GiB.
        """
        raw, size = name.encode(), len(content)
        about = (_UTF8, 0, 0, _DATE, zlib.crc32(content), size, size, len(raw))
        head = _LOCAL.pack(b"PK\x03\x04", _VERSION, *about, 0)
        is_far = self._at >= _MAX32
        extra = struct.pack("<2HQ", 1, 8, self._at) if is_far else b""
        version = _VERSION64 if is_far else _VERSION
        entry = _CENTRAL.pack(
            b"PK\x01\x02", version, version, *about, len(extra), 0, 0, 0, 0,
            _MAX32 if is_far else self._at,
        )  # fmt: skip
        self._list.write(entry + raw + extra)
        self._at += len(head) + len(raw) + size
        self._count += 1
        return head + raw + content

    def end(self) -> Iterator[bytes]:
        """Yield the list of the files, and where it is."""
        size = self._list.tell()
        self._list.seek(0)
        while piece := self._list.read(_SPOOL_BYTES):
            yield piece
        if self._count >= _MAX16 or self._at + size >= _MAX32:
            count, at = self._count, self._at
            yield _END64.pack(
                b"PK\x06\x06",
                _END64.size - 12,
                _VERSION64,
                _VERSION64,
                0,
                0,
                count,
                count,
                size,
                at,
            )
            yield _LOCATOR.pack(b"PK\x06\x07", 0, at + size, 1)
        count = min(self._count, _MAX16)
        yield _END.pack(
            b"PK\x05\x06", 0, 0, count, count, min(size, _MAX32), min(self._at, _MAX32), 0
        )
