"""Files as spreadsheets and people leave them: what is read in the one way that it can be."""

from __future__ import annotations

import pytest

from cobranca.domain.billing import RowWarning
from cobranca.domain.errors import CsvInvalid
from tests.unit.uploads.csv_reader.reading import Outcome, read

UUID = "1adb6ccf-ff16-467f-bea7-5f05d494280f"
HEADER = "Nome;CPF;E-mail;Valor;Vencimento;ID\n"


def row(**values: str) -> str:
    """Return a sound row with some values of its own."""
    own = {"name": "Ana Souza", "tax_id": "529.982.247-25", "email": "ana@example.org",
           "amount": "1.234,56", "due": "10/03/2027", "id": UUID}  # fmt: skip
    return ";".join((own | values).values()) + "\n"


def refusal(data: str) -> CsvInvalid:
    with pytest.raises(CsvInvalid) as refused:
        read(data)
    return refused.value


def tax_ids(*texts: str) -> Outcome:
    return read(HEADER + "".join(row(tax_id=text) for text in texts))


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("52998224725.0", "52998224725"), ("52998224725,00", "52998224725"),
        ("11222333000181.0", "11222333000181"), ("'00005770220", "00005770220"),
        ('="00005770220"', "00005770220"), ("529.982.247/25", "52998224725"),
        ("529 982 247 25", "52998224725"), ("529982247-25", "52998224725"),
        ("11222333/0001-81", "11222333000181"), ("\u202a529.982.247-25\u202c", "52998224725"),
        ("12.ABC.345/01DE-35", "12ABC34501DE35"), ("12abc34501de35", "12ABC34501DE35"),
    ],
)  # fmt: skip
def test_a_tax_id_is_read_in_its_one_way(text: str, bare: str) -> None:
    quoted = text.replace('"', '""')
    assert [(r[2], r[-1]) for r in tax_ids(f'"{quoted}"').rows] == [(bare, 0)]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("1000000028.0", "TAX_ID_NUMBER"), ("1000000000154.0", "TAX_ID_NUMBER"),
        ("1.23457E13", "TAX_ID_NUMBER"), ("5.2998224725E10", "TAX_ID_NUMBER"),
        ("5,3E+10", "TAX_ID_NUMBER"), ("53E9", "TAX_ID_NUMBER"),
        ("CPF 52998224725", "TAX_ID_FORMAT"),
        ("CPF52998224725", "TAX_ID_FORMAT"), ("CNPJ: 11.222.333/0001-81", "TAX_ID_FORMAT"),
        ("NULL", "TAX_ID_FORMAT"), ("52.998.224.725", "TAX_ID_FORMAT"),
        ("529.98224725", "TAX_ID_FORMAT"), ("5 2998224725", "TAX_ID_FORMAT"),
        ("529982247.25", "TAX_ID_FORMAT"), ("1.0000000280", "TAX_ID_FORMAT"),
        ("#N/D", "TAX_ID_FORMAT"),
    ],
)  # fmt: skip
def test_a_changed_number_is_never_another_persons(text: str, code: str) -> None:
    assert [reject.code for reject in tax_ids(text).rejects] == [code]


def test_lost_zeros_are_warned_of_and_the_refusal_says_what_would_fit() -> None:
    assert tax_ids("5770220").rows[0][-1] == (
        RowWarning.TAX_ID_INVALID | RowWarning.TAX_ID_ZEROS_LOST
    )
    assert tax_ids("5770221").rows[0][-1] == RowWarning.TAX_ID_INVALID
    for text, whole in (
        ("5770220", "00005770220"), ("191", "00000000191"), ("5770220,0", "00005770220"),
    ):  # fmt: skip
        outcome = read(HEADER + row(tax_id=text), reject_invalid_tax_id=True)
        assert f"{whole} caberia" in outcome.rejects[0].message


def test_one_month_beyond_twelve_binds_the_whole_column() -> None:
    dates = ["03/10/2027", "12/31/2026", "2/5/2027", "2027-03-10", "11.12.2026", "10/03/27"]
    outcome = read(HEADER + "".join(row(due=due) for due in dates))
    assert [code for _, code in outcome.codes] == ["DUE_DATE_ORDER"] * 5
    assert [r[0] for r in outcome.rows] == [5]


@pytest.mark.parametrize(
    ("header", "due", "code"),
    [
        (HEADER, "3/10/2027 12:00:00 AM", "DUE_DATE_ORDER"),
        (HEADER.replace("Vencimento", "Vencimento (mm/dd/aaaa)"), "03/10/2027", "DUE_DATE_ORDER"),
        (HEADER.replace("Vencimento", "Vencimento (dd/mm/aaaa)"), "03/10/2027", None),
    ],
)
def test_a_hint_decides_where_no_date_proves_an_order(
    header: str, due: str, code: str | None
) -> None:
    alone = read(header + row(due=due))
    assert [reject.code for reject in alone.rejects] == ([code] if code else [])
    assert not read(header + row(due=due) + row(due="25/12/2026")).rejects


def test_the_proof_may_stand_behind_other_segments() -> None:
    text = HEADER + row(due="03/10/2027") * 200 + row(due="12/31/2026")
    outcome = read(text, block_bytes=256, segment_records=10)
    assert len(outcome.rejects) == 201
    assert not outcome.rows


def test_a_rare_slip_binds_no_column_and_a_day_proves_itself() -> None:
    sound = row(due="25/12/2026") * 30 + row(due="03/10/2027")
    slip = read(HEADER + sound + row(due="12/31/2026"))
    assert (len(slip.rows), slip.codes) == (31, [(33, "DUE_DATE_INVALID")])
    mixed = read(HEADER + row(due="25/12/2026") + row(due="03/10/2027") + row(due="12/31/2026"))
    assert mixed.codes == [(3, "DUE_DATE_ORDER"), (4, "DUE_DATE_ORDER")]


@pytest.mark.parametrize(
    "text",
    ["10/3/2027", "10/03/27", "10/03/2027 00:00", "10/03/2027 00:00:00", "2027/03/10", "10.03.2027",
     "2027-3-10", "10-03-2027", "10/mar/2027", "10 de março de 2027", "10-mar-27",
     "\u200e10/03/2027",
     "'10/03/2027", "2027-03-10T00:00:00.000"],
)  # fmt: skip
def test_a_date_with_one_reading_is_read(text: str) -> None:
    expected = read(HEADER + row()).rows[0][5]
    assert [r[5] for r in read(HEADER + row(due=text)).rows] == [expected]


def test_a_spreadsheets_number_of_a_day_is_named() -> None:
    (reject,) = read(HEADER + row(due="46456")).rejects
    assert (reject.code, reject.column) == ("DUE_DATE_SERIAL", "debtDueDate")
    assert reject.message.startswith("Vencimento: 46456")
    assert "10/03/2027" in reject.message


@pytest.mark.parametrize(
    "text",
    ["R$  1.234,56", "R$    1.234,56", "1.234,56 R$", "r$ 1234,56", "BRL 1.234,56", "1.234,56 BRL",
     "1\u00a0234,56", "1 234,56", "1.234,5600", "1234,56", "1.234,560", "1.234,56\u200b",
     "'1.234,56"],
)  # fmt: skip
def test_an_amount_with_one_reading_is_read(text: str) -> None:
    assert [r[4] for r in read(HEADER + row() + row(amount=text)).rows] == [123_456] * 2


@pytest.mark.parametrize(
    ("text", "code"),
    [("1.234", "AMOUNT_AMBIGUOUS"), ("1234,567", "AMOUNT_FORMAT"), ("1 234", "AMOUNT_FORMAT"),
     ("(10,00)", "AMOUNT_NOT_POSITIVE"), ("R$ -", "AMOUNT_NOT_POSITIVE"),
     ("US$ 1", "AMOUNT_FORMAT"),
     ("10,00-", "AMOUNT_NOT_POSITIVE"), ("R$ 1 R$", "AMOUNT_FORMAT")],
)  # fmt: skip
def test_an_amount_with_two_readings_or_none_is_refused(text: str, code: str) -> None:
    outcome = read(HEADER + row() * 50 + row(amount=text))
    assert outcome.codes == [(52, code)]


@pytest.mark.parametrize(
    "text",
    ["NaT", "<NA>", "\\N", "n.a.", "S/N", "(em branco)", "Vazio", "sem nome", "Não informado",
     "VERDADEIRO", "False", "#N/D", "#N/A", "#REF!", "#VALOR!", "#NOME?", "#DIV/0!", "#NÚM!",
     "Err:502", "NULL", "null",
     "None", "nan", "N/A", "undefined", "0", "-", "12345", "???", "××××××"],
)  # fmt: skip
def test_what_stands_for_nothing_is_no_name(text: str) -> None:
    assert [reject.code for reject in read(HEADER + row(name=text)).rejects] == ["NAME_FORMAT"]


@pytest.mark.parametrize(
    "text", ["3M do Brasil", "Nina", "Una", "#1 Pizzaria", "Enzo", "Élio", "0i S.A."]
)
def test_short_and_odd_names_are_names(text: str) -> None:
    assert [r[1] for r in read(HEADER + row(name=text)).rows] == [text]


def test_blanks_of_any_kind_become_a_space_and_what_no_slip_shows_is_told() -> None:
    outcome = read(HEADER + row(name="Maria\u2003da\u00a0Silva") + row(name="田中太郎"))
    assert [(r[1], r[-1]) for r in outcome.rows] == [
        ("Maria da Silva", 0), ("田中太郎", RowWarning.NAME_NOT_PRINTABLE),
    ]  # fmt: skip
    private = read(HEADER + row(name="Ana \ue000"))
    assert private.codes == [(2, "NAME_CHARACTER")]


@pytest.mark.parametrize(
    "text",
    [";;;;;", " ; ;\t;;;", '"";;"";;;', ";;;;;;;;;", ";;", " ; ; ", "\u00a0;;;;;",
     "TOTAL;;;12.345,67;;",
     "Total geral:;;;R$ 12.345,67;;", ";;TOTAL;12;;", "Subtotal;;;1,00", "TOTAL;2;;1.000,00;;;;",
     "Total: R$ 1.234,56;;;;;", "TOTAL GERAL: 1.234,56", "Valor total;;;12,00;;",
     "Soma;;;12,00;;", "Quantidade de títulos: 2;;;;;", "2 registro(s);;;;;", "(2 rows affected)",
     "**Total em aberto**;;;12,00;;", "----;----;----;----;----;----", "-----+-----+-----",
     '="";="";;;;', "\u200b;;;;;", "\ufeff", "\x0c", ";;;;;\x1a",
     HEADER.strip(), "\ufeff" + HEADER.strip(), HEADER.strip().replace("Nome", '"Nome"') + ";;"],
)  # fmt: skip
def test_a_line_of_nothing_or_of_a_total_is_no_record(text: str) -> None:
    outcome = read(HEADER + row() + text + "\n" + row())
    assert [r[0] for r in outcome.rows] == [2, 4]
    assert outcome.codes == []


@pytest.mark.parametrize(
    "text",
    ["TOTAL;;x@y.co;12,00;;", "Total Ltda;529.982.247-25;;1,00;;", ";;;12,00;;", "x;;;;;", "x",
     "TOTAL;529.982.247-25;;12,00;;", "TOTAL;;;12,00;10/03/2027;", "-;-;-;-;-;-",
     "Soma Seguros;;;12,00;;", HEADER.strip() + ";x"],
)  # fmt: skip
def test_a_line_that_might_be_a_record_is_refused_and_counted(text: str) -> None:
    assert [line for line, _ in read(HEADER + text + "\n" + row()).codes] == [2]


def test_empty_fields_at_the_end_are_neither_missing_nor_too_many() -> None:
    wide = HEADER.strip() + ";Obs;Obs2\n"
    assert len(read(wide + row() + row().strip() + ";x\n").rows) == 2
    assert len(read(HEADER + row().strip() + ";\n" + row().strip() + '; ;"";\n').rows) == 2
    outcome = read(HEADER + row().strip() + ";x\n" + "a;b\n")
    assert outcome.codes == [(2, "FIELD_COUNT"), (3, "FIELD_COUNT")]
    quoted = row(name='"Ana ""A"" Souza"').strip()
    assert read(wide + quoted + "\n" + quoted + ";;; \n").rows[1][1] == 'Ana "A" Souza'


@pytest.mark.parametrize("end", ["\x1a", "\n\x1a", "\x1a\r\n", "\x1a\x1a"])
def test_ctrl_z_is_the_end(end: str) -> None:
    outcome = read(HEADER + row().strip() + end)
    assert (len(outcome.rows), outcome.codes) == (1, [])


@pytest.mark.parametrize("first", ["sep=,\n", "sep=\t\n", "sep=;\n", "sep=;;;;;;\n", '"sep=;"\n'])
def test_a_line_that_names_the_delimiter_may_have_been_padded(first: str) -> None:
    assert [r[0] for r in read(first + HEADER + row()).rows] == [3]


def test_titles_above_the_header_are_passed_over_and_anything_else_is_told() -> None:
    title = "Contas a receber - novembro;;;;;\n;;;;;\n"
    assert [r[0] for r in read(title + HEADER + row()).rows] == [4]
    refused = refusal("Contas;a receber;;;;\n" + HEADER + row())
    assert refused.code == "NO_HEADER"
    assert "linha 2" in refused.detail
    assert "apague as linhas acima" in refused.detail
    assert refusal(row() + HEADER).code == "NO_HEADER"
    assert "entre aspas" in refusal('"Nome,CPF,E-mail,Valor,Vencimento,ID"\n"a"\n').detail


@pytest.mark.parametrize(
    "quoted", [' "Souza, Ana"', ' "Souza, Ana" ', '"Souza, Ana" ', '\t"Souza, Ana"']
)
def test_blanks_around_quotes_are_no_text(quoted: str) -> None:
    text = f"name, governmentId, email, debtAmount, debtDueDate, debtId\n{quoted}, 52998224725,"
    outcome = read(text + f" a@b.co, 10.00, 2027-03-10, {UUID}\n")
    assert [r[1] for r in outcome.rows] == ["Souza, Ana"]
    broken = read(HEADER + row(name='Ana;"x') + row(name=' "Ana" Souza'))
    assert broken.codes[-1] == (3, "QUOTE_MALFORMED")


def test_the_number_of_a_document_is_no_tax_id() -> None:
    header = HEADER.strip() + ";Número do documento\n"
    outcome = read(header + row().strip() + ";NF 1020/1\n")
    assert outcome.rows[0][2] == "52998224725"
    assert [field.column for field in outcome.reader.header.optional] == ["documentNumber"]
    refused = refusal(HEADER.replace("CPF", "Número do documento") + row())
    assert refused.code == "MISSING_COLUMNS"
    assert "CPF/CNPJ" in refused.detail


def test_cpf_and_cnpj_side_by_side_are_one_column() -> None:
    header = HEADER.replace("CPF", "CPF;CNPJ")
    lines = [";52998224725;;", ";;11222333000181;", ";52998224725;11222333000181;", ";;;"]
    outcome = read(header + "".join(row().replace(";529.982.247-25;", line) for line in lines))
    assert [r[2] for r in outcome.rows] == ["52998224725", "11222333000181"]
    assert [code for _, code in outcome.codes] == ["TAX_ID_TWICE", "TAX_ID_MISSING"]
    bad = read(header + row(amount="x").replace(";529.982.247-25;", ";;11222333000181;"))
    assert bad.rejects[0].values[1] == "11222333000181"
    last = read(HEADER.replace("CPF;", "CPF;").strip() + ";CNPJ\n" + row())
    assert len(last.rows) == 1
    assert refusal(HEADER.replace("CPF", "CPF;Documento") + row()).code == "DUPLICATE_COLUMN"


@pytest.mark.parametrize(
    ("name", "other"),
    [("Valor", "Valor (centavos)"), ("Valor", "Valor (US$)"), ("Valor", "Valor (pago)"),
     ("Valor", "Valor (em milhares)"), ("CPF", "CPF (fiador)"), ("Nome", "Nome da mãe (mãe)"),
     ("E-mail", "E-mail (cópia)")],
)  # fmt: skip
def test_a_hint_that_makes_another_thing_of_a_column_is_not_passed_over(
    name: str, other: str
) -> None:
    with pytest.raises(CsvInvalid) as refused:
        read(HEADER.replace(name, other) + row())
    assert refused.value.code == "MISSING_COLUMNS"
    beside = read(HEADER.replace("\n", f";{other}\n") + row().replace("\n", ";\n"))
    assert len(beside.rows) == 1


@pytest.mark.parametrize(
    "header",
    ["Nome/Razão Social;CPF/CNPJ do Sacado;E-mail do sacado;Vlr. Título;Dt. Vcto;Cód. Título",
     "Responsável Financeiro;CPF do responsável;E-mail p/ cobrança;Valor a pagar;Data Venc.;Cod.",
     "Aluno;Nº do CPF;E-mail principal;Valor em aberto;Vencimento do boleto;ID do título",
     "Customer;CPF e CNPJ;E-mails;Valor total;Vencto;external_id"],
)  # fmt: skip
def test_names_are_known_by_their_words(header: str) -> None:
    assert len(read(header + "\n" + row()).rows) == 1


def test_a_plain_name_counts_before_a_loose_one() -> None:
    header = HEADER.strip() + ";Nome do responsável;CPF do aluno;Valor total;E-mail 1;Dt. Venc\n"
    outcome = read(header + row().strip() + ";Bia;1;2,00;b@c.de;x\n")
    assert [r[1:5] for r in outcome.rows] == [r[1:5] for r in read(HEADER + row()).rows]
    twice = HEADER.replace("Nome", "Aluno;Responsável")
    assert refusal(twice + row()).code == "DUPLICATE_COLUMN"
    assert refusal(HEADER.replace("ID", "Código do cliente") + row()).code == "MISSING_COLUMNS"
    assert refusal(HEADER.replace("Valor", "Valor pago") + row()).code == "MISSING_COLUMNS"


def test_hints_in_brackets_are_no_part_of_a_columns_name() -> None:
    header = "Nome (obrigatório);CPF (somente números);E-mail [um só];Valor (R$);"
    header += "Vencimento (dd/mm/aaaa);ID*\n"
    assert len(read(header + row()).rows) == 1


@pytest.mark.parametrize(
    ("email", "said"),
    [("não tem", "não é um endereço"), ("joão@example.org", "antes da arroba"),
     ("ana@ação.org", "xn--"), ("a@b.co; c@d.co", "mais de um endereço"),
     ("Ana <ana@example.org>", "mais do que o endereço"), ("mailto:a@b.co", "mais do que"),
     ("ana@exam ple.org", "um espaço"), ("ana@example,org", "uma vírgula"),
     ("ana@@example.org", "não é um endereço")],
)  # fmt: skip
def test_messages_name_the_column_and_say_what_to_do(email: str, said: str) -> None:
    (reject,) = read(HEADER + row(email=f'"{email}"')).rejects
    assert reject.message.startswith("E-mail: ")
    assert said in reject.message


@pytest.mark.parametrize(
    "local", ["'ana", "=ana", "*ana", "|ana", "ana*", "an{a", "a^b", "&ana", "a!b", "a/b"]
)
def test_addresses_that_no_one_has_are_refused(local: str) -> None:
    outcome = read(HEADER + row(email=f"{local}@example.org"))
    assert outcome.codes == [(2, "EMAIL_FORMAT")]


def test_a_long_note_is_one_record() -> None:
    note = "\n".join(f"linha {n}" for n in range(500))
    text = HEADER.strip() + ";Obs\n" + row().strip() + f';"{note}"\n' + row()
    outcome = read(text)
    assert ([r[0] for r in outcome.rows], outcome.codes) == ([2, 502], [])


@pytest.mark.parametrize(
    ("data", "said"),
    [("<html><table>", "HTML"), ("\n <!DOCTYPE html><html>", "HTML"),
     ("<?xml version='1.0'?><a/>", "XML"),
     ('[{"name": 1}]', "JSON"), ("{\\rtf1", "RTF"), ("\x89PNG", "imagem"), ("Rar!", "comprimido")],
)  # fmt: skip
def test_what_is_no_csv_is_called_by_its_name(data: str, said: str) -> None:
    with pytest.raises(CsvInvalid, match=said) as refused:
        read(data.encode("latin-1"))
    assert refused.value.code == "NOT_TEXT"
