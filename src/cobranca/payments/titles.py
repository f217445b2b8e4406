"""Looks billings up by their our numbers, tens of thousands in one query, packed as bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, LiteralString

import numpy as np

from cobranca.infra.pg_array import Int8Array
from cobranca.infra.sql import load_queries
from cobranca.payments.ids import is_among, places_among, rising

if TYPE_CHECKING:
    import numpy.typing as npt

    from cobranca.infra.db import Connection

QUERIES = load_queries("cobranca.payments")

#: What `find_boletos_*` and `read_billings_*` pack.
_BOLETO: Final = np.dtype([("our_number", ">i8"), ("billing_id", ">i8")])
_BILLING: Final = np.dtype(
    [("id", ">i8"), ("cents", ">i8"), ("due", ">i4"), ("upload_id", ">i4"), ("debt_id", "V16")]
)
#: A billing found by its our number; a `billing_id` of 0 is none.
TITLE: Final = np.dtype(
    [
        ("our_number", "i8"),
        ("billing_id", "i8"),
        ("cents", "i8"),
        ("due", "i4"),
        ("upload_id", "i4"),
        ("debt_id", "V16"),
        ("settled", "?"),
    ]
)
#: Numbers that fill this much of their range are read as a range, which is a tenth of the work.
_DENSE: Final = 2
#: Each by a range, and one by one.
_BOLETOS: Final = QUERIES["find_boletos_between"], QUERIES["find_boletos_among"]
_BILLINGS: Final = QUERIES["read_billings_between"], QUERIES["read_billings_among"]
_SETTLED: Final = QUERIES["find_settled_between"], QUERIES["find_settled_among"]


async def find_titles(
    connection: Connection, *, beneficiary_id: int, series: str, our_numbers: npt.NDArray[np.int64]
) -> npt.NDArray[Any]:
    """Return the billings of a series with these our numbers, as an array of `TITLE`.

    Args:
        connection: in a transaction.
        beneficiary_id: whose series it is.
        series: by its name.
        our_numbers: int64[n], rising, at least one.
    """
    whose = {"beneficiary_id": beneficiary_id}
    packed = await _packed(connection, _BOLETOS, our_numbers, **whose, series=series)
    boletos = np.frombuffer(packed, dtype=_BOLETO)
    boletos = boletos[is_among(boletos["our_number"].astype(np.int64), our_numbers)]
    found = np.zeros(len(boletos), dtype=TITLE)
    if not len(boletos):
        return found
    billing_ids = boletos["billing_id"].astype(np.int64)
    ids = rising(billing_ids)
    packed = await _packed(connection, _BILLINGS, ids, **whose)
    billings = np.frombuffer(packed, dtype=_BILLING)
    if not len(billings):
        return found[:0]
    settled = np.frombuffer(await _packed(connection, _SETTLED, ids), dtype=">i8")
    place = places_among(billing_ids, billings["id"].astype(np.int64))
    known = place >= 0
    found["our_number"], found["billing_id"] = boletos["our_number"], billing_ids
    for name in ("cents", "due", "upload_id", "debt_id"):
        found[name] = billings[name][place]
    found["settled"] = is_among(billing_ids, settled.astype(np.int64))
    return found[known]


async def _packed(
    connection: Connection,
    queries: tuple[LiteralString, LiteralString],
    numbers: npt.NDArray[np.int64],
    **whose: object,
) -> bytes:
    """Ask for the rows of rising numbers: by their range where they fill it, else one by one."""
    # Else megabytes would come as hexadecimal digits.
    cursor = connection.cursor(binary=True)
    first, last = int(numbers[0]), int(numbers[-1])
    if last - first < _DENSE * len(numbers):
        asked = {"first": first, "last": last}
        await cursor.execute(queries[0], {**asked, **whose})
    else:
        await cursor.execute(queries[1], {"numbers": Int8Array(numbers), **whose})
    found = await cursor.fetchone()
    return (found["packed"] if found else None) or b""
