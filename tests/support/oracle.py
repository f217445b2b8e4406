"""Recounts a run from outside: what must hold at its end, whatever failed on the way.

It reads the database, the stored objects and the mail server's own log, and runs none of the
product's code but the outbox's reader.
"""

from __future__ import annotations

import hashlib
import random
import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg.rows import dict_row

from cobranca.infra.mailer import outbox
from tests.support.scanner import scan
from tests.support.smtp_sink import read_log

if TYPE_CHECKING:
    from pathlib import Path
    from typing import LiteralString

    from cobranca.infra.mailer.mail import Mail

#: Returns a stored object by its path, from a local folder or from wherever the storage is.
ReadObject = Callable[[str], bytes]
Connection = psycopg.Connection[dict[str, Any]]

_MESSAGE = re.compile(r"<([0-9a-f-]{36})\.\d+(?:\.(\d+))?@")


def check(
    database_url: str,
    read_object: ReadObject,
    *,
    accepted: int,
    mail_log: Path | None = None,
    doubts: bool = False,
    scans: int = 20,
) -> None:
    """Assert that nothing was lost and nothing doubled, in a database whose work has ended.

    Args:
        database_url: where the facts are; nothing was removed or purged.
        read_object: returns a stored object by its path.
        accepted: how many billings there must be.
        mail_log: the mail server's own log, when mails went out by SMTP (`SmtpSink.log`).
        doubts: whether mails may be UNCERTAIN; otherwise every one is SENT.
        scans: so many PDFs, drawn at random, have their barcode read from the page's pixels.
    """
    with Connection.connect(database_url, row_factory=dict_row) as connection:
        _check_uploads(connection, read_object)
        _check_facts(connection, accepted, doubts=doubts)
        _check_counters(connection)
        _check_pdfs(connection, read_object, scans)
        _check_outbox(connection, read_object)
        if mail_log is not None:
            _check_mails(connection, mail_log)


def _all(connection: Connection, query: LiteralString, **values: object) -> list[dict[str, Any]]:
    return connection.execute(query, values).fetchall()


def _check_uploads(connection: Connection, read_object: ReadObject) -> None:
    """Every record of every file is accounted for: files here have a record a line."""
    uploads = _all(
        connection,
        "SELECT id, storage_path, sha256, records, accepted, rejected, duplicates,"
        " (SELECT count(*) FROM billing b WHERE b.upload_id = u.id) AS billings,"
        " (SELECT count(*) FROM reject r WHERE r.upload_id = u.id AND NOT duplicate) AS refused,"
        " (SELECT count(*) FROM reject r WHERE r.upload_id = u.id AND duplicate) AS repeated"
        " FROM upload u",
    )
    for upload in uploads:
        content = read_object(upload["storage_path"])
        assert hashlib.sha256(content).digest() == upload["sha256"]
        records = sum(1 for line in content.splitlines()[1:] if line.strip())
        assert records == upload["records"]
        assert upload["billings"] + upload["refused"] + upload["repeated"] == records
        told = (upload["accepted"], upload["rejected"], upload["duplicates"])
        assert told == (upload["billings"], upload["refused"], upload["repeated"])


def _check_facts(connection: Connection, accepted: int, *, doubts: bool) -> None:
    (counts,) = _all(
        connection,
        "SELECT (SELECT count(*) FROM billing) AS billings,"
        " (SELECT count(DISTINCT (beneficiary_id, debt_id)) FROM billing) AS debts,"
        " (SELECT count(*) FROM boleto JOIN billing b ON b.id = billing_id) AS boletos,"
        " (SELECT count(DISTINCT (series_id, our_number)) FROM boleto) AS our_numbers,"
        " (SELECT count(DISTINCT barcode) FROM boleto) AS barcodes,"
        " (SELECT count(*) FROM notification JOIN billing b ON b.id = billing_id) AS outcomes",
    )
    assert counts == dict.fromkeys(counts, accepted)
    (left,) = _all(
        connection,
        "SELECT (SELECT count(*) FROM mail_in_flight) AS in_flight,"
        " (SELECT count(*) FROM batch_state WHERE state <> 'NOTIFIED') AS batches_open,"
        " (SELECT count(*) FROM notification WHERE state = 'FAILED') AS failed",
    )
    assert left == dict.fromkeys(left, 0)
    assert doubts or not _doubted(connection)


def _check_counters(connection: Connection) -> None:
    """The counts of batches and files are those of the facts."""
    wrong = _all(
        connection,
        "SELECT t.id, t.total, t.issued, t.sent, t.failed, t.uncertain, f.*"
        " FROM batch t CROSS JOIN LATERAL (SELECT count(*) AS billings, count(o) AS boletos,"
        " count(*) FILTER (WHERE n.state = 'SENT') AS mailed,"
        " count(*) FILTER (WHERE n.state = 'FAILED') AS refused,"
        " count(*) FILTER (WHERE n.state = 'UNCERTAIN') AS doubtful FROM billing b"
        " LEFT JOIN boleto o ON o.billing_id = b.id LEFT JOIN notification n ON n.billing_id = b.id"
        " WHERE b.id BETWEEN t.first_billing_id AND t.last_billing_id) f"
        " WHERE (t.total, t.issued, t.sent, t.failed, t.uncertain)"
        " <> (f.billings, f.boletos, f.mailed, f.refused, f.doubtful)",
    )
    assert not wrong
    wrong = _all(
        connection,
        "SELECT t.id FROM batch t WHERE t.sent_before <> (SELECT count(DISTINCT r.billing_id)"
        " FROM mail_resend r LEFT JOIN notification n ON n.billing_id = r.billing_id"
        " WHERE r.billing_id BETWEEN t.first_billing_id AND t.last_billing_id"
        " AND r.former_state = 'SENT' AND n.state IS DISTINCT FROM 'SENT')",
    )
    assert not wrong
    wrong = _all(
        connection,
        "SELECT id, accepted, acknowledged, issued, sent, failed, uncertain, removed"
        " FROM upload_report WHERE acknowledged <> 0 OR issued <> 0"
        " OR sent + failed + uncertain + removed <> accepted",
    )
    assert not wrong


def _check_pdfs(connection: Connection, read_object: ReadObject, scans: int) -> None:
    """Every stored PDF has the hash that the database has; some are read as a scanner would."""
    drawn: list[tuple[str, bytes]] = []
    chance = random.Random(20)  # noqa: S311 - a sample that is the same for the same run.
    for number, (barcode, pdf, sha256) in enumerate(_pdfs(connection, read_object)):
        assert hashlib.sha256(pdf).digest() == sha256
        place = number if number < scans else chance.randrange(number + 1)
        if place < scans:
            drawn[place : place + 1] = [(barcode, pdf)]
    for barcode, pdf in drawn:
        assert scan(pdf) == [barcode]


def _pdfs(connection: Connection, read_object: ReadObject) -> Iterator[tuple[str, bytes, bytes]]:
    """Yield barcode, PDF and the hash it must have; one batch at a time is in memory."""
    batches = _all(
        connection,
        "SELECT t.first_billing_id AS first, t.last_billing_id AS last, t.object_path AS path"
        " FROM batch t JOIN upload u ON u.id = t.upload_id WHERE u.mail <> 'simulate'",
    )
    for batch in batches:
        content = read_object(batch["path"])
        boletos = _all(
            connection,
            "SELECT barcode, pdf_offset, pdf_length, pdf_sha256 FROM boleto"
            " WHERE billing_id BETWEEN %(first)s AND %(last)s",
            first=batch["first"],
            last=batch["last"],
        )
        for row in boletos:
            start = row["pdf_offset"]
            pdf = content[start : start + row["pdf_length"]]
            yield row["barcode"], pdf, row["pdf_sha256"]


def _check_outbox(connection: Connection, read_object: ReadObject) -> None:
    """The outbox has the newest mail of each billing that is SENT, those before, and no other."""
    paths = [row["path"] for row in _all(connection, "SELECT path FROM outbox_object")]
    records = [mail for path in paths for mail in outbox.records(read_object(path))]
    mails = [_message(mail.message_id) for mail in records]
    sent = _all(
        connection,
        "SELECT b.debt_id::text AS debt_id, COALESCE(m.message, 0) AS message FROM notification n"
        " JOIN billing b ON b.id = n.billing_id JOIN upload u ON u.id = b.upload_id"
        " LEFT JOIN billing_mail m ON m.billing_id = b.id"
        " WHERE n.state = 'SENT' AND u.mail = 'outbox' UNION ALL"
        " SELECT b.debt_id::text, r.message - 1 FROM mail_resend r JOIN billing b"
        " ON b.id = r.billing_id JOIN upload u ON u.id = b.upload_id"
        " WHERE r.former_state = 'SENT' AND u.mail = 'outbox'",
    )
    assert sorted(mails) == sorted((row["debt_id"], row["message"]) for row in sent)
    _check_second_copies(connection, records)


def _check_second_copies(connection: Connection, records: list[Mail]) -> None:
    """A mail that says for which day its slip is, says what was ordered for it; no other does."""
    ordered = _all(
        connection,
        "SELECT b.debt_id::text AS debt_id, c.barcode, to_char(c.pays_on, 'DD/MM/YYYY') AS day,"
        " c.title_cents + c.fine_cents + c.interest_cents - c.discount_cents AS cents"
        " FROM mail_second_copy c JOIN billing b ON b.id = c.billing_id",
    )
    known = {(row["debt_id"], row["day"], row["barcode"], row["cents"]) for row in ordered}
    said = {
        (mail.debt_id, mail.second_copy_day, _barcode(mail), mail.amount_cents)
        for mail in records
        if mail.second_copy_day is not None
    }
    assert said <= known


def _barcode(mail: Mail) -> str:
    """Return the barcode of a mail's digitable line, which has three digits more."""
    line = mail.digitable_line
    return line[:4] + line[32:] + line[4:9] + line[10:20] + line[21:31]


def _check_mails(connection: Connection, mail_log: Path) -> None:
    """Each message once; none or twice only where it is recorded that it was in doubt.

    There are as many messages about a billing as people wanted: the last is the billing's.
    """
    arrived = Counter(_message(str(record["message_id"])) for record in read_log(mail_log))
    doubted = _doubted(connection)
    newest = {
        row["debt_id"]: (row["state"], row["message"])
        for row in _all(
            connection,
            "SELECT b.debt_id::text AS debt_id, n.state, COALESCE(m.message, 0) AS message"
            " FROM notification n JOIN billing b ON b.id = n.billing_id"
            " JOIN upload u ON u.id = b.upload_id"
            " LEFT JOIN billing_mail m ON m.billing_id = b.id WHERE u.mail = 'smtp'",
        )
    }
    assert all(debt in newest and number <= newest[debt][1] for debt, number in arrived)
    lost = {
        debt
        for debt, (state, number) in newest.items()
        if state == "SENT" and not arrived[debt, number]
    }
    assert not lost
    doubled = {debt for (debt, _), mails in arrived.items() if mails > 1}
    assert doubled <= doubted
    assert max(arrived.values(), default=0) <= 2


def _message(message_id: str) -> tuple[str, int]:
    """Return the debt that a message is about, and which of the messages about it it is."""
    found = _MESSAGE.match(message_id)
    assert found, message_id
    return found[1], int(found[2] or 0)


def _doubted(connection: Connection) -> set[str]:
    """Return the debts of which it is recorded that a mail was in doubt."""
    rows = _all(
        connection,
        "SELECT b.debt_id::text AS debt_id FROM billing b JOIN notification_attempt a"
        " ON a.billing_id = b.id AND a.state = 'UNCERTAIN' UNION SELECT b.debt_id::text"
        " FROM billing b JOIN notification n ON n.billing_id = b.id AND n.state = 'UNCERTAIN'"
        " UNION SELECT b.debt_id::text FROM billing b JOIN mail_resend r"
        " ON r.billing_id = b.id AND r.former_state = 'UNCERTAIN'",
    )
    return {row["debt_id"] for row in rows}
