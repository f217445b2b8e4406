"""Encodes rows and rejects for PostgreSQL's binary COPY, in the column order of the migrations."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
import numpy.typing as npt

from cobranca.infra import pg_copy
from cobranca.infra.columns import TextColumn
from cobranca.uploads.csv_reader import RejectCode, Rejects, Rows
from cobranca.uploads.csv_reader.optional_columns import DETAIL_COLUMNS


def encode_billings(
    rows: Rows,
    *,
    ids: npt.NDArray[np.int64],
    upload_id: int,
    beneficiary_id: int,
    chunk_rows: int = pg_copy.CHUNK_ROWS,
) -> Iterator[bytes]:
    """Yield the COPY stream of `billing` for the rows, in their order, in chunks of about 1 MB.

    Args:
        rows: accepted rows; sorted by debt id they go into the unique index fastest.
        ids: int64[n], the id of each row.
        upload_id: of all rows.
        beneficiary_id: of all rows.
        chunk_rows: rows of one chunk.
    """
    return pg_copy.encode_rows(
        (
            pg_copy.int8(ids),
            pg_copy.uuid(rows.debt_id),
            pg_copy.int8(rows.amount_cents),
            pg_copy.int4(upload_id),
            pg_copy.int4(rows.line_number),
            pg_copy.date(rows.due_date),
            pg_copy.int2(beneficiary_id),
            pg_copy.int2(rows.warnings),
            rows.name,
            rows.tax_id,
            rows.email,
        ),
        chunk_rows=chunk_rows,
    )


def encode_details(rows: Rows, *, ids: npt.NDArray[np.int64]) -> Iterator[bytes] | None:
    """Return the COPY stream of `billing_detail` for those rows that have any; None if none has.

    Args:
        rows: accepted rows.
        ids: int64[n], the id of each row's billing.
    """
    said = np.zeros(len(rows), dtype=np.bool_)
    if rows.code is not None:
        said |= rows.code.length > 0
    if rows.details is not None:
        said |= rows.details.said()
    chosen = np.flatnonzero(said)
    if not chosen.size:
        return None
    nothing = TextColumn(
        buffer=np.zeros(0, dtype=np.uint8),
        start=np.broadcast_to(np.int64(0), chosen.size),
        length=np.broadcast_to(np.int32(-1), chosen.size),
    )
    columns = {} if rows.details is None else dict(rows.details.columns)
    if rows.code is not None:
        columns["code"] = rows.code
    texts = [
        _null_if_empty(columns[name].take(chosen)) if name in columns else nothing
        for name in ("code", *DETAIL_COLUMNS)
    ]
    return pg_copy.encode_rows((pg_copy.int8(ids[chosen]), *texts))


def _null_if_empty(texts: TextColumn) -> TextColumn:
    length = np.where(texts.length > 0, texts.length, -1)
    return TextColumn(buffer=texts.buffer, start=texts.start, length=length)


def encode_rejects(rejects: Rejects, *, upload_id: int) -> Iterator[bytes]:
    """Yield the COPY stream of `reject` for refused records (not for duplicates)."""
    words = {
        "column": _vocabulary([code.column for code in _CODES], rejects.code),
        "code": _vocabulary([code.name for code in _CODES], rejects.code),
    }
    return pg_copy.encode_rows(
        (
            pg_copy.int4(upload_id),
            pg_copy.int4(rejects.line_number),
            pg_copy.boolean(np.zeros(len(rejects), dtype=np.bool_)),
            words["column"],
            words["code"],
            rejects.messages(),
            rejects.raw_texts(),
            pg_copy.int8(rejects.amount_cents),
        )
    )


_CODES: Final = tuple(RejectCode)


def _vocabulary(words: list[str], codes: npt.NDArray[np.uint8]) -> TextColumn:
    """Return a column that says, row by row, the word of a code."""
    place = np.zeros(256, dtype=np.int64)
    place[[int(code) for code in _CODES]] = np.arange(len(_CODES))
    return TextColumn.of(words).take(place[codes])
