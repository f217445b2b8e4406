"""Lets uploads in: as many at once as have a place, while the disk has room for all of them."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cobranca.domain.errors import StorageFull
from cobranca.http.limits import ConcurrencyLimit
from cobranca.http.spool import too_large
from cobranca.infra.disk import room_bytes
from cobranca.infra.local_files import can_link, remove_leftovers
from cobranca.uploads.disk_sort import disk_bytes_max

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from cobranca.infra.settings import Settings

#: What multipart adds around the file: boundaries and part headers.
_ENVELOPE_BYTES_MAX = 64 * 1024


class Admission:
    """What one API process has in hand. An upload keeps its place until it has been read."""

    def __init__(self, settings: Settings) -> None:
        """Begin with nothing in hand; bodies go to `incoming` of the data folder.

        What a killed process was receiving is removed; what another one receives is not.
        """
        self.settings = settings
        self.incoming = settings.data_dir / "incoming"
        self.incoming.mkdir(parents=True, exist_ok=True, mode=0o750)
        remove_leftovers(self.incoming)
        #: The folder to which a received file is copied, where that takes room.
        self._copies: Path | None = None
        if settings.storage_url is None:
            storage = settings.data_dir / "storage"
            self._copies = None if can_link(self.incoming, storage) else storage
        self._admitted: set[Admitted] = set()
        self._limit = ConcurrencyLimit(
            settings.uploads_max,
            code="UPLOADS_BUSY",
            detail="As many files as fit are being received; send it again after Retry-After",
        )

    @contextmanager
    def admitted(self, content_length: str | None) -> Generator[Admitted]:
        """Take an upload in by its announced size, before a byte of it is read.

        Raises:
            UploadTooLarge: it announces more than the limit.
            StorageFull: a disk has no room for it.
            Transient: no place is free, or no room beside what others have announced.
        """
        announced = int(content_length) if content_length and content_length.isdecimal() else 0
        if announced > self.settings.upload_bytes_max + _ENVELOPE_BYTES_MAX:
            raise too_large(self.settings)
        reserved = announced + self._extra_disk_bytes(announced)
        room = self._room(self.incoming)
        if reserved > room:
            raise StorageFull
        with self._limit.held():
            if reserved > room - sum(other.reserved_bytes for other in self._admitted):
                raise self._limit.refusal()
            admitted = Admitted(reserved)
            self._admitted.add(admitted)
            try:
                yield admitted
            finally:
                self._admitted.remove(admitted)

    def received(self, admitted: Admitted, size_bytes: int) -> None:
        """Note that an upload is on the disk whole, be it announced or not, and is to be read.

        Raises:
            StorageFull: a disk has no room for what reading it takes.
        """
        admitted.reserved_bytes = self._extra_disk_bytes(size_bytes)
        if admitted.reserved_bytes > self._room(self.incoming):
            raise StorageFull

    def _extra_disk_bytes(self, size_bytes: int) -> int:
        """Return what a file takes on its disk beside itself until it has been read.

        Raises:
            StorageFull: the storage is another disk, which has no room for the file.
        """
        sort = disk_bytes_max(size_bytes)
        if self._copies is None:
            return sort
        if _disk_of(self._copies) == _disk_of(self.incoming):
            return sort + size_bytes
        if size_bytes > self._room(self._copies):
            raise StorageFull
        return sort

    def _room(self, folder: Path) -> int:
        return room_bytes(folder, self.settings)


@dataclass(slots=True, eq=False)
class Admitted:
    """An upload that was let in, and what it will yet take of the disk."""

    reserved_bytes: int

    def arrived(self, size_bytes: int) -> None:
        """Note bytes that are on the disk now, and so no longer free."""
        self.reserved_bytes = max(0, self.reserved_bytes - size_bytes)


def _disk_of(folder: Path) -> int:
    return folder.stat().st_dev
