"""Makes what tests assert about; each call names only what matters to its test."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from cobranca.pipeline.beneficiary import OwnBeneficiary
from cobranca.pipeline.issuing_terms import snapshot

if TYPE_CHECKING:
    from cobranca.infra.resources import Resources


async def add_upload(
    resources: Resources, *, rows: int = 10, batch_rows: int = 10, mail: str = "outbox"
) -> dict[str, Any]:
    """Insert an upload with its billings and batches; return its ids."""
    content, sha256 = snapshot(resources.settings.beneficiary)
    beneficiary_id = await OwnBeneficiary(resources.database, resources.settings.beneficiary).id()
    async with resources.database.transaction() as c:
        await c.execute(
            "INSERT INTO profile (beneficiary_id, sha256, content) VALUES (%s, %s, %s::jsonb)"
            " ON CONFLICT DO NOTHING",
            [beneficiary_id, sha256, content.decode()],
        )
        upload = await (
            await c.execute(
                "WITH g AS (INSERT INTO work_group DEFAULT VALUES RETURNING id)"
                " INSERT INTO upload (beneficiary_id, profile_id, name, sha256, size_bytes,"
                " storage_path, mail, records, accepted, work_group_id)"
                " SELECT p.beneficiary_id, p.id, 'debts.csv', %s, 1, 'x', %s, %s, %s, g.id"
                " FROM g, profile p WHERE p.beneficiary_id = %s AND p.sha256 = %s"
                " RETURNING id, public_id, work_group_id",
                [uuid.uuid4().bytes, mail, rows, rows, beneficiary_id, sha256],
            )
        ).fetchone()
        assert upload
        block = await (
            await c.execute("SELECT nextval('billing_block') * 2097152 AS id")
        ).fetchone()
        assert block
        first = block["id"]
        await c.execute(
            "INSERT INTO billing SELECT %(first)s + n, gen_random_uuid(), 1000 + n, %(upload)s,"
            " n + 2, DATE '2030-01-01' + n %% 28, %(beneficiary)s, 0, 'Ana ' || n, '12345678909',"
            " 'ana' || n || '@example.com' FROM generate_series(0, %(rows)s - 1) n",
            {
                "first": first,
                "upload": upload["id"],
                "rows": rows,
                "beneficiary": beneficiary_id,
            },
        )
        batches = await (
            await c.execute(
                "WITH b AS (INSERT INTO batch (upload_id, not_before, first_billing_id,"
                " last_billing_id, total)"
                " SELECT %(upload)s, 'infinity', i, LEAST(i + %(size)s, %(last)s + 1) - 1,"
                " LEAST(%(size)s, %(last)s + 1 - i)"
                " FROM generate_series(%(first)s::bigint, %(last)s, %(size)s) i RETURNING id)"
                " INSERT INTO work (kind, subject_id, group_id)"
                " SELECT 'issue', id, %(group)s FROM b ORDER BY id RETURNING subject_id AS id",
                {
                    "upload": upload["id"],
                    "group": upload["work_group_id"],
                    "first": first,
                    "last": first + rows - 1,
                    "size": batch_rows,
                },
            )
        ).fetchall()
    return {
        "id": upload["id"],
        "beneficiary_id": beneficiary_id,
        "public_id": upload["public_id"],
        "work_group_id": upload["work_group_id"],
        "first_billing_id": first,
        "batch_ids": [b["id"] for b in batches],
    }


async def statuses(resources: Resources, upload_id: int) -> dict[str, int]:
    """Count an upload's billings by status, from the facts."""
    async with resources.database.transaction() as c:
        rows = await (
            await c.execute(
                "SELECT status, count(*) AS n FROM billing_status WHERE upload_id = %s"
                " GROUP BY status",
                [upload_id],
            )
        ).fetchall()
    return {row["status"]: row["n"] for row in rows}
