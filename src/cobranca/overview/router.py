"""The installation over HTTP: what it is set up to do, whether it works, counts and sums."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Query, Response

from cobranca import __version__
from cobranca.domain.boleto import bank
from cobranca.http.ops import parts_of, readiness
from cobranca.http.principal import needs
from cobranca.http.state import (
    BeneficiaryDep,
    DatabaseDep,
    ResourcesDep,
    SettingsDep,
    WatchDep,
)
from cobranca.infra import clock, metrics
from cobranca.overview import service
from cobranca.overview.schemas import About, DueOverview, Health, Ready
from cobranca.pipeline.issuing_terms import profile_of

router = APIRouter()

_MONTH = timedelta(days=30)


@router.get("/about", tags=["installation"], dependencies=[needs("installation:read")])
async def about(settings: SettingsDep) -> About:
    """Say what this installation is set up to do."""
    beneficiary = settings.beneficiary
    return About(
        version=__version__,
        bank=beneficiary.bank,
        bank_name=bank(beneficiary.bank).name,
        wallet=beneficiary.bank_parameters.get("wallet", ""),
        beneficiary=beneficiary.name,
        demonstration=beneficiary.demonstration,
        warnings=list(profile_of(beneficiary.model_dump()).warnings),
        mail=settings.mail,
        upload_bytes_max=settings.upload_bytes_max,
        needs_key=settings.api_key is not None,
    )


@router.get("/overview/due", tags=["overview"], dependencies=[needs("uploads:read")])
async def sum_due(
    database: DatabaseDep,
    beneficiary_id: BeneficiaryDep,
    first: Annotated[date | None, Query(alias="from", description="Today when not given.")] = None,
    last: Annotated[
        date | None, Query(alias="to", description="A month after `from` when not given.")
    ] = None,
) -> DueOverview:
    """Sum what falls due in a period of up to a year, in all and by day."""
    first = first or clock.today()
    last = last or min(first, date.max - _MONTH) + _MONTH
    return await service.sum_due(database, beneficiary_id, first=first, last=last)


@router.get("/metrics", include_in_schema=False, dependencies=[needs("installation:read")])
async def show_metrics(database: WatchDep) -> Response:
    """Answer Prometheus: this process's own counts, and the backlog as the database has it now."""
    await service.measure_backlog(database)
    return Response(metrics.render(backlog=True), media_type=metrics.CONTENT_TYPE)


@router.get("/health", tags=["installation"])
async def health() -> Health:
    """Answer as long as the process lives."""
    return Health(status="ok")


@router.get("/ready", tags=["installation"], responses={503: {"model": Ready}})
async def ready(resources: ResourcesDep, watch: WatchDep, response: Response) -> Ready:
    """Say whether this process can work. Events may be down: the sweep makes up for them.

    An API that turns uploads away because it has enough of them is ready.
    """
    parts = await parts_of(resources, watch)
    response.status_code = 200 if parts["database"] else 503
    return Ready.model_validate(readiness(parts))
