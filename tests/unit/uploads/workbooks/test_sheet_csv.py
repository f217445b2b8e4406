"""A sheet as a CSV: cells of every kind, sheets to choose from, rows that keep their numbers."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest

from cobranca.domain.billing import RowWarning
from cobranca.domain.errors import CsvInvalid
from cobranca.domain.money import DecimalStyle
from cobranca.uploads.csv_reader.due_dates import days_since_epoch
from tests.support.workbooks import Formula, xlsx_of
from tests.unit.uploads.workbooks.reading import HEADER, UUID, read_rows, read_xlsx, sheet_csv


def row(**values: Any) -> list[Any]:
    """Return a sound row of typed cells with some values of its own."""
    own = {"name": "Ana Souza", "tax_id": "52998224725", "email": "ana@example.org",
           "amount": 1234.56, "due": dt.date(2027, 3, 10), "id": UUID}  # fmt: skip
    return list((own | values).values())


@pytest.mark.parametrize(
    ("amount", "cents"),
    [
        (1234.5, 123450), (1234.56, 123456), (0.1 + 0.2, 30), (1_000, 100_000), (0.01, 1),
        (99_999_999.99, 9_999_999_999), (33_333_333.330000006, 3_333_333_333),
        (Formula(value=19.9), 1990), (Formula(value="19,90"), 1990), ("1.234,56", 123456),
        ("R$ 10,00", 1000),
    ],
)  # fmt: skip
def test_an_amount_is_what_the_cell_holds(amount: Any, cents: int) -> None:
    assert [r[4] for r in read_rows(row(amount=amount)).rows] == [cents]


@pytest.mark.parametrize(
    ("amount", "code"),
    [
        (10.005, "AMOUNT_FORMAT"), (1.234, "AMOUNT_FORMAT"), (0, "AMOUNT_NOT_POSITIVE"),
        (-5.0, "AMOUNT_NOT_POSITIVE"), (100_000_000, "AMOUNT_TOO_LARGE"),
        (1e20, "AMOUNT_TOO_LARGE"), (True, "AMOUNT_FORMAT"), (None, "AMOUNT_MISSING"),
        (dt.date(2027, 3, 10), "AMOUNT_FORMAT"), (Formula(value="#DIV/0!"), "AMOUNT_FORMAT"),
        ("1.234", "AMOUNT_AMBIGUOUS"),
    ],
)  # fmt: skip
def test_an_amount_that_is_none_is_refused(amount: Any, code: str) -> None:
    assert [r.code for r in read_rows(row(amount=amount)).rejects] == [code]


def test_numbers_live_beside_texts_of_either_grammar() -> None:
    typed = [row(amount=1234.5), row(amount=7)]
    for texts in (["1.234,56", "2,50"], ["1,234.56", "2.50"]):
        outcome = read_rows(*typed, *(row(amount=text) for text in texts))
        assert [r[4] for r in outcome.rows] == [123450, 700, 123456, 250]
    # The fewer texts are the odd ones, as in a CSV, however many numbers stand beside them.
    outcome = read_rows(*typed * 9, *(row(amount=text) for text in ("2,50", "3,50", "4.50")))
    assert [(r.code, r.line_number) for r in outcome.rejects] == [("AMOUNT_FORMAT", 22)]


def test_numbers_of_other_columns_follow_the_texts_too() -> None:
    sheet = [[*HEADER, "Multa"], [*row(amount="1.234,56"), 2.5], [*row(amount="7,00"), 2.0]]
    text, written = sheet_csv(xlsx_of({"A": sheet}))
    assert [line.rpartition(";")[2] for line in text.splitlines()[1:]] == ["2,5", "2"]
    assert written.decimal_style is None


def test_numbers_that_no_text_votes_on_have_a_point() -> None:
    text, written = sheet_csv(xlsx_of({"A": [HEADER, row()]}))
    assert ";1234.56;2027-03-10;" in text
    assert written.decimal_style is DecimalStyle.POINT
    _, texts_only = sheet_csv(xlsx_of({"A": [HEADER, row(amount="1,00")]}))
    assert texts_only.decimal_style is None


@pytest.mark.parametrize("date_1904", [False, True])
@pytest.mark.parametrize(
    "due",
    [dt.date(2027, 3, 10), dt.datetime(2027, 3, 10), dt.datetime(2027, 3, 10, 17, 30),  # noqa: DTZ001
     "10/03/2027", "2027-03-10"],
)  # fmt: skip
def test_a_date_is_a_date_in_both_calendars(due: Any, *, date_1904: bool) -> None:
    content = xlsx_of({"A": [HEADER, row(due=due)]}, date_1904=date_1904)
    expected = days_since_epoch(dt.date(2027, 3, 10))
    assert [r[5] for r in read_xlsx(content).rows] == [expected]


def test_the_format_of_a_date_does_not_matter() -> None:
    for date_format in ("mm/dd/yy", "[$-416]d-mmm-yy;@", "yyyy", "dd/mm/yyyy hh:mm"):
        content = xlsx_of({"A": [HEADER, row(due=dt.date(2027, 10, 3))]}, date_format=date_format)
        (day,) = [r[5] for r in read_xlsx(content).rows]
        assert day == days_since_epoch(dt.date(2027, 10, 3))


@pytest.mark.parametrize(
    ("due", "code"),
    [(46456, "DUE_DATE_SERIAL"), (Formula(value="#N/A"), "DUE_DATE_FORMAT"),
     (dt.date(1999, 1, 1), "DUE_DATE_OUT_OF_RANGE"), ("31/02/2027", "DUE_DATE_INVALID")],
)  # fmt: skip
def test_a_date_that_is_none_is_refused(due: Any, code: str) -> None:
    assert [r.code for r in read_rows(row(due=due)).rejects] == [code]


def test_a_tax_id_that_is_a_number_has_its_digits_and_no_others() -> None:
    outcome = read_rows(row(tax_id=52998224725), row(tax_id=11222333000181), row(tax_id=5770220))
    assert [r[2] for r in outcome.rows] == ["52998224725", "11222333000181", "5770220"]
    assert outcome.rows[2][-1] == RowWarning.TAX_ID_INVALID | RowWarning.TAX_ID_ZEROS_LOST
    refused = read_rows(row(tax_id=12345678901234567890), row(tax_id=5299822472.5)).rejects
    assert [r.code for r in refused] == ["TAX_ID_NUMBER", "TAX_ID_FORMAT"]


def test_a_code_that_is_a_number_is_its_digits() -> None:
    text, _ = sheet_csv(xlsx_of({"A": [HEADER, row(id=202600012345), row(id=10**15)]}))
    assert [line.rpartition(";")[2] for line in text.splitlines()[1:]] == [
        "202600012345", "1.00000000000000E+15",
    ]  # fmt: skip


def test_a_formula_that_failed_is_no_name() -> None:
    rejects = read_rows(row(name=Formula(value="#N/A")), row(name=Formula(value="#REF!"))).rejects
    assert [r.code for r in rejects] == ["NAME_FORMAT", "NAME_FORMAT"]
    assert rejects[0].raw.startswith("#N/A;")


def test_errors_are_found_wherever_the_table_begins() -> None:
    sheet = [[], [], [None, None, *HEADER], [None, None, *row(name=Formula(value="#NAME?"))]]
    (reject,) = read_xlsx(xlsx_of({"A": [[]], "B": sheet})).rejects
    assert (reject.code, reject.line_number, reject.values[0]) == ("NAME_FORMAT", 4, "#NAME?")


def test_text_is_kept_and_breaks_become_blanks() -> None:
    name = 'Souza; "Ana"\r\nfilha  '
    text, _ = sheet_csv(xlsx_of({"A": [HEADER, row(name=name)]}))
    assert text.splitlines()[1].startswith('"Souza; ""Ana"" filha  ";52998224725;')
    assert read_rows(row(name=name)).rows[0][1] == 'Souza; "Ana" filha'


def test_truth_is_a_word() -> None:
    text, _ = sheet_csv(xlsx_of({"A": [HEADER, row(name=True), row(name=False)]}))
    assert [line.partition(";")[0] for line in text.splitlines()[1:]] == ["VERDADEIRO", "FALSO"]


def test_lines_have_the_numbers_of_the_rows() -> None:
    sheet = [["Cobranças de março"], [], HEADER, row(), [], row(amount="x"), [None] * 6,
             [None, None, "Total", 1234.56], row()]  # fmt: skip
    outcome = read_xlsx(xlsx_of({"A": sheet}))
    assert [r[0] for r in outcome.rows] == [4, 9]
    assert outcome.codes == [(6, "AMOUNT_FORMAT")]


def test_the_first_sheet_with_a_header_is_read() -> None:
    debts = [HEADER, row()]
    sheets = {"Capa": [["Leia"]], "Resumo": [["Nome", "Valor"]], "Antiga": debts, "Nova": debts}
    content = xlsx_of(sheets, hidden=["Antiga"])
    assert len(read_xlsx(content).rows) == 1
    text, _ = sheet_csv(content, sheet="Resumo")
    assert text == "Nome;Valor\n"
    assert sheet_csv(content, sheet=" nova ")[0] == sheet_csv(content, sheet="Antiga")[0]


def test_what_a_sheet_lacks_is_told_of_the_one_that_comes_nearest() -> None:
    sheets = {"Capa": [["Leia"]], "Resumo": [["Nome", "Valor"], ["Ana", 1]]}
    with pytest.raises(CsvInvalid) as refused:
        read_xlsx(xlsx_of(sheets))
    assert refused.value.code == "MISSING_COLUMNS"
    assert sheet_csv(xlsx_of({"Capa": [["Leia"]], "Outra": [["x"]]}))[0] == "Leia\n"


def test_a_sheet_that_is_not_there_is_told_with_those_that_are() -> None:
    content = xlsx_of({"Março": [HEADER], "Abril": [HEADER]})
    with pytest.raises(CsvInvalid, match=r"“Maio”.*“Março”, “Abril”") as refused:
        sheet_csv(content, sheet="Maio")
    assert refused.value.code == "SHEET_UNKNOWN"


def test_an_empty_workbook_is_an_empty_file() -> None:
    with pytest.raises(CsvInvalid) as refused:
        read_xlsx(xlsx_of({"A": []}))
    assert refused.value.code == "EMPTY_FILE"


def test_an_instalment_that_the_sheet_took_for_a_date_is_refused_and_told_how_to_mend() -> None:
    """3/12, 12/3 and 12/26 may all have become the same date: none is guessed."""
    head = [*HEADER, "Parcela"]
    cells = [dt.date(2026, 12, 3), dt.date(2026, 12, 1), "3/12", 4]
    rows = [[*row(id=str(uuid.UUID(int=n + 1))), cell] for n, cell in enumerate(cells)]
    book = xlsx_of({"Cobranças": [head, *rows]})
    outcome = read_xlsx(book)
    assert [reject.code for reject in outcome.rejects] == ["INSTALMENT_FORMAT"] * 2
    assert "como texto" in outcome.rejects[0].message
    assert len(outcome.rows) == 2
