"""What a cell was meant to be: its typing alone tells, or nothing is proposed."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cobranca.domain.money import DecimalStyle
from cobranca.uploads.csv_reader import RejectCode
from cobranca.uploads.read_as import ReadAs
from cobranca.uploads.reading import Judgement
from cobranca.uploads.rejects.answers import page_of
from cobranca.uploads.rejects.file_columns import file_columns
from cobranca.uploads.rejects.judge import judge
from cobranca.uploads.rejects.parts import MendedRow, manner_of
from cobranca.uploads.rejects.proposals import propose
from cobranca.uploads.rejects.repository import OpenReject

if TYPE_CHECKING:
    from pathlib import Path

R = RejectCode
COMMA, POINT, ANY = DecimalStyle.COMMA, DecimalStyle.POINT, DecimalStyle.ANY


@pytest.mark.parametrize(
    ("code", "cell", "meant"),
    [
        (R.EMAIL_FORMAT, "dois@@x.com", "dois@x.com"),
        (R.EMAIL_FORMAT, "x@gmail,com", "x@gmail.com"),
        (R.EMAIL_FORMAT, "x@gmial,com", "x@gmail.com"),
        (R.EMAIL_FORMAT, "Ana <ana@x.com.br>", "ana@x.com.br"),
        (R.EMAIL_FORMAT, "ana @ x.com", "ana@x.com"),
        (R.EMAIL_FORMAT, "ana@x..com.", "ana@x.com"),
        (R.EMAIL_FORMAT, "a@x.com; b@x.com", None),
        (R.EMAIL_FORMAT, "não tem", None),
        (R.EMAIL_NOT_ASCII, "joão@gmail.com", "joao@gmail.com"),
        (R.EMAIL_NOT_ASCII, "joão@empresa.com", None),
        (R.TAX_ID_FORMAT, "529 982 247 25", "52998224725"),
        (R.TAX_ID_FORMAT, "CPF: 529.982.247-25", "52998224725"),
        (R.TAX_ID_FORMAT, "529.982.247_25", "52998224725"),
        (R.TAX_ID_FORMAT, "111.444.777-3S", None),
        (R.TAX_ID_FORMAT, "5299822472O", None),
        (R.TAX_ID_NUMBER, "1000000028.0", "01000000028"),
        (R.TAX_ID_NUMBER, "1,12E+13", None),
        (R.AMOUNT_FORMAT, "1OO,00", "100,00"),
        (R.AMOUNT_FORMAT, "1234,,56", "1234,56"),
        (R.AMOUNT_FORMAT, "R$ 10,00 reais", "10,00"),
        (R.AMOUNT_FORMAT, "nada", None),
        (R.DUE_DATE_FORMAT, "10//03/2027", "10/03/2027"),
        (R.DUE_DATE_FORMAT, "1O/03/2027", "10/03/2027"),
        (R.DUE_DATE_FORMAT, "10032027", "10/03/2027"),
        (R.DUE_DATE_FORMAT, "amanhã", None),
        (R.DUE_DATE_INVALID, "31/02/2027", None),
        (R.DUE_DATE_SERIAL, "46457", "11/03/2027"),
        (R.NAME_ENCODING, "JoÃ£o", "João"),
        (R.NAME_ENCODING, "Jo‹o", None),
        (R.AMOUNT_NOT_POSITIVE, "-10,00", None),
    ],
)
def test_typing_alone_is_mended(code: RejectCode, cell: str, meant: str | None) -> None:
    assert propose(code, cell, COMMA) == meant


@pytest.mark.parametrize(
    ("style", "cell", "meant"),
    [
        (COMMA, "1.234", "1.234,00"),
        (POINT, "1,234", "1,234.00"),
        (COMMA, "1,234", None),
        (ANY, "1.234", None),
    ],
)
def test_thousands_get_their_cents_where_the_file_shows_its_sign(
    style: DecimalStyle, cell: str, meant: str | None
) -> None:
    assert propose(R.AMOUNT_AMBIGUOUS, cell, style) == meant


NAMES = ("Nome", "CPF", "E-mail", "Valor", "Vencimento", "Contrato")
READ_AS = ReadAs(header=NAMES, decimals="comma")
JUDGEMENT = Judgement(
    beneficiary_tax_id="11222333000181",
    today=date(2026, 11, 29),
    tax_id_invalid="reject",
    due_date_past="reject",
)
GOOD = ("Ana", "529.982.247-25", "a@b.com", "10,00", "10/03/2030", "C-1")
CELL = st.text(alphabet="0123456789Oolabe.,@ /-R$;<>'\"\u00e3\u200b", max_size=20)


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(position=st.integers(0, 5), cell=CELL)
def test_every_proposal_that_is_shown_passes_the_reader(
    position: int, cell: str, tmp_path: Path
) -> None:
    columns = file_columns(";", range(6), READ_AS)
    cells = [cell if at == position else good for at, good in enumerate(GOOD)]
    manner = manner_of(cells, cells, "", columns, READ_AS)
    row = MendedRow(line=7, cells=cells, manner=manner)
    verdict = judge([row], columns, READ_AS, JUDGEMENT, tmp_path)[7]
    if verdict.accepted:
        return
    reject = OpenReject(
        line_number=7, column_name=verdict.code.column, code=verdict.code.name, message="",
        raw=columns.line_of(cells), edited=None, amount_cents=0,
    )  # fmt: skip
    (record,) = page_of([reject], None, columns, READ_AS, JUDGEMENT, tmp_path).records
    assert list(record.cells) == list(NAMES)
    if record.proposal is None:
        return
    cells[position] = record.proposal.value
    manner = manner_of(cells, columns.cells_of(reject.raw), "", columns, READ_AS)
    row = MendedRow(line=7, cells=cells, manner=manner)
    assert judge([row], columns, READ_AS, JUDGEMENT, tmp_path)[7].accepted


def test_columns_of_one_name_are_told_apart_and_too_many_fields_are_kept() -> None:
    read_as = ReadAs(header=(*NAMES, "Obs", "Obs", ""))
    columns = file_columns(";", range(6), read_as)
    assert columns.keys[6:] == ("Obs", "Obs (2)", "Coluna 9")
    cells = columns.cells_of("a;b;c;d;e;f;g;h;i;j;k")
    assert cells[-1] == "i;j;k"
    assert columns.cells_of(columns.line_of(cells)) == cells
    assert columns.cells_of("a") == ["a", *[""] * 8]
