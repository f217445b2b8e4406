"""Optional columns: what their names are, what a cell may hold, what a row then says."""

from __future__ import annotations

import datetime as dt
import io
from csv import writer
from pathlib import Path
from typing import Any
from uuid import UUID as UUID_

import numpy as np
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cobranca.domain.billing import warning_codes
from cobranca.domain.errors import CsvInvalid
from cobranca.domain.money import DecimalStyle
from cobranca.uploads.csv_reader import CsvReader, ReadOptions
from cobranca.uploads.csv_reader.optional_columns.names import (
    OPTIONAL_COLUMNS,
    OptionalField,
    optional_of,
)
from cobranca.uploads.csv_reader.optional_columns.terms_rows import TermsReader
from cobranca.uploads.csv_reader.reject_codes import OFFICIAL_COLUMNS, RejectCode
from tests.unit.uploads.csv_reader.reading import GOOD, HEADER, UUID, read, with_file
from tests.unit.uploads.csv_reader.reference import TODAY

DUE = dt.date(2027, 3, 10)
OFFICIAL = ["Ana Lima", "52998224725", "ana@example.org", "100,00", "10/03/2027", UUID]


def file_of(columns: dict[str, str], *more: dict[str, str]) -> str:
    """Write a file of one row or more with these columns beside the official ones."""
    text = io.StringIO()
    lines = writer(text, delimiter=";")
    lines.writerow([*HEADER.strip().split(","), *columns])
    for row in (columns, *more):
        lines.writerow([*OFFICIAL, *row.values()])
    return text.getvalue()


def details_of(path: Path, **options: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    with CsvReader(path, ReadOptions(today=TODAY, **options)) as reader:
        for segment in reader.segments():
            details = segment.rows.details
            for row in range(len(segment.rows)):
                said: dict[str, Any] = {} if details is None else dict(details.of(row))
                if "terms" in said:
                    said["terms"] = orjson.loads(said["terms"])
                found.append(said)
    return found


def said(columns: dict[str, str]) -> dict[str, Any]:
    """Return what the one row of a file says."""
    (only,) = with_file(file_of(columns), details_of)
    return only


def refusal(columns: dict[str, str]) -> str:
    outcome = read(file_of(columns))
    assert not outcome.rows
    return outcome.rejects[0].code


# --------------------------------------------------------------------------------------- names


def test_official_file_has_no_details() -> None:
    def look(path: Path) -> None:
        with CsvReader(path, ReadOptions(today=TODAY)) as reader:
            assert reader.header.optional == ()
            assert [segment.rows.details for segment in reader.segments()] == [None]

    with_file(HEADER + GOOD, look)


@pytest.mark.parametrize(
    ("name", "column", "unit"),
    [
        ("Endereço", "payerAddress", ""),
        ("CEP", "payerPostalCode", ""),
        ("E-mail cópia", "copyEmails", ""),
        ("Nº do documento", "documentNumber", ""),
        ("Parcela", "instalment", ""),
        ("Multa", "fine", ""),
        ("Multa (%)", "fine", "%"),
        ("% Multa", "fine", "%"),
        ("MULTA R$", "fine", "R$"),
        ("Multa (em R$)", "fine", "R$"),
        ("Valor da multa", "fine", "R$"),
        ("Juros a.m. (%)", "interest", "%"),
        ("Juros (R$/dia)", "interest", "R$"),
        ("Juros por dia (R$)", "interest", "R$"),
        ("Juros mensais (%)", "interest", "%"),
        ("Taxa de juros", "interest", ""),
        ("Multa por atraso (%)", "fine", "%"),
        ("Vlr. Desconto 2", "discount2", "R$"),
        ("2º desconto", "discount2", ""),
        ("Desc. até", "discount1Until", ""),
        ("Dias p/ protesto", "protestDays", ""),
        ("CEP do sacado", "payerPostalCode", ""),
        ("Desconto", "discount1", ""),
        ("Desconto 2 (%)", "discount2", "%"),
        ("Data limite do desconto 3", "discount3Until", ""),
        ("Desconto até", "discount1Until", ""),
        ("Abatimento", "rebate", ""),
        ("Data limite para pagamento", "paymentLimit", ""),
    ],
)
def test_names_are_understood(name: str, column: str, unit: str) -> None:
    assert optional_of(name) == (column, unit)


@pytest.mark.parametrize(
    "name",
    ["Observações", "Obs", "Descrição", "Juros (% ao dia)", "Vencimento", "Total", "",
     "Juros (% a.d.)", "Juros (% a.a.)", "Juros (% ao ano)", "Juros (R$ ao mês)",
     "Desconto (R$/dia)", "Desconto (US$)", "Multa (% ao mês)", "Protesto (dias úteis)"],
)  # fmt: skip
def test_other_names_are_not(name: str) -> None:
    assert optional_of(name) is None


def test_every_column_has_its_own_name_and_codes() -> None:
    assert {optional_of(column) for column in OPTIONAL_COLUMNS} == {
        (column, "") for column in OPTIONAL_COLUMNS
    }
    of_codes = {code.column for code in RejectCode if code.column}
    assert of_codes == {*OFFICIAL_COLUMNS, *OPTIONAL_COLUMNS}


def test_general_names_count_beside_an_address_only() -> None:
    alone = read(file_of({"Número": "isto não é um número de casa", "Estado": "pago"}))
    assert len(alone.rows) == 1
    assert alone.reader.header.ignored == ("Número", "Estado")
    assert said({"Número": "25", "Estado": "sp", "Cidade": "Campinas"}) == {
        "street_number": "25",
        "state": "SP",
        "city": "Campinas",
    }


def test_two_columns_of_one_meaning_are_refused_but_for_phones() -> None:
    with pytest.raises(CsvInvalid) as refused:
        read(file_of({"Multa": "2%", "Multa (%)": ""}))
    assert refused.value.code == "DUPLICATE_COLUMN"
    assert said({"Celular": "11912345678", "Telefone": "x"}) == {"phone": "11912345678"}


# --------------------------------------------------------------------------------------- cells


@pytest.mark.parametrize(
    ("column", "cell", "name", "kept"),
    [
        ("UF", "S.P.", "state", "SP"),
        ("CEP", "CEP 01001–000", "postal_code", "01001000"),
        ("Parcela", "Parcela 3/12", "instalment", "3/12"),
        ("Parcela", "3.0", "instalment", "3"),
        ("Endereço", "Rua São João", "street", "Rua São João"),
        ("Endereço", "Rua\u00a0A", "street", "Rua A"),
        ("Bairro", "Centro", "district", "Centro"),
        ("UF", "São Paulo", "state", "SP"),
        ("UF", "rj", "state", "RJ"),
        ("CEP", "01001-000", "postal_code", "01001000"),
        ("CEP", "13.010-050", "postal_code", "13010050"),
        ("CEP", "13010050", "postal_code", "13010050"),
        ("Telefone", "(11) 91234-5678", "phone", "11912345678"),
        ("Telefone", "+55 11 3123-4567", "phone", "1131234567"),
        ("Telefone", "011912345678", "phone", "11912345678"),
        ("Telefone", "+351 912 345 678", "phone", "+351912345678"),
        ("cc", "a@x.com; b@x.com,a@x.com", "copies", "a@x.com,b@x.com"),
        ("Parcela", "03/12", "instalment", "3/12"),
        ("Parcela", "3 de 12", "instalment", "3/12"),
        ("Parcela", "3", "instalment", "3"),
        ("Nº do documento", "NF 10/1", "document_number", "NF 10/1"),
        ("Mensagem", "Olá, é a última", "message", "Olá, é a última"),
    ],
)
def test_cell_is_kept(column: str, cell: str, name: str, kept: str) -> None:
    assert said({column: cell}) == {name: kept}


@pytest.mark.parametrize(
    ("column", "cell", "code"),
    [
        ("Endereço", "x" * 101, "ADDRESS_FORMAT"),
        ("Endereço", "Rua\u200bA", "ADDRESS_FORMAT"),
        ("Endereço", "Rua SÃ£o JoÃ£o", "ADDRESS_FORMAT"),
        ("Endereço", "#N/D", "ADDRESS_FORMAT"),
        ("Endereço", "NULL", "ADDRESS_FORMAT"),
        ("Complemento do endereço", "x" * 31, "COMPLEMENT_FORMAT"),
        ("Bairro", "x" * 61, "DISTRICT_FORMAT"),
        ("Cidade", "a\tb", "CITY_FORMAT"),
        ("UF", "XX", "STATE_FORMAT"),
        ("CEP", "1001000", "POSTAL_CODE_FORMAT"),
        ("CEP", "00000-000", "POSTAL_CODE_FORMAT"),
        ("Telefone", "91234-5678", "PHONE_FORMAT"),
        ("Telefone", "5,51199E+12", "PHONE_FORMAT"),
        ("cc", "a@x.com; b", "COPY_EMAILS_FORMAT"),
        ("cc", "; ".join(f"a{n}@x.com" for n in range(6)), "COPY_EMAILS_FORMAT"),
        ("Parcela", "13/12", "INSTALMENT_FORMAT"),
        ("Parcela", "03/dez", "INSTALMENT_FORMAT"),
        ("Parcela", "0", "INSTALMENT_FORMAT"),
        ("Nº do documento", "x" * 41, "DOCUMENT_NUMBER_FORMAT"),
        ("Mensagem", "x" * 201, "MESSAGE_FORMAT"),
    ],
)
def test_cell_is_refused(column: str, cell: str, code: str) -> None:
    assert refusal({column: cell}) == code


def test_refusal_names_the_column_as_the_file_does() -> None:
    reject = read(file_of({"Código Postal": "1"})).rejects[0]
    assert reject.column == "payerPostalCode"
    assert reject.message.startswith("Código Postal: ")


def test_official_faults_come_first() -> None:
    text = file_of({"CEP": "1"}).replace("ana@example.org", "ana")
    assert [code for _, code in read(text).codes] == ["EMAIL_FORMAT"]


# --------------------------------------------------------------------------------------- terms


@pytest.mark.parametrize(
    ("columns", "terms"),
    [
        ({"Multa": "2%"}, {"fine": {"basis_points": 200}}),
        ({"Multa (%)": "2"}, {"fine": {"basis_points": 200}}),
        ({"Multa (%)": "1,5"}, {"fine": {"basis_points": 150}}),
        ({"Multa": "R$ 5,00"}, {"fine": {"cents": 500}}),
        ({"Multa (R$)": "5,00"}, {"fine": {"cents": 500}}),
        ({"Multa": "0"}, {"fine": {"cents": 0}}),
        ({"Multa (%)": "", "Multa (R$)": "5,00"}, {"fine": {"cents": 500}}),
        ({"Juros": "1% a.m."}, {"interest": {"basis_points": 100}}),
        ({"Juros": "1% ao mês"}, {"interest": {"basis_points": 100}}),
        ({"Juros": "0,33%"}, {"interest": {"basis_points": 33}}),
        ({"Juros": "R$ 0,33 ao dia"}, {"interest": {"cents": 33}}),
        ({"Juros ao dia": "0,33"}, {"interest": {"cents": 33}}),
        (
            {"Desconto": "5%", "Desconto até": "01/03/2027"},
            {"discounts": [{"basis_points": 500, "until": "2027-03-01"}]},
        ),
        ({"Desconto": "R$ 5,00"}, {"discounts": [{"cents": 500, "days_before": 0}]}),
        ({"Desconto": "0"}, {"discounts": []}),
        ({"Abatimento": "10,00"}, {"rebate_cents": 1000}),
        ({"Abatimento": "0,00"}, {"rebate_cents": 0}),
        ({"Data limite": "10/04/2027"}, {"payment_limit": {"until": "2027-04-10"}}),
        ({"Dias para pagamento": "30"}, {"payment_limit": {"days": 30}}),
        ({"Data limite": "-"}, {"payment_limit": {}}),
        ({"Protesto": "5 dias", "Baixa": "30"}, {"protest_days": 5, "write_off_days": 30}),
    ],
)
def test_terms_are_read(columns: dict[str, str], terms: dict[str, Any]) -> None:
    assert said(columns) == {"terms": terms}


@pytest.mark.parametrize(
    ("columns", "code"),
    [
        ({"Multa": "2"}, "FINE_AMBIGUOUS"),
        ({"Multa": "2,00"}, "FINE_AMBIGUOUS"),
        ({"Multa (%)": "0,02"}, "FINE_AMBIGUOUS"),
        ({"Multa (%)": "R$ 2,00"}, "FINE_FORMAT"),
        ({"Multa (R$)": "2%"}, "FINE_FORMAT"),
        ({"Multa": "-2%"}, "FINE_FORMAT"),
        ({"Multa": "1,033%"}, "FINE_FORMAT"),
        ({"Multa": "2% ao mês"}, "FINE_FORMAT"),
        ({"Multa (R$)": "1.234"}, "FINE_FORMAT"),
        ({"Multa (R$)": "100,00"}, "FINE_TOO_LARGE"),
        ({"Multa (%)": "2", "Multa (R$)": "2"}, "FINE_TWICE"),
        ({"Juros": "12% a.a."}, "INTEREST_FORMAT"),
        ({"Juros": "1"}, "INTEREST_AMBIGUOUS"),
        ({"Juros ao dia": "0,033%"}, "INTEREST_FORMAT"),
        ({"Desconto": "100%"}, "DISCOUNT_1_TOO_LARGE"),
        ({"Desconto": "5%", "Desconto até": "11/03/2027"}, "DISCOUNT_1_DATE"),
        ({"Desconto": "5%", "Desconto até": "31/02/2027"}, "DISCOUNT_1_DATE"),
        ({"Desconto": "", "Desconto até": "01/03/2027"}, "DISCOUNT_1_DATE"),
        ({"Desconto 1": "5%", "Desconto 2": "3%"}, "DISCOUNT_2_DATE"),
        ({"Desconto 3": "x"}, "DISCOUNT_3_FORMAT"),
        ({"Abatimento": "60,00", "Desconto 2 (R$)": "40,00"}, "DISCOUNT_2_TOO_LARGE"),
        ({"Abatimento": "-1"}, "REBATE_FORMAT"),
        ({"Abatimento": "100,00"}, "REBATE_TOO_LARGE"),
        ({"Data limite": "x"}, "PAYMENT_LIMIT_FORMAT"),
        ({"Data limite": "09/03/2027"}, "PAYMENT_LIMIT_EARLY"),
        ({"Protesto": "sim"}, "PROTEST_DAYS_FORMAT"),
        ({"Número do documento": "1,02E+12"}, "DOCUMENT_NUMBER_FORMAT"),
        ({"Protesto": "100"}, "PROTEST_DAYS_FORMAT"),
        ({"Baixa": "1000"}, "WRITE_OFF_DAYS_FORMAT"),
    ],
)
def test_terms_are_refused(columns: dict[str, str], code: str) -> None:
    assert refusal(columns) == code


_days = st.sampled_from(["", "-", "01/03/2027", "10/03/2027", "2027-03-11", "30/02/2027", "x"])
_portions = st.sampled_from(["", "0", "5%", "R$ 30,00", "60%", "R$ 99,00", "2", "x"])
_term_cells = {
    "fine": st.sampled_from(["", "0", "2%", "2,01%", "R$ 2,00", "R$ 500,00", "3"]),
    "interest": st.sampled_from(["", "1%", "R$ 0,03", "R$ 0,04 ao dia"]),
    **{f"discount{n}": _portions for n in (1, 2, 3)},
    **{f"discount{n}Until": _days for n in (1, 2, 3)},
    "rebate": st.sampled_from(["", "0", "40,00", "100,00"]),
    "paymentLimit": _days | st.sampled_from(["0", "30", "30 dias", "1 dia", "2027"]),
    "protestDays": st.sampled_from(["", "5", "x"]),
}


def test_a_discount_of_nothing_with_a_day_is_none() -> None:
    rows = [{"Desconto": "0", "Desconto até": day} for day in ("05/03/2027", "06/03/2027", "")]
    assert [said(row) for row in rows] == [{"terms": {"discounts": []}}] * 3
    assert refusal({"Desconto": "0", "Desconto até": "30/02/2027"}) == "DISCOUNT_1_DATE"


@given(
    st.lists(st.fixed_dictionaries(_term_cells), min_size=1, max_size=6),
    st.integers(1, 20_000),
    st.integers(-12, 3),
)
def test_rows_read_by_their_form_are_as_if_read_alone(
    rows: list[dict[str, str]], cents: int, shift: int
) -> None:
    fields = [
        OptionalField(column=column, unit="", position=at, name=column)
        for at, column in enumerate(_term_cells)
    ]
    reader = TermsReader(fields, DecimalStyle.COMMA, month_first=False)
    due = DUE.toordinal() + shift
    for row in rows:
        cells = tuple(cell.encode() for cell in row.values())
        assert reader.read(cells, cents, due) == reader.read_alone(cells, cents, due)


# ------------------------------------------------------------------------------------ warnings


@pytest.mark.parametrize(
    ("columns", "warnings"),
    [
        ({"Rua": "A", "Cidade": "Campinas", "UF": "SP", "CEP": "13010050"}, []),
        ({"Rua": "A", "Cidade": "", "UF": "SP", "CEP": "13010050"}, ["ADDRESS_INCOMPLETE"]),
        ({"CEP": "13010050"}, ["ADDRESS_INCOMPLETE"]),
        (
            {"Rua": "A", "Cidade": "Campinas", "UF": "RJ", "CEP": "13010050"},
            ["POSTAL_CODE_OTHER_STATE"],
        ),
        ({"Multa": "2,01%"}, ["TERMS_OVER_LEGAL"]),
        ({"Juros": "R$ 0,04"}, ["TERMS_OVER_LEGAL"]),
        ({"Telefone": "11912345678"}, []),
    ],
)
def test_rows_are_warned_of(columns: dict[str, str], warnings: list[str]) -> None:
    outcome = read(file_of(columns))
    assert warning_codes(outcome.rows[0][-1]) == warnings


# ------------------------------------------------------------------------------ in whole files

_cells = {
    "Rua": st.sampled_from(["", "Rua A", "Rua São João", '"Beco" 3', "x" * 101]),
    "UF": st.sampled_from(["", "SP", "XX"]),
    "Multa": st.sampled_from(["", "2%", "2", "R$ 1,00"]),
    "Desconto até": st.sampled_from(["", "01/03/2027"]),
    "Desconto": st.sampled_from(["", "5%"]),
}


@given(st.lists(st.fixed_dictionaries(_cells), min_size=1, max_size=8), st.integers(40, 400))
def test_blocks_and_segments_change_nothing(rows: list[dict[str, str]], size: int) -> None:
    text = file_of(*rows)
    whole = with_file(text, details_of)
    cut = with_file(text, lambda path: details_of(path, block_bytes=size, segment_records=2))
    assert cut == whole
    codes = [code for _, code in read(text).codes]
    assert [code for _, code in read(text, block_bytes=size, segment_records=2).codes] == codes
    assert len(whole) + len(codes) == len(rows)


def test_rows_take_their_details_along() -> None:
    text = file_of(*({"Parcela": f"{n}/9"} for n in range(1, 10)))

    def look(path: Path) -> None:
        with CsvReader(path, ReadOptions(today=TODAY)) as reader:
            (segment,) = reader.segments()
        rows = segment.rows.take(np.arange(8, -1, -1))
        assert rows.details is not None
        assert [rows.details.of(n)["instalment"] for n in range(9)] == [
            f"{n}/9" for n in range(9, 0, -1)
        ]

    with_file(text, look)


def codes_of(path: Path) -> list[str]:
    """Return the code of each row, by line; the UUID of those that have none of their own."""
    found: list[str] = []
    with CsvReader(path, ReadOptions(today=TODAY)) as reader:
        for segment in reader.segments():
            rows = segment.rows
            for row in range(len(rows)):
                code = rows.code.text(row) if rows.code is not None else ""
                found.append(code or str(UUID_(bytes=rows.debt_id[row].tobytes())))
    return found


def contracts(*rows: tuple[str, str], column: str = "Contrato", instalment: str = "Parcela") -> str:
    head = f"Nome;CPF;E-mail;Valor;Vencimento;{column};{instalment}"
    lines = [";".join([*OFFICIAL[:5], *row]) for row in rows]
    return "\n".join([head, *lines, ""])


@pytest.mark.parametrize("column", ["Contrato", "Nº do Contrato", "MATRÍCULA", "Contrato (código)"])
def test_each_instalment_of_a_contract_is_a_debt(column: str) -> None:
    text = contracts(("CTR-1", "3/12"), ("CTR-1", "4 de 12"), ("CTR-2", "05"), column=column)
    assert with_file(text, codes_of) == ["CTR-1/3", "CTR-1/4", "CTR-2/5"]


def test_an_instalment_is_the_same_debt_in_whatever_file_and_form_it_comes() -> None:
    alone = with_file(contracts(("CTR-1", "3")), codes_of)
    longer = with_file(contracts(("CTR-1", "3/24"), ("CTR-1", "4/24")), codes_of)
    assert alone == longer[:1] == ["CTR-1/3"]


def test_what_names_one_debt_is_left_as_it_is() -> None:
    other = contracts(("CTR-1", "3/12"), (UUID, "4/12"), column="Código da dívida")
    assert with_file(other, codes_of) == ["CTR-1", UUID]
    assert with_file(contracts(("CTR-1", ""), (UUID, "")), codes_of) == ["CTR-1", UUID]
    assert with_file(contracts((UUID, "7/9"), (UUID, "8/9")), codes_of) == [
        f"{UUID}/7",
        f"{UUID}/8",
    ]
    no_instalments = contracts(("CTR-1", "x"), instalment="Obs")
    assert with_file(no_instalments, codes_of) == ["CTR-1"]


def test_a_contract_that_leaves_no_room_for_its_instalment_is_refused() -> None:
    text = contracts(("C" * 38, "3"), ("C" * 38, "30"), ("", "3"), ("CTR-1", "2026-12-03"))
    found = read(text)
    assert len(found.rows) == 1
    assert found.codes == [
        (3, "DEBT_ID_TOO_LONG"),
        (4, "DEBT_ID_MISSING"),
        (5, "INSTALMENT_FORMAT"),
    ]
    assert "data" in found.rejects[-1].message


_contract = st.text("AB1-/ ", min_size=1, max_size=6).map(lambda text: f"C{text.strip()}")
_number = st.integers(1, 999)


@given(
    st.lists(st.tuples(_contract, _number, st.sampled_from(["", "/999", " de 999"])), min_size=1)
)
def test_a_rows_code_hangs_on_nothing_but_the_row(rows: list[tuple[str, int, str]]) -> None:
    cells = [(contract, f"{number}{rest}") for contract, number, rest in rows]
    together = with_file(contracts(*cells), codes_of)
    assert together == [f"{contract}/{number}" for contract, number, _ in rows]
    assert with_file(contracts(cells[-1]), codes_of) == together[-1:]
