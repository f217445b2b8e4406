"""A person whose data is everywhere that it can be, another beside her, and where to look."""

from __future__ import annotations

import re
import zipfile
import zlib
from typing import TYPE_CHECKING, Any

from cobranca.notifications.service import Notifier
from cobranca.pipeline.beneficiary import OwnBeneficiary
from cobranca.privacy.archive import Archive
from cobranca.privacy.person import Person
from cobranca.uploads.csv_reader.optional_columns import DETAIL_COLUMNS
from cobranca.uploads.service import finish_ended_uploads
from tests.support.api_client import api_client
from tests.support.postgres_program import run_program
from tests.support.works import index_uploads, issue_batch, notify_batch

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from cobranca.infra.resources import Resources

HEAD = "name,governmentId,email,debtAmount,debtDueDate,debtId"
ANA = ("Ana Única", "52998224725", "ana.unica@example.com")
#: Other forms in which Ana stands in files and mails.
ANA_TOO = ("529.982.247-25", "segunda@example.com", "ana.unica%40", "uni=\r\nca@")
BIA = ("Bia Outra", "11144477735", "bia.outra@example.com")
PERSON = Person.of(tax_id=ANA[1], email=ANA[2])

_ADDRESS_COLUMNS = (
    "street", "street_number", "complement", "district", "city", "state", "postal_code",
)  # fmt: skip
#: (table, column) of every text that may tell who somebody is; all others are in NOBODYS.
PERSONAL = {
    ("batch", "last_error"), ("billing", "email"), ("billing", "name"), ("billing", "tax_id"),
    *(("billing_detail", column) for column in ("code", *DETAIL_COLUMNS)), ("bounce", "detail"),
    ("mail_account", "reason"), ("mail_resend", "former_detail"), ("mail_resend", "reason"),
    ("mail_resend", "email"), ("mail_resend", "bounce_detail"), ("billing_mail", "email"),
    ("payer", "email"), ("payer", "name"), ("payer", "tax_id"),
    ("payment_call", "paid_by"), ("return_file", "name"), ("settlement_act", "reason"),
    ("suspense", "reference"), ("suspense_end", "reason"),
    *(("title_resend", column) for column in _ADDRESS_COLUMNS),
    ("notification", "detail"), ("notification_attempt", "detail"),
    ("reject", "edited"), ("reject", "message"), ("reject", "raw"),
    ("suppressed_address", "email"),
    ("suppressed_address", "reason"), ("suppression", "email"), ("suppression", "reason"),
    ("upload", "name"), ("upload", "sheet"), ("upload_check", "name"), ("upload_check", "result"),
    ("work", "last_error"),
}  # fmt: skip
#: What puts Ana, and Bia, where a run does not.
_EVERYWHERE = (
    f"INSERT INTO billing_detail (billing_id, code, {', '.join(DETAIL_COLUMNS)})"  # noqa: S608
    f" SELECT id, email{', email' * len(DETAIL_COLUMNS)} FROM billing",
    "INSERT INTO bounce (billing_id, upload_id, suppressed, detail)"
    " SELECT id, upload_id, true, email || ' refused' FROM billing",
    "UPDATE notification n SET detail = b.email FROM billing b WHERE b.id = n.billing_id",
    "INSERT INTO notification_attempt (billing_id, at, attempts, state, detail)"
    " SELECT id, now(), 1, 'DEFERRED', email FROM billing",
    "INSERT INTO mail_resend (billing_id, asked_by, reason, former_at, former_attempts,"
    " former_state, former_detail, email, bounce_detail)"
    " SELECT id, 'key', email || ' asked', now(), 1, 'FAILED', email, email, email FROM billing",
    "INSERT INTO billing_mail (billing_id, message, at, email)"
    " SELECT id, 0, now(), email FROM billing",
    "INSERT INTO suppressed_address (beneficiary_id, email, reason)"
    " SELECT DISTINCT beneficiary_id, email, email || ' refused' FROM billing",
    "INSERT INTO suppression (email, reason) SELECT DISTINCT email, email FROM billing",
    "UPDATE upload SET name = '52998224725.csv', sheet = '52998224725' WHERE id = 1",
    "UPDATE work SET last_error = '550 <ana.unica@example.com>' WHERE id = 1",
    "UPDATE batch SET last_error = '550 <segunda@example.com>' WHERE id = 1",
    "INSERT INTO payment_call (beneficiary_id, call_id, body_sha256, paid_at, paid_by, matched)"
    " SELECT beneficiary_id, id, '', '', name || ' ' || email, true FROM billing",
    "INSERT INTO payment (billing_id, teller, told_by, line, paid_cents, extra_cents,"
    " deducted_cents, told_at, paid_on) SELECT b.id, 3, c.id, 0, 1, 0, 0, now(), '2030-01-01'"
    " FROM billing b JOIN payment_call c ON c.call_id = b.id::text",
    "INSERT INTO settlement_act (beneficiary_id, billing_id, asked_by, reason)"
    " SELECT beneficiary_id, id, 'key', email || ' said so' FROM billing",
    "INSERT INTO suspense (beneficiary_id, teller, told_by, line, why, reference, paid_cents,"
    " extra_cents, deducted_cents, paid_on) SELECT beneficiary_id, 3, id, 0, 'UNKNOWN_DEBT', email,"
    " 1, 0, 0, '2030-01-01' FROM billing",
    "INSERT INTO suspense_end (suspense_id, billing_id, ended_by, reason)"
    " SELECT s.id, s.told_by, 'key', s.reference || ' said so' FROM suspense s",
    f"INSERT INTO title_resend (billing_id, movement, asked_by, {', '.join(_ADDRESS_COLUMNS)})"  # noqa: S608
    f" SELECT id, 3, 'key'{', email' * len(_ADDRESS_COLUMNS)} FROM billing",
    "INSERT INTO return_file (beneficiary_id, name, sha256, size_bytes, storage_path, came_by)"
    " SELECT id, '52998224725.ret', '', 1, '', 'api' FROM beneficiary",
    "INSERT INTO mail_account (account, settings, held_at, cause, reason)"
    " VALUES ('a', '', now(), 'BRAKE', 'said of Ana.Unica@example.com: no')",
)


def row(who: tuple[str, str, str], number: int, **changes: str) -> str:
    """Return a line of a file; `number` makes the debtId."""
    fields = {
        "name": who[0], "tax_id": who[1], "email": who[2], "amount": "10.00", "due": "2030-01-01",
        "debt_id": debt_id(number),
    } | changes  # fmt: skip
    return ",".join(fields.values())


def debt_id(number: int) -> str:
    """Return the debtId that `row` makes of a number."""
    return f"1adb6ccf-ff16-467f-bea7-{number:012d}"


def csv_of(*rows: str) -> bytes:
    """Return a file of these lines."""
    return "\n".join([HEAD, *rows, ""]).encode()


async def run(resources: Resources, query: str, *parameters: object) -> list[dict[str, Any]]:
    """Run a statement and return its rows."""
    async with resources.database.transaction() as connection:
        cursor = await connection.execute(query, parameters)  # type: ignore[arg-type]
        return await cursor.fetchall() if cursor.description else []


async def archive_of(resources: Resources) -> Archive:
    """Return the archive of the settings' beneficiary."""
    own = OwnBeneficiary(resources.database, resources.settings.beneficiary)
    return Archive(
        database=resources.database,
        storage=resources.storage,
        settings=resources.settings,
        beneficiary_id=await own.id(),
    )


async def send(resources: Resources, *contents: bytes) -> list[dict[str, Any]]:
    """Send files, and return the answers."""
    async with api_client(resources.settings) as client:
        answers = [
            await client.post(
                "/billings/csv/upload", content=content, headers={"Content-Type": "text/csv"}
            )
            for content in contents
        ]
    return [answer.json() for answer in answers]


async def check(resources: Resources, content: bytes) -> None:
    """Send a file, named after Ana, that is not started."""
    async with api_client(resources.settings) as client:
        answer = await client.post(
            f"/uploads/checks?name={ANA[1]}.csv",
            content=content,
            headers={"Content-Type": "text/csv"},
        )
    assert answer.status_code == 201, answer.text


async def work_all(resources: Resources) -> None:
    """Issue and mail all that waits."""
    notifier = Notifier(resources)
    while await issue_batch(resources) or await notify_batch(resources, notifier):
        pass
    await finish_ended_uploads(resources.database)
    await index_uploads(resources)


async def fill(resources: Resources) -> list[dict[str, Any]]:
    """Put Ana and Bia wherever a person can be; return the answers to two files."""
    first = csv_of(
        row(ANA, 1),
        row(BIA, 2),
        row(ANA, 3, amount="nothing"),
        row(BIA, 4, due="never"),
        row(("Ana Única", ANA_TOO[0], ANA_TOO[1]), 5),
        row(("Ana Única", "", "none"), 5, amount="her debt tells her"),
    )
    answers = await send(resources, first, csv_of(row(ANA, 1), row(BIA, 6)))
    await check(resources, csv_of(row(ANA, 7, amount="nothing")))
    await work_all(resources)
    for statement in _EVERYWHERE:
        await run(resources, statement)
    await run(
        resources,
        "UPDATE reject SET message = message || %s, edited = raw || %s WHERE line_number = 4",
        ANA[1],
        ANA[1],
    )
    await resources.storage.put("bounces/ana.eml", b"To: ana.uni=\r\nca@example.com")
    await resources.storage.put("bounces/other.eml", b"To: SEGUNDA@example.com")
    await resources.storage.put("bounces/bia.eml", b"To: bia.outra@example.com")
    return answers


def texts(resources: Resources) -> dict[str, str]:
    """Return a dump of the database, and each stored object as text, slips decompressed."""
    dump = run_program(resources.database.url, ["pg_dump", "--data-only", "--inserts"])
    found = {"database": dump}
    for folder in ("storage", "incoming"):
        root = resources.settings.data_dir / folder
        for path in root.rglob("*"):
            if path.is_file():
                found[str(path.relative_to(root))] = "\n".join(_told_by(path))
    return found


def whole(resources: Resources) -> str:
    """Return all of `texts` as one."""
    return "\n".join(texts(resources).values())


def _told_by(path: Path) -> Iterator[str]:
    if path.suffix != ".zip":
        yield path.read_bytes().decode()
        return
    with zipfile.ZipFile(path) as packed:
        for name in packed.namelist():
            yield name
            yield slip_text(packed.read(name))


def slip_text(slip: bytes) -> str:
    """Return a slip's bytes and those of its streams, as far as they are text."""
    parts = [slip]
    for found in re.finditer(rb"stream\r?\n(.*?)\r?\nendstream", slip, re.DOTALL):
        try:
            parts.append(zlib.decompress(found[1]))
        except zlib.error:
            continue  # Of an image or a font: no text.
    return b"\n".join(parts).decode("latin-1")
