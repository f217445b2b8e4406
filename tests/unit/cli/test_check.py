"""`cobranca check` without a database beside it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from cobranca.cli import app
from cobranca.infra.settings import get_settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HEADER = "Cliente;CPF;E-mail;Valor;Vencimento;Contrato\n"
GOOD = "Ana;529.982.247-25;ana@example.com;150,00;10/03/2030;C-1\n"
SHORT = "Bia;1234567890;bia@example.com;1.234;10/03/2030;C-2\n"


@pytest.fixture(autouse=True)
def _no_database(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv("COBRANCA_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("COLUMNS", "200")
    get_settings.cache_clear()
    yield
    get_settings.cache_clear()


def _file(tmp_path: Path, text: str) -> str:
    path = tmp_path / "debts.csv"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_it_tells_the_sum_and_what_is_odd(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["check", _file(tmp_path, HEADER + GOOD + SHORT)])
    assert result.exit_code == 0, result.output
    assert "1, R$ 150,00" in result.output.replace("\u00a0", " ")
    assert "AMOUNT_AMBIGUOUS" in result.output
    assert "--thousands" in result.output
    assert "não foi comparado" in result.output


def test_it_names_the_columns_that_are_not_read(tmp_path: Path) -> None:
    text = HEADER.replace("\n", ";Obs;Juros (% a.a.)\n") + GOOD.replace("\n", ";nota;12\n")
    result = CliRunner().invoke(app, ["check", _file(tmp_path, text)])
    assert "Obs, Juros (% a.a.)" in result.output


def test_repairs_are_done_when_asked(tmp_path: Path) -> None:
    file = _file(tmp_path, HEADER + GOOD + SHORT)
    result = CliRunner().invoke(app, ["check", "--json", "--thousands", "--lost-zeros", file])
    told = json.loads(result.output)
    assert (told["accepted"], told["amount_cents"]) == (2, 138400)
    assert told["warnings"] == {"TAX_ID_ZEROS_RESTORED": 1, "AMOUNT_GROUPED": 1}


@pytest.mark.parametrize(
    ("text", "code"),
    [("", "EMPTY_FILE"), ("A;B\n1;2\n", "NO_HEADER"), (HEADER + SHORT, "AMOUNT_AMBIGUOUS")],
)
def test_where_nothing_can_be_billed_it_ends_with_1(tmp_path: Path, text: str, code: str) -> None:
    result = CliRunner().invoke(app, ["check", _file(tmp_path, text)])
    assert result.exit_code == 1
    assert code in result.output


def test_columns_are_told_by_name_or_place(tmp_path: Path) -> None:
    unknown = HEADER.replace("Contrato", "Proposta").replace("Cliente", "Quem")
    file = _file(tmp_path, unknown + GOOD)
    refused = CliRunner().invoke(app, ["check", file])
    assert (refused.exit_code, "MISSING_COLUMNS" in refused.output) == (1, True)
    arguments = ["--columns", "debtId=Proposta", "--columns", "name=0", "--json", file]
    told = json.loads(CliRunner().invoke(app, ["check", *arguments]).output)
    assert told["accepted"] == 1
    names = {column["official"]: column["name"] for column in told["read_as"]["columns"]}
    assert (names["debtId"], names["name"]) == ("Proposta", "Quem")


@pytest.mark.parametrize(
    ("columns", "status", "words"),
    [
        (["debtId"], 2, "debtId=Proposta"),
        (["debtId=A", "debtId=B"], 2, "each once"),
        (["debtId=Nada"], 1, "COLUMN_UNKNOWN"),
        (["debtId=17"], 1, "COLUMN_UNKNOWN"),
        (["valor=Valor"], 1, "COLUMN_UNKNOWN"),
        (["name=Valor", "debtAmount=Valor"], 1, "COLUMN_TWICE"),
    ],
)
def test_columns_that_cannot_be_are_refused_by_name(
    tmp_path: Path, columns: list[str], status: int, words: str
) -> None:
    told = [part for each in columns for part in ("--columns", each)]
    result = CliRunner().invoke(app, ["check", *told, _file(tmp_path, HEADER + GOOD)])
    assert (result.exit_code, words in result.output) == (status, True), result.output
