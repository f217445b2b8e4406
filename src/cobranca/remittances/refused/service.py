"""Titles that their bank refused: what they want, and their way into the next remittance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cobranca.domain.address import POSTAL_CODE_DIGITS, STATES, Address, states_of_postal_code
from cobranca.domain.cnab.returns import reason_of
from cobranca.domain.errors import Conflict, InvalidField, NotFound
from cobranca.infra.clock import SAO_PAULO
from cobranca.infra.db import cut_page
from cobranca.remittances.refused import repository
from cobranca.remittances.refused.schemas import (
    Mend,
    RefusedPage,
    RefusedReason,
    RefusedState,
    RefusedTitle,
    TitleAddress,
)

if TYPE_CHECKING:
    from uuid import UUID

    from cobranca.infra.db import Connection, Database
    from cobranca.remittances.refused.repository import RefusedRow
    from cobranca.remittances.refused.schemas import EntryAgain

_FIRST_AGAIN: Final = 3
_MOVEMENT_MAX: Final = 99
#: What the same our number cannot mend: the bank has it, or takes it for none of its own.
_NUMBER: Final = frozenset({"OUR_NUMBER", "OUR_NUMBER_USED"})
_ADDRESS: Final = frozenset({"PAYER_ADDRESS", "PAYER_ZIP"})
#: What slip and mail say too, so that only another billing can say it otherwise.
_OF_BILLING: Final = _NUMBER | {
    "PAYER_TAX_ID", "PAYER_NAME", "DUE_DATE", "ISSUE_DATE", "AMOUNT", "DISCOUNT", "REBATE",
    "INTEREST", "FINE", "PROTEST", "WRITE_OFF_TERM",
}  # fmt: skip


async def list_refused(
    database: Database, beneficiary_id: int, *, after: int, limit: int
) -> RefusedPage:
    """Return a page of titles that were refused, by the order in which they were billed."""
    async with database.transaction() as connection:
        rows = await repository.list_refused(
            connection, beneficiary_id=beneficiary_id, after=after, rows_max=limit + 1
        )
    page, after_page = cut_page(rows, limit)
    return RefusedPage(records=[_shown(row) for row in page], next=after_page)


async def enter_again(
    database: Database, beneficiary_id: int, debt_id: UUID, wish: EntryAgain, *, asked_by: str
) -> RefusedTitle:
    """Let a title be entered again by the next remittance; done twice it has one effect.

    Raises:
        NotFound: the beneficiary has no such billing.
        Conflict: it was not refused, the bank has not answered yet, or the number was refused.
        InvalidField: the address is none that a bank takes.
    """
    address = _checked(wish.address)
    async with database.transaction() as connection:
        row = await _find(connection, beneficiary_id, debt_id)
        if row is None:
            raise Conflict(
                "The bank's last word on this title is no refusal", code="TITLE_NOT_REFUSED"
            )
        if _state(row) == "SENT":
            raise Conflict(
                "It was entered again, and the bank has not answered yet", code="TITLE_AWAITS_BANK"
            )
        if any(reason.cause in _NUMBER for reason in _reasons(row)):
            raise Conflict(
                "The bank refused the our number itself: cancel the billing and bill it again,"
                " which gives it another number",
                code="NUMBER_REFUSED",
            )
        movement = _FIRST_AGAIN if row.movement is None else row.movement + 1
        if movement > _MOVEMENT_MAX:
            raise Conflict("This title was entered too often: bill it again", code="NUMBER_REFUSED")
        is_new = address is not None and address != row.address
        if is_new or _state(row) == "REFUSED":
            kept = row.address if row.mended else None
            await repository.add_resend(
                connection,
                billing_id=row.id,
                movement=movement,
                asked_by=asked_by,
                address=address or kept,
            )
        row = await _find(connection, beneficiary_id, debt_id)
    if row is None:
        raise LookupError("title")
    return _shown(row)


async def _find(connection: Connection, beneficiary_id: int, debt_id: UUID) -> RefusedRow | None:
    """Return a debt's title if it was refused.

    Raises:
        NotFound: there is no such billing.
    """
    billing = await repository.find_debt(connection, beneficiary_id=beneficiary_id, debt_id=debt_id)
    if billing is None:
        raise NotFound(f"There is no billing {debt_id}")
    rows = await repository.list_refused(
        connection, beneficiary_id=beneficiary_id, after=billing.id - 1, rows_max=1
    )
    return next((row for row in rows if row.id == billing.id), None)


def _checked(said: TitleAddress | None) -> Address | None:
    """Hold an address to what every bank wants of one."""
    if said is None:
        return None
    digits = "".join(character for character in said.postal_code if character.isdigit())
    address = Address(**{**said.model_dump(), "state": said.state.upper(), "postal_code": digits})
    if address.missing:
        name = address.missing[0]
        raise InvalidField(f"address.{name}", "Banks enter no title without it")
    if address.state not in STATES:
        raise InvalidField("address.state", "must be the two letters of a state")
    is_code = len(digits) == POSTAL_CODE_DIGITS and digits.isascii()
    if not is_code or address.state not in states_of_postal_code(digits):
        raise InvalidField("address.postal_code", f"must be a postal code of {address.state}")
    return address


def _state(row: RefusedRow) -> RefusedState:
    if row.movement is None:
        return "REFUSED"
    if row.sent_at is None:
        return "ASKED"
    return "SENT" if row.sent_at > row.recorded_at else "REFUSED"


def _reasons(row: RefusedRow) -> list[RefusedReason]:
    found = [
        reason_of(row.bank or "", row.layout or 0, row.occurrence or "", code)
        for code in row.reasons
    ]
    return [
        RefusedReason(code=each.code, text=each.text, cause=each.cause, advice=each.advice)
        for each in found
    ]


def _mend(reasons: list[RefusedReason]) -> Mend:
    causes = {reason.cause for reason in reasons}
    if causes & _OF_BILLING:
        return "BILL_AGAIN"
    return "ADDRESS" if causes & _ADDRESS else "NONE"


def _shown(row: RefusedRow) -> RefusedTitle:
    reasons, address = _reasons(row), row.address
    return RefusedTitle(
        debt_id=row.debt_id,
        code=row.code,
        name=row.name,
        amount_cents=row.amount_cents,
        due_date=row.due_date,
        upload_id=row.upload_id,
        refused_on=row.at.astimezone(SAO_PAULO).date(),
        reasons=reasons,
        mend=_mend(reasons),
        address=TitleAddress(
            street=address.street,
            number=address.number,
            complement=address.complement,
            district=address.district,
            city=address.city,
            state=address.state,
            postal_code=address.postal_code,
        ),
        state=_state(row),
        entries_again=0 if row.movement is None else row.movement - _FIRST_AGAIN + 1,
        askedat=row.asked_at,
        remittance_id=row.remittance_id,
    )
