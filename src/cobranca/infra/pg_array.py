"""Arrays of numbers as parameters, in the binary form that PostgreSQL keeps them in."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Final

import numpy as np
from psycopg import adapters
from psycopg.adapt import Dumper
from psycopg.pq import Format

if TYPE_CHECKING:
    import numpy.typing as npt

_INT8_OID: Final = 20
_INT8_ARRAY_OID: Final = 1016
#: Of the whole: dimensions, whether there are NULLs, the element's type; then size and first index.
_HEAD: Final = struct.Struct(">iiI")
_DIMENSION: Final = struct.Struct(">ii")
_ELEMENT: Final = np.dtype([("size", ">i4"), ("value", ">i8")])


class Int8Array:
    """A `bigint[]` for a query: a list would be written number by number, by Python."""

    __slots__ = ("values",)

    def __init__(self, values: npt.NDArray[np.int64]) -> None:
        """Wrap int64[n]."""
        self.values = values


class _Int8ArrayDumper(Dumper):
    format = Format.BINARY
    oid = _INT8_ARRAY_OID

    def dump(self, obj: Int8Array) -> bytes:
        count = len(obj.values)
        if not count:
            return _HEAD.pack(0, 0, _INT8_OID)
        elements = np.empty(count, dtype=_ELEMENT)
        elements["size"] = _ELEMENT["value"].itemsize
        elements["value"] = obj.values
        return _HEAD.pack(1, 0, _INT8_OID) + _DIMENSION.pack(count, 1) + elements.tobytes()


adapters.register_dumper(Int8Array, _Int8ArrayDumper)
