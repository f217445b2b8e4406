"""A mail goes to a corrected address, or again though it was delivered or came back."""

from __future__ import annotations

from pathlib import Path

from cobranca.billings.service import get_billing
from tests.integration.notifications.test_resend import GONE, debt_of, notify
from tests.support.api_client import api_client
from tests.support.factories import statuses
from tests.support.mailing import WithSmtp, issued, rows_of
from tests.support.smtp_sink import SmtpSink, read_log

NEW = {"email": "ana.certa@example.com"}


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
