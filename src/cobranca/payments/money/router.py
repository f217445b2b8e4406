"""Payments over HTTP: calls of other systems, settlements by hand, suspense, ledgers."""

from __future__ import annotations

import time
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Header, Query, Request, Response

from cobranca.domain.debt_code import debt_id_of
from cobranca.domain.errors import InvalidField, SignatureWrong, UploadTooLarge
from cobranca.domain.signature import is_signed
from cobranca.http.debts import DebtDep
from cobranca.http.parameters import After
from cobranca.http.principal import PrincipalDep, needs
from cobranca.http.state import BeneficiaryDep, DatabaseDep, SettingsDep, StateDep
from cobranca.infra.return_settings import webhook_key
from cobranca.infra.telemetry import WebhookRefused, emit
from cobranca.payments.money import service
from cobranca.payments.money.calls import read_call
from cobranca.payments.schemas import (
    CallAnswer,
    Ledger,
    MatchRequest,
    ReasonRequest,
    SettleRequest,
    Suspense,
    SuspensePage,
)

router = APIRouter(tags=["payments"])

_BODY_BYTES_MAX = 64 * 1024
_CALL_ID_MAX = 200
_Key = Annotated[str | None, Header(max_length=200, pattern=r"^[\x21-\x7e]+$")]
_CALL: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "required": ["debtId", "paidAt", "paidAmount"],
                    "properties": {
                        "debtId": {"type": "string"},
                        "paidAt": {"type": "string"},
                        "paidAmount": {"type": "number"},
                        "paidBy": {"type": "string"},
                    },
                }
            }
        },
    },
    "parameters": [
        {"name": name, "in": "header", "schema": {"type": "string"}}
        for name in ("webhook-id", "webhook-timestamp", "webhook-signature")
    ],
}


@router.post(
    "/payments/webhook",
    status_code=202,
    openapi_extra=_CALL,
    responses={200: {"model": CallAnswer, "description": "Told before by the same call"}},
)
async def take_webhook(
    request: Request,
    response: Response,
    state: StateDep,
    database: DatabaseDep,
    settings: SettingsDep,
    principal: PrincipalDep,
) -> CallAnswer:
    """Take a payment that another system tells of, signed as Standard Webhooks wants it.

    Where no secret is set, the call needs the API key instead.
    """
    body = await _read_body(request)
    call_id = request.headers.get("webhook-id")
    keys = [webhook_key(secret.get_secret_value()) for secret in settings.webhook.secrets]
    if keys:
        _check_signature(request, keys, body)
    elif "payments:write" not in principal.scopes:
        raise SignatureWrong("Set COBRANCA_WEBHOOK__SECRETS to take calls without the API key")
    if call_id is not None and not 0 < len(call_id) <= _CALL_ID_MAX:
        raise InvalidField("webhook-id", f"webhook-id has 1 to {_CALL_ID_MAX} characters")
    answer, is_new = await service.take_call(
        database,
        settings,
        await state.beneficiary_id(),
        read_call(body),
        call_id=call_id,
        body=body,
    )
    if not is_new:
        response.status_code = 200
    return answer


async def _read_body(request: Request) -> bytes:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > _BODY_BYTES_MAX:
            raise UploadTooLarge(f"The body has at most {_BODY_BYTES_MAX} bytes")
    return body


def _check_signature(request: Request, keys: list[bytes], body: bytes) -> None:
    timestamp = request.headers.get("webhook-timestamp", "")
    if not is_signed(
        keys,
        call_id=request.headers.get("webhook-id", ""),
        timestamp=timestamp,
        signatures=request.headers.get("webhook-signature", ""),
        body=body,
        now_s=int(time.time()),
    ):
        emit(WebhookRefused(timestamp=timestamp[:12] if timestamp.isdigit() else ""))
        raise SignatureWrong


@router.get("/payments/suspense", dependencies=[needs("payments:read")])
async def list_suspense(
    database: DatabaseDep,
    beneficiary_id: BeneficiaryDep,
    ended: Annotated[
        bool, Query(description="What was decided over, instead of what waits")
    ] = False,
    after: After = 0,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> SuspensePage:
    """List money of which no billing is known, or that a person has to judge, oldest first."""
    return await service.list_suspense(
        database, beneficiary_id, ended=ended, after=after, limit=limit
    )


@router.post("/payments/suspense/{suspense_id}/match", dependencies=[needs("payments:write")])
async def match_suspense(
    database: DatabaseDep,
    settings: SettingsDep,
    beneficiary_id: BeneficiaryDep,
    principal: PrincipalDep,
    suspense_id: UUID,
    request: MatchRequest,
) -> Suspense:
    """Give money in suspense to a debt's billing."""
    try:
        debt_id = debt_id_of(request.debt, settings.beneficiary.tax_id)
    except InvalidField as error:
        raise InvalidField("debt", error.detail) from error
    return await service.end_suspense(
        database,
        beneficiary_id,
        suspense_id,
        debt_id=debt_id,
        reason=request.reason,
        ended_by=principal.id,
    )


@router.post("/payments/suspense/{suspense_id}/drop", dependencies=[needs("payments:write")])
async def drop_suspense(
    database: DatabaseDep,
    beneficiary_id: BeneficiaryDep,
    principal: PrincipalDep,
    suspense_id: UUID,
    request: ReasonRequest,
) -> Suspense:
    """Drop money in suspense: it is told twice, or none of ours."""
    return await service.end_suspense(
        database,
        beneficiary_id,
        suspense_id,
        debt_id=None,
        reason=request.reason,
        ended_by=principal.id,
    )


@router.get("/billings/{debt_id:path}/ledger", dependencies=[needs("payments:read")])
async def get_ledger(
    database: DatabaseDep, beneficiary_id: BeneficiaryDep, debt_id: DebtDep
) -> Ledger:
    """Return a billing's payments and balances, with who told of them."""
    return await service.get_ledger(database, beneficiary_id, debt_id)


@router.post("/billings/{debt_id:path}/settle", dependencies=[needs("payments:write")])
async def settle_billing(
    database: DatabaseDep,
    beneficiary_id: BeneficiaryDep,
    principal: PrincipalDep,
    debt_id: DebtDep,
    request: SettleRequest,
    idempotency_key: _Key = None,
) -> Ledger:
    """Settle a billing because a person says that it was paid."""
    return await service.settle_by_hand(
        database,
        beneficiary_id,
        debt_id,
        paid_cents=request.paid_cents,
        paid_on=request.paid_on,
        reason=request.reason,
        asked_by=principal.id,
        key=idempotency_key,
    )


@router.post(
    "/billings/{debt_id:path}/settlements/{settlement}/undo",
    dependencies=[needs("payments:write")],
)
async def undo_settlement(
    database: DatabaseDep,
    beneficiary_id: BeneficiaryDep,
    principal: PrincipalDep,
    debt_id: DebtDep,
    settlement: int,
    request: ReasonRequest,
) -> Ledger:
    """Take a settlement by hand back."""
    return await service.undo_settlement(
        database,
        beneficiary_id,
        debt_id,
        settlement,
        reason=request.reason,
        asked_by=principal.id,
    )
