"""The kinds of work, as data: what a kind is called, what it follows, and which service does it.

A kind is an entry of the registry that a composition root makes. Lease, claim, retry, pause, sweep
and turns know kinds by nothing but what is here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Iterator

    from cobranca.infra.resources import Resources
    from cobranca.pipeline.lease import Work

    #: Does one piece of claimed work; it ends with `lease.finish` or `lease.lay_by`.
    Run = Callable[[Work], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of work."""

    #: A verb: it stands in `work.kind`, in the subject of its events and in traces.
    name: str
    #: Which workers do it.
    role: str
    #: Gives a process what does one piece of it; called once.
    prepare: Callable[[Resources], Run]
    #: The kind that it follows on the same subject; None = a service adds it.
    after: str | None = None


class Kinds:
    """The registry of one installation: every kind, also those that a process does not do."""

    def __init__(self, kinds: Iterable[Kind]) -> None:
        """Take the kinds in the order of the line.

        Raises:
            ValueError: two have one name, or one follows a kind that there is not.
        """
        self._kinds = {kind.name: kind for kind in kinds}
        if len(self._kinds) != len(list(kinds)):
            raise ValueError("two kinds of work have the same name")
        for kind in self:
            if kind.after is not None and kind.after not in self._kinds:
                raise ValueError(f"{kind.name} follows {kind.after}, which there is not")

    def __iter__(self) -> Iterator[Kind]:
        """Go through the kinds."""
        return iter(self._kinds.values())

    def roles(self) -> list[str]:
        """Return the roles that a worker may have."""
        return list(dict.fromkeys(kind.role for kind in self))

    def following(self, name: str) -> tuple[str, ...]:
        """Return the kinds that begin on a subject when a kind has ended on it."""
        return tuple(kind.name for kind in self if kind.after == name)
