"""Columns that a file may have beside the official six: address, contacts, texts, terms.

A file without them pays nothing: no array and no look at any row.
"""

from __future__ import annotations

from cobranca.uploads.csv_reader.optional_columns.details import DETAIL_COLUMNS, Details
from cobranca.uploads.csv_reader.optional_columns.names import OptionalField, find_optional
from cobranca.uploads.csv_reader.optional_columns.read import (
    DetailsReader,
    ReadDetails,
    instalment_numbers,
)

__all__ = [
    "DETAIL_COLUMNS",
    "Details",
    "DetailsReader",
    "OptionalField",
    "ReadDetails",
    "find_optional",
    "instalment_numbers",
]
