"""Recounts a run from outside: what must hold after any failure."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg.rows import dict_row

from cobranca.infra.mailer import outbox

if TYPE_CHECKING:
    from pathlib import Path

    from tests.acceptance.product import Product


def check(product: Product, *, accepted: int) -> None:
    """Assert that nothing was lost and nothing doubled; the product runs."""
    with psycopg.connect(product.database_url, row_factory=dict_row) as connection:
        _check_facts(connection, accepted)
        _check_counters(connection)
        _check_pdfs(connection, product.data_dir / "storage")
        _check_outbox(connection, product.data_dir / "storage")


def _one(connection: psycopg.Connection[dict[str, Any]], query: str) -> dict[str, Any]:
    row = connection.execute(query).fetchone()  # pyright: ignore[reportArgumentType]
    assert row is not None
    return row


def _check_facts(connection: psycopg.Connection[dict[str, Any]], accepted: int) -> None:
    counts = _one(
        connection,
        "SELECT (SELECT count(*) FROM billing) AS billings,"
        " (SELECT count(DISTINCT debt_id) FROM billing) AS debts,"
        " (SELECT count(*) FROM boleto) AS boletos,"
        " (SELECT count(DISTINCT barcode) FROM boleto) AS barcodes,"
        " (SELECT count(*) FROM notification WHERE state = 'SENT') AS sent,"
        " (SELECT count(*) FROM mail_in_flight) AS in_flight",
    )
    assert counts == {
        "billings": accepted,
        "debts": accepted,
        "boletos": accepted,
        "barcodes": accepted,
        "sent": accepted,
        "in_flight": 0,
    }


def _check_counters(connection: psycopg.Connection[dict[str, Any]]) -> None:
    counters = _one(
        connection,
        "SELECT sum(issued)::int AS issued, sum(sent)::int AS sent, sum(total)::int AS total,"
        " (SELECT sum(accepted)::int FROM upload) AS accepted FROM batch",
    )
    boletos = _one(connection, "SELECT count(*)::int AS n FROM boleto")["n"]
    assert counters == dict.fromkeys(("issued", "sent", "total", "accepted"), boletos)


def _check_pdfs(connection: psycopg.Connection[dict[str, Any]], storage: Path) -> None:
    """Every stored PDF is the one whose hash the database has."""
    contents: dict[str, bytes] = {}
    rows = connection.execute(
        "SELECT t.object_path, o.pdf_offset, o.pdf_length, o.pdf_sha256 FROM boleto o"
        " JOIN batch t ON o.billing_id BETWEEN t.first_billing_id AND t.last_billing_id"
        " JOIN upload u ON u.id = t.upload_id WHERE u.mail <> 'simulate'"
    )
    for row in rows:
        path = row["object_path"]
        if path not in contents:
            contents = {path: (storage / path).read_bytes()}
        start = row["pdf_offset"]
        pdf = contents[path][start : start + row["pdf_length"]]
        assert hashlib.sha256(pdf).digest() == row["pdf_sha256"]


def _check_outbox(connection: psycopg.Connection[dict[str, Any]], storage: Path) -> None:
    """Every billing that is SENT to the outbox has one mail in it, and no other has."""
    rows = connection.execute("SELECT path FROM outbox_object").fetchall()
    contents = [(storage / row["path"]).read_bytes() for row in rows]
    mails = [mail.debt_id for content in contents for mail in outbox.records(content)]
    sent = connection.execute(
        "SELECT b.debt_id::text AS debt_id FROM notification n"
        " JOIN billing b ON b.id = n.billing_id JOIN upload u ON u.id = b.upload_id"
        " WHERE n.state = 'SENT' AND u.mail = 'outbox'"
    ).fetchall()
    assert sorted(mails) == sorted(row["debt_id"] for row in sent)
