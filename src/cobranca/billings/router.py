"""Billings over HTTP."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from cobranca.billings import service
from cobranca.billings.listing import counting
from cobranca.billings.listing import service as listing
from cobranca.billings.listing.parameters import AfterDep, FilterDep
from cobranca.billings.schemas import BillingDetail, BillingsPage, QuickCounts
from cobranca.domain.billing import CancelReason
from cobranca.http.debts import DebtDep
from cobranca.http.principal import PrincipalDep, needs
from cobranca.http.state import BeneficiaryDep, DatabaseDep

router = APIRouter(prefix="/billings")


@router.get("", tags=["billings"], dependencies=[needs("billings:read")])
async def list_billings(
    database: DatabaseDep,
    beneficiary_id: BeneficiaryDep,
    wanted: FilterDep,
    after: AfterDep,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> BillingsPage:
    """List what is filtered: a file's billings by line, those of all files newest file first.

    `search` finds a whole code, tax id or e-mail within a file, and a code in all of them.
    """
    return await listing.list_billings(database, beneficiary_id, wanted, after=after, limit=limit)


@router.get("/counts", tags=["billings"], dependencies=[needs("billings:read")])
async def count_billings(
    database: DatabaseDep, beneficiary_id: BeneficiaryDep, upload_id: UUID | None = None
) -> QuickCounts:
    """Count what each quick filter finds, of a file or of all, up to 1000."""
    return await counting.count_billings(database, beneficiary_id, upload_id)


@router.get("/{debt_id:path}", tags=["billings"], dependencies=[needs("billings:read")])
async def get_billing(
    database: DatabaseDep, beneficiary_id: BeneficiaryDep, debt_id: DebtDep
) -> BillingDetail:
    """Return one billing with what happened to it."""
    return await service.get_billing(database, beneficiary_id, debt_id)


@router.delete(
    "/{debt_id:path}", status_code=204, tags=["billings"], dependencies=[needs("billings:write")]
)
async def remove_billing(
    database: DatabaseDep,
    principal: PrincipalDep,
    beneficiary_id: BeneficiaryDep,
    debt_id: DebtDep,
    reason: Annotated[CancelReason | None, Query(description="Why; its history says it.")] = None,
) -> None:
    """Take one billing out. It keeps its row and its date; it is not worked any further."""
    await service.remove_billing(
        database, beneficiary_id, debt_id, reason=reason, asked_by=principal.id
    )
