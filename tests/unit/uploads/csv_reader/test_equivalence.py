"""The vectorised reader gives what the slow one gives, for any bytes and any size of block."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from cobranca.domain.errors import CsvInvalid
from cobranca.domain.money import DecimalStyle
from cobranca.uploads.csv_reader.header import read_header
from tests.unit.uploads.csv_reader.reading import HEADER, UUID, read
from tests.unit.uploads.csv_reader.reference import Limits, Shape, read_body

NAMES = [
    "José da Silva", " Ana\t", "", "a" * 141, "á" * 140, "x\u202ey", "x\x07", "Zoë\u00a0",
    "\u00a0", "名前", "d'Ávila", "\u200d", "=cmd()", 'Jo ""X""', "Ångström", "n\x7f", "ª",
    "\ufeffx", "#N/D", "NULL", "Nina", "0", "TOTAL", "×××", "JoÃ£o", "Jo+AOM-o", "Maria\u2003Silva",
    "'=x", "'Ana", '="Ana"', "x;'=a", "x,'＝a", "Érica", "Łukasz", "田中", "D'Ávila",
]  # fmt: skip
TAX_IDS = [
    "529.982.24725X", "529x982x247x25", "11x222x333x0001x81", "529,982,247-25",
    "1234", "529.982.247-25", "52998224725", "11.222.333/0001-81", "12.ABC.345/01DE-35",
    "12abc34501de35", "", "-", "1" * 20, "1" * 21, "a b", "١٢٣٤", "00000000000",
    "111.444.777-35 ", "111.444.77x-35", "1114447773", "#1", "ç", "52998224725.0", "1000000028.0",
    "1E10", "'00005770220", '="00005770220"', "529 982 247 25", "5770220", "191", "CPF1234", "NULL",
    "529982247-25", "529982247.25", "11222333/0001-81", "12ABC34501DE36", "1144477735", "TOTAL",
]  # fmt: skip
EMAILS = [
    "a@b.co", "ana.maria@example.com", "a..b@c.com", ".a@c.com", "a.@c.com", "a@-c.com",
    "a@c-.com", "a@c.com-", "a@c", "@c.com", "a@", "a@@c.com", "a@b@c.com", "a b@c.com", "",
    "josé@c.com", "a@ção.com", "a@c.com\x00", "o'brien@c.com", "a_b+c@c.com", "a@c_d.com",
    "a@c.1", "a@c.x1", "a@1.2.3.4", "a@c.c", f"{'a' * 64}@c.com", f"{'a' * 65}@c.com",
    f"a@{'b' * 63}.com", f"a@{'b' * 64}.com", f"a@{'b.' * 126}com", "a@c..com", "a@.c.com",
    "a@c.com.", "A-@C.COM", "-a@c.com", "a@xn--bcher-kva.com", "a@x.xn--p1ai",
    "abcdefghijklmnopqrs@example.com", "abcdefghijklmnopqrst@example.com",
    "abcdefghijklmnopqrstu@example.com", "abcdefghijklmnopqrstuabcdefghijklm@example.example.com",
    "a@c.com\u202e", "~@c.com", "a@c.co_m", "'a@b.co", "'-a@b.co", "=a@b.co", '="a@b.co"',
    "+a@b.co",
]  # fmt: skip
AMOUNTS = [
    ".234.567,00", "0.123,45", "1.234,5", "12.34,56", "1.2345,67", "1,234,567.89", "01.234,00",
    "1000", "1000.00", "1000,00", "1.234,56", "1,234.56", "1.234", "0", "0.00", "0,01", ".5",
    "5.", "-1", "NaN", "1e3", "1_000", "٣", "", "99999999.99", "99999999,99", "100000000",
    "100000000.00", "9999999999", "00000012.5", "000000000012.50", "R$ 10,00", "R$10.00", "+1",
    "1.2.3", "12.345", "0.5", "1,2", "1 000,00", "1.234.567,8", "1" * 40, "1/2", "1:0",
    "R$  1,00", "1,00 R$", "1 234,56", "1\u00a0234.56", "1.234,5600", "(1,00)", "BRL 1,00", "'1,00",
    "1.234,560", "12.3400",
]  # fmt: skip
DUE_DATES = [
    "2023-02-35", "2023-01-64", "2023-02-99", "35/02/2023", "2023-16-01", "2023-17-01",
    "2023-02-28", "2023-02-30", "2024-02-29", "2023-02-29", "28/02/2023", "28-02-2023",
    "2023-02-28 00:00:00", "2023-02-28T00:00:00", "2023-02-28 01:00:00", "", "20230228",
    "2023-W09-2", "2000-07-02", "2000-07-03", "2049-10-13", "2049-10-14", "9999-12-31",
    "0000-00-00", "2023-13-01", "32/01/2023", "1/1/2023", "01/02-2023", "2023/02/28",
    "٢٠٢٣-٠٢-٢٨", "2023-02-2x", "202:-02-28", "28/02/23", "2023-00-10", "2050-01-01",
    "1996-12-31", "31/12/2031", "12/31/2026", "10/3/2027", "10/03/27", "10/mar/2027", "46457",
    "05/05/2027 00:00", "\u200e10/03/2027", "01.02.2027", "2027-3-1", "13/13/2027", "'01/02/2027",
]  # fmt: skip
DEBT_IDS = [
    UUID, UUID.upper(), UUID.replace("-", ""), "{" + UUID + "}", "urn:uuid:" + UUID, UUID + " ",
    " " + UUID, "", UUID[:-1], UUID + "0", UUID.replace("a", "g"), "{" + UUID,
    UUID.replace("-", "+"), UUID[:-1] + ":", UUID[:-1] + "@", UUID[:-1] + "`", UUID[:-1] + "/",
    "0" * 36, "-" * 36, UUID[:-2] + "é", "0" * 32, UUID.replace("-", "", 1),
]  # fmt: skip
COLUMNS = (NAMES, TAX_IDS, EMAILS, AMOUNTS, DUE_DATES, DEBT_IDS)

_shape = st.sampled_from([
    (b",", b"\n"), (b";", b"\n"), (b"\t", b"\n"), (b"|", b"\r\n"), (b",", b"\r\n"), (b";", b"\r")
])  # fmt: skip


@st.composite
def cells(draw: st.DrawFn, column: int) -> str:
    """Mostly a sound value of a column; else an odd one, one of another column, or noise."""
    kind = draw(st.integers(0, 11))
    if kind < 8:
        return COLUMNS[column][0]
    if kind < 10:
        return draw(st.sampled_from(COLUMNS[column]))
    if kind == 10:
        return draw(st.sampled_from(COLUMNS[draw(st.integers(0, 5))]))
    return draw(st.text(alphabet='a1"\n\r,;\t|.-/@\0 \u00a0é', max_size=12))


@st.composite
def quoted(draw: st.DrawFn, cell: str, delimiter: str) -> str:
    """Quote a cell properly, not at all, or wrongly."""
    how = draw(st.integers(0, 19))
    needs = any(character in cell for character in f'{delimiter}"\r\n')
    if how == 0:
        return f'"{cell}'
    if how == 1:
        return f'"{cell}"x'
    if how == 2:
        return cell
    doubled = cell.replace('"', '""')
    if how == 3:
        return f' "{doubled}"\u00a0'
    return f'"{doubled}"' if needs or how < 8 else cell


def _no_records(delimiter: bytes) -> list[str]:
    """Lines of nothing and of totals, and some that are nearly such."""
    mark = delimiter.decode()
    rows = [[""] * 6, [" "] * 7, ['""'] * 3, ["TOTAL", "", "", "1.00", "", ""], ["", "Total:", "9"],
            ["TOTAL", "x", "", "1", "", ""], ["Total", "", "a@b.co", "1", "", ""]]  # fmt: skip
    return [mark.join(row) for row in rows]


#: Columns behind the official ones.
_MORE = [(), ("obs",), ("CNPJ",), ("obs", "obs2"), ("CNPJ", "obs")]


@st.composite
def headers(draw: st.DrawFn, delimiter: bytes, line_break: bytes) -> bytes:
    names = [
        *HEADER.strip().replace("governmentId", "CPF").split(","),
        *draw(st.sampled_from(_MORE)),
    ]
    return delimiter.join(name.encode() for name in names) + line_break


@st.composite
def bodies(draw: st.DrawFn, delimiter: bytes, line_break: bytes) -> bytes:
    """Records, sound and odd, with an occasional blank, short, long or random line."""
    lines: list[str] = []
    for _ in range(draw(st.integers(1, 12))):
        kind = draw(st.integers(0, 9))
        if kind == 0:
            lines.append(
                draw(
                    st.sampled_from(
                        [
                            "",
                            " ",
                            "\t",
                            " \t ",
                            '"',
                            '""',
                            ",",
                            ";;;;;",
                            '"\n"',
                            *_no_records(delimiter),
                        ]
                    )
                )
            )
            continue
        count = draw(st.sampled_from([6] * 12 + [5, 7]))
        row = [draw(quoted(draw(cells(n % 6)), delimiter.decode())) for n in range(count)]
        row += draw(
            st.sampled_from([[]] * 6 + [[""], ["", " "], ['""'], ["52998224725"], ["x", "y"]])
        )
        lines.append(delimiter.decode().join(row))
    text = line_break.decode().join(lines)
    if draw(st.booleans()):
        text += line_break.decode()
    return text.encode("utf-8")


@settings(deadline=None)
@given(st.data())
def test_vectorised_reading_equals_reading_byte_by_byte(data: st.DataObject) -> None:
    delimiter, line_break = data.draw(_shape)
    body = data.draw(bodies(delimiter, line_break))
    _compare(data, data.draw(headers(delimiter, line_break)), body)


@settings(deadline=None)
@given(st.data())
def test_noise_made_of_structural_bytes_is_read_alike(data: st.DataObject) -> None:
    delimiter, line_break = data.draw(_shape)
    alphabet = [
        "a",
        "1",
        '"',
        '"',
        delimiter.decode(),
        delimiter.decode(),
        "\n",
        "\r",
        "\r\n",
        "\0",
        " ",
        "é",
    ]
    text = "".join(data.draw(st.lists(st.sampled_from(alphabet), max_size=120)))
    _compare(data, data.draw(headers(delimiter, line_break)), text.encode())


def _compare(data: st.DataObject, header: bytes, body: bytes) -> None:
    if header.endswith(b"\r") and body.startswith(b"\n"):
        return  # The break of the header would be CRLF.
    block_bytes = data.draw(st.sampled_from([1, 7, 64, 256, 4096]), label="block_bytes")
    limits = data.draw(
        st.sampled_from([Limits(), Limits(300, 50), Limits(120, 3), Limits(40, 1)]), label="limits"
    )
    refusal = None
    try:
        outcome = read(
            header + body,
            block_bytes=block_bytes,
            segment_records=data.draw(st.sampled_from([1, 3, 1000])),
            record_bytes_max=limits.record_bytes_max,
            record_lines_max=limits.record_lines_max,
        )
    except CsvInvalid as error:
        outcome = None
        refusal = error.code
    assert refusal in (None, "NO_ROWS")
    head = read_header(header)
    shape = Shape(
        delimiter=head.delimiter,
        positions=head.positions,
        field_count=len(head.names),
        style=outcome.reader.decimal_style if outcome else DecimalStyle.ANY,
    )
    accepted, refused = read_body(body, 2, shape, limits)
    assert (outcome.codes if outcome else []) == refused
    assert (outcome.rows if outcome else []) == accepted


@settings(deadline=None)
@given(raw=st.binary(max_size=400), block_bytes=st.sampled_from([16, 100, 4096]))
def test_any_bytes_after_a_header_are_counted_alike_in_any_blocks(
    raw: bytes, block_bytes: int
) -> None:
    data = HEADER.encode() + raw
    code = _refusal(data)
    assert _refusal(data, block_bytes=block_bytes) == code
    if code is not None:
        return
    whole = read(data)
    parts = read(data, block_bytes=block_bytes, segment_records=2)
    assert parts.rows == whole.rows
    assert [reject.raw for reject in parts.rejects] == [reject.raw for reject in whole.rejects]
    assert parts.codes == whole.codes


@settings(deadline=None)
@given(raw=st.binary(max_size=300))
def test_any_bytes_are_read_or_refused_by_name(raw: bytes) -> None:
    code = _refusal(raw)
    assert code in {
        None, "EMPTY_FILE", "NO_HEADER", "MISSING_COLUMNS", "DUPLICATE_COLUMN", "NO_ROWS",
        "NOT_TEXT",
    }  # fmt: skip


def _refusal(data: bytes, **options: int) -> str | None:
    """Return the code by which a file is refused as a whole."""
    try:
        assert read(data, **options).records > 0
    except CsvInvalid as error:
        return error.code
    return None
