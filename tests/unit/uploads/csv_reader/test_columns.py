"""What each column accepts, and by which code it refuses: the scalar rules, case by case."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest

from cobranca.domain.money import DecimalStyle
from cobranca.uploads.csv_reader.amounts import read_amount
from cobranca.uploads.csv_reader.debt_ids import read_debt_id
from cobranca.uploads.csv_reader.due_dates import days_since_epoch, read_due_date
from cobranca.uploads.csv_reader.emails import read_email
from cobranca.uploads.csv_reader.messages import MESSAGES, message_of
from cobranca.uploads.csv_reader.names import read_name
from cobranca.uploads.csv_reader.optional_columns.messages import OPTIONAL_MESSAGES
from cobranca.uploads.csv_reader.reject_codes import OFFICIAL_COLUMNS, RejectCode
from cobranca.uploads.csv_reader.tax_ids import read_tax_id

UUID = "1adb6ccf-ff16-467f-bea7-5f05d494280f"
POINT, COMMA, ANY = DecimalStyle.POINT, DecimalStyle.COMMA, DecimalStyle.ANY


@pytest.mark.parametrize(
    ("text", "style", "cents"),
    [
        ("1000", ANY, 100_000),
        ("1000.00", POINT, 100_000),
        ("1000,5", COMMA, 100_050),
        ("1.234,56", COMMA, 123_456),
        ("1,234.56", POINT, 123_456),
        ("0.01", ANY, 1),
        ("99999999.99", POINT, 9_999_999_999),
        ("000012,30", COMMA, 1_230),
        ("R$ 10,00", COMMA, 1_000),
        ("\u00a010,00\u00a0", COMMA, 1_000),
        ("1.234.567", COMMA, 123_456_700),
        ("10 reais", ANY, 1_000),
        ("1.234,56 Reais", COMMA, 123_456),
        ("R$: 10,00", COMMA, 1_000),
        ("\u200710,00\u2003", COMMA, 1_000),
        ("10,00\ufe0f\x0b", COMMA, 1_000),
    ],
)
def test_amount_is_whole_cents(text: str, style: DecimalStyle, cents: int) -> None:
    assert read_amount(text, style) == (cents, RejectCode.ACCEPTED)


@pytest.mark.parametrize(
    ("text", "style", "code"),
    [
        ("", ANY, "AMOUNT_MISSING"),
        ("1.234", ANY, "AMOUNT_AMBIGUOUS"),
        ("1.234", COMMA, "AMOUNT_AMBIGUOUS"),
        ("1,234", POINT, "AMOUNT_AMBIGUOUS"),
        ("10,00", POINT, "AMOUNT_FORMAT"),
        ("10.00", COMMA, "AMOUNT_FORMAT"),
        ("12.3456", ANY, "AMOUNT_FORMAT"),
        ("0", ANY, "AMOUNT_NOT_POSITIVE"),
        ("0,00", ANY, "AMOUNT_NOT_POSITIVE"),
        ("-10", ANY, "AMOUNT_NOT_POSITIVE"),
        ("100000000.00", ANY, "AMOUNT_TOO_LARGE"),
        ("NaN", ANY, "AMOUNT_FORMAT"),
        ("Infinity", ANY, "AMOUNT_FORMAT"),
        ("1e309", ANY, "AMOUNT_FORMAT"),
        ("1_000", ANY, "AMOUNT_FORMAT"),
        ("٣", ANY, "AMOUNT_FORMAT"),
        ("１２３", ANY, "AMOUNT_FORMAT"),
        ("+1", ANY, "AMOUNT_FORMAT"),
    ],
)
def test_amount_is_refused(text: str, style: DecimalStyle, code: str) -> None:
    assert read_amount(text, style)[1].name == code


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("2022-10-12", dt.date(2022, 10, 12)),
        ("12/10/2022", dt.date(2022, 10, 12)),
        ("12-10-2022", dt.date(2022, 10, 12)),
        ("2022-10-12 00:00:00", dt.date(2022, 10, 12)),
        (" 2024-02-29 ", dt.date(2024, 2, 29)),
        ("2000-07-03", dt.date(2000, 7, 3)),
        ("2049-10-13", dt.date(2049, 10, 13)),
        ("20270310", dt.date(2027, 3, 10)),
        ("10032027", dt.date(2027, 3, 10)),
        ("20122027", dt.date(2027, 12, 20)),
        ("10 / 03 / 2027", dt.date(2027, 3, 10)),
        ("1º/03/2027", dt.date(2027, 3, 1)),
        ("1° de março de 2027", dt.date(2027, 3, 1)),
        ("quarta-feira, 10 de março de 2027", dt.date(2027, 3, 10)),
        ("Wed Mar 10 2027", dt.date(2027, 3, 10)),
        ("March 10th, 2027", dt.date(2027, 3, 10)),
        ("10MAR2027", dt.date(2027, 3, 10)),
        ("2027-mar-10", dt.date(2027, 3, 10)),
        ("2027-03-10T00:00:00.000Z", dt.date(2027, 3, 10)),
        ("2027-03-10T03:00:00Z", dt.date(2027, 3, 10)),
        ("2027-03-10T00:00:00-03:00", dt.date(2027, 3, 10)),
        ("10/03/2027 23:59:59", dt.date(2027, 3, 10)),
        ("10\u201103\u20112027", dt.date(2027, 3, 10)),
        ("\u202810/03/2027\u3000", dt.date(2027, 3, 10)),
    ],
)
def test_due_date_is_days_since_the_database_epoch(text: str, date: dt.date) -> None:
    assert read_due_date(text) == (days_since_epoch(date), RejectCode.ACCEPTED)
    assert days_since_epoch(dt.date(2000, 1, 2)) == 1


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "DUE_DATE_MISSING"),
        ("2023-02-30", "DUE_DATE_INVALID"),
        ("2023-02-29", "DUE_DATE_INVALID"),
        ("0000-01-01", "DUE_DATE_INVALID"),
        ("2000-07-02", "DUE_DATE_OUT_OF_RANGE"),
        ("2049-10-14", "DUE_DATE_OUT_OF_RANGE"),
        ("2023-W09-2", "DUE_DATE_FORMAT"),
        ("2023-02-28 10:00:00", "DUE_DATE_FORMAT"),
        ("01/02-2023", "DUE_DATE_FORMAT"),
        ("1/2-2023", "DUE_DATE_FORMAT"),
        ("01-02-23", "DUE_DATE_FORMAT"),
        ("terça-feira, 10 de março de 2027", "DUE_DATE_FORMAT"),
        ("2027-03-10T21:00:00", "DUE_DATE_FORMAT"),
        ("2027-03-10T12:00:00Z", "DUE_DATE_FORMAT"),
        ("2027-03-10T00:00:00+09:00", "DUE_DATE_FORMAT"),
        ("10/martelo/2027", "DUE_DATE_FORMAT"),
        ("10/03\x0b/2027", "DUE_DATE_FORMAT"),
        ("30022027", "DUE_DATE_INVALID"),
        ("46457.5", "DUE_DATE_SERIAL"),
        ("٢٠٢٣-٠٢-٢٨", "DUE_DATE_FORMAT"),
    ],
)
def test_due_date_is_refused(text: str, code: str) -> None:
    assert read_due_date(text)[1].name == code


@pytest.mark.parametrize(
    "text",
    [
        UUID,
        UUID.upper(),
        UUID.replace("-", ""),
        "{" + UUID + "}",
        "urn:uuid:" + UUID,
        "URN:UUID:" + UUID.upper(),
        f" {UUID} ",
    ],
)
def test_debt_id_forms_are_one_id(text: str) -> None:
    assert read_debt_id(text) == (uuid.UUID(UUID), RejectCode.ACCEPTED)


@pytest.mark.parametrize(
    "text",
    ["12345", "0", "CTR-2026/00001", "Ação nº 7", "a", "x" * 40, "3/12", "12E3", "' 7", "A B"],
)
def test_any_other_text_is_a_code(text: str) -> None:
    assert read_debt_id(f" {text} ") == (text.lstrip("' "), RejectCode.ACCEPTED)


def test_accents_written_in_two_ways_are_one_code() -> None:
    assert read_debt_id("Ac\u0327a\u0303o") == read_debt_id("Ação")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "DEBT_ID_MISSING"),
        (UUID[:-1], "DEBT_ID_FORMAT"),
        (UUID + "0", "DEBT_ID_FORMAT"),
        ("{" + UUID, "DEBT_ID_FORMAT"),
        (UUID.replace("-", "", 1), "DEBT_ID_FORMAT"),
        (UUID.replace("a", "g"), "DEBT_ID_FORMAT"),
        ("x" * 41, "DEBT_ID_TOO_LONG"),
        ("a\nb", "DEBT_ID_CHARACTER"),
        ("a\x07b", "DEBT_ID_CHARACTER"),
        ("1,12E+13", "DEBT_ID_NUMBER"),
        ("1.12E13", "DEBT_ID_NUMBER"),
        ("5e+20", "DEBT_ID_NUMBER"),
        ("#N/D", "DEBT_ID_FORMAT"),
        ("NULL", "DEBT_ID_FORMAT"),
        ("---", "DEBT_ID_FORMAT"),
    ],
)
def test_debt_id_is_refused(text: str, code: str) -> None:
    assert read_debt_id(text)[1].name == code


@pytest.mark.parametrize(
    ("text", "bare", "valid"),
    [
        ("1234", "1234", False),
        ("529.982.247-25", "52998224725", True),
        ("52998224725", "52998224725", True),
        ("11111111111", "11111111111", False),
        ("11.222.333/0001-81", "11222333000181", True),
        ("12.abc.345/01de-35", "12ABC34501DE35", True),
        (" 12ABC34501DE36 ", "12ABC34501DE36", False),
    ],
)
def test_tax_id_is_bare_text_and_is_judged(text: str, bare: str, valid: bool) -> None:
    assert read_tax_id(text) == (bare, valid, RejectCode.ACCEPTED)


@pytest.mark.parametrize(
    ("text", "code"),
    [("", "TAX_ID_MISSING"), ("-", "TAX_ID_FORMAT"), ("1" * 21, "TAX_ID_FORMAT"),
     ("#1", "TAX_ID_FORMAT"), ("١٢", "TAX_ID_FORMAT"), ("ß", "TAX_ID_FORMAT")],
)  # fmt: skip
def test_tax_id_is_refused(text: str, code: str) -> None:
    assert read_tax_id(text)[2].name == code


@pytest.mark.parametrize(
    "text",
    [
        "johndoe@kanastra.com.br",
        "a@b.co",
        "ana.maria+x_y-z@sub.example.com",
        "o'brien@example.com",
        "a@xn--bcher-kva.com",
        "a@x.xn--p1ai",
        f"{'a' * 64}@example.com",
        " a@b.co ",
    ],
)
def test_email_is_accepted(text: str) -> None:
    assert read_email(text) is RejectCode.ACCEPTED


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "EMAIL_MISSING"),
        ("a", "EMAIL_FORMAT"),
        ("a@b", "EMAIL_FORMAT"),
        ("a@@b.co", "EMAIL_FORMAT"),
        ("a@b@c.co", "EMAIL_FORMAT"),
        (".a@b.co", "EMAIL_FORMAT"),
        ("a..b@c.co", "EMAIL_FORMAT"),
        ("a@b..co", "EMAIL_FORMAT"),
        ("a@-b.co", "EMAIL_FORMAT"),
        ("a@b-.co", "EMAIL_FORMAT"),
        ("a@1.2.3.4", "EMAIL_FORMAT"),
        ("a@b.c", "EMAIL_FORMAT"),
        ("a b@c.co", "EMAIL_FORMAT"),
        ("a@b_c.co", "EMAIL_FORMAT"),
        ("a@b.co, c@d.co", "EMAIL_FORMAT"),
        ("<a@b.co>", "EMAIL_FORMAT"),
        ('"a"@b.co', "EMAIL_FORMAT"),
        ("a@b.co\r\nBcc: x@y.co", "EMAIL_CHARACTER"),
        ("a@b.co\u202e", "EMAIL_CHARACTER"),
        ("josé@b.co", "EMAIL_NOT_ASCII"),
        ("a@ação.com", "EMAIL_NOT_ASCII"),
        (f"{'a' * 65}@example.com", "EMAIL_TOO_LONG"),
        ("a@" + "b." * 126 + "com", "EMAIL_TOO_LONG"),
    ],
)
def test_email_is_refused(text: str, code: str) -> None:
    assert read_email(text).name == code


@pytest.mark.parametrize(
    "text",
    [
        "José da Silva",
        "名前",
        "x" * 140,
        "é" * 140,
        " Ana ",
        "O'Neil, Jr.",
        "=SOMA(A1)",
        "क्\u200dष",
    ],
)
def test_name_is_accepted(text: str) -> None:
    assert read_name(text) is RejectCode.ACCEPTED


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "NAME_MISSING"),
        (" \t\u00a0", "NAME_MISSING"),
        ("\u200d", "NAME_MISSING"),
        ("x" * 141, "NAME_TOO_LONG"),
        ("Ana\r\nBcc: x@y.co", "NAME_CHARACTER"),
        ("Ana\n", "NAME_CHARACTER"),
        ("Ana\x00", "NAME_CHARACTER"),
        ("Ana\x85", "NAME_CHARACTER"),
        ("Ana\x7f", "NAME_CHARACTER"),
        ("Ana\u202egnp", "NAME_CHARACTER"),
        ("Ana\u2028x", "NAME_CHARACTER"),
        ("Ana\u200b", "NAME_CHARACTER"),
        ("\ufeffAna", "NAME_CHARACTER"),
    ],
)
def test_name_is_refused(text: str, code: str) -> None:
    assert read_name(text).name == code


def test_every_code_has_a_message_and_its_column() -> None:
    assert set(MESSAGES) | set(OPTIONAL_MESSAGES) == set(RejectCode)
    assert all(message_of(code).endswith(".") for code in RejectCode if code)
    starts = {"NAME": "name", "TAX": "governmentId", "EMAIL": "email", "AMOUNT": "debtAmount",
              "DUE": "debtDueDate", "DEBT": "debtId"}  # fmt: skip
    for code in set(RejectCode) - set(OPTIONAL_MESSAGES):
        assert code.column == starts.get(code.name.split("_")[0], "")
    assert set(starts.values()) == set(OFFICIAL_COLUMNS)
