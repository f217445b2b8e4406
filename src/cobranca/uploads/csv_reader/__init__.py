"""A CSV of debts in, validated columns and refused records out; see docs/csv.md for the format."""

from __future__ import annotations

from cobranca.uploads.csv_reader.column_names import folded, knows_names, official_of
from cobranca.uploads.csv_reader.date_forms import month_of
from cobranca.uploads.csv_reader.due_dates import day_of_serial, keeps_order
from cobranca.uploads.csv_reader.duplicates import DuplicateFinder, Repeats
from cobranca.uploads.csv_reader.messages import message_of
from cobranca.uploads.csv_reader.optional_columns import find_optional
from cobranca.uploads.csv_reader.plain_records import read_plain
from cobranca.uploads.csv_reader.quoted_record import split_loosely
from cobranca.uploads.csv_reader.reader import (
    SEGMENT_BYTES,
    CsvReader,
    ReadOptions,
    Segment,
    header_names,
)
from cobranca.uploads.csv_reader.reject_codes import (
    OFFICIAL_COLUMNS,
    TAX_ID,
    USUAL_NAMES,
    RejectCode,
)
from cobranca.uploads.csv_reader.rejects import RAW_BYTES_MAX, Rejects, official_fields
from cobranca.uploads.csv_reader.repairs import restored
from cobranca.uploads.csv_reader.rows import Rows

__all__ = [
    "OFFICIAL_COLUMNS",
    "RAW_BYTES_MAX",
    "SEGMENT_BYTES",
    "TAX_ID",
    "USUAL_NAMES",
    "CsvReader",
    "DuplicateFinder",
    "ReadOptions",
    "RejectCode",
    "Rejects",
    "Repeats",
    "Rows",
    "Segment",
    "day_of_serial",
    "find_optional",
    "folded",
    "header_names",
    "keeps_order",
    "knows_names",
    "message_of",
    "month_of",
    "official_fields",
    "official_of",
    "read_plain",
    "restored",
    "split_loosely",
]
