"""What rows say beside the official columns, as texts in columns; an empty text is nothing said."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from cobranca.infra.columns import TextColumn

#: In the order of the columns of `billing_detail`. `copies` are addresses with commas between
#: them, `terms` is the JSON of `StatedTerms.content`.
DETAIL_COLUMNS: Final = (
    "street",
    "street_number",
    "complement",
    "district",
    "city",
    "state",
    "postal_code",
    "phone",
    "copies",
    "document_number",
    "instalment",
    "message",
    "terms",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """The details of n rows: those of DETAIL_COLUMNS that the file has, each of length n."""

    columns: Mapping[str, TextColumn]

    def take(self, rows: npt.NDArray[Any] | slice) -> Details:
        """Return the chosen rows; the buffers are shared."""
        return Details(columns={name: text.take(rows) for name, text in self.columns.items()})

    def said(self) -> npt.NDArray[np.bool_]:
        """Tell which rows say anything."""
        lengths = [text.length for text in self.columns.values()]
        return np.logical_or.reduce([length > 0 for length in lengths])

    def of(self, row: int) -> dict[str, str]:
        """Return what one row says."""
        said = {name: text.text(row) for name, text in self.columns.items()}
        return {name: value for name, value in said.items() if value}

    @classmethod
    def joined(cls, parts: Sequence[Details]) -> Details:
        """Put the rows of parts with the same columns one behind another."""
        names = parts[0].columns
        return cls(
            columns={name: _joined([part.columns[name] for part in parts]) for name in names}
        )


def packed(texts: Iterable[bytes]) -> TextColumn:
    """Lay texts one behind another in a buffer of their own."""
    kept = list(texts)
    length = np.fromiter(map(len, kept), dtype=np.int32, count=len(kept))
    buffer = np.frombuffer(b"".join(kept), dtype=np.uint8)
    return TextColumn(
        buffer=buffer, start=np.cumsum(length, dtype=np.int64) - length, length=length
    )


def _joined(parts: Sequence[TextColumn]) -> TextColumn:
    """Join columns, whose buffers are then one."""
    sizes = np.array([part.buffer.size for part in parts], dtype=np.int64)
    offsets = np.cumsum(sizes) - sizes
    starts = [part.start + offset for part, offset in zip(parts, offsets, strict=True)]
    return TextColumn(
        buffer=np.concatenate([part.buffer for part in parts]),
        start=np.concatenate(starts),
        length=np.concatenate([part.length for part in parts]),
    )
