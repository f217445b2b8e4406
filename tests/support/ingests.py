"""Ingests without an API around them, for tests that fail them at a place of their own."""

from __future__ import annotations

import hashlib
from pathlib import Path

import psycopg

from cobranca.infra import clock
from cobranca.infra.settings import Settings
from cobranca.infra.sql import load_queries
from cobranca.pipeline.issuing_terms import snapshot
from cobranca.uploads.ingest import IngestJob
from cobranca.uploads.reading import judgement_of
from cobranca.uploads.receive import Received
from cobranca.uploads.workbooks import bounds_of


def add_beneficiary(database_url: str) -> int:
    """Give a database the beneficiary of the settings, as the API's start does."""
    beneficiary = Settings().beneficiary
    with psycopg.connect(database_url) as connection:
        row = connection.execute(
            load_queries("cobranca.pipeline")["ensure_beneficiary"],
            {"tax_id": beneficiary.tax_id, "name": beneficiary.name},
        ).fetchone()
    assert row
    return row[0]


def make_job(folder: Path, content: bytes) -> IngestJob:
    """Return a file that is to be ingested; its database is still to be named.

    Its beneficiary is the first one of a database.
    """
    path = folder / "debts.csv"
    path.write_bytes(content)
    digest = hashlib.sha256(content).digest()
    settings = Settings()
    profile, profile_sha256 = snapshot(settings.beneficiary)
    return IngestJob(
        database_url="",
        received=Received(path=path, name=path.name, size_bytes=len(content), sha256=digest),
        workbook_bounds=bounds_of(settings),
        storage_path="uploads/x.csv",
        mail="outbox",
        judgement=judgement_of(settings, clock.today()),
        batch_rows=500,
        beneficiary_id=1,
        profile=profile,
        profile_sha256=profile_sha256,
    )


def count(database_url: str) -> tuple[int, int, int | None]:
    """Return how many billings there are, uploads, and billings in batches."""
    with psycopg.connect(database_url) as connection:
        row = connection.execute(
            "SELECT (SELECT count(*) FROM billing), (SELECT count(*) FROM upload),"
            " (SELECT sum(total)::int FROM batch)"
        ).fetchone()
    assert row
    return row
