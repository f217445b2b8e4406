"""A second copy for a day goes by mail: the slip that was ordered, on the road of every mail."""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import asynccontextmanager
from datetime import date, timedelta
from email import message_from_bytes, policy
from typing import TYPE_CHECKING, Any

import pypdfium2
import pytest

from cobranca.billings.service import get_billing
from cobranca.infra import clock
from cobranca.infra.terms_settings import TermsSettings
from tests.integration.notifications.test_resend import GONE, LOST, debt_of, notify
from tests.support.api_client import api_client
from tests.support.factories import add_upload, statuses
from tests.support.mailing import WithSmtp, issued, rows_of
from tests.support.people import run
from tests.support.scanner import scan
from tests.support.smtp_sink import SmtpSink
from tests.support.works import issue_batch

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence
    from email.message import EmailMessage
    from uuid import UUID

    from httpx import AsyncClient

    from cobranca.infra.resources import Resources
    from cobranca.infra.settings import Settings
    from tests.support.smtp_sink import Rule

#: Billing 1 of the factory is of 10.01, due on Wednesday 2 January 2030.
WHO = "ana1@example.com"
LATE = "2030-01-12"
#: 10.01, a fine of 20 cents and 10 days of 1 % a month.
LATE_CENTS = 1001 + 20 + 3
ANEW = {"states": "SENT"}


@asynccontextmanager
async def mailed(
    with_smtp: WithSmtp, settings: Settings, rules: Sequence[Rule] = ()
) -> AsyncIterator[tuple[Resources, SmtpSink, AsyncClient, dict[str, Any]]]:
    """Mail five billings of an account with fine and interest."""
    terms = TermsSettings(fine_basis_points=200, interest_basis_points=100)
    beneficiary = settings.beneficiary.model_copy(update={"terms": terms})
    async with (
        SmtpSink(keep=True, rules=rules) as sink,
        with_smtp(sink.port, beneficiary=beneficiary) as resources,
        api_client(resources.settings) as client,
    ):
        upload = await issued(resources, 5)
        await notify(resources)
        yield resources, sink, client, upload


def mail_of(sink: SmtpSink) -> EmailMessage:
    """Return the message that came last."""
    return message_from_bytes(sink.received[-1].content, policy=policy.default)  # type: ignore[return-value]


def text_of(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return body.get_content()


def pdf_of(mail: EmailMessage) -> bytes:
    (part,) = mail.iter_attachments()
    return part.get_content()


def words_of(pdf: bytes) -> str:
    return "\n".join(p.get_textpage().get_text_bounded() for p in pypdfium2.PdfDocument(pdf))


async def order(client: AsyncClient, debt_id: UUID, **asked: Any) -> dict[str, Any]:
    path = f"/billings/{debt_id}/second-copy/mail"
    params = asked.pop("params", None)
    answer = await client.post(path, json=asked or None, params=params)
    return {"status": answer.status_code, **answer.json()}


async def test_text_and_slip_are_the_second_copy_of_the_day_and_the_history_tells(
    with_smtp: WithSmtp, settings: Settings
) -> None:
    async with mailed(with_smtp, settings) as (resources, sink, client, upload):
        debt_id = await debt_of(resources, WHO)
        path = f"/billings/{debt_id}/second-copy"
        due = (await client.get(path, params={"on": LATE})).json()
        assert due["total_cents"] == LATE_CENTS
        new = "ana.nova@example.com"
        asked = {"on": LATE, "email": new, "params": {"reason": "por telefone"}}
        known = await order(client, debt_id, **asked)
        assert known == {"status": 200, "mails": 1, "suppressed": 0}
        assert len(sink.received) == 5
        await notify(resources)

        mail = mail_of(sink)
        assert sink.received[-1].recipients == [new]
        assert mail["message-id"] == f"<{debt_id}.0.1@aurora.example>"
        assert str(mail["subject"]).startswith("2ª via do boleto de ")
        assert str(mail["subject"]).endswith("vencimento 12/01/2030 - R$ 10,24")
        text = text_of(mail)
        assert "Ele é a 2ª via, com o valor para pagamento em 12/01/2030." in text
        assert "multa R$ 0,20, juros R$ 0,03" in text
        assert due["digitable_line"] in text.replace(".", "").replace(" ", "")
        assert scan(pdf_of(mail)) == [due["barcode"]]
        assert pdf_of(mail) == (await client.get(f"{path}.pdf", params={"on": LATE})).content

        billing = await get_billing(resources.database, upload["beneficiary_id"], debt_id)
        told = [(entry.status, entry.detail) for entry in billing.history[-2:]]
        said = f"installation: {LATE}: por telefone → {new}"
        assert told == [("SECOND_COPY_MAILED", said), ("SENT", "2.0.0 accepted")]
        assert billing.email == new
        assert await statuses(resources, upload["id"]) == {"SENT": 5}


async def test_to_the_address_as_before_today_without_a_body(
    with_smtp: WithSmtp, settings: Settings
) -> None:
    async with mailed(with_smtp, settings) as (resources, sink, client, upload):
        debt_id = await debt_of(resources, WHO)
        assert (await order(client, debt_id))["mails"] == 1
        await notify(resources)
        today = clock.today()
        assert f"para pagamento em {today:%d/%m/%Y}" in text_of(mail_of(sink))
        billing = await get_billing(resources.database, upload["beneficiary_id"], debt_id)
        assert billing.history[-2].detail == f"installation: {today} → {WHO}"


async def test_of_two_orders_at_once_one_is_sent_and_a_repeated_one_doubles_nothing(
    with_smtp: WithSmtp, settings: Settings
) -> None:
    async with mailed(with_smtp, settings) as (resources, sink, client, _):
        debt_id = await debt_of(resources, WHO)
        seen = (await rows_of(resources, "SELECT max(at) AS at FROM notification"))[0]["at"]
        asked = {"on": LATE, "params": {"until": seen.isoformat()}}
        both = await asyncio.gather(
            order(client, debt_id, **asked), order(client, debt_id, **asked)
        )
        assert sorted(each["status"] for each in both) == [200, 409]
        await notify(resources)
        assert (await order(client, debt_id, **asked))["status"] == 409
        await notify(resources)
        came = Counter(m.recipients[0] for m in sink.received)
        assert came[WHO] == 2
        assert sum(came.values()) == 6
        (row,) = await rows_of(resources, "SELECT count(*) AS n FROM mail_second_copy")
        assert row["n"] == 1


async def test_what_failed_or_is_in_doubt_has_one_too_and_blocked_addresses_have_none(
    with_smtp: WithSmtp, settings: Settings
) -> None:
    async with mailed(with_smtp, settings, [GONE, LOST]) as (resources, sink, client, _):
        gone, lost = [await debt_of(resources, f"ana{n}@example.com") for n in (3, 4)]
        left = await order(client, gone, on=LATE)
        assert left == {"status": 200, "mails": 0, "suppressed": 1}
        assert await rows_of(resources, "SELECT 1 AS one FROM mail_second_copy") == []
        freed = {"params": {"suppressed": "true"}}
        assert (await order(client, gone, on=LATE, **freed))["mails"] == 1
        assert (await order(client, lost, on=LATE))["mails"] == 1
        await notify(resources)
        ids = {str(m["message-id"]) for m in map(_read, sink.received[-2:])}
        assert ids == {f"<{debt}.0.1@aurora.example>" for debt in (gone, lost)}


def _read(received: Any) -> EmailMessage:
    return message_from_bytes(received.content, policy=policy.default)  # type: ignore[return-value]


async def test_sent_again_it_is_the_same_slip_under_a_new_number(
    with_smtp: WithSmtp, settings: Settings
) -> None:
    async with mailed(with_smtp, settings) as (resources, sink, client, _):
        debt_id = await debt_of(resources, WHO)
        await order(client, debt_id, on=LATE)
        await notify(resources)
        first = mail_of(sink)
        again = await client.post(f"/billings/{debt_id}/resend", params=ANEW)
        assert again.json()["mails"] == 1
        await notify(resources)
        second = mail_of(sink)
        assert second["message-id"] == f"<{debt_id}.0.2@aurora.example>"
        assert (text_of(second), pdf_of(second)) == (text_of(first), pdf_of(first))


async def test_a_deferred_mail_is_the_same_bytes_though_the_bank_has_entered_the_title_since(
    with_smtp: WithSmtp, settings: Settings
) -> None:
    async with mailed(with_smtp, settings) as (resources, sink, client, _):
        debt_id = await debt_of(resources, WHO)
        await order(client, debt_id, on=LATE)
        await notify(resources)
        first = sink.received[-1].content
        await run(
            resources,
            "INSERT INTO registration (billing_id, at, state)"
            " SELECT id, now(), 'REGISTERED' FROM billing WHERE email = %s",
            WHO,
        )
        # As after a death before the outcome was written.
        await run(
            resources,
            "DELETE FROM notification n USING billing b WHERE b.id = n.billing_id AND b.email = %s",
            WHO,
        )
        await run(resources, "UPDATE work SET state = 'READY', not_before = now()")
        await notify(resources)
        assert len(sink.received) == 7
        assert sink.received[-1].content == first


@pytest.mark.parametrize("change", ["paid", "late"])
async def test_what_is_of_no_use_any_more_is_not_sent_and_says_why(
    with_smtp: WithSmtp, settings: Settings, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    async with mailed(with_smtp, settings) as (resources, sink, client, _):
        debt_id = await debt_of(resources, WHO)
        assert (await order(client, debt_id, on=LATE))["mails"] == 1
        if change == "paid":
            paid = await client.post(f"/billings/{debt_id}/settle", json={"reason": "na mão"})
            assert paid.status_code == 200, paid.text
        else:
            monkeypatch.setattr(clock, "today", lambda: date.fromisoformat(LATE) + timedelta(1))
        await notify(resources)
        assert len(sink.received) == 5
        (row,) = await rows_of(resources, "SELECT detail FROM notification WHERE state = 'FAILED'")
        why = "has changed" if change == "paid" else f"its day, {LATE}, has passed"
        assert why in row["detail"]
        if change == "late":
            failed = await client.post(f"/billings/{debt_id}/resend")
            assert (failed.status_code, failed.json()["code"]) == (409, "CONFLICT")
            assert "order one for another day" in failed.json()["detail"]
            assert (await order(client, debt_id, on="2030-01-20"))["mails"] == 1


async def test_refusals(with_smtp: WithSmtp, settings: Settings) -> None:
    async with mailed(with_smtp, settings) as (resources, _, client, _):
        debt_id = await debt_of(resources, WHO)
        yesterday = clock.today() - timedelta(1)
        past = await order(client, debt_id, on=yesterday.isoformat())
        assert (past["status"], past["field"]) == (422, "on")
        wrong = await order(client, debt_id, on=LATE, email="ana@@example")
        assert (wrong["status"], wrong["code"]) == (422, "ADDRESS_INVALID")
        await client.post(f"/billings/{debt_id}/settle", json={"reason": "na mão"})
        paid = await order(client, debt_id, on=LATE)
        assert (paid["status"], paid["code"]) == (409, "SECOND_COPY_REFUSED")
        unknown = await order(client, "1adb6ccf-ff16-467f-bea7-5f05d494280f")  # type: ignore[arg-type]
        assert unknown["status"] == 404
        assert await rows_of(resources, "SELECT 1 AS one FROM mail_resend") == []


async def test_the_outbox_shows_it_and_a_simulated_file_has_none(resources: Resources) -> None:
    shown, simulated = [
        await add_upload(resources, rows=2, batch_rows=2, mail=mail)
        for mail in ("outbox", "simulate")
    ]

    while await issue_batch(resources):
        pass
    await notify(resources)
    await notify(resources)
    ids = "SELECT debt_id, upload_id FROM billing ORDER BY id"
    debts = {row["upload_id"]: row["debt_id"] for row in await rows_of(resources, ids)}
    async with api_client(resources.settings) as client:
        none = await order(client, debts[simulated["id"]], on=LATE)
        assert (none["status"], "simulated" in none["detail"]) == (409, True)
        debt_id = debts[shown["id"]]
        assert (await order(client, debt_id, on=LATE))["mails"] == 1
        await notify(resources)
        listed = await client.get("/mailbox", params={"upload_id": str(shown["public_id"])})
        subjects = [record["subject"] for record in listed.json()["records"]]
        assert [subject.startswith("2ª via") for subject in subjects] == [False, True]
        opened = (await client.get(f"/mailbox/{debt_id}")).json()
        assert opened["subject"] == subjects[1]
        assert opened["attachments"][0]["name"] == f"segunda-via-{debt_id}.pdf"
        eml = (await client.get(f"/mailbox/{debt_id}/eml")).content
        mail = message_from_bytes(eml, policy=policy.default)
        slip = await client.get(f"/billings/{debt_id}/second-copy.pdf", params={"on": LATE})
        assert pdf_of(mail) == slip.content  # type: ignore[arg-type]
