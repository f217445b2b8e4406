"""The payments of a period over HTTP: sums by day, and a table for accounting."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse

from cobranca.domain.period import check_period
from cobranca.http.csv_download import Delimiter, csv_download
from cobranca.http.principal import needs
from cobranca.http.state import BeneficiaryDep, DatabaseDep, HoldDownload
from cobranca.infra import clock
from cobranca.payments.received import service
from cobranca.payments.received.schemas import Received

router = APIRouter(tags=["payments"])

_MONTH = timedelta(days=30)
#: A year, and the day on which it ends.
_PERIOD_DAYS_MAX: Final = 367
_CSV: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/csv": {}}, "description": "The payments"}
}
_First = Annotated[
    date | None, Query(alias="from", description="A month before `to` when not given.")
]
_Last = Annotated[date | None, Query(alias="to", description="Today when not given.")]


@router.get("/payments/received", dependencies=[needs("payments:read"), HoldDownload])
async def sum_received(
    database: DatabaseDep,
    beneficiary_id: BeneficiaryDep,
    first: _First = None,
    last: _Last = None,
) -> Received:
    """Sum the payments of a period of up to a year by day, and what is open and overdue now."""
    first, last = _period(first, last)
    return await service.sum_received(database, beneficiary_id, first=first, last=last)


@router.get(
    "/payments/export.csv",
    response_class=StreamingResponse,
    responses=_CSV,
    dependencies=[needs("payments:read"), HoldDownload],
)
async def export_payments(
    database: DatabaseDep,
    beneficiary_id: BeneficiaryDep,
    first: _First = None,
    last: _Last = None,
    *,
    delimiter: Delimiter = ";",
) -> StreamingResponse:
    """Return the payments of a period of up to a year as a CSV for accounting."""
    first, last = _period(first, last)
    lines = service.stream_payments(
        database, beneficiary_id, first=first, last=last, delimiter=delimiter
    )
    return csv_download(lines, name=f"recebimentos-{first}-{last}")


def _period(first: date | None, last: date | None) -> tuple[date, date]:
    last = last or clock.today()
    first = first or max(last, date.min + _MONTH) - _MONTH
    check_period(first, last, days_max=_PERIOD_DAYS_MAX)
    return first, last
