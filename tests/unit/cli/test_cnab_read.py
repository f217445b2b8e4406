"""`cobranca cnab read`: every file of the golden ones, key by key."""

from __future__ import annotations

import json
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from cobranca.cli.cnab_read import read
from tests.unit.domain.cnab.returns.golden import FOLDER, file_bytes, files, records_of

app = typer.Typer()
app.command()(read)


def _read(*arguments: str, stdin: bytes = b"") -> tuple[int, dict[str, Any]]:
    result = CliRunner().invoke(app, list(arguments), input=stdin)
    return result.exit_code, json.loads(result.stdout)


@pytest.mark.parametrize("row", files(), ids=lambda row: row["file"])
def test_a_file_is_read_as_the_golden_one_says(row: dict[str, Any]) -> None:
    code, found = _read(str(FOLDER / row["file"]))
    assert (found["verdict"], code) == (row["verdict"], 1 if row["verdict"] == "refuse" else 0)
    if row["verdict"] == "refuse":
        assert found["code"] == row["code"]
        assert found["message"].endswith(tuple("0123456789abcdefghijklmnopqrstuvwxyz'á"))
        assert (found["header"], found["records"]) == (None, [])
        return
    if row["verdict"] == "report":
        assert [(fault["line"], fault["code"]) for fault in found["report"]] == [(3, "88")]
        return
    assert found["code"] == ""
    assert found["records"] == records_of(row["file"])
    for name in ("bank", "layout", "encoding", "header", "lots"):
        if name in row:
            assert found[name] == row[name], name
    assert found["lines"] == row.get("lines", row.get("file_count", found["lines"]))


def test_stdin_is_read_for_a_dash() -> None:
    name = "sicoob400-2016.ret"
    assert _read("-", stdin=file_bytes(name)) == _read(str(FOLDER / name))


def test_nothing_on_stdin_is_an_empty_file() -> None:
    code, found = _read("-")
    assert (code, found["code"]) == (1, "EMPTY")


def test_a_file_that_is_not_there_is_said_so() -> None:
    result = CliRunner().invoke(app, ["nowhere.ret"])
    assert result.exit_code == 2
    assert "nowhere.ret" in result.output


@pytest.mark.parametrize(
    ("agreement", "code"),
    [
        ("00000000000001234567", ""),
        ("1234567", ""),
        ("7654321", "UNKNOWN_AGREEMENT"),
    ],
)
def test_files_of_other_agreements_are_refused_when_asked(agreement: str, code: str) -> None:
    file = str(FOLDER / "feito-bradesco400-pix-protesto.ret")
    assert _read(file, "--agreement", agreement)[1]["code"] == code


def test_a_refusal_names_line_and_places() -> None:
    _, found = _read(str(FOLDER / "hostil-400-letra-no-valor.ret"))
    assert (found["line"], found["first"], found["last"]) == (4, 254, 266)
    message = "Linha 4, posições 254 a 266: valor pago não é um número: '00000000122A0'"
    assert found["message"] == message


def test_real_files_and_made_ones_are_here() -> None:
    count = sum(row.get("evidence") == "real" for row in files())
    assert count == 26
