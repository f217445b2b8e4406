"""`cobranca cnab explain`: fields with places, names and meanings, whatever the file is."""

from __future__ import annotations

import re

import pytest
import typer
from typer.testing import CliRunner

from cobranca.cli.cnab_explain import explain_file
from cobranca.domain.cnab.layouts import LAYOUTS
from cobranca.domain.cnab.record import Record
from tests.unit.domain.cnab.returns.golden import FOLDER, files

app = typer.Typer()
app.command()(explain_file)


def _explain(name: str, *options: str, stdin: bytes = b"") -> str:
    path = "-" if name == "-" else str(FOLDER / name)
    result = CliRunner().invoke(app, [path, *options], input=stdin)
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.mark.parametrize("name", [row["file"] for row in files()])
def test_every_file_is_told(name: str) -> None:
    assert _explain(name)


def test_a_title_is_told_with_places_and_meanings() -> None:
    text = _explain("feito-bradesco400-pix-protesto.ret", "--line", "9")
    assert "line 9: title (400 characters)" in text
    assert (
        "109-110  occurrence                |03|  REGISTRATION_REJECTED: Entrada rejeitada" in text
    )
    assert "319-320  reason                    |48|  CEP inválido" in text
    assert "153-165  title_cents               |0000000009990|  R$ 99,90" in text
    assert "line 10" not in text


def test_segment_u_has_places_of_its_own() -> None:
    text = _explain("feito-sicoob240.ret", "--line", "6")
    assert "line 6: segment U (240 characters)" in text
    assert "    78-92  paid_cents                |000000000012292|  R$ 122,92" in text


def test_a_broken_file_is_told_as_far_as_it_goes() -> None:
    text = _explain("hostil-400-letra-no-valor.ret")
    assert text.startswith("Not accepted as a return file (FIELD_INVALID). Linha 4, posições 254")
    assert "254-266  paid_cents                |00000000122A0|  INVALID" in text
    assert "line 13: trailer" in text


def test_what_steers_a_terminal_is_not_passed_on() -> None:
    line = b"02RETORNO01COBRANCA".ljust(46) + b"\x1b[2J".ljust(30) + b"237"
    text = _explain("-", stdin=line.ljust(400) + b"\r\n")
    assert "[2J" in text
    assert "\x1b" not in text


def test_bytes_that_are_nothing_are_told_as_such() -> None:
    assert "line 1: not recognised (5 characters)" in _explain("-", stdin=b"hello\r\n")


@pytest.mark.parametrize("code", sorted(LAYOUTS))
def test_remittances_are_told_by_the_tables_they_are_written_by(code: str) -> None:
    records = LAYOUTS[code].records
    header = records["header" if code.endswith("400") else "file_header"]
    lines = [_empty(header), *(_empty(record) for record in records.values())]
    bank = code[:3] if code.endswith("240") else ""  # A value there, not a constant.
    text = _explain("-", stdin="\r\n".join(bank + line[len(bank) :] for line in lines).encode())
    told = re.findall(r"^line \d+: (\w+) \(", text, re.MULTILINE)[1:]
    # Records whose constants are the same cannot be told apart when they are empty.
    assert [_empty(records[name]) for name in told] == lines[1:]


def test_a_constant_that_differs_is_pointed_at() -> None:
    record = LAYOUTS["341-400"].records["header"]
    line = _empty(record).replace("BANCO ITAU", "BANCO OTRO")
    assert "not 'BANCO ITAU" in _explain("-", stdin=line.encode())


def _empty(record: Record) -> str:
    return record.encode_one(dict.fromkeys(record.names))
