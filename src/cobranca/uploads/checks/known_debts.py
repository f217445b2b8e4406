"""Which debts of a file are here already, as an ingest would find; billings are only read."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

import numpy as np
import numpy.typing as npt
import psycopg
from psycopg.rows import DictRow

from cobranca.infra import pg_copy
from cobranca.infra.sql import load_queries
from cobranca.uploads.copy_rows import encode_billings
from cobranca.uploads.csv_reader import Rows

QUERIES = load_queries("cobranca.uploads")

NEW: Final = 0
#: Here already: the same, with other values, with another e-mail.
DUPLICATE, CONFLICT, EMAIL_DIFFERS = 1, 2, 3
#: Here and cancelled, so that it is billed again; with an older boleto that may still be paid.
AGAIN, AGAIN_PAYABLE = 4, 5
_KIND: Final = np.dtype([("place", ">i8"), ("issue", ">i2"), ("kind", ">i2")])

Kinds = npt.NDArray[np.int8]


class KnownDebts:
    """The billings of a beneficiary, asked for a segment of debts at a time."""

    def __init__(self, connection: psycopg.Connection[DictRow], beneficiary_id: int) -> None:
        """Ask nothing yet, but whether there is anything to ask."""
        self._connection = connection
        self._beneficiary = {"beneficiary_id": beneficiary_id}
        self._any = bool(self._row("has_billings")["known"])

    def kinds(self, rows: Rows) -> Kinds:
        """Tell what each debt is.

        Args:
            rows: sorted by debt id, none twice.
        """
        kinds = np.zeros(len(rows), dtype=np.int8)
        if not self._any or not len(rows):
            return kinds
        with self._connection.transaction(force_rollback=True):
            known = self._known_places(rows)
            if known.size:
                self._classify(rows, known, kinds)
        return kinds

    def describe(self, debt_ids: list[bytes]) -> dict[bytes, DictRow]:
        """Return what is here of a few debts: upload, line, amount and due date."""
        what = self._beneficiary | {"debt_ids": [UUID(bytes=debt_id) for debt_id in debt_ids]}
        found = self._connection.execute(QUERIES["describe_known"], what).fetchall()
        return {row["debt_id"]: row for row in found}

    def _known_places(self, rows: Rows) -> npt.NDArray[np.int64]:
        self._connection.execute(QUERIES["prefer_lookups"])
        self._connection.execute(QUERIES["create_asked"])
        places = pg_copy.int4(np.arange(len(rows), dtype=np.int32))
        with self._connection.cursor().copy(QUERIES["copy_asked"]) as copy:
            for chunk in pg_copy.encode_rows((places, pg_copy.uuid(rows.debt_id))):
                copy.write(chunk)
        self._connection.execute(QUERIES["analyze_asked"])
        found = self._row("find_known")["places"]
        return np.sort(np.frombuffer(found or b"", dtype=">i4").astype(np.int64))

    def _classify(self, rows: Rows, known: npt.NDArray[np.int64], kinds: Kinds) -> None:
        self._connection.execute(QUERIES["create_staging"])
        beneficiary_id = self._beneficiary["beneficiary_id"]
        encoded = encode_billings(
            rows.take(known), ids=known, upload_id=0, beneficiary_id=beneficiary_id
        )
        with self._connection.cursor().copy(QUERIES["copy_staging"]) as copy:
            for chunk in encoded:
                copy.write(chunk)
        self._connection.execute(QUERIES["analyze_staging"])
        found = np.frombuffer(self._row("classify_known")["kinds"] or b"", dtype=_KIND)
        found = found[np.argsort(found["issue"], kind="stable")]  # The last that is written counts.
        kinds[found["place"].astype(np.int64)] = found["kind"]

    def _row(self, query: str) -> dict[str, Any]:
        cursor = self._connection.cursor(binary=True)
        row = cursor.execute(QUERIES[query], self._beneficiary).fetchone()
        if row is None:
            raise LookupError(query)
        return row
