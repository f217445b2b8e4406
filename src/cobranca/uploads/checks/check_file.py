"""Reads a file as an ingest would and writes nothing: counts, sums, and what is odd about it.

Runs in a process of the ingest's pool. Invariant, for any bytes: its counts are those of an ingest
with the same reading, unless something was billed or cancelled between.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import psycopg
from psycopg.rows import DictRow, dict_row

from cobranca.domain.billing import REJECTS_NOT_KEPT, RowWarning, count_warnings
from cobranca.domain.errors import CsvInvalid
from cobranca.infra.sql import load_queries
from cobranca.infra.tracing import span
from cobranca.uploads.checks import known_debts
from cobranca.uploads.checks.findings import Findings
from cobranca.uploads.checks.known_debts import KnownDebts
from cobranca.uploads.checks.twins import Twins
from cobranca.uploads.csv_reader import (
    OFFICIAL_COLUMNS,
    CsvReader,
    DuplicateFinder,
    Rows,
    Segment,
    header_names,
)
from cobranca.uploads.csv_reader.column_names import known_positions
from cobranca.uploads.reading import Judgement, Reading, read_options
from cobranca.uploads.workbooks import CsvSource, WorkbookBounds, WorkbookKind, as_csv

if TYPE_CHECKING:
    from pathlib import Path

    from cobranca.uploads.csv_reader.cells import Flags

QUERIES = load_queries("cobranca.uploads.checks")

#: Refusals that another mapping of columns may mend; such a check is kept.
MENDABLE: Final = frozenset({"MISSING_COLUMNS", "DUPLICATE_COLUMN", "NO_HEADER"})


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckJob:
    """A file on the local disk and how it is to be read."""

    path: Path
    #: Which workbook it is; None: a CSV.
    workbook: WorkbookKind | None
    workbook_bounds: WorkbookBounds
    #: Where the CSV of a workbook's sheet is made.
    folder: Path
    judgement: Judgement
    reading: Reading
    #: None: billings are not looked at.
    database_url: str | None
    beneficiary_id: int
    #: Whether a mapping that was remembered for this header is taken.
    recall: bool
    rejects_max: int
    traceparent: str | None = None


@dataclass(slots=True, kw_only=True)
class CheckResult:
    """What an ingest would do, and what is odd."""

    #: How it was read; with the mapping that was remembered, where it was taken.
    reading: Reading
    header_sha256: bytes = b""
    header: list[str] = field(default_factory=list[str])
    #: Official columns and where they stand; a CNPJ of its own is a tax id too.
    columns: list[tuple[str, int]] = field(default_factory=list[tuple[str, int]])
    #: Names of columns that are not read.
    ignored: list[str] = field(default_factory=list[str])
    #: Why the file cannot be read as a whole; None when it can.
    refusal: dict[str, str] | None = None
    encoding: str = ""
    #: The sheet that was read, of a workbook.
    sheet: str | None = None
    #: Those that it could be.
    sheets: list[str] = field(default_factory=list[str])
    delimiter: str = ""
    decimals: str = ""
    dates: str = ""
    records: int = 0
    accepted: int = 0
    rejected: int = 0
    duplicates: int = 0
    conflicts: int = 0
    amount_cents: int = 0
    amount_min_cents: int | None = None
    amount_max_cents: int | None = None
    #: Days since 2000-01-01.
    due_first: int | None = None
    due_last: int | None = None
    warnings: dict[str, int] = field(default_factory=dict[str, int])
    rejects_by_code: dict[str, int] = field(default_factory=dict[str, int])
    problems: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    #: The first rows that would be billed, with their values.
    first_rows: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    #: Whether billings were looked at.
    compared: bool = False


def check_file(job: CheckJob) -> CheckResult:
    """Read one file.

    Raises:
        CsvInvalid: it cannot be read as a whole, however its columns are meant.
    """
    with span("check", parent=job.traceparent), ExitStack() as open_:
        connection = None
        if job.database_url is not None:
            connection = open_.enter_context(
                psycopg.Connection[DictRow].connect(
                    job.database_url, row_factory=dict_row, autocommit=True
                )
            )
            connection.execute("SET application_name = 'check'")
        csv = open_.enter_context(
            as_csv(
                job.path,
                job.workbook,
                sheet=job.reading.sheet,
                bounds=job.workbook_bounds,
                folder=job.folder,
                still_at_it=_nobody_waits,
            )
        )
        opened = _opened(job, csv, job.reading, open_)
        reading = job.reading
        if job.recall and connection is not None:
            reading = _recalled(connection, job, opened.digest)
            if reading != job.reading:
                opened = _opened(job, csv, reading, open_)
        result = CheckResult(
            reading=reading,
            sheet=csv.sheet,
            sheets=list(csv.sheets),
            header_sha256=opened.digest,
            header=list(opened.names),
            refusal=opened.refusal,
        )
        if opened.reader is None:
            known = known_positions(opened.names, dict(reading.columns))
            result.columns = sorted(known.items(), key=lambda column: column[1])
            return result
        return _Check(job, connection, opened.reader, result).run()


def find_beneficiary(database_url: str, tax_id: str) -> int | None:
    """Return the id of a beneficiary; None where a database has never heard of it."""
    with psycopg.Connection[DictRow].connect(database_url, row_factory=dict_row) as connection:
        row = connection.execute(QUERIES["find_beneficiary"], {"tax_id": tax_id}).fetchone()
    return None if row is None else row["id"]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Opened:
    """A file's header, and its reader unless the header cannot be read."""

    names: tuple[str, ...]
    reader: CsvReader | None = None
    refusal: dict[str, str] | None = None

    @property
    def digest(self) -> bytes:
        return hashlib.sha256("\x1f".join(self.names).encode()).digest()


def _nobody_waits() -> None:
    """Keep nothing alive: no transaction is open while a sheet is made a CSV of."""


def _opened(job: CheckJob, csv: CsvSource, reading: Reading, open_: ExitStack) -> _Opened:
    options = read_options(job.judgement, reading, decimal_style=csv.decimal_style)
    try:
        reader = open_.enter_context(CsvReader(csv.path, options))
    except CsvInvalid as error:
        if error.code not in MENDABLE:
            raise
        refusal = {"code": error.code, "detail": error.detail}
        return _Opened(names=header_names(csv.path), refusal=refusal)
    return _Opened(names=reader.header.names, reader=reader)


def _recalled(connection: psycopg.Connection[DictRow], job: CheckJob, digest: bytes) -> Reading:
    """Return how the file is read when its header's columns were told before."""
    what = {"beneficiary_id": job.beneficiary_id, "header_sha256": digest}
    row = connection.execute(QUERIES["find_mapping"], what).fetchone()
    if row is None:
        return job.reading
    columns = tuple((name, int(at)) for name, at in sorted(row["positions"].items()))
    return replace(job.reading, columns=columns)


class _Check:
    """One file on its way through a check."""

    def __init__(
        self,
        job: CheckJob,
        connection: psycopg.Connection[DictRow] | None,
        reader: CsvReader,
        result: CheckResult,
    ) -> None:
        self._job = job
        self._reader = reader
        self._result = result
        self._finder = DuplicateFinder()
        self._twins = Twins()
        self._warnings: Counter[int] = Counter()
        self._codes: Counter[str] = Counter()
        self._findings = Findings(reader.header.column_names)
        self._known = connection and KnownDebts(connection, job.beneficiary_id)

    def run(self) -> CheckResult:
        result, reader = self._result, self._reader
        segments = reader.segments()
        while (segment := next(segments, None)) is not None:
            self._read_segment(segment)
            del segment
        workbook = self._job.workbook
        result.encoding = workbook.value if workbook else reader.encoding
        result.delimiter = reader.header.delimiter
        result.decimals, result.dates = reader.decimal_style.value, reader.dates
        officials = (*OFFICIAL_COLUMNS, OFFICIAL_COLUMNS[1])
        result.columns = list(zip(officials, reader.header.positions, strict=False))
        result.ignored = list(reader.header.ignored)
        result.compared = self._known is not None
        result.rejects_by_code = dict(self._codes)
        result.warnings = count_warnings(self._warnings)
        not_kept = result.rejected + result.duplicates - self._job.rejects_max
        twins, pairs = self._twins.count(examples_max=self._findings.examples_max)
        self._findings.add_twins(twins, pairs)
        result.problems = self._findings.problems(
            self._codes, result.warnings, decimals=result.decimals
        )
        result.first_rows = self._findings.first_rows
        if not_kept > 0:
            result.warnings[REJECTS_NOT_KEPT] = not_kept
        return result

    def _read_segment(self, segment: Segment) -> None:
        result = self._result
        result.records += segment.records
        result.rejected += len(segment.rejects)
        self._codes.update(segment.rejects.counts_by_code())
        self._findings.add_rejects(segment.rejects)
        rows = self._without_repeats(segment.rows.sorted_by_debt_id())
        if not len(rows):
            return
        rows = self._without_known(rows)
        values, counts = np.unique(rows.warnings, return_counts=True)
        self._warnings.update(dict(zip(values.tolist(), counts.tolist(), strict=True)))
        self._findings.add_warnings(rows)
        self._findings.add_first(rows)
        self._twins.add(rows)
        self._sum(rows)

    def _without_repeats(self, rows: Rows) -> Rows:
        repeats = self._finder.find(rows)
        count = int(np.count_nonzero(repeats.repeated))
        if not count:
            return rows
        self._result.duplicates += count
        self._findings.add_repeats(rows, repeats)
        return rows.take(~repeats.repeated)

    def _without_known(self, rows: Rows) -> Rows:
        """Leave out what is here already, and warn of what is billed again."""
        if not self._known:
            return rows
        kinds = self._known.kinds(rows)
        if not kinds.any():
            return rows
        rows.warnings[kinds == known_debts.AGAIN_PAYABLE] |= RowWarning.OLDER_BOLETO_PAYABLE
        out: Flags = (kinds > known_debts.NEW) & (kinds < known_debts.AGAIN)
        self._result.duplicates += int(np.count_nonzero(out))
        self._result.conflicts += int(np.count_nonzero(kinds == known_debts.CONFLICT))
        self._findings.add_known(rows, kinds, self._known)
        return rows.take(~out)

    def _sum(self, rows: Rows) -> None:
        if not len(rows):
            return
        result, amounts, days = self._result, rows.amount_cents, rows.due_date
        result.accepted += len(rows)
        result.amount_cents += int(amounts.sum())
        least, largest = int(amounts.min()), int(amounts.max())
        result.amount_min_cents = min(least, result.amount_min_cents or least)
        result.amount_max_cents = max(largest, result.amount_max_cents or largest)
        first, last = int(days.min()), int(days.max())
        result.due_first = first if result.due_first is None else min(first, result.due_first)
        result.due_last = last if result.due_last is None else max(last, result.due_last)
