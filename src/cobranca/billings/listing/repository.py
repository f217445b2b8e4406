"""The SQL of the filter: what may hold billings that are asked for, and which they are."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

from cobranca.infra.db import Connection, fetch_all, fetch_one
from cobranca.infra.sql import load_queries

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from uuid import UUID

QUERIES = load_queries("cobranca.billings.listing")

#: Writings of one person that a filter by payer knows.
_WRITINGS_MAX: Final = 1000
#: Above every upload's id, and so before the newest.
FIRST_UPLOAD: Final = 2**31 - 1
#: Conditions that hold of a whole file.
_TOLD_BY_FILE: Final = ("received_from", "received_before")
#: Conditions that a batch can be passed over by.
_TOLD_BY_BATCHES: Final = ("statuses", "bounced", "due_from", "due_to", *_TOLD_BY_FILE)
#: More batches than a file can have.
BATCHES_MAX: Final = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """A filter with the inner ids that it stands for."""

    beneficiary_id: int
    upload_id: int | None
    payer_ids: list[int] | None
    #: The conditions of `match`.
    conditions: dict[str, object] = field(repr=False)

    @property
    def is_everything(self) -> bool:
        """Whether no billing of a batch can be otherwise: what is sought are whole files."""
        return self.payer_ids is None and all(
            value is None or (name == "other_reason" and not value)
            for name, value in self.conditions.items()
            if name not in _TOLD_BY_FILE
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a walk over all files goes on: after a billing of an upload, both by inner id."""

    upload_id: int = FIRST_UPLOAD
    billing_id: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchRow:
    """A batch that may hold billings that are asked for."""

    id: int
    upload_id: int
    first_billing_id: int
    last_billing_id: int
    total: int
    issued_on: date | None
    object_path: str | None
    profile_id: int


class MatchRow(NamedTuple):
    """A billing that is asked for, and the position of its batch among those looked into."""

    place: int
    id: int
    line_number: int


async def prefer_own_plans(connection: Connection) -> None:
    """Have this transaction's queries planned for their values."""
    await connection.execute(QUERIES["prefer_own_plans"])


async def find_upload(
    connection: Connection, *, beneficiary_id: int, public_id: UUID
) -> int | None:
    """Return the inner id of a beneficiary's upload."""
    row = await fetch_one(
        connection, QUERIES["find_upload"], beneficiary_id=beneficiary_id, public_id=public_id
    )
    return row["id"] if row else None


async def list_writings(
    connection: Connection, *, beneficiary_id: int, fingerprint: UUID
) -> list[int]:
    """Return the ids of every writing of the person that one of them names."""
    rows = await fetch_all(
        connection,
        QUERIES["list_writings"],
        beneficiary_id=beneficiary_id,
        fingerprint=fingerprint,
        rows_max=_WRITINGS_MAX,
    )
    return [row["id"] for row in rows]


async def next_batches(
    connection: Connection, sought: Sought, *, after: Place, batches_max: int
) -> list[BatchRow]:
    """Return the next batches that may hold what is sought: newest file first, by id within."""
    return await fetch_all(
        connection,
        QUERIES["next_batches"],
        row=BatchRow,
        beneficiary_id=sought.beneficiary_id,
        upload_id=sought.upload_id,
        payer_ids=sought.payer_ids,
        **{name: sought.conditions[name] for name in _TOLD_BY_BATCHES},
        from_upload=after.upload_id,
        after=after.billing_id,
        batches_max=batches_max,
    )


async def match(
    connection: Connection,
    sought: Sought,
    *,
    batch_ids: Sequence[int],
    after: Place | None = None,
    rows_max: int | None = None,
) -> list[MatchRow]:
    """Return which billings of these batches are sought, in the batches' order and by id."""
    return await fetch_all(
        connection,
        QUERIES["match"],
        row=MatchRow,
        **sought.conditions,
        beneficiary_id=sought.beneficiary_id,
        payer_ids=sought.payer_ids,
        batch_ids=list(batch_ids),
        from_upload=after.upload_id if after else None,
        after_id=after.billing_id if after else None,
        after_line=None,
        by_line=False,
        rows_max=rows_max,
    )


async def match_by_line(
    connection: Connection, sought: Sought, *, after_line: int, rows_max: int
) -> list[MatchRow]:
    """Return which billings of the sought upload follow a line of its file, by line."""
    batches = await next_batches(connection, sought, after=Place(), batches_max=BATCHES_MAX)
    return await fetch_all(
        connection,
        QUERIES["match"],
        row=MatchRow,
        **sought.conditions,
        beneficiary_id=sought.beneficiary_id,
        payer_ids=sought.payer_ids,
        batch_ids=[batch.id for batch in batches],
        from_upload=None,
        after_id=None,
        after_line=after_line,
        by_line=True,
        rows_max=rows_max,
    )


async def match_debt(connection: Connection, sought: Sought, *, debt_id: UUID) -> list[MatchRow]:
    """Return a debt's newest billing, if it is sought."""
    row = await fetch_one(
        connection,
        QUERIES["find_batch_of_debt"],
        beneficiary_id=sought.beneficiary_id,
        upload_id=sought.upload_id,
        debt_id=debt_id,
    )
    if row is None:
        return []
    found = await match(connection, sought, batch_ids=[row["batch_id"]])
    return [each for each in found if each.id == row["id"]]
