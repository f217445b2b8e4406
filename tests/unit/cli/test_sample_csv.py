"""Sample files: the same bytes for the same options, official in form, bad only where wanted."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from pathlib import Path

import pytest

from cobranca.cli.sample_csv import SampleOptions, generate_csv
from cobranca.domain.errors import InvalidField
from tests.unit.uploads.csv_reader.reading import read


def make(**options: object) -> bytes:
    """Return a whole file."""
    return b"".join(generate_csv(SampleOptions(**options)))  # type: ignore[arg-type]


def test_same_seed_gives_the_same_bytes_for_ever() -> None:
    # When this changes, files that people keep as references change with it.
    data = make(rows=1000, seed=7, valid_cpf=True, bad_share=0.1)
    assert data == make(rows=1000, seed=7, valid_cpf=True, bad_share=0.1)
    assert data != make(rows=1000, seed=8, valid_cpf=True, bad_share=0.1)
    assert hashlib.sha256(data).hexdigest() == (
        "d01b2abb291e8791ebf8f6ee182e87dbf5e50132490b649a61df324db03972a2"
    )


def test_longer_file_begins_with_the_shorter_one() -> None:
    assert make(rows=40_000).startswith(make(rows=17_000))


def test_rows_are_official_in_form_and_length() -> None:
    data = make(rows=20_000)
    lines = data.decode().splitlines()
    assert lines[0] == "name,governmentId,email,debtAmount,debtDueDate,debtId"
    line = re.compile(
        r"[^,]+,\d{4},[a-z0-9]+@example\.(com|net|org),\d{1,4},202[234]-\d\d-\d\d,"
        r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
    )
    assert all(line.fullmatch(text) for text in lines[1:])
    assert 91 < len(data) / 20_000 < 95  # The official file has 92.7 bytes a row.
    assert len({text[-36:] for text in lines[1:]}) == 20_000


def test_every_row_of_a_good_file_is_accepted() -> None:
    outcome = read(make(rows=5000))
    assert len(outcome.rows) == 5000
    assert {row[-1] for row in outcome.rows} == {3}


def test_valid_cpfs_and_due_dates_leave_no_warning() -> None:
    data = make(rows=3000, valid_cpf=True, due_from=dt.date(2030, 1, 1), due_to=dt.date(2030, 1, 3))
    outcome = read(data)
    assert {row[-1] for row in outcome.rows} == {0}
    assert {row[5] for row in outcome.rows} == {10958, 10959, 10960}


def test_share_of_bad_rows_is_refused_and_the_rest_is_as_before() -> None:
    outcome = read(make(rows=20_000, bad_share=0.05))
    assert 900 < len(outcome.rejects) < 1100
    assert {reject.code for reject in outcome.rejects} >= {"FIELD_COUNT", "AMOUNT_AMBIGUOUS"}
    good = {row[0]: row for row in read(make(rows=20_000)).rows}
    assert all(good[row[0]] == row for row in outcome.rows)


@pytest.mark.parametrize(
    "options",
    [
        {"rows": -1},
        {"rows": 1, "bad_share": 1.5},
        {"rows": 1, "due_from": dt.date(2024, 1, 2), "due_to": dt.date(2024, 1, 1)},
    ],
)
def test_options_that_make_no_sense_are_refused(options: dict[str, object]) -> None:
    with pytest.raises(InvalidField):
        make(**options)


def test_command_writes_the_file_it_is_asked_for(tmp_path: Path) -> None:
    import typer
    from typer.testing import CliRunner

    from cobranca.cli.make_csv import make_csv

    app = typer.Typer()
    app.command()(make_csv)
    out = tmp_path / "sample.csv"
    result = CliRunner().invoke(app, ["300", "--out", str(out), "--seed", "3"])
    assert result.exit_code == 0
    assert out.read_bytes() == make(rows=300, seed=3)
    printed = CliRunner().invoke(app, ["300", "--seed", "3"])
    assert printed.stdout_bytes == out.read_bytes()
    assert CliRunner().invoke(app, ["1", "--due-from", "2025-01-01"]).exit_code == 2
