"""How much room the disks have that an installation writes to, and what must stay free on them."""

from __future__ import annotations

import shutil
import time
from pathlib import Path
from typing import TYPE_CHECKING

from psycopg.conninfo import conninfo_to_dict

from cobranca.domain.errors import StorageFull

if TYPE_CHECKING:
    from collections.abc import Callable

    from cobranca.infra.settings import Settings

#: How long work is not begun after it was found that there is no room.
_PAUSE_S = 10.0
#: Where the embedded database notes its sockets.
_EMBEDDED = Path("postgres/sockets")


def free_bytes(folder: Path) -> int:
    """Return what is free on the disk of a folder, which need not be there yet."""
    for place in (folder, *folder.absolute().parents):
        if place.exists():
            return shutil.disk_usage(place).free
    return 0


def room_bytes(folder: Path, settings: Settings) -> int:
    """Return what may be written to the disk of a folder; negative when too little is free."""
    return free_bytes(folder) - settings.disk_free_bytes_min


class DiskWatch:
    """Holds work up while a disk of ours has less free than must stay so.

    Ours are the storage's, where it is a local folder, and that of the embedded database. What is
    kept elsewhere tells by its own errors when it is full.
    """

    def __init__(
        self, settings: Settings, *, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        """Find out which disks are ours."""
        self._settings = settings
        self._monotonic = monotonic
        self._until = 0.0
        self._folders: list[Path] = []
        if settings.storage_url is None:
            self._folders.append(settings.data_dir / "storage")
        if _has_embedded_database(settings):
            self._folders.append(settings.data_dir / _EMBEDDED.parent)

    def is_short(self) -> bool:
        """Whether one of the disks has too little room now."""
        return any(room_bytes(folder, self._settings) < 0 for folder in self._folders)

    def is_waiting(self) -> bool:
        """Whether it was found a moment ago that there is too little room: nothing is claimed."""
        return self._monotonic() < self._until

    def check(self) -> None:
        """Let work pass that is about to begin.

        Raises:
            StorageFull: there is too little room. Who asks `is_waiting` is told so for a while.
        """
        if self.is_short():
            self._until = self._monotonic() + _PAUSE_S
            raise StorageFull(
                "Less than COBRANCA_DISK_FREE_BYTES_MIN"
                f" ({self._settings.disk_free_bytes_min} bytes) is free on the disk: make room,"
                " and the work goes on by itself"
            )


def _has_embedded_database(settings: Settings) -> bool:
    try:
        sockets = (settings.data_dir / _EMBEDDED).read_text(encoding="utf-8").strip()
    except OSError:
        return False
    return conninfo_to_dict(settings.database_url or "").get("host") == sockets
