"""Mails that come back: the fact is added, a dead address is suppressed, a forgery does nothing."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Any

import pytest

from cobranca.billings.service import get_billing
from cobranca.domain.email_address import ascii_domain
from cobranca.infra.settings import BeneficiarySettings
from cobranca.notifications.bounces import BOUNCE_BYTES_MAX, settle_bounce
from cobranca.notifications.service import Notifier
from tests.support.api_client import api_client
from tests.support.factories import statuses
from tests.support.mailing import WithSmtp, issued, rows_of
from tests.support.smtp_sink import Answer, Rule, SmtpSink
from tests.support.works import notify_batch
from tests.unit.infra.mailer.mails import DEBT_ID
from tests.unit.notifications.test_bounce_report import corpus

if TYPE_CHECKING:
    from uuid import UUID

    from cobranca.infra.resources import Resources
    from cobranca.notifications.bounces import Settled

RFC822 = {"Content-Type": "message/rfc822"}


async def sent(resources: Resources, rows: int = 3) -> tuple[dict[str, Any], UUID]:
    """Return an upload whose mails a server has taken, and the debt of ana1@example.com."""
    upload = await issued(resources, rows)
    notifier = Notifier(resources)
    await notify_batch(resources, notifier)
    await notifier.aclose()
    (row,) = await rows_of(
        resources,
        f"SELECT debt_id FROM billing WHERE id = {upload['first_billing_id'] + 1}",  # noqa: S608
    )
    return upload, row["debt_id"]


def bounce(name: str, debt_id: UUID, address: str = "ana1@example.com") -> bytes:
    """Return a message of the corpus as it would be about this debt."""
    local, _, domain = address.partition("@")
    text = corpus(name).replace(DEBT_ID.encode(), str(debt_id).encode())
    text = text.replace(b"maria@exemplo.com.br", address.encode())
    return text.replace(b"maria+40exemplo.com.br", f"{local}+40{domain}".encode())


async def settle(resources: Resources, content: bytes) -> Settled:
    return await settle_bounce(resources.database, resources.storage, content)


async def suppressed(resources: Resources) -> list[str]:
    return [
        row["email"] for row in await rows_of(resources, "SELECT email FROM suppressed_address")
    ]


async def test_a_bounce_is_added_to_the_history_and_suppresses_the_address(
    with_smtp: WithSmtp,
) -> None:
    async with SmtpSink() as sink, with_smtp(sink.port) as resources:
        upload, debt_id = await sent(resources)
        content = bounce("postfix_unknown_user", debt_id)
        first, again = await settle(resources, content), await settle(resources, content)
        assert (first.outcome, first.debt_id, first.suppressed) == ("BOUNCED", debt_id, True)
        assert again.outcome == "REPEATED"
        history = (await get_billing(resources.database, upload["beneficiary_id"], debt_id)).history
        assert [entry.status for entry in history[1:]] == ["ISSUED", "SENT", "BOUNCED"]
        assert history[-1].detail == (
            "5.1.1 550 5.1.1 [address] Recipient address rejected:"
            " User unknown in virtual mailbox table"
        )
        # A fact beside the others: what was sent stays sent.
        assert await statuses(resources, upload["id"]) == {"SENT": 3}
        assert await suppressed(resources) == ["ana1@example.com"]
        _, second = await sent(resources)
        assert (
            await get_billing(resources.database, upload["beneficiary_id"], second)
        ).status == "FAILED"


@pytest.mark.parametrize(
    ("name", "outcome", "suppresses"),
    [
        ("sendmail", "BOUNCED", True),
        ("envelope_id_only", "BOUNCED", True),
        ("qmail", "BOUNCED", True),
        ("postfix_mailbox_full", "BOUNCED", False),
        ("exchange_365_policy", "BOUNCED", False),
        ("postfix_expired", "BOUNCED", False),
        ("postfix_delayed", "DELAYED", False),
        ("delivered_report", "IGNORED", False),
        ("out_of_office", "IGNORED", False),
        ("a_persons_answer", "UNKNOWN", False),
        ("another_senders_mail", "UNKNOWN", False),
        ("truncated_in_status", "UNKNOWN", False),
    ],
)
async def test_each_form_has_its_effect(
    with_smtp: WithSmtp, name: str, outcome: str, suppresses: bool
) -> None:
    async with SmtpSink() as sink, with_smtp(sink.port) as resources:
        _, debt_id = await sent(resources)
        content = bounce(name, debt_id)
        settled = await settle(resources, content)
        assert settled.outcome == outcome
        assert await suppressed(resources) == (["ana1@example.com"] if suppresses else [])
        bounced = await rows_of(resources, "SELECT FROM bounce")
        assert len(bounced) == (outcome == "BOUNCED")
        if settled.kept_as is not None:
            assert await resources.storage.get(settled.kept_as) == content
        assert (settled.kept_as is not None) == (outcome == "UNKNOWN")


async def test_a_bounce_of_an_address_that_ours_was_forwarded_to_does_not_suppress_ours(
    with_smtp: WithSmtp,
) -> None:
    async with SmtpSink() as sink, with_smtp(sink.port) as resources:
        _, debt_id = await sent(resources)
        content = bounce("gmail_unknown", debt_id, "somebody.else@exemplo.com.br")
        settled = await settle(resources, content)
        assert (settled.outcome, settled.suppressed) == ("BOUNCED", False)
        assert await suppressed(resources) == []


async def test_a_forged_bounce_suppresses_nobody(with_smtp: WithSmtp) -> None:
    """Of a debt that is none, of one whose mail never left, and by another sender's name."""
    rules = [Rule(stage="rcpt", containing=b"ana1@", answer=Answer(reply="550 5.7.1 refused"))]
    async with SmtpSink(rules=rules) as sink, with_smtp(sink.port) as resources:
        _, refused = await sent(resources)
        (row,) = await rows_of(
            resources, "SELECT debt_id FROM billing WHERE email = 'ana2@example.com'"
        )
        other_name = bounce("postfix_unknown_user", row["debt_id"], "ana2@example.com")
        forged = [
            corpus("postfix_unknown_user"),
            bounce("postfix_unknown_user", refused),
            other_name.replace(b"aurora.example", b"forged.example"),
            bounce("envelope_id_only", row["debt_id"], "other@example.com"),
        ]
        assert [(await settle(resources, content)).outcome for content in forged] == ["UNKNOWN"] * 4
        upload = await issued(resources, 1)
        waiting = await rows_of(
            resources,
            f"SELECT debt_id FROM billing WHERE upload_id = {upload['id']}",  # noqa: S608
        )
        early = bounce("postfix_unknown_user", waiting[0]["debt_id"], "ana0@example.com")
        assert (await settle(resources, early)).outcome == "UNKNOWN"
        assert await suppressed(resources) == []
        assert await rows_of(resources, "SELECT * FROM bounce") == []


async def test_a_pipe_hands_bounces_over_by_http(with_smtp: WithSmtp) -> None:
    async with SmtpSink() as sink, with_smtp(sink.port) as resources:
        upload, debt_id = await sent(resources)
        content = bounce("postfix_unknown_user", debt_id)
        async with api_client(resources.settings) as client:
            answer = await client.post("/mail/bounces", content=content, headers=RFC822)
            assert answer.status_code == 200
            assert answer.json() == {
                "outcome": "BOUNCED",
                "debt_id": str(debt_id),
                "suppressed": True,
                "kept_as": None,
            }
            page = await client.get("/mail/bounces", params={"upload_id": upload["public_id"]})
            (record,) = page.json()["records"]
            assert (record["debt_id"], record["email"]) == (str(debt_id), "ana1@example.com")
            assert (record["status"], record["suppressed"]) == ("5.1.1", True)
            large = await client.post(
                "/mail/bounces", content=b"x" * (BOUNCE_BYTES_MAX + 1), headers=RFC822
            )
            assert large.status_code == 413
            other = await client.post("/mail/bounces", json={})
            assert other.status_code == 415


async def test_a_spreadsheet_has_them_and_which_addresses_are_suppressed_now(
    with_smtp: WithSmtp,
) -> None:
    async with SmtpSink() as sink, with_smtp(sink.port) as resources:
        upload, debt_id = await sent(resources)
        await settle(resources, bounce("postfix_unknown_user", debt_id))
        async with resources.database.transaction() as c:
            await c.execute("UPDATE bounce SET at = '2026-11-24 02:30:00Z', detail = '=cmd()'")
        params = {"upload_id": upload["public_id"]}
        async with api_client(resources.settings) as client:
            answer = await client.get("/mail/bounces.csv", params=params)
            assert answer.headers["content-type"] == "text/csv; charset=utf-8"
            assert answer.content.startswith(b"\xef\xbb\xbf")
            head, line = csv.reader(answer.content.decode("utf-8-sig").splitlines())
            assert head == ["name", "email", "debtId", "at", "status", "detail", "suppressed"]
            assert line[1:3] == ["ana1@example.com", str(debt_id)]
            # São Paulo's time, three hours behind; what a spreadsheet would run is quoted.
            assert line[3:] == ["2026-11-23 23:30:00", "5.1.1", "'=cmd()", "sim"]
            (listed,) = (await client.get("/suppressions")).json()["records"]
            await client.delete(f"/suppressions/{listed['id']}")
            answer = await client.get("/mail/bounces.csv", params={**params, "delimiter": ";"})
            assert answer.text.endswith(";5.1.1;'=cmd();não\r\n")
            page = await client.get("/mail/bounces", params=params)
            assert [record["suppressed"] for record in page.json()["records"]] == [False]


async def test_a_sender_whose_domain_is_not_ascii_knows_its_own(with_smtp: WithSmtp) -> None:
    beneficiary = BeneficiarySettings(email="cobranca@são-paulo.example")
    async with SmtpSink() as sink, with_smtp(sink.port, beneficiary=beneficiary) as resources:
        _, debt_id = await sent(resources)
        domain = f"@{ascii_domain('são-paulo.example')}".encode()
        content = bounce("qmail", debt_id).replace(b"@aurora.example", domain)
        assert (await settle(resources, content)).outcome == "BOUNCED"
