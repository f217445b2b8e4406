"""Files as people and programs write them: what is read, refused, and on which line."""

from __future__ import annotations

import codecs
import csv
import io
import itertools
from pathlib import Path

import pytest

from cobranca.domain.errors import CsvInvalid
from cobranca.domain.money import DecimalStyle
from cobranca.uploads.csv_reader import CsvReader, ReadOptions
from cobranca.uploads.csv_reader.rejects import RAW_BYTES_MAX
from tests.unit.uploads.csv_reader.reading import GOOD, HEADER, UUID, read, with_file
from tests.unit.uploads.csv_reader.reference import TODAY

UUID_BYTES = bytes.fromhex(UUID.replace("-", ""))
#: Row of GOOD: line, name, tax id, e-mail, cents, days, id, warnings (tax id invalid, past).
GOOD_ROW = (
    "John Doe", "11111111111", "johndoe@kanastra.com.br", 100_000_000, 8320, UUID_BYTES, 3,
)  # fmt: skip


def row(**values: str) -> str:
    """Return a sound row with some values of its own."""
    own = {"name": "Ana", "tax_id": "1234", "email": "a@b.co", "amount": "10"}
    own |= {"due": "2030-01-31", "id": UUID}
    return ",".join((own | values).values()) + "\n"


def test_official_example_with_its_trailing_blank_is_accepted() -> None:
    outcome = read(HEADER + GOOD + " ")
    assert outcome.rows == [(2, *GOOD_ROW)]
    assert outcome.reader.encoding == "utf-8"
    assert outcome.reader.header.delimiter == ","


@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("ends", [True, False])
def test_every_line_break_ends_a_record(line_break: str, ends: bool) -> None:
    text = (HEADER + f"{GOOD}\n\n  \n{GOOD}").replace("\n", line_break) + line_break * ends
    assert [row[0] for row in read(text).rows] == [2, 5]


@pytest.mark.parametrize(
    ("encode", "name"),
    [
        (str.encode, "utf-8"),
        (lambda text: codecs.BOM_UTF8 + text.encode(), "utf-8"),
        (lambda text: codecs.BOM_UTF16_LE + text.encode("utf-16-le"), "utf-16-le"),
        (lambda text: codecs.BOM_UTF16_BE + text.encode("utf-16-be"), "utf-16-be"),
        (lambda text: text.encode("utf-16-le"), "utf-16-le"),
        (lambda text: text.encode("utf-16-be"), "utf-16-be"),
        (lambda text: text.encode("cp1252"), "windows-1252"),
    ],
)
def test_encoding_is_told_and_read(encode: object, name: str) -> None:
    text = HEADER.replace(",", ";") + row(name="José Conceição €").replace(",", ";")
    for block_bytes in (16, 1 << 20):
        outcome = read(encode(text), block_bytes=block_bytes)  # type: ignore[operator]
        assert outcome.reader.encoding == name
        assert outcome.rows[0][1] == "José Conceição €"


def test_one_byte_that_is_not_utf8_makes_the_file_windows_1252() -> None:
    filler = row(name="Ana") * 40_000  # Beyond what is read to look at the header.
    data = (HEADER + filler).encode() + row(name="José").encode("cp1252")
    with_names = with_file(data, _names)
    assert with_names == ("windows-1252", "José")


def _names(path: Path) -> tuple[str, str]:
    with CsvReader(path, ReadOptions(today=TODAY)) as reader:
        rows = list(reader.segments())[-1].rows
        return reader.encoding, rows.name.text(len(rows) - 1)


def test_character_cut_by_the_end_of_the_file_is_no_utf8() -> None:
    data = (HEADER + row() + row(id="é")).encode().rstrip()
    assert read(data).reader.encoding == "utf-8"
    assert read(data[:-1]).reader.encoding == "windows-1252"


def test_undefined_windows_1252_byte_refuses_its_record_only() -> None:
    outcome = read(
        HEADER.encode() + row(name="Jos\xe9").encode("latin-1") + b"A\x81" + GOOD.encode()
    )
    assert outcome.codes == [(3, "NAME_CHARACTER")]
    assert len(outcome.rows) == 1


def test_brazilian_excel_dialect_is_read() -> None:
    text = (
        "sep=;\r\nNome;CPF/CNPJ;E-mail;Valor;Vencimento;Identificador\r\n"
        f"Zoé;529.982.247-25;z@b.co;1.234,56;31/01/2030;{UUID.upper()}\r\n"
    )
    outcome = read(text.encode("cp1252"))
    assert outcome.rows == [(3, "Zoé", "52998224725", "z@b.co", 123_456, 10988, UUID_BYTES, 0)]
    assert outcome.reader.header.delimiter == ";"
    assert outcome.reader.decimal_style is DecimalStyle.COMMA


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_columns_come_in_any_order(delimiter: str) -> None:
    names, values = HEADER.strip().split(","), GOOD.split(",")
    for order in itertools.islice(itertools.permutations(range(6)), 0, 720, 37):
        lines = [delimiter.join(line[n] for n in order) for line in (names, values)]
        assert read("\n".join(lines)).rows == [(2, *GOOD_ROW)]


@pytest.mark.parametrize(
    "header",
    [
        "NAME,GovernmentID,Email,DebtAmount,DebtDueDate,DebtID",
        "name,government_id,e_mail,debt_amount,debt_due_date,debt_id",
        "Nome,CPF,E-mail,Valor,Vencimento,ID",
        "Nome completo,CPF/CNPJ,e-mail,Valor (R$),Data de vencimento,Código",
        "nome,documento,email,valor,data_vencimento,identificador",
        '"Nome","CNPJ","Email","Valor","Vencimento","uuid"',
        "ＮＡＭＥ,governmentId,email,debtAmount,debtDueDate,debtId",
        " name , governmentId , email , debtAmount , debtDueDate , debtId ",
    ],
)
def test_header_names_are_known_by_what_they_mean(header: str) -> None:
    assert read(f"{header}\n{GOOD}").rows == [(2, *GOOD_ROW)]


def test_other_columns_are_reported_and_ignored() -> None:
    outcome = read(f'id,{HEADER.strip()},Observação\n7,{GOOD},"x, y"\n')
    assert outcome.rows == [(2, *GOOD_ROW)]
    assert outcome.reader.header.ignored == ("id", "Observação")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "EMPTY_FILE"),
        (codecs.BOM_UTF8, "EMPTY_FILE"),
        (b"\n\r\n  \n", "EMPTY_FILE"),
        (b"sep=;\n", "EMPTY_FILE"),
        (HEADER.encode(), "NO_ROWS"),
        (HEADER.strip().encode(), "NO_ROWS"),
        (HEADER.encode() + b"\n \n", "NO_ROWS"),
        (GOOD.encode(), "NO_HEADER"),
        (b"hello world\n", "NO_HEADER"),
        (b"name,email\nx,y\n", "MISSING_COLUMNS"),
        (HEADER.replace("email", "email,E-mail").encode() + GOOD.encode(), "DUPLICATE_COLUMN"),
        (HEADER.replace("name", "name,nome").encode() + GOOD.encode(), "DUPLICATE_COLUMN"),
        (b"PK\x03\x04" + bytes(100), "NOT_TEXT"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100), "NOT_TEXT"),
        (b"%PDF-1.7", "NOT_TEXT"),
        (b"\x1f\x8b\x08", "NOT_TEXT"),
    ],
)
def test_file_that_cannot_be_read_is_refused_by_name(data: bytes, code: str) -> None:
    with pytest.raises(CsvInvalid) as refused:
        read(data)
    assert refused.value.code == code
    assert refused.value.detail


def test_every_incomplete_header_names_what_is_missing() -> None:
    names = HEADER.strip().split(",")
    for size in range(1, 6):
        for kept in itertools.combinations(names, size):
            with pytest.raises(CsvInvalid) as refused:
                read(",".join(kept) + "\nx\n")
            assert refused.value.code == "MISSING_COLUMNS"
            missing = refused.value.detail.split(": ")[1].split(".")[0].split(", ")
            assert set(missing) == set(names) - set(kept)


def test_short_and_long_rows_are_refused_with_their_values() -> None:
    outcome = read(HEADER + "Ana,1234\n" + GOOD + ",more\n" + GOOD)
    assert outcome.codes == [(2, "FIELD_COUNT"), (3, "FIELD_COUNT")]
    assert outcome.rejects[0].raw == "Ana,1234"
    assert outcome.rejects[0].values == ("Ana", "1234", "", "", "", "")
    assert outcome.rejects[0].column == ""


def test_first_fault_of_a_record_is_reported_with_its_official_column() -> None:
    outcome = read("valor;nome;cpf;email;vencimento;id\n0;;;x;;\n")
    (reject,) = outcome.rejects
    assert (reject.column, reject.code) == ("name", "NAME_MISSING")
    assert reject.message == "nome: está vazio; escreva o nome do pagador."
    assert reject.values == ("", "", "x", "0", "", "")


def test_quoted_fields_hold_delimiters_breaks_and_quotes() -> None:
    text = HEADER + f'"Doe, John ""JD""","1234",a@b.co,"1,234.56",2030-01-31,{UUID}\n' + GOOD
    outcome = read(text)
    assert outcome.rows[0][1:5] == ('Doe, John "JD"', "1234", "a@b.co", 123_456)
    assert outcome.rows[1][0] == 3


def test_quoted_line_break_in_an_ignored_column_keeps_line_numbers_physical() -> None:
    text = "obs," + HEADER + f'"a\r\nb\nc",{GOOD}\n' + f"x,{GOOD}\n" + "x,y\n"
    outcome = read(text)
    assert [row[0] for row in outcome.rows] == [2, 5]
    assert outcome.codes == [(6, "FIELD_COUNT")]


def test_quoted_line_break_in_a_name_is_refused_once() -> None:
    outcome = read(HEADER + f'"Ana\nBcc: x@y.co",1234,a@b.co,10,2030-01-31,{UUID}\n' + GOOD)
    assert outcome.codes == [(2, "NAME_CHARACTER")]
    assert [row[0] for row in outcome.rows] == [4]


def test_unterminated_quote_costs_its_line_only() -> None:
    others = "".join(row(name=f"N{n}") for n in range(1000))
    outcome = read(HEADER + others + '"' + GOOD + "\n" + others)
    assert outcome.codes == [(1002, "UNTERMINATED_QUOTE")]
    assert len(outcome.rows) == 2000
    assert outcome.rows[-1][0] == 2002


def test_text_after_a_closing_quote_is_refused() -> None:
    outcome = read(HEADER + '"a"b,1234,a@b.co,10,2030-01-31,' + UUID + "\n" + GOOD)
    assert outcome.codes == [(2, "QUOTE_MALFORMED")]
    assert len(outcome.rows) == 1


def test_quotes_inside_an_unquoted_field_are_text() -> None:
    outcome = read(HEADER + row(name='Ana "Aninha" Lima') + row(name='5" disco'))
    assert [row[1] for row in outcome.rows] == ['Ana "Aninha" Lima', '5" disco']


def test_fully_quoted_file_reads_like_the_bare_one() -> None:
    rows = [line.split(",") for line in (HEADER + row(name="Zé") * 50).strip().split("\n")]
    text = io.StringIO()
    csv.writer(text, quoting=csv.QUOTE_ALL).writerows(rows)
    assert read(text.getvalue()).rows == read(HEADER + row(name="Zé") * 50).rows


def test_record_beyond_its_bounds_is_refused_and_the_next_is_read() -> None:
    long_line = "x" * 70_000
    many_lines = '"' + "\n" * 1_010 + '",1234,a@b.co,10,2030-01-31,' + UUID
    outcome = read(HEADER + long_line + "\n" + many_lines + "\n" + GOOD)
    assert outcome.codes[:2] == [(2, "RECORD_TOO_LONG"), (3, "UNTERMINATED_QUOTE")]
    assert len(outcome.rejects[0].raw) == RAW_BYTES_MAX
    assert outcome.rows == [(1014, *GOOD_ROW)]


@pytest.mark.parametrize("filler", [b"\0", b"x", b'"', b","])
def test_line_longer_than_many_blocks_is_refused_once(filler: bytes) -> None:
    data = HEADER.encode() + filler * 3_000_000 + b"\r\n" + GOOD.encode()
    outcome = read(data, block_bytes=100_000)
    assert outcome.codes == [(2, "RECORD_TOO_LONG")]
    assert outcome.rows == [(3, *GOOD_ROW)]


def test_nul_refuses_its_record_wherever_it_stands() -> None:
    outcome = read("obs," + HEADER + f"a\0b,{GOOD}\nx,{GOOD}\nx,A\0{GOOD}\n")
    assert outcome.codes == [(2, "NUL_BYTE"), (4, "NUL_BYTE")]
    assert "\0" not in outcome.rejects[0].raw


def test_policies_turn_warnings_into_refusals() -> None:
    text = (
        HEADER
        + row(tax_id="1234")
        + row(tax_id="52998224725", due="2020-01-31")
        + row(tax_id="52998224725")
    )
    assert [row[-1] for row in read(text).rows] == [1, 2, 0]
    outcome = read(text, reject_invalid_tax_id=True, reject_past_due_date=True)
    assert outcome.codes == [(2, "TAX_ID_INVALID"), (3, "DUE_DATE_PAST")]
    assert len(outcome.rows) == 1


def test_due_today_is_not_past() -> None:
    outcome = read(HEADER + row(due=TODAY.isoformat(), tax_id="52998224725"))
    assert outcome.rows[0][-1] == 0


def test_amounts_of_a_file_are_read_by_the_grammar_that_most_of_them_show() -> None:
    header = HEADER.replace(",", ";")
    lines = [row(amount=amount).replace(",", ";") for amount in ("10", "9~50", "1.234~56", "7.25")]
    outcome = read(header + "".join(lines).replace("~", ","))
    assert [row[4] for row in outcome.rows] == [1000, 950, 123_456]
    assert outcome.codes == [(5, "AMOUNT_FORMAT")]


def test_segments_end_after_the_wanted_records_and_lose_none() -> None:
    text = HEADER + "".join(row(name=f"N{n}") for n in range(500))

    def sizes(path: Path) -> list[int]:
        with CsvReader(
            path, ReadOptions(today=TODAY, segment_records=50, block_bytes=4096)
        ) as reader:
            return [segment.records for segment in reader.segments()]

    counts = with_file(text, sizes)  # type: ignore[arg-type]
    assert sum(counts) == 500
    assert len(counts) > 4
    assert max(counts) < 150


def test_line_break_after_a_long_line_may_fall_between_two_blocks() -> None:
    for size in range(200, 216):
        data = HEADER + "x" * size + "\r\n" + "y" * 200 + "\r" + "z" * 200
        outcome = read(data, block_bytes=16, record_bytes_max=20)
        assert outcome.codes == [(line, "RECORD_TOO_LONG") for line in (2, 3, 4)]
