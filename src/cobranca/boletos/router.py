"""A billing's boleto over HTTP."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Response

from cobranca.boletos import service
from cobranca.http.debts import DebtDep
from cobranca.http.principal import needs
from cobranca.http.state import BeneficiaryDep, DatabaseDep, StorageDep

router = APIRouter(tags=["billings"])

_PDF: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/pdf": {}}, "description": "The slip as it was issued"}
}


@router.get(
    "/billings/{debt_id:path}/pdf",
    response_class=Response,
    responses=_PDF,
    dependencies=[needs("billings:read")],
)
async def get_pdf(
    database: DatabaseDep, storage: StorageDep, beneficiary_id: BeneficiaryDep, debt_id: DebtDep
) -> Response:
    """Return the PDF of a billing's boleto."""
    content = await service.read_pdf(database, storage, beneficiary_id, debt_id)
    headers = {
        "Content-Disposition": f'inline; filename="boleto-{debt_id}.pdf"',
        "Cache-Control": "private, no-store",
        "X-Content-Type-Options": "nosniff",
    }
    return Response(content, media_type="application/pdf", headers=headers)
