"""Billings over HTTP."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from cobranca.billings import service
from cobranca.billings.schemas import BillingDetail, BillingsPage
from cobranca.domain.billing import BillingStatus
from cobranca.http.debts import DebtDep, SearchedDebtDep
from cobranca.http.parameters import After, SearchText
from cobranca.http.principal import needs
from cobranca.http.state import BeneficiaryDep, DatabaseDep

router = APIRouter(prefix="/billings")


@router.get("", tags=["billings"], dependencies=[needs("billings:read")])
async def list_billings(
    database: DatabaseDep,
    beneficiary_id: BeneficiaryDep,
    debt_id: SearchedDebtDep,
    upload_id: UUID | None = None,
    status: BillingStatus | None = None,
    search: SearchText = None,
    after: After = 0,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> BillingsPage:
    """List an upload's billings by line; search finds a whole code, tax id or e-mail."""
    return await service.list_billings(
        database,
        beneficiary_id,
        upload_id=upload_id,
        status=status,
        search=search,
        debt_id=debt_id,
        after=after,
        limit=limit,
    )


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
    database: DatabaseDep, beneficiary_id: BeneficiaryDep, debt_id: DebtDep
) -> None:
    """Take one billing out. It keeps its row and its date; it is not worked any further."""
    await service.remove_billing(database, beneficiary_id, debt_id)
