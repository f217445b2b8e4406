"""Bounded places: who finds none free is turned away at once, rather than waiting in memory."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from cobranca.domain.errors import Transient
from cobranca.infra.metrics import PLACES_TAKEN, REFUSED

if TYPE_CHECKING:
    from collections.abc import Generator


class Places:
    """A fixed number of places for one kind of call in this process."""

    def __init__(self, total: int, *, code: str, detail: str) -> None:
        """Refuse with `code` and `detail` what comes while all `total` places are taken."""
        self._free = total
        self._code, self._detail = code, detail
        PLACES_TAKEN.labels(code).set(0)
        REFUSED.labels(code)  # An alert on an increase needs the zero before it.

    @contextmanager
    def taken(self) -> Generator[None]:
        """Hold one place.

        Raises:
            Transient: none is free.
        """
        if self._free <= 0:
            raise self.refusal()
        self._free -= 1
        PLACES_TAKEN.labels(self._code).inc()
        try:
            yield
        finally:
            self._free += 1
            PLACES_TAKEN.labels(self._code).dec()

    def refusal(self) -> Transient:
        """Return what a caller is refused with, and count it."""
        REFUSED.labels(self._code).inc()
        return Transient(self._detail, code=self._code)
