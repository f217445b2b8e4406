"""A period of the beneficiary's files over HTTP."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query

from cobranca.http.principal import needs
from cobranca.http.state import BeneficiaryDep, DatabaseDep
from cobranca.infra import clock
from cobranca.overview.period import service
from cobranca.overview.period.schemas import Overview

router = APIRouter(tags=["overview"])


@router.get("/overview", dependencies=[needs("uploads:read")])
async def sum_period(
    database: DatabaseDep,
    beneficiary_id: BeneficiaryDep,
    first: Annotated[
        date | None, Query(alias="from", description="The day of `to` when not given.")
    ] = None,
    last: Annotated[date | None, Query(alias="to", description="Today when not given.")] = None,
) -> Overview:
    """Sum the files that came in a period of up to 366 days, in all and by day."""
    last = last or clock.today()
    return await service.sum_period(database, beneficiary_id, first=first or last, last=last)
