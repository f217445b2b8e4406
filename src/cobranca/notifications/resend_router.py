"""Mails that did not arrive, and mails that are sent again, over HTTP."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from pydantic import AwareDatetime

from cobranca.domain.email_address import check_address
from cobranca.domain.errors import InvalidField
from cobranca.domain.mail_reply import State
from cobranca.domain.undelivered import Reason
from cobranca.http.debts import DebtDep
from cobranca.http.parameters import After
from cobranca.http.principal import PrincipalDep, needs
from cobranca.http.state import BeneficiaryDep, BusDep, DatabaseDep, SettingsDep
from cobranca.notifications import resend
from cobranca.notifications.schemas import (
    CorrectedAddress,
    Resent,
    ResentOfAll,
    SecondCopyOrder,
    Undeliverable,
    UndeliveredPage,
    UndeliveredTotals,
)
from cobranca.notifications.second_copies.service import mail_second_copy as mail_copy
from cobranca.notifications.undelivered import service as undelivered
from cobranca.notifications.undelivered.repository import Period

router = APIRouter()

#: The states of what did not arrive, as a page shows them.
_STATES: tuple[Undeliverable, ...] = ("FAILED", "UNCERTAIN", "BOUNCED")

Until = Annotated[
    AwareDatetime | None,
    Query(description="Only whose outcome is no newer: a call that is repeated doubles none."),
]
ReasonText = Annotated[str | None, Query(max_length=300)]
Suppressed = Annotated[
    bool, Query(description="Also to suppressed addresses, which leave the list.")
]


def _wish(
    principal: PrincipalDep,
    states: Annotated[
        list[Literal["FAILED", "UNCERTAIN", "BOUNCED", "SENT"]] | None,
        Query(
            description="Which to send again; FAILED alone when none is given, SENT of one billing."
        ),
    ] = None,
    until: Until = None,
    reason: ReasonText = None,
    *,
    suppressed: Suppressed = False,
) -> resend.Wish:
    return resend.Wish(
        states=list(dict.fromkeys(states or ["FAILED"])),
        asked_by=principal.id,
        reason=" ".join(reason.replace("\0", " ").split()) if reason else None,
        suppressed_too=suppressed,
        until=until,
    )


WishDep = Annotated[resend.Wish, Depends(_wish)]


def _any_wish(
    principal: PrincipalDep,
    until: Until = None,
    reason: ReasonText = None,
    *,
    suppressed: Suppressed = False,
) -> resend.Wish:
    """Return a wish that does not ask what became of the mail before."""
    return _wish(principal, ["FAILED", "UNCERTAIN", "SENT"], until, reason, suppressed=suppressed)


AnyWishDep = Annotated[resend.Wish, Depends(_any_wish)]


@router.post(
    "/billings/csv/uploads/{upload_id}/resend",
    tags=["uploads"],
    dependencies=[needs("uploads:write")],
)
async def resend_upload(
    database: DatabaseDep,
    bus: BusDep,
    beneficiary_id: BeneficiaryDep,
    upload_id: UUID,
    wish: WishDep,
) -> Resent:
    """Set a file's mails going again that were given up; UNCERTAIN ones may arrive twice."""
    _refuse_sent(wish)
    return await resend.resend_upload(
        database, bus, beneficiary_id=beneficiary_id, public_id=upload_id, wish=wish
    )


@router.post(
    "/billings/{debt_id:path}/second-copy/mail",
    tags=["billings"],
    dependencies=[needs("mails:write")],
)
async def mail_second_copy(
    database: DatabaseDep,
    bus: BusDep,
    settings: SettingsDep,
    beneficiary_id: BeneficiaryDep,
    debt_id: DebtDep,
    wish: AnyWishDep,
    order: SecondCopyOrder | None = None,
) -> Resent:
    """Send a second copy for a day by mail, to the billing's address or a corrected one."""
    order = order or SecondCopyOrder()
    address = order.email.strip() if order.email is not None else None
    if address is not None:
        check_address("email", address)
    return await mail_copy(
        database,
        bus,
        settings,
        beneficiary_id=beneficiary_id,
        debt_id=debt_id,
        wish=wish,
        on=order.on,
        email=address,
    )


@router.post(
    "/billings/{debt_id:path}/resend", tags=["billings"], dependencies=[needs("billings:write")]
)
async def resend_billing(
    database: DatabaseDep,
    bus: BusDep,
    beneficiary_id: BeneficiaryDep,
    debt_id: DebtDep,
    wish: WishDep,
    corrected: CorrectedAddress | None = None,
) -> Resent:
    """Set the mail of one billing going again, to its address or a corrected one."""
    address = corrected.email.strip() if corrected else None
    if address is not None:
        check_address("email", address)
    return await resend.resend_billing(
        database,
        bus,
        beneficiary_id=beneficiary_id,
        debt_id=debt_id,
        wish=wish,
        email=address,
    )


def _refuse_sent(wish: resend.Wish) -> None:
    if State.SENT in wish.states:
        raise InvalidField("states", "SENT mails are sent again one by one only")


def _filter(
    beneficiary_id: BeneficiaryDep,
    since: Annotated[date | None, Query(description="Outcomes from this day on.")] = None,
    to: Annotated[date | None, Query(description="Outcomes up to this day, included.")] = None,
) -> undelivered.Filter:
    return undelivered.Filter(
        beneficiary_id=beneficiary_id,
        state="FAILED",
        reason=None,
        period=Period(since=since, to=to),
    )


FilterDep = Annotated[undelivered.Filter, Depends(_filter)]


@router.post("/mail/resend", tags=["mailbox"], dependencies=[needs("mails:write")])
async def resend_all(
    database: DatabaseDep,
    bus: BusDep,
    wanted: FilterDep,
    wish: WishDep,
    why: Annotated[
        Reason | None, Query(description="Only what did not arrive for this reason.")
    ] = None,
    *,
    dry_run: Annotated[bool, Query(description="Only say how many, and how much money.")] = False,
) -> ResentOfAll:
    """Set the mails of all files going again that did not arrive for a reason, or in a period."""
    _refuse_sent(wish)
    filters = [replace(wanted, state=s, reason=why) for s in _STATES if s in wish.states]
    return await undelivered.resend_all(database, bus, wanted=filters, wish=wish, dry_run=dry_run)


@router.get("/mail/undelivered", tags=["mailbox"], dependencies=[needs("mails:read")])
async def list_undelivered(
    database: DatabaseDep,
    wanted: FilterDep,
    reason: Annotated[
        Reason | None, Query(description="Only what did not arrive for this reason.")
    ] = None,
    state: Undeliverable = "FAILED",
    after: After = 0,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> UndeliveredPage:
    """List the mails of all files that did not arrive, or of which nobody knows."""
    return await undelivered.list_undelivered(
        database, replace(wanted, state=state, reason=reason), after=after, limit=limit
    )


@router.get("/mail/undelivered/totals", tags=["mailbox"], dependencies=[needs("mails:read")])
async def count_undelivered(database: DatabaseDep, wanted: FilterDep) -> UndeliveredTotals:
    """Count the mails of all files that did not arrive, with their sums, by state and reason."""
    return await undelivered.count_undelivered(
        database, [replace(wanted, state=state) for state in _STATES]
    )
