"""Keeps the sums of periods for as long as nothing changes of what they are made of.

The mark of `read_mark` is another one after every file, cancellation, purge, return file, call, act
of a person and decision over suspense: with the same mark the sums are the same. It is read before
they are made, so that what comes meanwhile makes them anew.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Final
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    from collections.abc import Hashable

    from cobranca.infra.db import Database
    from cobranca.payments.received.schemas import Received

#: Periods that are kept of an installation, the ones asked for last.
_KEPT_MAX: Final = 64
_kept: WeakKeyDictionary[Database, OrderedDict[Hashable, tuple[str, Received]]] = (
    WeakKeyDictionary()
)


def find(database: Database, asked: Hashable, mark: str) -> Received | None:
    """Return the sums that were made under this mark; None when there are none."""
    kept = _kept.get(database)
    known = None if kept is None else kept.get(asked)
    return known[1] if known is not None and known[0] == mark else None


def keep(database: Database, asked: Hashable, mark: str, sums: Received) -> None:
    """Keep sums, in the place of those of another mark."""
    kept = _kept.setdefault(database, OrderedDict())
    kept[asked] = (mark, sums)
    kept.move_to_end(asked)
    while len(kept) > _KEPT_MAX:
        kept.popitem(last=False)
