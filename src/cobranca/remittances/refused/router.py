"""Titles that their bank refused, over HTTP."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from cobranca.http.debts import DebtDep
from cobranca.http.parameters import After
from cobranca.http.principal import PrincipalDep, needs
from cobranca.http.state import BeneficiaryDep, DatabaseDep
from cobranca.remittances.refused import service
from cobranca.remittances.refused.schemas import EntryAgain, RefusedPage, RefusedTitle

router = APIRouter(prefix="/remittances/refused", tags=["remittances"])


@router.get("", dependencies=[needs("remittances:read")])
async def list_refused(
    database: DatabaseDep,
    beneficiary_id: BeneficiaryDep,
    after: After = 0,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> RefusedPage:
    """List titles that their bank refused to enter, with its reasons and what to do."""
    return await service.list_refused(database, beneficiary_id, after=after, limit=limit)


@router.post("/{debt_id:path}/again", dependencies=[needs("remittances:write")])
async def enter_again(
    database: DatabaseDep,
    beneficiary_id: BeneficiaryDep,
    principal: PrincipalDep,
    debt_id: DebtDep,
    request: EntryAgain,
) -> RefusedTitle:
    """Let the next remittance enter a title again, with the address that it should have had."""
    return await service.enter_again(
        database, beneficiary_id, debt_id, request, asked_by=principal.id
    )
