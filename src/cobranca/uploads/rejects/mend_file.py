"""Bills what was mended of a file's rejects: a correction is an upload whose lines are the file's.

Runs in a process of the ingest's pool. In one transaction: billings, batches, and the rejects that
they mend; what fails again stays in the open with its new reason.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import psycopg
from psycopg.rows import DictRow, dict_row

from cobranca.domain.errors import Conflict, CsvInvalid, NotFound
from cobranca.infra.local_files import new_held_file
from cobranca.infra.sql import load_queries
from cobranca.infra.tracing import span
from cobranca.pipeline.crashpoint import crashpoint
from cobranca.uploads import parts as read_parts
from cobranca.uploads.csv_reader import CsvReader, DuplicateFinder, Repeats, Rows, Segment
from cobranca.uploads.ingest import Ingest, IngestJob, add_upload, ensure_profile
from cobranca.uploads.read_as import ReadAs, from_json
from cobranca.uploads.receive import Received
from cobranca.uploads.rejects.file_columns import FileColumns, file_columns
from cobranca.uploads.rejects.merge import Merged, SentRow, merge
from cobranca.uploads.rejects.parts import Part, canonical, parts_of
from cobranca.uploads.rejects.sent_file import sent_rows
from cobranca.uploads.workbooks import WorkbookKind, as_csv

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from uuid import UUID

QUERIES = load_queries("cobranca.uploads.rejects")


@dataclass(frozen=True, slots=True, kw_only=True)
class SentFile:
    """The rejects' file as it came back."""

    path: Path
    workbook: WorkbookKind | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MendJob:
    """What was sent of a file's rejects, and how it is billed."""

    corrected: UUID
    #: Cells by the file's own names, or a whole file.
    sent: tuple[tuple[int, Mapping[str, str]], ...] | SentFile
    #: Its `received` is where the correction is written to, by `prepare_correction`.
    ingest: IngestJob


@dataclass(slots=True, kw_only=True)
class MendResult:
    """What became of every record that was sent."""

    upload_id: str | None = None
    #: Sent.
    records: int = 0
    accepted: int = 0
    rejected: int = 0
    duplicates: int = 0
    conflicts: int = 0
    #: Of what was accepted.
    amount_cents: int = 0
    untouched: int = 0
    mended_before: int = 0
    unknown: int = 0
    #: Lines of the first that are in the open still, or that are none.
    lines_failed: list[int] | None = None
    lines_unknown: list[int] | None = None
    #: In the open now, of the whole file.
    rejected_open: int = 0
    batches: int = 0
    #: The rejects were changed since the correction was prepared: prepare it again.
    stale: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Corrected:
    """The file whose rejects are mended."""

    id: int
    columns: FileColumns
    read_as: ReadAs


def prepare_correction(job: MendJob) -> Received | None:
    """Write the CSV that is kept of a correction; None when there is nothing to judge.

    Raises:
        NotFound: the beneficiary has no such upload.
        Conflict: it was removed.
        CsvInvalid: the file that was sent back is none of rejects.
        InputError: it has too many records.
    """
    received = job.ingest.received
    with _connected(job) as connection, connection.transaction():
        corrected = _find_corrected(connection, job)
        found = _merged(connection, job, corrected)
    if not found.rows:
        return None
    content = canonical(found.rows, corrected.columns)
    received.path.write_bytes(content)
    digest = hashlib.sha256(content).digest()
    return replace(received, size_bytes=len(content), sha256=digest)


def mend_file(job: MendJob) -> MendResult:
    """Judge and bill what was sent, and mark the rejects that it mends.

    Raises:
        NotFound: the beneficiary has no such upload.
        Conflict: it was removed.
    """
    with span("mend", parent=job.ingest.traceparent), _connected(job) as connection:
        profile_id = ensure_profile(connection, job.ingest)
        with connection.transaction():
            corrected = _find_corrected(connection, job)
            _execute(connection, "lock_corrections", {"upload_id": corrected.id})
            found = _merged(connection, job, corrected)
            result = MendResult(
                records=found.sent,
                untouched=len(found.untouched),
                mended_before=found.mended_before,
                unknown=len(found.unknown),
            )
            if found.rows:
                content = canonical(found.rows, corrected.columns)
                if hashlib.sha256(content).digest() != job.ingest.received.sha256:
                    return MendResult(stale=True)
                _bill(connection, job, corrected, found, result, profile_id)
            row = _one(connection, "count_open", {"upload_id": corrected.id})
            result.rejected_open = row["open"] if row else 0
            return result


def _connected(job: MendJob) -> psycopg.Connection[DictRow]:
    connection = psycopg.Connection[DictRow].connect(
        job.ingest.database_url, row_factory=dict_row, autocommit=True
    )
    connection.execute("SET application_name = 'ingest'")
    return connection


def _find_corrected(connection: psycopg.Connection[DictRow], job: MendJob) -> _Corrected:
    what = {"beneficiary_id": job.ingest.beneficiary_id, "public_id": job.corrected}
    row = _one(connection, "find_corrected", what)
    if row is None:
        raise NotFound(f"There is no upload {job.corrected}")
    if row["removed_at"] is not None:
        raise Conflict("This upload was removed: send its file again instead of its rejects")
    read_as = from_json(row["read_as"])
    columns = file_columns(row["delimiter"], row["positions"], read_as)
    return _Corrected(id=row["id"], columns=columns, read_as=read_as)


def _merged(connection: psycopg.Connection[DictRow], job: MendJob, corrected: _Corrected) -> Merged:
    def find(lines: list[int]) -> list[DictRow]:
        what = {"upload_id": corrected.id, "lines": lines}
        return connection.execute(QUERIES["find_rejects"], what).fetchall()

    if not isinstance(job.sent, SentFile):
        places = {key: at for at, key in enumerate(corrected.columns.keys)}
        rows = (
            SentRow(line=line, cells={places[k]: v for k, v in cells.items() if k in places})
            for line, cells in job.sent
        )
        return merge(rows, find, corrected.columns, corrected.read_as)
    with as_csv(
        job.sent.path,
        job.sent.workbook,
        sheet=None,
        bounds=job.ingest.workbook_bounds,
        folder=job.sent.path.parent,
        still_at_it=lambda: connection.execute("SELECT 1"),
    ) as source:
        rows = sent_rows(source.path, corrected.columns)
        return merge(rows, find, corrected.columns, corrected.read_as)


def _bill(
    connection: psycopg.Connection[DictRow],
    job: MendJob,
    corrected: _Corrected,
    found: Merged,
    result: MendResult,
    profile_id: int,
) -> None:
    """Bill what passes, and write down for each record what became of it."""
    upload = add_upload(connection, job.ingest, profile_id)
    if upload is None:
        # The very same correction stands, though its rejects are open: it was not removed.
        raise Conflict("This correction was sent already; ask for the rejects again")
    ingest = _Mending(connection, job.ingest, upload)
    billed = ingest.mend(parts_of(found.rows, corrected.columns), corrected.read_as)
    result.accepted, result.rejected = billed.accepted, billed.rejected
    result.duplicates, result.conflicts = billed.duplicates, billed.conflicts
    result.amount_cents = billed.amount_cents or 0
    # A line that the reader takes for none, as one of nothing but blanks, is in the open still.
    result.unknown += len(found.rows) - billed.records
    what = {"upload_id": upload["id"], "corrected_id": corrected.id}
    conflicts = [row["line_number"] for row in _all(connection, "list_conflicts", what)]
    _execute(connection, "note_failed", what)
    if conflicts:
        texts = _texts_of(conflicts, found, corrected.columns)
        _execute(connection, "note_conflicts", what | texts)
    if billed.accepted + billed.duplicates - billed.conflicts == 0:
        _execute(connection, "drop_correction", what)
        return
    _execute(connection, "note_mended", what | {"lines": ingest.valid_lines()})
    _execute(connection, "note_correction", what)
    crashpoint("rejects-mended")
    result.upload_id, result.batches = billed.upload_id, len(billed.batch_ids)


def _texts_of(lines: Iterable[int], found: Merged, columns: FileColumns) -> dict[str, Any]:
    """Return what stands now in the records of some lines."""
    cells = {row.line: row.cells for row in found.rows}
    chosen = list(lines)
    return {"lines": chosen, "raws": [columns.line_of(cells[line]) for line in chosen]}


class _Mending(Ingest):
    """Mended records on their way in: parts of one upload, by the lines of another."""

    def mend(self, parts: list[Part], read_as: ReadAs) -> Any:
        """Bill the rows of the parts and return the upload's counts."""
        self._valid: list[np.ndarray[Any, np.dtype[np.int64]]] = []
        self._repeated: list[Rows] = []
        finder = DuplicateFinder()
        for part in parts:
            self._read_part(part, read_as, finder)
        for rows in self._repeated:
            # By now their debts are billed: whether they say the same is told there.
            self._merge(rows, self._next_id())
        return self._end(encoding="utf-8", delimiter=parts[0].columns.delimiter)

    def valid_lines(self) -> list[int]:
        """Return the lines that are billed now, or were before."""
        return np.concatenate(self._valid).tolist() if self._valid else []

    def _read_part(self, part: Part, read_as: ReadAs, finder: DuplicateFinder) -> None:
        with new_held_file(self._job.received.path.parent, suffix=".csv") as file:
            path = Path(file.name)
            try:
                part.write_to(path)
                options = part.options(self._job.judgement, read_as)
                with CsvReader(path, options) as reader:
                    self._positions = list(reader.header.positions)
                    for segment in _segments(reader):
                        self._copy_segment(_of_lines(segment, part), finder)
            finally:
                path.unlink(missing_ok=True)

    def _copy_segment(self, segment: Segment, finder: DuplicateFinder) -> None:
        rows = segment.rows.sorted_by_debt_id()
        self._valid.append(rows.line_number)
        read = read_parts.Part(rows=rows, repeats=finder.find(rows), rejects=segment.rejects)
        self._copy_rows(self._accept(read))

    def _reject_repeats(self, rows: Rows, repeats: Repeats) -> None:
        self._repeated.append(rows.take(repeats.repeated))


def _segments(reader: CsvReader) -> Iterator[Segment]:
    """Yield a part's segments; a part of nothing but blank records has none."""
    try:
        yield from reader.segments()
    except CsvInvalid as error:
        if error.code != "NO_ROWS":
            raise


def _of_lines(segment: Segment, part: Part) -> Segment:
    """Return a segment with the lines of the corrected file."""
    rows, rejects = segment.rows, segment.rejects
    return Segment(
        rows=replace(rows, line_number=part.lines_of(rows.line_number)),
        rejects=replace(rejects, line_number=part.lines_of(rejects.line_number)),
    )


def _execute(
    connection: psycopg.Connection[DictRow], query: str, parameters: dict[str, Any]
) -> None:
    connection.execute(QUERIES[query], parameters)


def _one(
    connection: psycopg.Connection[DictRow], query: str, parameters: dict[str, Any]
) -> DictRow | None:
    return connection.execute(QUERIES[query], parameters).fetchone()


def _all(
    connection: psycopg.Connection[DictRow], query: str, parameters: dict[str, Any]
) -> list[DictRow]:
    return connection.execute(QUERIES[query], parameters).fetchall()
