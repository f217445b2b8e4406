"""A CSV of debts in, validated columns and refused records out; see docs/csv.md for the format."""

from __future__ import annotations

from cobranca.uploads.csv_reader.duplicates import DuplicateFinder, Repeats
from cobranca.uploads.csv_reader.messages import message_of
from cobranca.uploads.csv_reader.reader import (
    SEGMENT_BYTES,
    CsvReader,
    ReadOptions,
    Segment,
    header_names,
)
from cobranca.uploads.csv_reader.reject_codes import OFFICIAL_COLUMNS, RejectCode
from cobranca.uploads.csv_reader.rejects import Rejects, official_fields
from cobranca.uploads.csv_reader.repairs import restored
from cobranca.uploads.csv_reader.rows import Rows

__all__ = [
    "OFFICIAL_COLUMNS",
    "SEGMENT_BYTES",
    "CsvReader",
    "DuplicateFinder",
    "ReadOptions",
    "RejectCode",
    "Rejects",
    "Repeats",
    "Rows",
    "Segment",
    "header_names",
    "message_of",
    "official_fields",
    "restored",
]
