"""Names of remittances."""

from __future__ import annotations

from datetime import date

import pytest

from cobranca.domain.cnab import NamedFile, check_pattern, file_name
from cobranca.domain.errors import InvalidField


def named(
    code: str, number: int = 1, day: date = date(2026, 11, 3), sequence: int = 7
) -> NamedFile:
    return NamedFile(
        layout_code=code,
        sequence=sequence,
        day=day,
        number=number,
        values={"agreement": "623"},
    )


@pytest.mark.parametrize(
    ("file", "name"),
    [
        (named("341-400"), "341-400-000007.rem"),
        (named("237-400"), "CB031101.REM"),
        (named("237-400", 10), "CB03110A.REM"),
        (named("237-400", 36), "CB031110.REM"),
        (named("237-400", 1295), "CB0311ZZ.REM"),
        (named("237-400", 1296), "237-400-000007.rem"),
        (named("748-400"), "00623N03.CRM"),
        (named("748-240", 2, date(2026, 9, 30)), "00623930.RM2"),
        (named("748-400", 10, date(2026, 12, 1)), "00623D01.RM0"),
        (named("748-400", 11), "748-400-000007.rem"),
        (named("077-400", sequence=12), "CI400_001_0000012.REM"),
    ],
)
def test_files_are_named_as_their_bank_wants_them(file: NamedFile, name: str) -> None:
    assert file_name(file) == name


def test_a_pattern_wins() -> None:
    pattern = "R{bank}{day:%d%m}_{sequence:04}.{width}"
    check_pattern(pattern)
    assert file_name(named("237-400"), pattern) == "R2370311_0007.400"


@pytest.mark.parametrize(
    "pattern",
    [
        "remessa.rem", "{sequence.real}.rem", "{sequence", "{0}.rem", "../{sequence}.rem",
        "{number}.rem", "{day:%d}.rem", "{nothing}{sequence}", "{sequence:x<200}", "",
        ".{sequence}", "{sequence!r:>{number}}/x",
    ],
)  # fmt: skip
def test_what_names_no_file_or_two_is_refused(pattern: str) -> None:
    with pytest.raises(InvalidField):
        check_pattern(pattern)
