"""A check and the ingest after it agree, for any file and any reading."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import psycopg
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cobranca.uploads.checks.check_file import CheckJob, check_file
from cobranca.uploads.csv_reader import RejectCode
from cobranca.uploads.ingest import IngestJob, ingest_file
from cobranca.uploads.reading import Reading
from cobranca.uploads.receive import Received
from tests.support.ingests import add_beneficiary, make_job

if TYPE_CHECKING:
    from pathlib import Path

COUNTS: Final = (
    "records", "accepted", "rejected", "duplicates", "conflicts", "warnings", "rejects_by_code",
    "encoding", "delimiter",
)  # fmt: skip
HEADERS: Final = ("Nome;CPF;E-mail;Valor;Vencimento;Contrato", "Nome,CPF,Email,Valor,Venc,Codigo")
CELLS: Final = (
    ("Ana", "Bia;Ana", '"Zé, filho"', "", "Jo\u00e3o"),
    ("529.982.247-25", "1234567890", "1234567890.0", "4321", "191", "11222333000181", ""),
    ("a@b.com", "A@B.com", "c@d.com", "none"),
    ("10,00", "1.234", "1.234,56", "12.50", "0", "7"),
    ("10/03/2030", "2030-03-10", "03/25/2030", "10/03/2020", "never"),
    ("A", "B", "C", "D", "E", "1adb6ccf-ff16-467f-bea7-000000000001", ""),
)
LINES: Final = st.tuples(*(st.sampled_from(cells) for cells in CELLS))
READINGS: Final = st.builds(
    Reading,
    columns=st.sampled_from([(), (("email", 0),), (("name", 2), ("email", 2)), (("debtId", 0),)]),
    lost_zeros=st.booleans(),
    thousands=st.booleans(),
    past_due_dates=st.sampled_from([None, "accept", "reject"]),
)


@st.composite
def contents(draw: st.DrawFn) -> bytes:
    """Make a file: rows of a few values, so that much of it is known already, or nonsense."""
    header = draw(st.sampled_from(HEADERS))
    delimiter = ";" if ";" in header else ","
    lines = draw(st.lists(LINES, min_size=1, max_size=12))
    text = "\n".join([header, *(delimiter.join(line) for line in lines)])
    content = text.encode(draw(st.sampled_from(["utf-8", "cp1252"])))
    return content + draw(st.binary(max_size=8))


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(files=st.lists(st.tuples(contents(), READINGS), min_size=1, max_size=3))
def test_check_and_start_agree(
    files: list[tuple[bytes, Reading]], database_url: str, tmp_path: Path
) -> None:
    beneficiary_id = add_beneficiary(database_url)
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(
            "UPDATE upload SET removed_at = now() WHERE public_id IN"
            " (SELECT public_id FROM upload ORDER BY random() LIMIT 1)"
        )
    for content, reading in files:
        # A byte of its own, or the second time it would be the same upload.
        own = content + b"\n" * (uuid.uuid4().int % 3)
        job = replace(
            make_job(tmp_path, own),
            database_url=database_url,
            beneficiary_id=beneficiary_id,
            reading=reading,
        )
        _agree(job, hashlib.sha256(uuid.uuid4().bytes).digest())


def _agree(job: IngestJob, sha256: bytes) -> None:
    received = job.received
    job = replace(
        job,
        received=Received(
            path=received.path, name=received.name, size_bytes=received.size_bytes, sha256=sha256
        ),
    )
    checked = _told(check_file, _check_job(job))
    assert _told(ingest_file, job) == checked


def _told(read: Any, job: Any) -> Any:
    """Return the counts, or the code of the refusal."""
    from cobranca.domain.errors import CsvInvalid

    try:
        result = read(job)
    except CsvInvalid as error:
        return error.code
    if getattr(result, "refusal", None):
        return result.refusal["code"]
    if hasattr(result, "problems"):
        _hold(result)
    return {key: getattr(result, key) for key in COUNTS}


def _hold(result: Any) -> None:
    """What a check tells adds up."""
    assert result.accepted + result.rejected + result.duplicates == result.records
    told = dict.fromkeys(("rejected", "duplicate", "warning"), 0)
    for problem in result.problems:
        told[problem["kind"]] += problem["count"]
        assert 0 < len(problem["examples"]) <= min(5, problem["count"])
        assert problem["kind"] != "rejected" or problem["code"] in RejectCode.__members__
    assert told["rejected"] == result.rejected
    assert told["duplicate"] == result.duplicates


def _check_job(job: IngestJob) -> CheckJob:
    return CheckJob(
        path=job.received.path,
        workbook=job.workbook,
        workbook_bounds=job.workbook_bounds,
        folder=job.received.path.parent,
        judgement=job.judgement,
        reading=job.reading,
        database_url=job.database_url,
        beneficiary_id=job.beneficiary_id,
        recall=False,
        rejects_max=job.rejects_max,
    )
