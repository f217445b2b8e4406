"""Reads a received file into the database: upload, billings and batches in one transaction.

Runs in a process of its own. The one invariant, for any bytes:
accepted + rejected + duplicates = records.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator, Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID

import numpy as np
import psycopg
from psycopg.rows import DictRow, dict_row
from psycopg.types.json import Jsonb

from cobranca.domain.billing import FIRST_KIND, REJECTS_NOT_KEPT, RowWarning, count_warnings
from cobranca.infra.sql import load_queries
from cobranca.infra.tracing import span
from cobranca.pipeline.crashpoint import crashpoint
from cobranca.uploads.copy_rows import encode_billings, encode_details, encode_rejects
from cobranca.uploads.csv_reader import (
    SEGMENT_BYTES,
    CsvReader,
    Rejects,
    Repeats,
    Rows,
)
from cobranca.uploads.disk_sort import DiskSort
from cobranca.uploads.due_sums import DueSums
from cobranca.uploads.parts import (
    Part,
    parts_of,
    parts_of_blocks,
    read_ahead,
)
from cobranca.uploads.read_as import read_as_of
from cobranca.uploads.reading import AS_IT_IS, Judgement, Reading, read_options
from cobranca.uploads.workbooks import WorkbookBounds, WorkbookKind, as_csv

if TYPE_CHECKING:
    from cobranca.infra.settings import MailMode
    from cobranca.uploads.receive import Received

QUERIES = load_queries("cobranca.uploads")

#: Ids of one block, which is more than the rows of any segment or sorted block.
BLOCK_ROWS = 1 << 21
#: A file has about so many batches at the most, for each costs claims, events and commits; a very
#: large one has more, for a worker has to hold a batch.
_BATCHES = 1000
_BATCH_ROWS_MAX = 20_000
#: How many of a segment's debts are looked up to guess whether it overlaps with what is there.
_SAMPLE_ROWS = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class IngestJob:
    """A received file and how it is to be read and billed."""

    database_url: str
    received: Received
    #: Which workbook it is; None: a CSV.
    workbook: WorkbookKind | None = None
    workbook_bounds: WorkbookBounds
    storage_path: str
    mail: MailMode
    judgement: Judgement
    batch_rows: int
    beneficiary_id: int
    profile: bytes
    profile_sha256: bytes
    #: What is left free of the disk where a large file is sorted.
    disk_free_bytes_min: int = 0
    #: Refused records and repeats that are kept for the report; the rest are counted.
    rejects_max: int = 1_000_000
    #: What somebody has said of this file, after a check.
    reading: Reading = AS_IT_IS
    #: Of the request that brought the file, when it is traced.
    traceparent: str | None = None

    @property
    def identity(self) -> bytes:
        """What tells this upload from others: the file's bytes, and how they are read."""
        return self.reading.identity(self.received.sha256)


@dataclass(slots=True, kw_only=True)
class IngestResult:
    """What became of every record."""

    upload_id: str
    name: str
    repeated: bool
    records: int = 0
    accepted: int = 0
    rejected: int = 0
    duplicates: int = 0
    conflicts: int = 0
    #: Of what was accepted; None for a file of the version before that is yet to be summed.
    amount_cents: int | None = 0
    warnings: dict[str, int] = field(default_factory=dict[str, int])
    rejects_by_code: dict[str, int] = field(default_factory=dict[str, int])
    encoding: str = ""
    delimiter: str = ""
    #: The sheet that was read, of a workbook.
    sheet: str | None = None
    batch_ids: list[int] = field(default_factory=list[int])


def warm_up() -> None:
    """Do nothing, in a process that has imported all it needs."""


def ingest_file(job: IngestJob) -> IngestResult:
    """Ingest one file.

    Raises:
        CsvInvalid: the file as a whole cannot be read; nothing is kept of it.
    """
    with (
        span("ingest", parent=job.traceparent),
        psycopg.Connection[DictRow].connect(
            job.database_url, row_factory=dict_row, autocommit=True
        ) as connection,
    ):
        connection.execute("SET application_name = 'ingest'")
        profile_id = ensure_profile(connection, job)
        with ExitStack() as transaction:
            transaction.enter_context(connection.transaction())
            upload = add_upload(connection, job, profile_id)
            if upload is None:
                return _repeated(connection, job)
            result = Ingest(connection, job, upload).run()
            with span("commit"):
                transaction.close()
        return result


def ensure_profile(connection: psycopg.Connection[DictRow], job: IngestJob) -> int:
    """Return the id of the profile, in a transaction of its own: it is shared."""
    what = {"beneficiary_id": job.beneficiary_id, "sha256": job.profile_sha256}
    content = Jsonb(job.profile, dumps=lambda profile: profile)
    connection.execute(QUERIES["add_profile"], what | {"content": content})
    return _row(connection, "find_profile", what)["id"]


def add_upload(
    connection: psycopg.Connection[DictRow], job: IngestJob, profile_id: int
) -> DictRow | None:
    """Add an upload of which nothing is read yet; None when its bytes are here already."""
    facts = {
        "profile_id": profile_id,
        "beneficiary_id": job.beneficiary_id,
        "name": job.received.name,
        "sha256": job.identity,
        "size_bytes": job.received.size_bytes,
        "storage_path": job.storage_path,
        "mail": job.mail,
    }
    return _one(connection, "add_upload", facts)


def _repeated(connection: psycopg.Connection[DictRow], job: IngestJob) -> IngestResult:
    """Answer for bytes that are here already as their first upload was answered."""
    known = {"beneficiary_id": job.beneficiary_id, "sha256": job.identity}
    row = _row(connection, "find_upload_by_bytes", known)
    counts = {key: row[key] for key in _COUNTS}
    return IngestResult(upload_id=str(row["public_id"]), name=row["name"], repeated=True, **counts)


_COUNTS = (
    "records", "accepted", "rejected", "duplicates", "conflicts", "amount_cents", "warnings",
    "rejects_by_code", "encoding", "delimiter", "sheet",
)  # fmt: skip


class Ingest:
    """One file on its way into the database, inside one transaction."""

    def __init__(
        self,
        connection: psycopg.Connection[DictRow],
        job: IngestJob,
        upload: DictRow,
    ) -> None:
        self._connection = connection
        self._job = job
        self._upload_id: int = upload["id"]
        self._work_group_id: int | None = None
        self._warnings: Counter[int] = Counter()
        self._due = DueSums()
        self._room = job.rejects_max
        self._not_kept = 0
        self._codes: Counter[str] = Counter()
        self._positions: list[int] = []
        self._read_as: Jsonb | None = None
        self._result = IngestResult(
            upload_id=str(upload["public_id"]), name=job.received.name, repeated=False
        )

    def run(self) -> IngestResult:
        job, result = self._job, self._result
        with self._opened() as reader:
            # A file of several segments is put in order on the disk before any of it is copied.
            large = reader.size_bytes > SEGMENT_BYTES
            with self._sorted_on_disk() if large else nullcontext() as disk:
                self._debt_id = reader.header.column_names[-1]
                self._read_all(reader, disk)
            self._positions = list(reader.header.positions)
            if result.rejected:
                self._read_as = Jsonb(read_as_of(reader, job.reading).to_json())
        encoding = job.workbook.value if job.workbook else reader.encoding
        return self._end(encoding=encoding, delimiter=reader.header.delimiter)

    def _end(self, *, encoding: str, delimiter: str) -> IngestResult:
        """Write the upload's counts."""
        result = self._result
        result.encoding, result.delimiter = encoding, delimiter
        result.warnings = count_warnings(self._warnings)
        if self._not_kept:
            result.warnings[REJECTS_NOT_KEPT] = self._not_kept
        result.rejects_by_code = dict(self._codes)
        self._finish()
        crashpoint("rows-copied")
        return result

    def _sorted_on_disk(self) -> DiskSort:
        job = self._job
        return DiskSort(job.received.path.parent, free_bytes_min=job.disk_free_bytes_min)

    @contextmanager
    def _opened(self) -> Generator[CsvReader]:
        """Open the file, or the sheet of a workbook, which another process makes a CSV of."""
        job = self._job
        with as_csv(
            job.received.path,
            job.workbook,
            sheet=job.reading.sheet,
            bounds=job.workbook_bounds,
            folder=job.received.path.parent,
            still_at_it=lambda: self._execute("show_life", {}),
        ) as csv:
            self._result.sheet = csv.sheet
            options = read_options(job.judgement, job.reading, decimal_style=csv.decimal_style)
            with CsvReader(csv.path, options) as reader:
                yield reader

    def _read_all(self, reader: CsvReader, disk: DiskSort | None) -> None:
        """Write part after part, each while the next is made; on the disk, all are sorted first."""
        if disk is None:
            parts = parts_of(reader, is_remembered=True)
        else:
            self._sort_all(reader, disk)
            parts = parts_of_blocks(disk.blocks())
        with read_ahead(parts) as coming:
            while (part := next(coming, None)) is not None:
                with span("copy", records=len(part.rows)):
                    self._copy_rows(self._accept(part))
                del part  # Or its memory would be held while the next one is made.

    def _sort_all(self, reader: CsvReader, disk: DiskSort) -> None:
        # Equal ids come into one block: without those of its own, a segment adds one at the most.
        parts = parts_of(reader, is_remembered=False)
        while (part := next(parts, None)) is not None:
            with span("sort", records=len(part.rows)):
                disk.add(self._accept(part))
                self._execute("show_life", {})
            del part

    def _accept(self, part: Part) -> Rows:
        """Write down what is refused or repeated; return the other rows."""
        if part.rejects is not None:
            self._result.records += len(part.rows) + len(part.rejects)
            self._reject(part.rejects)
        repeated = part.repeats.repeated
        if not repeated.any():
            return part.rows
        self._reject_repeats(part.rows, part.repeats)
        return part.rows.take(~repeated)

    def _copy_rows(self, rows: Rows) -> None:
        """Write rows that are in order."""
        if not len(rows):
            return
        first_id = self._next_id()
        if not self._overlaps(rows) and self._copy_directly(rows, first_id):
            return
        self._merge(rows, first_id)

    def _next_id(self) -> int:
        """Return the first id of a block of their own for some rows."""
        return _row(self._connection, "take_billing_block", {})["block"] * BLOCK_ROWS

    def _overlaps(self, rows: Rows) -> bool:
        """Guess from a sample whether some of these debts are here already."""
        step = max(1, len(rows) // _SAMPLE_ROWS)
        sample = [UUID(bytes=bytes(debt_id)) for debt_id in rows.debt_id[::step]]
        what = {"beneficiary_id": self._job.beneficiary_id, "debt_ids": sample}
        return bool(_row(self._connection, "count_known_debts", what)["known"])

    def _copy_directly(self, rows: Rows, first_id: int) -> bool:
        """Copy rows that are all new; False, with nothing changed, when one of them is not."""
        try:
            with self._connection.transaction():
                self._copy("copy_billings", self._encoded(rows, first_id))
                details = self._details(rows, first_id)
                if details is not None:
                    self._copy("copy_details", details)
        except psycopg.errors.UniqueViolation:
            return False
        last_id = first_id + len(rows) - 1
        self._result.accepted += len(rows)
        counts = np.bincount(rows.warnings)
        self._warnings.update({bits: int(counts[bits]) for bits in np.flatnonzero(counts).tolist()})
        self._due.add_rows(rows.due_date, rows.amount_cents)
        self._add_batches("add_batches", first_id, last_id)
        return True

    def _merge(self, rows: Rows, first_id: int) -> None:
        """Insert what is new, and record the rest as duplicates of the billings that are here."""
        self._execute("create_staging", {})
        self._execute("clear_staging", {})
        self._copy("copy_staging", self._encoded(rows, first_id))
        self._execute("analyze_staging", {})
        inserted = self._execute("insert_staged", {})
        if inserted < len(rows):
            inserted += self._execute("insert_again", {"warning": RowWarning.OLDER_BOLETO_PAYABLE})
        details = self._details(rows, first_id)
        if details is not None:
            self._execute("create_staging_detail", {})
            self._copy("copy_staging_detail", details)
            self._execute("insert_staged_details", {})
        what = {"upload_id": self._upload_id, "rows_max": self._room}
        found = _row(self._connection, "reject_staged", what)
        self._keep(found["duplicates"])
        if inserted + found["duplicates"] != len(rows):
            raise AssertionError("a staged row is neither a billing nor a duplicate")
        self._result.accepted += inserted
        self._result.duplicates += found["duplicates"]
        self._result.conflicts += found["conflicts"]
        block = {"first_id": first_id, "last_id": first_id + len(rows) - 1}
        for row in self._all("count_warnings", block):
            self._warnings[row["warnings"]] += row["rows"]
        summed = self._all("sum_block", block)
        self._due.add_days((row["day"], row["billings"], row["cents"]) for row in summed)
        self._add_batches("add_batches_with_gaps", **block)

    def _encoded(self, rows: Rows, first_id: int) -> Iterator[bytes]:
        ids = np.arange(first_id, first_id + len(rows), dtype=np.int64)
        return encode_billings(
            rows, ids=ids, upload_id=self._upload_id, beneficiary_id=self._job.beneficiary_id
        )

    def _details(self, rows: Rows, first_id: int) -> Iterator[bytes] | None:
        ids = np.arange(first_id, first_id + len(rows), dtype=np.int64)
        return encode_details(rows, ids=ids)

    def _add_batches(self, query: str, first_id: int, last_id: int) -> None:
        if self._work_group_id is None:
            group = {"upload_id": self._upload_id, "traceparent": self._job.traceparent}
            row = _row(self._connection, "open_work_group", group)
            self._work_group_id = row["work_group_id"]
        what = {
            "upload_id": self._upload_id,
            "kind": FIRST_KIND,
            "group_id": self._work_group_id,
            "first_id": first_id,
            "last_id": last_id,
            "batch_rows": max(
                self._job.batch_rows, min(self._result.records // _BATCHES, _BATCH_ROWS_MAX)
            ),
        }
        self._result.batch_ids += [row["id"] for row in self._all(query, what)]

    def _reject(self, rejects: Rejects) -> None:
        if not len(rejects):
            return
        self._result.rejected += len(rejects)
        self._codes.update(rejects.counts_by_code())
        kept = rejects.take(slice(0, self._keep(len(rejects))))
        if len(kept):
            self._copy("copy_rejects", encode_rejects(kept, upload_id=self._upload_id))

    def _keep(self, rows: int) -> int:
        """Return how many of some refused rows are kept, and count the rest."""
        kept = min(rows, self._room)
        self._room -= kept
        self._not_kept += rows - kept
        return kept

    def _reject_repeats(self, rows: Rows, repeats: Repeats) -> None:
        lines = rows.line_number[repeats.repeated].tolist()
        first_lines = repeats.first_line_number[repeats.repeated].tolist()
        self._result.duplicates += len(lines)
        kept = self._keep(len(lines))
        with self._connection.cursor().copy(QUERIES["copy_repeats"]) as copy:
            for line, first in zip(lines[:kept], first_lines[:kept], strict=True):
                message = f"{self._debt_id} repetido da linha {first}"
                copy.write_row(
                    (self._upload_id, line, True, "debtId", "DUPLICATE_IN_FILE", message, "")
                )

    def _finish(self) -> None:
        result, due = self._result, self._due
        result.amount_cents = due.total_cents
        what = {"beneficiary_id": self._job.beneficiary_id, "upload_id": self._upload_id}
        sums = {"billings": list(due.billings.values()), "cents": list(due.amount_cents.values())}
        self._execute("add_due", {**what, **sums, "days": list(due.billings)})
        self._execute(
            "finish_upload_ingest",
            {
                "upload_id": self._upload_id,
                **{key: getattr(result, key) for key in _COUNTS},
                "positions": self._positions,
                "read_as": self._read_as,
                "warnings": Jsonb(result.warnings),
                "rejects_by_code": Jsonb(result.rejects_by_code),
            },
        )

    def _copy(self, query: str, chunks: Iterator[bytes]) -> None:
        with self._connection.cursor().copy(QUERIES[query]) as copy:
            for chunk in chunks:
                copy.write(chunk)

    def _execute(self, query: str, parameters: dict[str, Any]) -> int:
        return self._connection.execute(QUERIES[query], parameters).rowcount

    def _all(self, query: str, parameters: dict[str, Any]) -> list[DictRow]:
        return self._connection.execute(QUERIES[query], parameters).fetchall()


def _one(
    connection: psycopg.Connection[DictRow], query: str, parameters: dict[str, Any]
) -> DictRow | None:
    return connection.execute(QUERIES[query], parameters).fetchone()


def _row(
    connection: psycopg.Connection[DictRow], query: str, parameters: dict[str, Any]
) -> DictRow:
    row = _one(connection, query, parameters)
    if row is None:
        raise LookupError(query)
    return row
