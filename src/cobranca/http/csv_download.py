"""Answers a request with a table that a browser saves as a file."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Literal

from fastapi.responses import StreamingResponse

#: What a caller may have the fields parted by.
Delimiter = Literal[",", ";"]


def csv_download(lines: AsyncIterator[bytes], *, name: str) -> StreamingResponse:
    """Stream the lines as `{name}.csv`."""
    return StreamingResponse(
        lines,
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
    )


def xlsx_download(content: AsyncIterator[bytes], *, name: str) -> StreamingResponse:
    """Stream the bytes as `{name}.xlsx`."""
    return StreamingResponse(
        content,
        media_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        headers={"Content-Disposition": f'attachment; filename="{name}.xlsx"'},
    )
