"""A billing's boleto over HTTP."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from cobranca.boletos import second_copy, service
from cobranca.boletos.schemas import SecondCopy
from cobranca.http.debts import DebtDep
from cobranca.http.principal import needs
from cobranca.http.state import BeneficiaryDep, DatabaseDep, SettingsDep, StorageDep

router = APIRouter(tags=["billings"])

_PDF: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/pdf": {}}, "description": "The slip as it was issued"}
}

#: The day of payment.
OnDay = Annotated[
    date | None,
    Query(description="The day of payment, YYYY-MM-DD; today in São Paulo when it is left out"),
]


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
    return _pdf(content, f"boleto-{debt_id}.pdf")


@router.get("/billings/{debt_id:path}/second-copy", dependencies=[needs("billings:read")])
async def get_second_copy(
    database: DatabaseDep,
    settings: SettingsDep,
    beneficiary_id: BeneficiaryDep,
    debt_id: DebtDep,
    on: OnDay = None,
) -> SecondCopy:
    """Say what is to be paid for a billing on a day, with fine, interest and discounts."""
    return await second_copy.tell(database, settings, beneficiary_id, debt_id, on=on)


@router.get(
    "/billings/{debt_id:path}/second-copy.pdf",
    response_class=Response,
    responses=_PDF,
    dependencies=[needs("billings:read")],
)
async def get_second_copy_pdf(
    database: DatabaseDep,
    settings: SettingsDep,
    beneficiary_id: BeneficiaryDep,
    debt_id: DebtDep,
    on: OnDay = None,
) -> Response:
    """Return a slip to pay on a day: with its own barcode when the bank has entered the title."""
    content = await second_copy.render(database, settings, beneficiary_id, debt_id, on=on)
    return _pdf(content, f"segunda-via-{debt_id}.pdf")


def _pdf(content: bytes, name: str) -> Response:
    headers = {
        "Content-Disposition": f'inline; filename="{name}"',
        "Cache-Control": "private, no-store",
        "X-Content-Type-Options": "nosniff",
    }
    return Response(content, media_type="application/pdf", headers=headers)
