"""What goes over the wire for billings and rejects, field by field."""

from __future__ import annotations

import datetime as dt
import re
import struct
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import numpy as np

from cobranca.infra import migrations
from cobranca.uploads.copy_rows import encode_billings, encode_rejects
from cobranca.uploads.csv_reader import CsvReader, ReadOptions, RejectCode, Segment
from cobranca.uploads.csv_reader.messages import message_of
from tests.unit.infra.test_pg_copy import dumped
from tests.unit.uploads.csv_reader.reading import HEADER, with_file
from tests.unit.uploads.csv_reader.reading import UUID as DEBT_ID
from tests.unit.uploads.csv_reader.reference import TODAY

#: Columns of `billing` in the order in which `encode_billings` writes them.
BILLING_COLUMNS = (
    "id",
    "debt_id",
    "amount_cents",
    "upload_id",
    "line_number",
    "due_date",
    "beneficiary_id",
    "warnings",
    "name",
    "tax_id",
    "email",
)
#: Columns of `reject` in the order in which `encode_rejects` writes them.
REJECT_COLUMNS = (
    "upload_id",
    "line_number",
    "duplicate",
    "column_name",
    "code",
    "message",
    "raw",
)


def segment_of(text: str) -> Segment:
    """Read a small file as one segment."""

    def first(path: Path) -> Segment:
        with CsvReader(path, ReadOptions(today=TODAY)) as reader:
            return next(reader.segments())

    return with_file(text, first)  # type: ignore[arg-type, return-value]


def fields(stream: bytes) -> Iterator[list[bytes]]:
    """Yield the fields of each row of a COPY stream, with their lengths."""
    at = 19
    while (count := struct.unpack_from(">h", stream, at)[0]) != -1:
        at += 2
        row: list[bytes] = []
        for _ in range(count):
            size = 4 + struct.unpack_from(">i", stream, at)[0]
            row.append(stream[at : at + size])
            at += size
        yield row
    assert at + 2 == len(stream)


def test_billings_are_encoded_in_the_order_of_the_columns() -> None:
    other = DEBT_ID.replace("1adb", "ffff")
    segment = segment_of(
        HEADER
        + f"José,529.982.247-25,a@b.co,10.50,2030-01-31,{DEBT_ID}\n"
        + f"Ana,1,{'x' * 40}@example.com,99999999.99,2024-02-29,{other}\n"
    )
    stream = b"".join(
        encode_billings(
            segment.rows, ids=np.array([5, 2**40]), upload_id=7, beneficiary_id=3, chunk_rows=1
        )
    )
    assert list(fields(stream)) == [
        [
            dumped(5, "int8"), dumped(UUID(DEBT_ID), "uuid"), dumped(1050, "int8"),
            dumped(7, "int4"), dumped(2, "int4"), dumped(dt.date(2030, 1, 31), "date"),
            dumped(3, "int2"), dumped(0, "int2"), dumped("José", "text"),
            dumped("52998224725", "text"), dumped("a@b.co", "text"),
        ],
        [
            dumped(2**40, "int8"), dumped(UUID(other), "uuid"), dumped(9_999_999_999, "int8"),
            dumped(7, "int4"), dumped(3, "int4"), dumped(dt.date(2024, 2, 29), "date"),
            dumped(3, "int2"), dumped(3, "int2"), dumped("Ana", "text"),
            dumped("1", "text"), dumped("x" * 40 + "@example.com", "text"),
        ],
    ]  # fmt: skip


def test_rejects_are_encoded_as_text_that_the_database_takes() -> None:
    segment = segment_of(HEADER + "a,b\n" + "xé" + "é" * 3000 + ",x\n\0,x\n")
    rows = list(fields(b"".join(encode_rejects(segment.rejects, upload_id=7))))
    assert rows[0] == [
        dumped(7, "int4"), dumped(2, "int4"), dumped(False, "bool"), dumped("", "text"),
        dumped("FIELD_COUNT", "text"),
        dumped(message_of(RejectCode.FIELD_COUNT), "text"),
        dumped("a,b", "text"), dumped(0, "int8"),
    ]  # fmt: skip
    raw = rows[1][-2][4:].decode()
    assert raw == "x" + "é" * 2047
    assert rows[2][-2] == dumped("?,x", "text")


def test_columns_are_those_of_the_migrations() -> None:
    folder = Path(migrations.__file__).parent
    ddl = "\n".join(path.read_text() for path in sorted(folder.glob("*.sql")))
    for table, columns in (("billing", BILLING_COLUMNS), ("reject", REJECT_COLUMNS)):
        body = re.search(rf"CREATE TABLE {table} \((.*?)\n\);", ddl, re.DOTALL)
        assert body is not None
        names = re.findall(r"^    ([a-z_]+) +[a-z]", body[1], re.MULTILINE)
        assert tuple(names) == columns
