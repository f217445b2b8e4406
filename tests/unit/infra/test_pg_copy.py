"""The bytes of binary COPY are those that psycopg's own dumpers make."""

from __future__ import annotations

import datetime as dt
import struct
from typing import Any
from uuid import UUID

import numpy as np
import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from psycopg.pq import Format

from cobranca.infra import pg_copy
from cobranca.infra.columns import TextColumn, scatter_texts
from cobranca.infra.pg_copy import COPY_HEADER, COPY_TRAILER, encode_rows


def dumped(value: Any, type_name: str) -> bytes:
    """Return one field as psycopg sends it in binary."""
    if value is None:
        return struct.pack(">i", -1)
    oid = psycopg.adapters.types[type_name].oid
    dumper = psycopg.adapters.get_dumper_by_oid(oid, Format.BINARY)(type(value), None)
    data = bytes(dumper.dump(value) or b"")
    return struct.pack(">i", len(data)) + data


def stream(rows: list[list[tuple[Any, str]]]) -> bytes:
    """Return a whole COPY stream as psycopg would send it."""
    body = b"".join(
        struct.pack(">h", len(row)) + b"".join(dumped(value, kind) for value, kind in row)
        for row in rows
    )
    return COPY_HEADER + body + COPY_TRAILER


def test_fixed_columns_are_what_psycopg_dumps() -> None:
    ids = [UUID(int=1), UUID("1adb6ccf-ff16-467f-bea7-5f05d494280f")]
    days = [dt.date(1997, 10, 7), dt.date(2049, 10, 13)]
    columns = [
        pg_copy.int8(np.array([-(2**63), 2**63 - 1])),
        pg_copy.int4(np.array([-(2**31), 2**31 - 1])),
        pg_copy.int2(np.array([-1, 300], dtype=np.int16)),
        pg_copy.boolean([True, False]),
        pg_copy.date([(day - dt.date(2000, 1, 1)).days for day in days]),
        pg_copy.uuid(np.array([list(identity.bytes) for identity in ids], dtype=np.uint8)),
        pg_copy.fixed_bytes(np.array([b"abc", b"de\0"], dtype="V3")),
        pg_copy.fixed_bytes(np.array([b"12345", b"67890"], dtype="S5")),
    ]
    kinds = ("int8", "int4", "int2", "bool", "date", "uuid", "bytea")
    first = (-(2**63), -(2**31), -1, True, days[0], ids[0], b"abc")
    second = (2**63 - 1, 2**31 - 1, 300, False, days[1], ids[1], b"de\0")
    wanted = [
        [*zip(first, kinds, strict=True), ("12345", "text")],
        [*zip(second, kinds, strict=True), ("67890", "text")],
    ]
    assert b"".join(encode_rows(columns)) == stream(wanted)


_texts = st.one_of(
    st.none(),
    st.text(alphabet="aé€😀", max_size=5),
    st.integers(0, 200).map(lambda size: "".join(chr(97 + n % 26) for n in range(size))),
)


@settings(deadline=None)
@given(
    rows=st.lists(st.tuples(_texts, st.integers(-(2**31), 2**31 - 1), _texts), max_size=20),
    chunk_rows=st.sampled_from([1, 3, 100]),
)
def test_texts_of_any_length_and_nulls_are_what_psycopg_dumps(
    rows: list[tuple[str | None, int, str | None]], chunk_rows: int
) -> None:
    columns = (
        TextColumn.of([row[0] for row in rows]),
        pg_copy.int4(np.array([row[1] for row in rows], dtype=np.int64)),
        TextColumn.of([row[2] for row in rows]),
    )
    wanted = [[(first, "text"), (number, "int4"), (last, "text")] for first, number, last in rows]
    assert b"".join(encode_rows(columns, chunk_rows=chunk_rows)) == stream(wanted)


@settings(deadline=None)
@given(st.lists(st.integers(0, 150), min_size=1, max_size=30), st.randoms())
def test_scattered_texts_touch_only_their_own_places(sizes: list[int], random: Any) -> None:
    texts = TextColumn.of([bytes(random.randrange(256) for _ in range(size)) for size in sizes])
    order = np.array(random.sample(range(len(sizes)), len(sizes)))
    gaps = np.array([random.randrange(4) for _ in sizes])
    shuffled = texts.take(order)
    place = np.cumsum(shuffled.length + gaps) - shuffled.length
    out = np.full(int(place[-1] + shuffled.length[-1]) + 3, 0xEE, dtype=np.uint8)
    scatter_texts(out, place, shuffled)
    wanted = bytearray(b"\xee" * out.size)
    for at, size, start in zip(place, shuffled.length, shuffled.start, strict=True):
        wanted[at : at + size] = texts.buffer[start : start + size].tobytes()
    assert out.tobytes() == bytes(wanted)


def test_no_rows_make_an_empty_stream() -> None:
    assert b"".join(encode_rows([pg_copy.int8(np.zeros(0))])) == COPY_HEADER + COPY_TRAILER


@pytest.mark.parametrize(
    "columns",
    [[], [pg_copy.int8(1)], [pg_copy.int8(np.zeros(2)), pg_copy.int8(np.zeros(3))]],
)
def test_columns_without_one_number_of_rows_are_a_bug(columns: list[pg_copy.FixedColumn]) -> None:
    with pytest.raises(ValueError, match="one common number of rows"):
        list(encode_rows(columns))
