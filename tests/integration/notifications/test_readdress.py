"""A mail goes to a corrected address, or again though it was delivered or came back."""

from __future__ import annotations

import asyncio
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cobranca.billings.service import get_billing
from cobranca.privacy import service
from cobranca.privacy.person import Person
from tests.integration.notifications.test_resend import GONE, debt_of, notify
from tests.support.api_client import api_client
from tests.support.factories import statuses
from tests.support.mailing import WithSmtp, issued, rows_of
from tests.support.people import archive_of
from tests.support.smtp_sink import Answer, Rule, SmtpSink, read_log

if TYPE_CHECKING:
    from httpx import AsyncClient

NEW = {"email": "ana.certa@example.com"}
SENT = {"states": "SENT"}
BOUNCED_ONLY = {"state": "BOUNCED"}


def bounce(message_id: str, recipient: str) -> bytes:
    """Return what a server sends back that knows no such mailbox."""
    return (
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n"
        "--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx\n\n"
        f"Final-Recipient: rfc822; {recipient}\nAction: failed\nStatus: 5.1.1\n"
        "Diagnostic-Code: smtp; 550 5.1.1 user unknown\n\n"
        f"--b\nContent-Type: text/rfc822-headers\n\nMessage-ID: {message_id}\n\n--b--\n"
    ).encode()


async def hand_in(client: AsyncClient, message: bytes) -> dict[str, Any]:
    headers = {"Content-Type": "message/rfc822"}
    return (await client.post("/mail/bounces", content=message, headers=headers)).json()


async def test_a_refused_mail_goes_to_the_corrected_address_which_is_the_billings_then(
    with_smtp: WithSmtp, tmp_path: Path
) -> None:
    log = tmp_path / "sink.jsonl"
    async with SmtpSink(log=log, rules=[GONE]) as sink, with_smtp(sink.port) as resources:
        upload = await issued(resources, 10)
        await notify(resources)
        debt_id = await debt_of(resources, "ana3@example.com")
        path = f"/billings/{debt_id}/resend"
        async with api_client(resources.settings) as client:
            wrong = await client.post(path, json={"email": "ana@@example"})
            assert (wrong.status_code, wrong.json()["code"]) == (422, "ADDRESS_INVALID")
            known = await client.post(path, params={"reason": "por telefone"}, json=NEW)
            assert known.json() == {"mails": 1, "suppressed": 0}
            assert (await client.post(path, json=NEW)).status_code == 409
            await notify(resources)
            assert await statuses(resources, upload["id"]) == {"SENT": 10}
            shown = (await client.get(f"/billings/{debt_id}")).json()
            assert shown["email"] == NEW["email"]
            listed = {"upload_id": str(upload["public_id"]), "search": NEW["email"]}
            (found,) = (await client.get("/billings", params=listed)).json()["records"]
            assert (found["debt_id"], found["email"]) == (str(debt_id), NEW["email"])
        (mail,) = [m for m in read_log(log) if m["message_id"].startswith(f"<{debt_id}.")]
        assert mail["recipient"] == NEW["email"]
        assert mail["message_id"] == f"<{debt_id}.0.1@aurora.example>"
        billing = await get_billing(resources.database, upload["beneficiary_id"], debt_id)
        told = [(entry.status, entry.detail) for entry in billing.history[2:]]
        assert [status for status, _ in told] == ["FAILED", "RESENT", "SENT"]
        assert told[1][1] == "installation: por telefone → ana.certa@example.com"
        # The address that was refused stays on the list.
        gone = await rows_of(resources, "SELECT email FROM suppressed_address")
        assert gone == [{"email": "ana3@example.com"}]


async def test_what_was_delivered_goes_again_knowingly_as_another_message_and_stays_mailed(
    with_smtp: WithSmtp, tmp_path: Path
) -> None:
    log = tmp_path / "sink.jsonl"
    async with SmtpSink(log=log) as sink, with_smtp(sink.port) as resources:
        upload = await issued(resources, 10)
        await notify(resources)
        debt_id = await debt_of(resources, "ana1@example.com")
        path = f"/billings/{debt_id}/resend"
        file = f"/billings/csv/uploads/{upload['public_id']}"
        async with api_client(resources.settings) as client:
            assert (await client.post(path)).status_code == 409
            assert (await client.post(f"{file}/resend", params=SENT)).status_code == 422
            seen = (await rows_of(resources, "SELECT max(at) AS at FROM notification"))[0]["at"]
            asked = SENT | {"until": seen.isoformat()}
            assert (await client.post(path, params=asked)).json()["mails"] == 1
            waiting = (await client.get(file)).json()
            assert (waiting["statuses"]["SENT"], waiting["mailed"]) == (9, 10)
            await notify(resources)
            shown = (await client.get(file)).json()
            assert (shown["statuses"]["SENT"], shown["mailed"]) == (10, 10)
            # The same call, repeated by whoever did not hear its answer.
            assert (await client.post(path, params=asked)).status_code == 409
        billing = await get_billing(resources.database, upload["beneficiary_id"], debt_id)
        assert [e.status for e in billing.history[2:]] == ["SENT", "RESENT", "SENT"]
    ids = [m["message_id"] for m in read_log(log) if str(debt_id) in m["message_id"]]
    assert ids == [f"<{debt_id}.0@aurora.example>", f"<{debt_id}.0.1@aurora.example>"]


async def test_refused_after_it_was_delivered_it_is_shown_as_failed_and_stays_mailed(
    with_smtp: WithSmtp,
) -> None:
    refused = Rule(stage="rcpt", containing=b"ana1@", skip=1, answer=Answer(reply="550 5.1.1 no"))
    async with SmtpSink(rules=[refused]) as sink, with_smtp(sink.port) as resources:
        upload = await issued(resources, 3)
        await notify(resources)
        debt_id = await debt_of(resources, "ana1@example.com")
        file = f"/billings/csv/uploads/{upload['public_id']}"
        async with api_client(resources.settings) as client:
            await client.post(f"/billings/{debt_id}/resend", params=SENT)
            await notify(resources)
            shown = (await client.get(file)).json()
            assert (shown["statuses"]["SENT"], shown["statuses"]["FAILED"]) == (2, 1)
            assert shown["mailed"] == 3
            again = {"suppressed": "true"}
            await client.post(f"/billings/{debt_id}/resend", params=again)
            await notify(resources)
            shown = (await client.get(file)).json()
            assert shown["mailed"] == 3


async def test_what_came_back_goes_again_and_old_news_of_it_changes_nothing(
    with_smtp: WithSmtp, tmp_path: Path
) -> None:
    log = tmp_path / "sink.jsonl"
    async with SmtpSink(log=log) as sink, with_smtp(sink.port) as resources:
        upload = await issued(resources, 3)
        await notify(resources)
        debt_id = await debt_of(resources, "ana1@example.com")
        first = bounce(f"<{debt_id}.0@aurora.example>", "ana1@example.com")
        async with api_client(resources.settings) as client:
            assert (await hand_in(client, first))["outcome"] == "BOUNCED"
            page = (await client.get("/mail/undelivered", params=BOUNCED_ONLY)).json()
            (told,) = page["records"]
            assert (told["reason"], told["suppressed"]) == ("NO_ADDRESS", True)
            file = f"/billings/csv/uploads/{upload['public_id']}/resend"
            params = {"states": "BOUNCED"}
            assert (await client.post(file, params=params)).json() == {"mails": 0, "suppressed": 1}
            path = f"/billings/{debt_id}/resend"
            assert (await client.post(path, params=params, json=NEW)).json()["mails"] == 1
            await notify(resources)
            assert (await hand_in(client, first))["outcome"] == "REPEATED"
            page = (await client.get("/mail/undelivered", params=BOUNCED_ONLY)).json()
            assert page["records"] == []
            second = bounce(f"<{debt_id}.0.1@aurora.example>", NEW["email"])
            assert (await hand_in(client, second))["outcome"] == "BOUNCED"
        billing = await get_billing(resources.database, upload["beneficiary_id"], debt_id)
        told = [entry.status for entry in billing.history[2:]]
        assert told == ["SENT", "BOUNCED", "RESENT", "SENT", "BOUNCED"]
        gone = await rows_of(resources, "SELECT email FROM suppressed_address ORDER BY id")
        assert [row["email"] for row in gone] == ["ana1@example.com", NEW["email"]]


async def test_of_two_calls_at_once_one_is_first_and_its_address_stays(
    with_smtp: WithSmtp, tmp_path: Path
) -> None:
    log = tmp_path / "sink.jsonl"
    async with SmtpSink(log=log, rules=[GONE]) as sink, with_smtp(sink.port) as resources:
        await issued(resources, 10)
        await notify(resources)
        debt_id = await debt_of(resources, "ana3@example.com")
        addresses = [f"ana.{n}@example.com" for n in range(6)]
        async with api_client(resources.settings) as client:
            answers = await asyncio.gather(
                *(client.post(f"/billings/{debt_id}/resend", json={"email": e}) for e in addresses)
            )
            codes = [answer.status_code for answer in answers]
            assert Counter(codes) == {200: 1, 409: 5}
            await notify(resources)
        (mail,) = [m for m in read_log(log) if m["message_id"].startswith(f"<{debt_id}.")]
        assert mail["recipient"] == addresses[codes.index(200)]
        (kept,) = await rows_of(resources, "SELECT email, message FROM billing_mail")
        assert kept == {"email": mail["recipient"], "message": 1}


async def test_a_corrected_address_is_found_told_and_erased_as_the_persons(
    with_smtp: WithSmtp,
) -> None:
    async with SmtpSink(rules=[GONE]) as sink, with_smtp(sink.port) as resources:
        await issued(resources, 10)
        await notify(resources)
        debt_id = await debt_of(resources, "ana3@example.com")
        async with api_client(resources.settings) as client:
            await client.post(f"/billings/{debt_id}/resend", json=NEW)
            await notify(resources)
            found = (await client.get("/search", params={"q": NEW["email"]})).json()
            (payer,) = found["payers"]
            assert payer["billings"] == 1
            theirs = (await client.get(f"/payers/{payer['payer_id']}/billings")).json()["records"]
            assert [row["email"] for row in theirs] == [NEW["email"]]
            archive = await archive_of(resources)
            person = await service.search(archive, Person.of(tax_id=None, email=NEW["email"]))
            assert [each.debt_id for each in person.billings] == [debt_id]
            assert person.wider.emails == {NEW["email"], "ana3@example.com"}
            await service.erase(archive, person, with_slips=False)
            again = await client.post(f"/billings/{debt_id}/resend", params=SENT, json=NEW)
            assert again.status_code == 409
            found = (await client.get("/search", params={"q": NEW["email"]})).json()
            assert (found["billings"], found["payers"]) == ([], [])
        for query in ("SELECT email FROM billing_mail", "SELECT email FROM mail_resend"):
            assert await rows_of(resources, query) == [{"email": None}]
