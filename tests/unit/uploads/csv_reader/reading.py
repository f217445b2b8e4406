"""Writes bytes to a file and reads them back through the product, flattened for comparison."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from cobranca.uploads.csv_reader import CsvReader, ReadOptions, RejectCode, Rejects, official_fields
from tests.unit.uploads.csv_reader.reference import TODAY

HEADER = "name,governmentId,email,debtAmount,debtDueDate,debtId\n"
UUID = "1adb6ccf-ff16-467f-bea7-5f05d494280f"
GOOD = f"John Doe,11111111111,johndoe@kanastra.com.br,1000000.00,2022-10-12,{UUID}"


_Result = TypeVar("_Result")


@dataclass(frozen=True)
class Reject:
    """One refused record."""

    line_number: int
    column: str
    code: str
    message: str
    raw: str
    values: tuple[str, ...]


@dataclass
class Outcome:
    """What a file has given: rows as tuples, refused records as objects."""

    reader: CsvReader
    rows: list[tuple[Any, ...]]
    rejects: list[Reject]

    @property
    def codes(self) -> list[tuple[int, str]]:
        return [(reject.line_number, reject.code) for reject in self.rejects]

    @property
    def records(self) -> int:
        return len(self.rows) + len(self.rejects)


def read(data: bytes | str, **options: Any) -> Outcome:
    """Read a whole file."""
    return with_file(data, lambda path: read_path(path, **options))


def with_file(data: bytes | str, action: Callable[[Path], _Result]) -> _Result:
    """Run an action on a file with these bytes."""
    raw = data.encode() if isinstance(data, str) else data
    with tempfile.NamedTemporaryFile() as file:
        file.write(raw)
        file.flush()
        return action(Path(file.name))


def read_path(path: Path, **options: Any) -> Outcome:
    """Read a whole file that exists."""
    with CsvReader(path, ReadOptions(today=TODAY, **options)) as reader:
        outcome = Outcome(reader, [], [])
        for segment in reader.segments():
            rows = segment.rows
            assert segment.records == len(rows) + len(segment.rejects) > 0
            for row in range(len(rows)):
                outcome.rows.append(
                    (
                        int(rows.line_number[row]),
                        rows.name.text(row),
                        rows.tax_id.text(row),
                        rows.email.text(row),
                        int(rows.amount_cents[row]),
                        int(rows.due_date[row]),
                        rows.debt_id[row].tobytes(),
                        int(rows.warnings[row]),
                    )
                )
            outcome.rejects += rejects_of(segment.rejects)
    return outcome


def rejects_of(rejects: Rejects) -> list[Reject]:
    """Take the refused records of a segment out of their columns."""
    raws, messages = rejects.raw_texts(), rejects.messages()
    found: list[Reject] = []
    for number, value in enumerate(rejects.code.tolist()):
        code, raw = RejectCode(value), raws.text(number)
        found.append(
            Reject(
                line_number=int(rejects.line_number[number]),
                column=code.column,
                code=code.name,
                message=messages.text(number),
                raw=raw,
                values=official_fields(raw, rejects.delimiter, rejects.positions),
            )
        )
    return found
