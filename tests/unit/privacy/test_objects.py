"""What is left of files, mails and slips when one person's part is taken out."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cobranca.privacy.objects import erase_lines, is_theirs, slip_name, without_slips
from cobranca.privacy.person import Person

ANA = Person.of(tax_id="12345678909", email=None)
DEBT = UUID("1adb6ccf-ff16-467f-bea7-5f05d494280f")


def erased(folder: Path, content: bytes, encoding: str = "utf-8") -> tuple[int, bytes]:
    source, target = folder / "source.csv", folder / "target.csv"
    source.write_bytes(content)
    count = erase_lines(source, target, encoding, is_theirs(ANA, [DEBT]))
    return count, target.read_bytes()


@pytest.mark.parametrize(
    ("content", "left"),
    [
        ("name,id\nAna,12345678909\nBia,1\n", "name,id\n\nBia,1\n"),
        ("Ana,123.456.789-09\r\nBia,1", "\r\nBia,1"),
        ("Ana,x,1ADB6CCF-FF16-467F-BEA7-5F05D494280F\rBia\r", "\rBia\r"),
        ('"Ana\nLima",12345678909\nBia,1\n', "\n\nBia,1\n"),
        ('Bi"a,1\nAna,12345678909\nCa,2\n', 'Bi"a,1\n\nCa,2\n'),
        ("Bia,1\nCa,2", "Bia,1\nCa,2"),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "windows-1252", "utf-16-le", "utf-16-be"])
def test_a_record_goes_whole_and_others_keep_their_lines(
    tmp_path: Path, content: str, left: str, encoding: str
) -> None:
    count, rest = erased(tmp_path, content.encode(encoding), encoding)
    assert rest == left.encode(encoding)
    assert count == (content != left)


@given(
    st.lists(st.sampled_from(["Bia;1;", '"', "\n", "\r\n", "12345678909", "é", "\x00", ","])),
)
def test_whatever_the_bytes_are_nobody_is_left_and_lines_stay(
    tmp_path_factory: pytest.TempPathFactory, pieces: list[str]
) -> None:
    content = "".join(pieces).encode()
    _, rest = erased(tmp_path_factory.mktemp("bytes"), content)
    assert not ANA.is_in(rest.decode())
    assert re.findall(rb"\r\n|\r|\n", rest) == re.findall(rb"\r\n|\r|\n", content)


def test_slips_of_others_stay_where_they_are() -> None:
    packed = io.BytesIO()
    debts = [UUID(int=number) for number in (1, 2, 3)]
    with zipfile.ZipFile(packed, "w") as archive:
        for debt_id in debts:
            entry = zipfile.ZipInfo(slip_name(debt_id))
            archive.writestr(entry, f"slip of {debt_id.int}".encode() * 9)
    content = packed.getvalue()
    left = without_slips(content, {debts[1], DEBT})
    assert len(left) == len(content)
    assert b"slip of 2" not in left
    for name in (b"slip of 1", b"slip of 3"):
        assert left.index(name) == content.index(name)
    with zipfile.ZipFile(io.BytesIO(left)) as archive:
        assert archive.testzip() is None
        assert archive.read(slip_name(debts[1])) == bytes(81)
