"""Damage: whatever the format lets one know refuses the file, and nothing is given out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cobranca.domain.cnab.returns import RefusalCode, Verdict, read_return
from tests.unit.domain.cnab.returns.golden import (
    accepted,
    file_bytes,
    joined,
    lines_of,
    with_places,
)

GOOD = accepted()
#: Lines of these files were trimmed: that a byte is missing cannot be seen in all of them.
TRIMMED = [
    name
    for name in GOOD
    if any(len(line) not in {240, 400} for line in lines_of(name)[0])
    or name.startswith("hostil-240-utf8")
]
EVEN = [name for name in GOOD if name not in TRIMMED]


def _is_refused(data: bytes) -> bool:
    found = read_return(data)
    assert (found.verdict is Verdict.REFUSE) == (found.refusal is not None)
    assert found.verdict is not Verdict.REFUSE or not list(found.records())
    return found.verdict is Verdict.REFUSE


@pytest.mark.parametrize("name", GOOD)
def test_a_file_cut_after_any_line_is_refused(name: str) -> None:
    lines, end = lines_of(name)
    assert all(_is_refused(joined(lines[:count], end)) for count in range(len(lines)))


@pytest.mark.parametrize("name", GOOD)
def test_a_line_taken_out_is_missed(name: str) -> None:
    lines, end = lines_of(name)
    kept = [row for row in range(len(lines)) if not _is_refused(_without(lines, row, end))]
    assert not kept


def _without(lines: list[bytes], row: int, end: bytes) -> bytes:
    return joined(lines[:row] + lines[row + 1 :], end)


@pytest.mark.parametrize("name", GOOD)
def test_a_line_doubled_is_seen(name: str) -> None:
    lines, end = lines_of(name)
    doubled = (lines[: row + 1] + lines[row:] for row in range(len(lines)))
    assert all(_is_refused(joined(some, end)) for some in doubled)


@pytest.mark.parametrize("name", GOOD)
def test_neighbours_swapped_are_seen(name: str) -> None:
    lines, end = lines_of(name)
    for row in range(len(lines) - 1):
        swapped = [*lines[:row], lines[row + 1], lines[row], *lines[row + 2 :]]
        assert _is_refused(joined(swapped, end)), row


@given(name=st.sampled_from(GOOD), share=st.integers(0, 9999))
def test_a_file_cut_at_any_byte_is_refused(name: str, share: int) -> None:
    lines, end = lines_of(name)
    # What a last line of 240 has behind its counts says nothing, and may have been trimmed.
    whole = joined(lines[:-1], end) + (lines[-1] if len(lines[0]) == 400 else lines[-1][:29])
    assert _is_refused(whole[: len(whole) * share // 10_000])


@given(name=st.sampled_from(EVEN), line=st.integers(0, 10**6), place=st.integers(0, 10**6))
def test_a_byte_lost_inside_a_line_is_missed(name: str, line: int, place: int) -> None:
    lines, end = lines_of(name)
    row = line % len(lines)
    at = place % len(lines[row])
    lines[row] = lines[row][:at] + lines[row][at + 1 :]
    assert _is_refused(joined(lines, end))


@given(name=st.sampled_from(EVEN), line=st.integers(0, 10**6), place=st.integers(0, 10**6))
def test_a_byte_too_many_inside_a_line_is_seen(name: str, line: int, place: int) -> None:
    lines, end = lines_of(name)
    row = line % len(lines)
    at = place % len(lines[row])
    lines[row] = lines[row][:at] + b"0" + lines[row][at:]
    assert _is_refused(joined(lines, end))


#: Places under a total of the trailer, by file: line and places of an amount that is summed.
SUMMED = [
    ("itau400-2013-liquidacoes.ret", 2, (153, 165)),
    ("feito-itau400-bolecode-cheque-cartorio.ret", 12, (153, 165)),
    ("feito-bradesco400-pix-protesto.ret", 2, (153, 165)),
    ("feito-bradesco400-pix-protesto.ret", 4, (254, 266)),
    ("feito-bradesco400-pix-protesto.ret", 8, (153, 165)),
    ("feito-bradesco400-pix-protesto.ret", 10, (153, 165)),
    ("feito-bradesco400-pix-protesto.ret", 12, (153, 165)),
    ("feito-inter400.ret", 3, (160, 172)),
]


@pytest.mark.parametrize(("name", "line", "places"), SUMMED)
def test_a_digit_changed_under_a_total_is_seen(
    name: str, line: int, places: tuple[int, int]
) -> None:
    lines, end = lines_of(name)
    right = lines[line - 1]
    for place in range(places[0], places[1] + 1):
        digit = (right[place - 1] - ord("0") + 1) % 10
        lines[line - 1] = with_places(right, place, str(digit))
        found = read_return(joined(lines, end))
        assert found.refusal is not None, place
        assert found.refusal.code is RefusalCode.TRAILER_MISMATCH


#: Trailers that count: file, line from the end, places, all of which must be right.
COUNTED = [
    ("itau400-2013-liquidacoes.ret", 1, (208, 234)),
    ("bradesco400-2012-06-e-17.ret", 1, (58, 188)),
    ("feito-inter400.ret", 1, (18, 25)),
    ("feito-inter400.ret", 1, (121, 132)),
    ("feito-sicoob240.ret", 2, (18, 23)),
    ("feito-santander240-pix.ret", 2, (18, 23)),
    ("feito-sicoob240.ret", 1, (18, 29)),
    ("sicoob400-2016.ret", 1, (395, 400)),
]


@pytest.mark.parametrize(("name", "back", "places"), COUNTED)
@pytest.mark.parametrize("other", ["+", "A", " "])
def test_every_place_of_a_count_counts(
    name: str, back: int, places: tuple[int, int], other: str
) -> None:
    lines, end = lines_of(name)
    right = lines[-back]
    for place in range(places[0], places[1] + 1):
        digit = str((right[place - 1] - ord("0") + 1) % 10) if other == "+" else other
        lines[-back] = with_places(right, place, digit)
        assert _is_refused(joined(lines, end)), place


@pytest.mark.parametrize("name", [name for name in GOOD if name != "hostil-240-utf8.ret"])
def test_letters_in_amounts_and_dates_refuse_with_their_places(name: str) -> None:
    found = read_return(file_bytes(name))
    titles = next(found.titles(), None)
    if titles is None:
        return
    lines, end = lines_of(name)
    line = int(titles.lines[0])
    for field in titles.layout.numbers.fields:
        row, shift = line - 1, 0
        if found.layout == 240 and field.start >= 240:
            row, shift = line, 240
        changed = list(lines)
        changed[row] = with_places(
            lines[row].ljust(field.start - shift), field.start - shift + 1, "A"
        )
        refusal = read_return(joined(changed, end)).refusal
        assert refusal is not None, field
        assert refusal.code is RefusalCode.FIELD_INVALID, field
        assert field.name not in refusal.message, "people are told in their own words"
        assert (refusal.line, refusal.first, refusal.last) == (
            row + 1,
            field.start + 1 - shift,
            field.stop - shift,
        )


@pytest.mark.parametrize("day", ["310226", "000826", "321226", "010026", "011326"])
def test_a_day_that_is_none_refuses(day: str) -> None:
    lines, end = lines_of("sicoob400-2016.ret")
    lines[2] = with_places(lines[2], 111, day)
    refusal = read_return(joined(lines, end)).refusal
    assert refusal is not None
    assert (refusal.code, refusal.line, refusal.first) == (RefusalCode.FIELD_INVALID, 3, 111)


@pytest.mark.parametrize(("code", "first"), [("12", 155), ("13", 121)])
@pytest.mark.parametrize(("total", "is_right"), [(9990, True), (700, True), (701, False)])
def test_bradesco_may_sum_titles_or_rebates(
    total: int, is_right: bool, code: str, first: int
) -> None:
    lines, end = lines_of("feito-bradesco400-pix-protesto.ret")
    lines[11] = with_places(with_places(lines[11], 109, code), 228, f"{700:013d}")
    without_14 = with_places(lines[12], 138, "0" * 17)
    lines[12] = with_places(without_14, first, f"{1:05d}{total:012d}")
    assert _is_refused(joined(lines, end)) is not is_right


@pytest.mark.parametrize("digit", ["A", " ", "\xb2"])
def test_a_sequence_in_the_header_is_digits(digit: str) -> None:
    lines, end = lines_of("feito-sicoob240.ret")
    lines[0] = with_places(lines[0], 160, digit)
    refusal = read_return(joined(lines, end)).refusal
    assert refusal is not None
    assert (refusal.code, refusal.line, refusal.first) == (RefusalCode.FIELD_INVALID, 1, 158)
