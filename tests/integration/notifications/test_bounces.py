"""Mails that come back: the fact is added, a dead address is suppressed, a forgery does nothing."""

from __future__ import annotations

import asyncio
import csv
from typing import TYPE_CHECKING, Any

import pytest

from cobranca.billings.service import get_billing
from cobranca.domain.email_address import ascii_domain
from cobranca.infra.settings import BeneficiarySettings
from cobranca.notifications import repository, router
from cobranca.notifications.bounce_reader import WAITING_MAX, BounceReader
from cobranca.notifications.bounces import BOUNCE_BYTES_MAX, BounceDesk
from cobranca.notifications.service import Notifier
from tests.support.api_client import api_client
from tests.support.factories import statuses
from tests.support.mailing import WithSmtp, issued, rows_of
from tests.support.smtp_sink import Answer, Rule, SmtpSink
from tests.support.works import notify_batch
from tests.unit.infra.mailer.mails import DEBT_ID
from tests.unit.notifications.test_bounce_report import FORMS, corpus, form

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


async def settle(resources: Resources, content: bytes, **settings: Any) -> Settled:
    reader = BounceReader()
    desk = BounceDesk(
        database=resources.database,
        storage=resources.storage,
        settings=resources.settings.model_copy(update=settings),
        reader=reader,
    )
    try:
        return await desk.settle(content)
    finally:
        await reader.aclose()


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


# --------------------------------------------------------------------------------- whose fault

EXPECTED = {"FAILED": "BOUNCED", "DELAYED": "DELAYED", "AUTOMATIC": "IGNORED"}
TOLD = [row for row in FORMS if row["encoding"] != "base64"]


@pytest.mark.parametrize("row", TOLD[::4], ids=[row["source"] for row in TOLD[::4]])
async def test_each_text_has_its_effect(with_smtp: WithSmtp, row: dict[str, Any]) -> None:
    async with SmtpSink() as sink, with_smtp(sink.port) as resources:
        _, debt_id = await sent(resources)
        content = form(row).replace(DEBT_ID.encode(), str(debt_id).encode())
        settled = await settle(resources, content.replace(b"ana@example.org", b"ana1@example.com"))
        assert settled.outcome == EXPECTED.get(row["kind"], "UNKNOWN")
        dead = row["fault"] == "RECIPIENT"
        assert await suppressed(resources) == (["ana1@example.com"] if dead else [])


async def test_a_text_about_an_address_that_ours_was_forwarded_to_suppresses_nobody(
    with_smtp: WithSmtp,
) -> None:
    async with SmtpSink() as sink, with_smtp(sink.port) as resources:
        _, debt_id = await sent(resources)
        settled = await settle(resources, bounce("qmail", debt_id, "somebody.else@exemplo.com.br"))
        assert (settled.outcome, settled.suppressed) == ("BOUNCED", False)


# --------------------------------------------------------------------------------- strangers


async def test_control_characters_do_not_reach_the_database(with_smtp: WithSmtp) -> None:
    async with SmtpSink() as sink, with_smtp(sink.port) as resources:
        _, debt_id = await sent(resources)
        content = bounce("postfix_unknown_user", debt_id).replace(b"User unknown", b"User\0unknown")
        async with api_client(resources.settings) as client:
            answer = await client.post("/mail/bounces", content=content, headers=RFC822)
        assert (answer.status_code, answer.json()["outcome"]) == (200, "BOUNCED")


async def test_many_ids_are_looked_up_by_one_query(
    with_smtp: WithSmtp, monkeypatch: pytest.MonkeyPatch
) -> None:
    queries: list[int] = []
    find = repository.find_handed_over

    async def counted(connection: Any, debt_ids: Any, *, rows_max: int) -> Any:
        queries.append(len(debt_ids))
        return await find(connection, debt_ids, rows_max=rows_max)

    monkeypatch.setattr(repository, "find_handed_over", counted)
    ids = "".join(f"{n:08x}-ff16-467f-bea7-5f05d494280f.0@aurora.example\n" for n in range(35_000))
    async with SmtpSink() as sink, with_smtp(sink.port) as resources:
        _, debt_id = await sent(resources)
        content = bounce("postfix_unknown_user", debt_id)
        assert (await settle(resources, content + ids.encode())).outcome == "BOUNCED"
    assert len(queries) == 1
    assert queries[0] <= 20


async def test_a_bad_message_is_kept_and_passed_over(
    with_smtp: WithSmtp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "cobranca.notifications.bounce_intake.BounceReader",
        lambda: BounceReader(child="tests.support.stranger_child"),
    )
    async with SmtpSink() as sink, with_smtp(sink.port) as resources:
        _, debt_id = await sent(resources)
        async with api_client(resources.settings) as client:
            bad = await client.post("/mail/bounces", content=b"die", headers=RFC822)
            assert (bad.status_code, bad.json()["outcome"]) == (200, "UNKNOWN")
            assert await resources.storage.get(bad.json()["kept_as"]) == b"die"
            content = bounce("postfix_unknown_user", debt_id)
            good = await client.post("/mail/bounces", content=content, headers=RFC822)
            assert good.json()["outcome"] == "BOUNCED"


async def test_of_what_is_kept_the_oldest_go(with_smtp: WithSmtp) -> None:
    async with SmtpSink() as sink, with_smtp(sink.port) as resources:

        async def kept(count: int, **bounds: int) -> list[bytes]:
            for n in range(count):
                await settle(resources, b"Subject: %d\n\nhello" % n, **bounds)
            paths = await resources.storage.list_paths("bounces")
            return sorted([await resources.storage.get(path) for path in paths])

        by_count = await kept(5, bounces_kept_max=3)
        assert by_count == [b"Subject: %d\n\nhello" % n for n in (2, 3, 4)]
        assert await kept(5, bounces_kept_bytes_max=40) == [
            b"Subject: %d\n\nhello" % n for n in (3, 4)
        ]
        nowhere = await settle(resources, b"Subject: 9\n\nhello", bounces_kept_max=0)
        assert (nowhere.outcome, nowhere.kept_as) == ("UNKNOWN", None)


async def test_senders_who_wait_hold_no_place_for_long_and_no_other_call(
    with_smtp: WithSmtp, monkeypatch: pytest.MonkeyPatch
) -> None:
    hanging, left = asyncio.Event(), asyncio.Event()
    begun: list[bool] = []

    async def slow() -> Any:
        yield b"From: "
        begun.append(True)
        if len(begun) == WAITING_MAX:
            hanging.set()
        await left.wait()

    async with (
        SmtpSink() as sink,
        with_smtp(sink.port) as resources,
        api_client(resources.settings) as client,
    ):
        monkeypatch.setattr(router, "_BODY_S", 5.0)
        calls = [
            asyncio.create_task(client.post("/mail/bounces", content=slow(), headers=RFC822))
            for _ in range(WAITING_MAX)
        ]
        await hanging.wait()
        busy = await client.post("/mail/bounces", content=b"x", headers=RFC822)
        assert (busy.status_code, busy.json()["code"]) == (503, "BOUNCES_BUSY")
        assert int(busy.headers["Retry-After"]) > 0
        assert (await client.get("/suppressions")).status_code == 200
        cut_off = await asyncio.gather(*calls)
        assert {answer.status_code for answer in cut_off} == {408}
        assert {answer.json()["code"] for answer in cut_off} == {"UPLOAD_CUT_OFF"}
        again = await client.post("/mail/bounces", content=b"x", headers=RFC822)
        assert again.status_code == 200
