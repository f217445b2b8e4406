"""Which encoding each line is read by, what is told of it, and which names are refused."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cobranca.domain.billing import RowWarning
from tests.unit.uploads.csv_reader.reading import HEADER, Outcome, read

UUID = "1adb6ccf-ff16-467f-bea7-5f05d494280f"
NAMES = ["João Conceição", "Sítio São José", "Márcia Gonçalves", "Antônio Araújo", "Lúcia Peçanha",
         "Hélio Brandão"]  # fmt: skip
MIXED = RowWarning.ENCODING_MIXED


def line(name: str | bytes, encoding: str = "utf-8") -> bytes:
    raw = name if isinstance(name, bytes) else name.encode(encoding)
    return raw + f",52998224725,a@b.co,10.00,2030-01-31,{UUID}\n".encode()


def names(outcome: Outcome) -> list[tuple[str, int]]:
    """Return name and warnings of each row."""
    return [(row[1], row[-1]) for row in outcome.rows]


@pytest.mark.parametrize("mark", [b"", codecs.BOM_UTF8])
@pytest.mark.parametrize("block_bytes", [64, 1 << 20])
def test_a_stray_byte_marks_its_own_line_only(mark: bytes, block_bytes: int) -> None:
    data = mark + HEADER.encode() + b"".join(map(line, NAMES)) + line("José Muñoz", "cp1252")
    outcome = read(data + line("Ana"), block_bytes=block_bytes)
    assert outcome.reader.encoding == "utf-8"
    assert names(outcome) == [*((n, 0) for n in NAMES), ("José Muñoz", MIXED), ("Ana", 0)]


def test_a_byte_beyond_every_sample_changes_no_line_before_it() -> None:
    many = b"".join(map(line, NAMES)) * 4_000
    outcome = read(HEADER.encode() + many + line("José", "cp1252"))
    assert outcome.reader.encoding == "utf-8"
    assert outcome.rows[0][1] == "João Conceição"
    assert [row[0] for row in outcome.rows if row[-1]] == [outcome.records + 1]


def test_a_line_of_utf8_in_a_windows_1252_file_is_read_as_what_it_is() -> None:
    data = HEADER.encode() + b"".join(line(n, "cp1252") for n in NAMES) + line("Inês")
    outcome = read(data)
    assert outcome.reader.encoding == "windows-1252"
    assert names(outcome) == [*((n, 0) for n in NAMES), ("Inês", MIXED)]


def test_a_mark_makes_the_file_utf8_however_many_lines_are_not() -> None:
    data = codecs.BOM_UTF8 + HEADER.encode() + b"".join(line(n, "cp1252") for n in NAMES)
    outcome = read(data)
    assert outcome.reader.encoding == "utf-8"
    assert names(outcome) == [(n, MIXED) for n in NAMES]


def test_a_line_of_both_is_refused_for_its_garbled_name_only() -> None:
    both = "João".encode() + " Muñoz".encode("cp1252")
    outcome = read(HEADER.encode() + b"".join(map(line, NAMES)) + line(both))
    assert outcome.codes == [(len(NAMES) + 2, "NAME_ENCODING")]


@pytest.mark.parametrize("encoding", ["cp850", "cp437", "mac_roman"])
@pytest.mark.parametrize("upper", [False, True])
@pytest.mark.parametrize("around", [0, 20])
def test_names_of_other_code_pages_are_refused_and_plain_ones_are_not(
    encoding: str, upper: bool, around: int
) -> None:
    spoken = [n.upper() if upper else n for n in NAMES]
    spoken = [n for n in spoken if _encodes(n, encoding)] or ["ITAÚ"] * (encoding != "cp437")
    data = HEADER.encode() + b"".join(map(line, NAMES)) * around
    data += b"".join(line(n, encoding) for n in spoken) + line("Ana Lima")
    outcome = read(data)
    assert {code for _, code in outcome.codes} <= {"NAME_ENCODING"}
    assert len(outcome.codes) == len(spoken)
    assert names(outcome)[-1] == ("Ana Lima", 0)


def _encodes(name: str, encoding: str) -> bool:
    try:
        name.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


@pytest.mark.parametrize(
    "name",
    [
        *(n.encode().decode("cp1252") for n in NAMES if "í" not in n),
        "JosÃ©", "CONCEIÃ‡ÃƒO", "ANTÃ”NIO", "Dâ€™Ãvila", "Ana ï¿½", "Jo\ufffdo",
        "Jo+AOM-o", "Concei+AOcA4w-o", "Jo‹o", "Ant™nio", "Jos‚", "S¡tio",
        "Jo├úo", "JO├O", "Jo&atilde;o", "Jo&#227;o", "Silva &amp; Cia", "Jo\\u00e3o",
    ],
)  # fmt: skip
def test_a_name_with_the_marks_of_a_wrong_encoding_is_refused(name: str) -> None:
    outcome = read(HEADER.encode() + line(name) + line("Ana"))
    assert outcome.codes == [(2, "NAME_ENCODING")]


@pytest.mark.parametrize(
    "name",
    [
        "JOÃO", "IRMÃ DULCE", "IRMÃ\u00a0DULCE", "Ângela", "Sant’Ana", "Bar “do Zé”", "Café™ Ltda",
        "Nº 1 Pães", "Casa & Cia – Filial", "Müller", "Ødegård", "Citroën", "Łukasz", "C+A Modas",
        "A+Ana-Lia", "Bia+Caio", "Maçã Açaí", "JOãO", "Ação®", "São João d’Aliança",
        "Silva & Cia", "A&B Modas", "C\\A Modas",
    ],
)  # fmt: skip
def test_names_as_people_write_them_are_taken(name: str) -> None:
    outcome = read(HEADER.encode() + line(name) + line("Ana"))
    assert [row[1] for row in outcome.rows] == [name.replace("\u00a0", " "), "Ana"]


@pytest.mark.parametrize("name", ["Sant’Ana", "Bar “do Zé”", "Müller", "Maçã – 1ª loja", "D’Ávila"])
def test_windows_1252_with_few_letters_is_no_other_code_page(name: str) -> None:
    outcome = read(HEADER.encode() + line(name, "cp1252"))
    assert names(outcome) == [(name, 0)]


def test_broken_utf16_is_refused_where_it_is_broken() -> None:
    text = (HEADER + line("José").decode() + line("Ana").decode()).encode("utf-16-le")
    at = text.index("é".encode("utf-16-le"))
    outcome = read(codecs.BOM_UTF16_LE + text[:at] + b"\x00\xd8" + text[at + 2 :])
    assert outcome.codes == [(2, "NAME_ENCODING")]


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from([*NAMES, "Ana"]), st.sampled_from(["utf-8", "cp1252"])),
        min_size=1,
        max_size=20,
    ),
    st.sampled_from([b"\n", b"\r\n", b"\r"]),
)
def test_how_a_line_reads_depends_on_no_other_line(
    lines: list[tuple[str, str]], line_break: bytes
) -> None:
    data = HEADER.encode() + b"".join(line(name, encoding) for name, encoding in lines)
    outcome = read(data.replace(b"\n", line_break), block_bytes=64)
    assert [row[1] for row in outcome.rows] == [name for name, _ in lines]
