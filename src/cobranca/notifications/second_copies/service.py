"""Mails that carry a second copy: ordered for a day, and made of what was written down then.

A variant of what is sent again: the road is that of every mail. What its slip says is a fact of the
order. A mail that would come too late, or of what is paid by now, is not sent, and says so.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from cobranca.domain.boleto import digitable_line_of
from cobranca.domain.errors import InvalidField
from cobranca.domain.text_format import format_date
from cobranca.domain.undelivered import NOT_COMPOSED
from cobranca.infra import clock
from cobranca.notifications import resend
from cobranca.notifications.mail_text import compose
from cobranca.pipeline.billing_details import NO_DETAILS, notes_of
from cobranca.pipeline.second_copies import CopySlip, draw, read_copy, why_not

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date
    from uuid import UUID

    from cobranca.infra.bus import Bus
    from cobranca.infra.db import Connection, Database
    from cobranca.infra.mailer.mail import Mail
    from cobranca.infra.mailer.transport import Envelope
    from cobranca.infra.settings import Settings
    from cobranca.notifications.schemas import Resent
    from cobranca.notifications.second_copies.repository import MailedCopyRow
    from cobranca.pipeline.billing_details import BillingDetails
    from cobranca.pipeline.issuing_terms import Profile


async def mail_second_copy(
    database: Database,
    bus: Bus,
    settings: Settings,
    *,
    beneficiary_id: int,
    debt_id: UUID,
    wish: resend.Wish,
    on: date | None,
    email: str | None,
) -> Resent:
    """Let a billing's payer have a second copy by mail, to another address where one is given.

    Raises:
        NotFound: the beneficiary has no such billing, or it has no boleto yet.
        InvalidField: the day has passed, or is too far away.
        Conflict: it is not to be paid with a slip any more, or its mail is not written yet, or was
            sent again meanwhile.
    """
    today = clock.today()
    day = on or today
    if day < today:
        raise InvalidField("on", f"Give today, {today}, or a later day: the slip is to be paid yet")

    async def slip_of(connection: Connection) -> CopySlip:
        copy = await read_copy(
            connection, settings, beneficiary_id=beneficiary_id, debt_id=debt_id, on=day
        )
        copy.refuse()
        return copy.slip()

    return await resend.resend_billing(
        database,
        bus,
        beneficiary_id=beneficiary_id,
        debt_id=debt_id,
        wish=wish,
        email=email,
        slip_of=slip_of,
    )


def carry_copies(
    envelopes: Sequence[Envelope],
    copies: Mapping[int, MailedCopyRow],
    profile: Profile,
    details: Mapping[int, BillingDetails],
) -> tuple[list[Envelope], dict[int, str]]:
    """Return mails of which some carry second copies, and why others are not sent, by billing id.

    Args:
        envelopes: the mails of a batch, of slips as they were issued.
        copies: the second copies, by billing id.
        profile: who is paid.
        details: what optional columns said, by billing id.
    """
    today = clock.today()
    carrying: list[Envelope] = []
    useless: dict[int, str] = {}
    for envelope in envelopes:
        copy = copies.get(envelope.billing_id)
        if copy is None:
            carrying.append(envelope)
            continue
        why = _useless(copy, today)
        if why is not None:
            useless[envelope.billing_id] = why
            continue
        said = details.get(envelope.billing_id, NO_DETAILS)
        try:
            carrying.append(_carry(envelope, copy, profile, said))
        except InvalidField as error:
            useless[envelope.billing_id] = f"{NOT_COMPOSED}: {error.field}: {error.detail}"
    return carrying, useless


def speak_of(
    mail: Mail, copy: MailedCopyRow, profile: Profile, details: BillingDetails = NO_DETAILS
) -> Mail:
    """Return a billing's mail with what it says of a second copy."""
    slip = copy.slip()
    notes = notes_of(profile.terms, details, amount_cents=copy.amount_cents, due_date=copy.due_date)
    return replace(
        mail,
        amount_cents=slip.total_cents,
        due_date=slip.due_date,
        digitable_line=digitable_line_of(slip.barcode),
        pix_payload=slip.pix,
        notes=" ".join((*slip.messages(copy.due_date), *notes.lines)),
        second_copy_day=format_date(slip.pays_on),
    )


def _useless(copy: MailedCopyRow, today: date) -> str | None:
    """Return why a second copy is not sent any more; None while it may be."""
    if copy.pays_on < today:
        why = f"its day, {copy.pays_on}, has passed"
    elif why_not(copy.status) or copy.open_cents != copy.title_cents:
        why = "what is to be paid has changed since it was ordered"
    else:
        return None
    return f"{NOT_COMPOSED}: the second copy is of no use: {why}; order another one if need be"


def _carry(
    envelope: Envelope, copy: MailedCopyRow, profile: Profile, details: BillingDetails
) -> Envelope:
    mail = speak_of(envelope.mail, copy, profile, details)
    return replace(envelope, mail=mail, compose=partial(_bytes, mail, copy, profile, details))


def _bytes(mail: Mail, copy: MailedCopyRow, profile: Profile, details: BillingDetails) -> bytes:
    return compose(mail, draw(copy, copy.slip(), profile, details))
