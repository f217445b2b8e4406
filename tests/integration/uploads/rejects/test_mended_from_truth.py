"""A file with damaged cells, its rejects mended from the truth, ends with every record billed."""

from __future__ import annotations

import csv
import hashlib
import io
import uuid
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import psycopg
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cobranca.uploads.ingest import IngestJob, IngestResult, ingest_file
from cobranca.uploads.receive import Received
from cobranca.uploads.rejects.mend_file import MendJob, MendResult, SentFile, mend_file
from cobranca.uploads.rejects.mend_file import prepare_correction as prepare
from tests.support.ingests import add_beneficiary, make_job

if TYPE_CHECKING:
    from pathlib import Path

NAMES: Final = ("Nome", "CPF", "E-mail", "Valor", "Vencimento", "Contrato", "Obs", "Multa (%)")
TRUTHS: Final = (
    ("Ana", "Zé, filho", "Bia; Ana", 'A "grande" Ltda', "João"),
    ("529.982.247-25", "11222333000181", "191"),
    ("a@b.com", "c.d@example.com.br"),
    ("10,00", "1.234,56", "7,5"),
    ("10/03/2030", "2030-12-31", "1/2/2031"),
    ("",),
    ("", "nota; com, sinais", '"', "=1+1", "+55"),
    ("", "2", "1,5"),
)
DAMAGES: Final = (
    ("", "123", "a\u0007b", "#N/D"),
    ("", "CPF", "1,12E+10", "52 99 82"),
    ("", "x", "a@@b.com", "joão@exemplo.com.br", "a b@c.com"),
    ("", "0", "-1,00", "1.234", "nada", "1,234"),
    ("", "31/02/2030", "amanhã", "46457", "10/13/14/2030"),
    ("", "x" * 41, "a\u0007b", "1,12E+13"),
    ("nota",),
    ("2", "nada", "99"),
)
ROW: Final = st.tuples(*(st.sampled_from(cells) for cells in TRUTHS))
DAMAGE: Final = st.dictionaries(st.integers(0, len(NAMES) - 1), st.integers(0, 4), max_size=3)


@st.composite
def tables(draw: st.DrawFn) -> tuple[str, list[tuple[str, ...]], list[dict[int, int]]]:
    """Make a table of right rows, and what is damaged in each."""
    rows = draw(st.lists(ROW, min_size=1, max_size=10))
    damages = draw(st.lists(DAMAGE, min_size=len(rows), max_size=len(rows)))
    return draw(st.sampled_from(";,\t|")), rows, damages


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(table=tables(), in_file=st.booleans())
def test_mended_from_the_truth_all_is_accepted(
    table: tuple[str, list[tuple[str, ...]], list[dict[int, int]]],
    database_url: str,
    tmp_path: Path,
    *,
    in_file: bool,
) -> None:
    delimiter, rows, damages = table
    own = uuid.uuid4().hex[:12]
    truth = [(*row[:5], f"{own}-{number}", *row[6:]) for number, row in enumerate(rows)]
    damaged = [_damaged(row, damage) for row, damage in zip(truth, damages, strict=True)]
    job = replace(
        make_job(tmp_path, _csv(damaged, delimiter)),
        database_url=database_url,
        beneficiary_id=add_beneficiary(database_url),
    )
    first = ingest_file(job)
    assert first.accepted + first.rejected + first.duplicates == first.records == len(rows)
    if first.rejected:
        _mend_all(job, first, truth, tmp_path, in_file=in_file)
    with psycopg.connect(database_url) as connection:
        query = "SELECT count(*) FROM reject r JOIN upload u ON u.id = r.upload_id WHERE u.public_id = %s AND mended_by IS NULL AND NOT duplicate"  # noqa: E501
        assert connection.execute(query, (first.upload_id,)).fetchone() == (0,)
        codes = connection.execute(
            "SELECT code FROM billing_detail WHERE code LIKE %s", (own + "%",)
        )
        assert sorted(row[0] for row in codes) == sorted(row[5] for row in truth)


def _damaged(row: tuple[str, ...], damage: dict[int, int]) -> tuple[str, ...]:
    cells = list(row)
    for column, number in damage.items():
        cells[column] = DAMAGES[column][number % len(DAMAGES[column])]
    return tuple(cells)


def _mend_all(
    job: IngestJob,
    first: IngestResult,
    truth: list[tuple[str, ...]],
    folder: Path,
    *,
    in_file: bool,
) -> None:
    """Send every rejected line as it should have been, twice; the second time nothing happens."""
    starts = _starts(job)
    with psycopg.connect(job.database_url) as connection:
        lines = [
            row[0]
            for row in connection.execute(
                "SELECT line_number FROM reject r JOIN upload u ON u.id = r.upload_id"
                " WHERE u.public_id = %s AND NOT duplicate",
                (first.upload_id,),
            )
        ]
    right = {line: truth[starts.index(line)] for line in lines}
    if in_file:
        path = folder / "back.csv"
        content = [(*cells, str(line), "") for line, cells in right.items()]
        path.write_bytes(_csv(content, ";", names=(*NAMES, "linha", "motivo")))
        sent: object = SentFile(path=path, workbook=None)
    else:
        sent = tuple((line, dict(zip(NAMES, cells, strict=True))) for line, cells in right.items())
    mending = MendJob(
        corrected=uuid.UUID(first.upload_id),
        sent=sent,  # pyright: ignore[reportArgumentType]
        ingest=replace(job, rejects_max=1000),
    )
    done, again = _mend(mending, folder), _mend(mending, folder)
    assert (done.accepted, done.rejected, done.rejected_open) == (len(lines), 0, 0)
    assert (again.accepted, again.mended_before) == (0, len(lines))


def _mend(job: MendJob, folder: Path) -> MendResult:
    path = folder / "correction.csv"
    received = Received(path=path, name="c.csv", size_bytes=0, sha256=b"")
    job = replace(job, ingest=replace(job.ingest, received=received))
    prepared = prepare(job)
    if prepared is not None:
        assert prepared.sha256 == hashlib.sha256(path.read_bytes()).digest()
        job = replace(job, ingest=replace(job.ingest, received=prepared))
    return mend_file(job)


def _starts(job: IngestJob) -> list[int]:
    """Return on which lines the records of the file begin; none has a break inside."""
    count = job.received.path.read_bytes().count(b"\n")
    return list(range(2, count + 1))


def _csv(rows: list[tuple[str, ...]], delimiter: str, names: tuple[str, ...] = NAMES) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\n")
    writer.writerows([names, *rows])
    return text.getvalue().encode()
