"""No query reads a big table whole: the plan of every named query, on tables with rows in them.

Each query is planned as it is prepared (for any parameters), and those whose parameters are known
here also for real ones; once with the session's settings and once with sequential scans allowed,
which tells whether the planner is forced to its index or would choose it.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from cobranca.infra import db
from tests.integration.test_queries import PREPARED, QUERIES, STAGING, _literal, _numbered
from tests.integration.test_queries import _without_comments as code_of

ROWS = 50_000
BATCH_ROWS = 500
FIRST_ID = 2_097_152
#: Tables that grow by a row for each billing or record.
BIG = {
    "billing", "boleto", "notification", "reject", "billing_removal", "remittance_title",
    "registration",
}  # fmt: skip

#: Removals are many in all and few in each upload, as they become with time: while the table is
#: small, reading it whole is right.
_FILL = f"""
INSERT INTO beneficiary (tax_id, name) VALUES ('11222333000181', 'B');
INSERT INTO profile (beneficiary_id, sha256, content) VALUES (1, '\\x00', '{{}}');
INSERT INTO our_number_series (beneficiary_id, series, next_number) VALUES (1, '341', 100000);
INSERT INTO upload (beneficiary_id, profile_id, name, sha256, size_bytes, storage_path, mail,
                    records, accepted, rejected)
SELECT 1, 1, 'f' || n, int4send(n), 1, 'p' || n, 'outbox', 25500, 25000, 500
  FROM generate_series(1, 600) n;
INSERT INTO billing
SELECT {FIRST_ID} + n, md5(n::text)::uuid, 1000 + n, 1 + n / 25000, n + 2,
       DATE '2030-01-01' + n % 28, 1, 0, 'Ana ' || n, lpad(n::text, 11, '0'),
       'ana' || n || '@example.com'
  FROM generate_series(0, {ROWS} - 1) n;
INSERT INTO batch (upload_id, first_billing_id, last_billing_id, total, state, issued, sent,
                   issued_on)
SELECT 1 + n / 25000, {FIRST_ID} + n, {FIRST_ID} + n + {BATCH_ROWS} - 1, {BATCH_ROWS},
       CASE WHEN n < 45000 THEN 'NOTIFIED' ELSE 'RECEIVED' END,
       CASE WHEN n < 45000 THEN {BATCH_ROWS} ELSE 0 END,
       CASE WHEN n < 45000 THEN {BATCH_ROWS} ELSE 0 END, NULL
  FROM generate_series(0, {ROWS} - 1, {BATCH_ROWS}) n;
INSERT INTO boleto
SELECT {FIRST_ID} + n, n + 1, 1, n, 100, lpad(n::text, 44, '0'), int4send(n)
  FROM generate_series(0, 44999) n;
INSERT INTO notification
SELECT {FIRST_ID} + n, now(), 1, 250, CASE WHEN n % 100 = 0 THEN 'FAILED' ELSE 'SENT' END, NULL
  FROM generate_series(0, 44999) n;
INSERT INTO reject
SELECT 1 + n % 2, n + 60000, n % 2 = 0, 'email', 'EMAIL_FORMAT', 'm', 'raw'
  FROM generate_series(0, 19999) n;
INSERT INTO remittance_title
SELECT {FIRST_ID} + n, 1 + n / 20000, 1 + n % 20000, 1 FROM generate_series(0, 44999) n;
INSERT INTO registration
SELECT {FIRST_ID} + n, CASE WHEN n % 100 = 0 THEN 'REJECTED' ELSE 'REGISTERED' END, now()
  FROM generate_series(0, 44999) n;
INSERT INTO billing_removal (billing_id, upload_id)
SELECT {FIRST_ID} + n, 1 + (n + 50000) / 300 FROM generate_series(-50000, 99999, 2) n;
"""  # noqa: S608 - numbers of this module

_BATCH = 41
_IDS = [FIRST_ID + n for n in range(100, 120)]
#: Real values by the name of the parameter. A query with another name is planned for any value.
VALUES: dict[str, Any] = {
    "accepted": 1, "after": FIRST_ID, "attempts": 1, "attempts_max": 5, "batch_id": _BATCH,
    "batch_rows": BATCH_ROWS, "before": 2, "beneficiary_id": 1,
    "billing_ids": _IDS, "chunk": 1, "debt_id": uuid.UUID(int=7),
    "debt_ids": [uuid.UUID(int=n) for n in range(20)], "email": "ana7@example.com",
    "error": "e", "fence": 1, "file_removed": False, "first_id": FIRST_ID + 20_000,
    "last_id": FIRST_ID + 20_000 + BATCH_ROWS - 1, "idle_s": 60.0, "issued": 1, "lease_s": 60.0,
    "object_path": "p", "permanent": False, "profile_id": 1,
    "public_id": uuid.UUID(int=1), "public_ids": [uuid.UUID(int=1)], "ready": "RECEIVED",
    "retry_s": 1.0, "rows_max": 50,
    "search": None, "status": None, "tax_id": "00000000007", "upload_id": 1,
    "with_duplicates": False, "working": "ISSUING",
}  # fmt: skip

PLANNED = [p for p in QUERIES if code_of(str(p.values[2])).split(maxsplit=1)[0] in PREPARED]
SETTINGS = {"session": "off", "free": "on"}


@pytest.fixture(scope="module")
def filled(postgres_url: str) -> Iterator[psycopg.Connection]:
    """Return a connection with the product's settings to a database with rows in its tables."""
    name = f"plans_{uuid.uuid4().hex}"
    with psycopg.connect(postgres_url, autocommit=True) as admin:
        admin.execute(_literal(f"CREATE DATABASE {name} TEMPLATE cobranca_template"))
        url = make_conninfo(postgres_url, dbname=name, options=db.PLAN_OPTIONS)
        with psycopg.connect(url, autocommit=True) as opened:
            opened.execute(_literal(_FILL))
            for statement in STAGING:
                opened.execute(_literal(statement.replace("ON COMMIT DROP", "")))
            opened.execute(
                "INSERT INTO staging SELECT * FROM billing WHERE id < %s", [FIRST_ID + 200]
            )
            opened.execute("ANALYZE")
            yield opened
        admin.execute(_literal(f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.mark.parametrize("seqscan", SETTINGS.values(), ids=SETTINGS)
@pytest.mark.parametrize(("package", "name", "query"), PLANNED)
def test_no_big_table_is_read_whole(
    filled: psycopg.Connection, package: str, name: str, query: str, seqscan: str
) -> None:
    code = code_of(query)
    filled.execute(_literal(f"SET enable_seqscan = {seqscan}"))
    plans = [filled.execute(_literal(f"EXPLAIN (GENERIC_PLAN, FORMAT JSON) {_numbered(code)}"))]
    values = {key: VALUES[key] for key in _parameters(code) if key in VALUES}
    if len(values) == len(_parameters(code)):
        plans.append(filled.execute(_literal(f"EXPLAIN (FORMAT JSON) {code}"), values))
    for plan in plans:
        found = plan.fetchone()
        assert found
        assert not set(_read_whole(found[0][0]["Plan"]))


@pytest.mark.parametrize(
    ("query", "table"),
    [
        ("SELECT * FROM billing WHERE email = 'x'", "billing"),
        ("SELECT count(*) FROM boleto", "boleto"),
        ("SELECT * FROM notification ORDER BY billing_id", "notification"),
        ("SELECT * FROM batch WHERE EXISTS (SELECT FROM reject WHERE code = 'x')", "reject"),
        ("UPDATE billing_removal SET removed_at = now()", "billing_removal"),
    ],
)
@pytest.mark.parametrize("seqscan", SETTINGS.values(), ids=SETTINGS)
def test_reading_a_big_table_whole_is_found(
    filled: psycopg.Connection, query: str, table: str, seqscan: str
) -> None:
    filled.execute(_literal(f"SET enable_seqscan = {seqscan}"))
    found = filled.execute(_literal(f"EXPLAIN (FORMAT JSON) {query}")).fetchone()
    assert found
    assert table in _read_whole(found[0][0]["Plan"])


def test_most_queries_are_planned_for_real_values() -> None:
    known = [p for p in PLANNED if set(_parameters(code_of(str(p.values[2])))) <= VALUES.keys()]
    assert len(known) >= 35


def _read_whole(plan: dict[str, Any]) -> Iterator[str]:
    """Yield the big tables that a plan reads from end to end, by heap or by index."""
    table = plan.get("Relation Name", "")
    is_index = plan["Node Type"] in {"Index Scan", "Index Only Scan"}
    whole = plan["Node Type"] == "Seq Scan" or (is_index and "Index Cond" not in plan)
    if whole and table in BIG:
        yield table
    for part in plan.get("Plans", ()):
        yield from _read_whole(part)


def _parameters(code: str) -> list[str]:
    return re.findall(r"%\((\w+)\)s", code)
