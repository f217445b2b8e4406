"""The search over HTTP, and a payer over all files."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from cobranca.billings.search import service
from cobranca.billings.search.schemas import Payer, PayerBillings, SearchAnswer
from cobranca.domain.debt_code import debt_id_of
from cobranca.domain.errors import InvalidField
from cobranca.http.principal import needs
from cobranca.http.state import BeneficiaryDep, DatabaseDep, SettingsDep

router = APIRouter(tags=["search"], dependencies=[needs("billings:read")])

_Text = Annotated[str, Query(min_length=1, max_length=320, pattern=r"^[^\x00]*$")]
_Before = Annotated[int, Query(ge=0, lt=2**63)]


@router.get("/search")
async def search(
    database: DatabaseDep, settings: SettingsDep, beneficiary_id: BeneficiaryDep, q: _Text
) -> SearchAnswer:
    """Find billings and payers of all files by name, tax id, e-mail, code, number or line."""
    try:
        debt_id = debt_id_of(q, settings.beneficiary.tax_id)
    except InvalidField:
        debt_id = None
    return await service.search(database, beneficiary_id, text=q, debt_id=debt_id)


@router.get("/payers/{payer_id}")
async def get_payer(database: DatabaseDep, beneficiary_id: BeneficiaryDep, payer_id: UUID) -> Payer:
    """Return one person over all files."""
    return await service.get_payer(database, beneficiary_id, payer_id)


@router.get("/payers/{payer_id}/billings")
async def list_payer_billings(
    database: DatabaseDep,
    beneficiary_id: BeneficiaryDep,
    payer_id: UUID,
    before: _Before = 2**63 - 1,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> PayerBillings:
    """List one person's billings over all files, newest first."""
    return await service.list_payer_billings(
        database, beneficiary_id, payer_id, before=before, limit=limit
    )
