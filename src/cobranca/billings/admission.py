"""Lets uploads in: as many at once as have a place, while the disk has room for all of them."""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cobranca.domain.errors import StorageFull, UploadTooLarge
from cobranca.infra.bounds import Places

if TYPE_CHECKING:
    from collections.abc import Generator

    from cobranca.infra.settings import Settings

#: What multipart adds around the file: boundaries and part headers.
_ENVELOPE_BYTES_MAX = 64 * 1024


class Admission:
    """What one API process has in hand. An upload keeps its place until it has been read."""

    def __init__(self, settings: Settings) -> None:
        """Begin with nothing in hand; bodies go to `incoming` of the data folder."""
        self.settings = settings
        self.incoming = settings.data_dir / "incoming"
        self._admitted: set[Admitted] = set()
        self._places = Places(
            settings.uploads_max,
            code="UPLOADS_BUSY",
            detail="As many files as fit are being received; send it again after Retry-After",
        )

    @contextmanager
    def admitted(self, content_length: str | None) -> Generator[Admitted]:
        """Take an upload in by its announced size, before a byte of it is read.

        Raises:
            UploadTooLarge: it announces more than the limit.
            StorageFull: the disk has no room for it.
            Transient: no place is free, or no room beside what others have announced.
        """
        announced = int(content_length) if content_length and content_length.isdigit() else 0
        if announced > self.settings.upload_bytes_max + _ENVELOPE_BYTES_MAX:
            raise too_large(self.settings)
        self.incoming.mkdir(parents=True, exist_ok=True, mode=0o750)
        room = shutil.disk_usage(self.incoming).free - self.settings.disk_free_bytes_min
        if announced > room:
            raise StorageFull
        with self._places.taken():
            if announced > room - sum(other.promised_bytes for other in self._admitted):
                raise self._places.refusal()
            admitted = Admitted(announced)
            self._admitted.add(admitted)
            try:
                yield admitted
            finally:
                self._admitted.remove(admitted)


@dataclass(slots=True, eq=False)
class Admitted:
    """An upload that was let in, and what it has announced that is not on the disk yet."""

    promised_bytes: int

    def arrived(self, size_bytes: int) -> None:
        """Note bytes that are on the disk now, and so no longer free."""
        self.promised_bytes = max(0, self.promised_bytes - size_bytes)


def too_large(settings: Settings) -> UploadTooLarge:
    """Return the refusal of a file over the limit."""
    limit = settings.upload_bytes_max
    return UploadTooLarge(
        f"The file is larger than {limit} bytes; split it, or raise COBRANCA_UPLOAD_BYTES_MAX"
    )
