"""Whole files: widths, numbers, totals, lots, seams; for every layout."""

from __future__ import annotations

from datetime import date
from itertools import chain
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cobranca.domain.cnab import (
    LAYOUTS,
    Layout,
    RemittanceAccount,
    RemittanceFile,
    RemittanceWriter,
    TitleRefused,
    Titles,
    refusals_of,
    write_remittance,
    writer,
)
from cobranca.domain.errors import InvalidField
from tests.unit.domain.cnab.accounts import (
    FILE,
    account,
    many_titles,
    our_number,
    payer,
    titles,
)

ANY = settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def lines_of(layout: Layout, written: bytes) -> list[str]:
    """Split a file into its lines, each ended by CR LF and of the exact width."""
    assert written.isascii()
    assert written.endswith(b"\r\n")
    lines = written.decode("ascii").split("\r\n")[:-1]
    assert {len(line) for line in lines} == {layout.width}
    assert all(line.isprintable() for line in lines)
    return lines


def kinds_of(layout: Layout, lines: list[str]) -> list[str]:
    """Say which record each line is, from what stands in it."""
    if layout.has_lots:
        heads = {"0": "file_header", "1": "lot_header", "5": "lot_trailer", "9": "file_trailer"}
        segments = {"S": "S3", "Y": "Y"}
        return [heads.get(line[7]) or segments.get(line[13], line[13]) for line in lines]
    names = {
        record.fields[0].constant: name
        for name, record in layout.records.items()
        if name not in ("header", "trailer")
    }
    return ["header", *(names[line[0]] for line in lines[1:-1]), "trailer"]


@pytest.mark.parametrize("code", LAYOUTS)
@given(data=st.data())
@ANY
def test_file_is_whole_and_its_totals_agree(code: str, data: st.DataObject) -> None:
    layout = LAYOUTS[code]
    some = data.draw(many_titles(layout))
    owner = account(code)
    assert refusals_of(owner, FILE, some) == []
    made = RemittanceWriter(owner, FILE)
    written = made.begin() + b"".join(made.write(some)) + made.end()
    lines = lines_of(layout, written)
    kinds = kinds_of(layout, lines)
    first = layout.kinds[0].record
    amounts = [
        layout.records[first].decode_one(line)["amount"]
        for line, kind in zip(lines, kinds, strict=True)
        if kind == first
    ]
    assert amounts == np.broadcast_to(some.amount_cents, len(some)).tolist()
    assert made.records == len(lines)
    assert made.titles == len(some)
    assert made.amount_cents == sum(amounts)  # type: ignore[arg-type]
    check_numbers(layout, lines, amounts)


def check_numbers(layout: Layout, lines: list[str], amounts: list[Any]) -> None:
    """Check what the file says of itself against what is in it."""
    if not layout.has_lots:
        assert [int(line[-6:]) for line in lines] == list(range(1, len(lines) + 1))
        told = layout.records["trailer"].decode_one(lines[-1])
        assert told.get("total", sum(amounts)) == sum(amounts)
        assert int(str(told.get("count", len(amounts)))) == len(amounts)
        return
    assert [int(line[8:13]) for line in lines[2:-2]] == list(range(1, len(lines) - 3))
    lot = layout.records["lot_trailer"].decode_one(lines[-2])
    file = layout.records["file_trailer"].decode_one(lines[-1])
    assert int(str(lot["lot.records"])) == len(lines) - 2
    assert int(str(lot.get("totals.count", len(amounts)))) == len(amounts)
    assert lot.get("totals.amount", sum(amounts)) == sum(amounts)
    assert (int(str(file["lots"])), int(str(file["file.records"]))) == (1, len(lines))


@pytest.mark.parametrize("code", LAYOUTS)
@given(data=st.data())
@ANY
def test_titles_are_written_alike_one_by_one_and_together(code: str, data: st.DataObject) -> None:
    some = data.draw(many_titles(LAYOUTS[code]))
    owner = account(code)
    together = b"".join(write_remittance(owner, FILE, [some]))
    each = [some.rows(index, index + 1) for index in range(len(some))]
    assert b"".join(write_remittance(owner, FILE, each)) == together


@pytest.mark.parametrize("code", LAYOUTS)
@given(data=st.data())
@ANY
def test_what_is_written_can_be_read_again(code: str, data: st.DataObject) -> None:
    layout = LAYOUTS[code]
    written = b"".join(write_remittance(account(code), FILE, [data.draw(many_titles(layout))]))
    for line, kind in zip(lines := lines_of(layout, written), kinds_of(layout, lines), strict=True):
        record = layout.records[f"Y{line[17:19]}" if kind == "Y" else kind]
        read = record.decode_one(line)
        again = record.encode_one(read)
        bulk = record.encode(record.decode(np.frombuffer(line.encode(), np.uint8)[None]), 1)
        assert again == bulk.tobytes().decode()
        for field in record.values:
            if line[field.start : field.stop].strip():
                assert again[field.start : field.stop] == line[field.start : field.stop], field


TEXTS = st.text(max_size=90) | st.sampled_from(["", "\0", "\r\n", "A\x1aB", "é" * 90, "'", "０１"])


@pytest.mark.parametrize("code", LAYOUTS)
@given(data=st.data())
@ANY
def test_hostile_values_are_refused_or_written_well(code: str, data: st.DataObject) -> None:
    names = ("our_number", "document_number", "company_use", "species", "acceptance", "movement")
    given_texts = {name: [data.draw(TEXTS)] for name in names if data.draw(st.booleans())}
    people = ("name", "tax_id", "address", "district", "city", "state", "postal_code")
    given_people = {name: [data.draw(TEXTS)] for name in people if data.draw(st.booleans())}
    amount = data.draw(st.integers(-(10**15), 10**15) | st.just(100))
    some = titles(code, payer=payer(**given_people), amount_cents=[amount], **given_texts)
    owner, layout = account(code), LAYOUTS[code]
    refused = refusals_of(owner, FILE, some)
    outcome = attempt(owner, some)
    if isinstance(outcome, TitleRefused):
        assert refused
        assert outcome.refusal == refused[0]
        assert outcome.detail.startswith("Title 1 (our number ")
        assert outcome.field in outcome.detail
    else:
        assert refused == []
        kinds = kinds_of(layout, lines_of(layout, outcome))
        assert kinds.count(layout.kinds[0].record) == 1


def attempt(owner: RemittanceAccount, some: Titles) -> bytes | TitleRefused:
    """Write a file, or give the refusal."""
    try:
        return b"".join(write_remittance(owner, FILE, [some]))
    except TitleRefused as error:
        return error


def numbered(code: str, count: int, **other: Any) -> Titles:
    """Make many plain titles."""
    numbers = [our_number(code, number) for number in range(1, count + 1)]
    shared = {
        "company_use": "", "due": date(2026, 10, 5), "amount_cents": np.arange(1, count + 1),
        "document_number": [f"{number:06d}" for number in range(1, count + 1)], "payer": payer(
            name="Maria", tax_id="52998224725", address="Rua 1", district="", city="Campinas",
            state="SP", postal_code="13010050",
        ),
    }  # fmt: skip
    return titles(code, our_number=np.array(numbers, dtype=np.bytes_), **(shared | other))


def test_chunks_join_without_a_seam() -> None:
    count = 2 * writer.CHUNK_TITLES + 3
    written = b"".join(write_remittance(account("341-400"), FILE, [numbered("341-400", count)]))
    lines = lines_of(LAYOUTS["341-400"], written)
    assert [int(line[-6:]) for line in lines] == list(range(1, count + 3))
    assert [int(line[126:139]) for line in lines[1:-1]] == list(range(1, count + 1))


def test_new_lot_begins_before_its_numbers_run_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "LOT_SEGMENTS_MAX", 8)
    code = "756-240"
    written = b"".join(write_remittance(account(code), FILE, [numbered(code, 5)]))
    lines = lines_of(LAYOUTS[code], written)
    kinds = kinds_of(LAYOUTS[code], lines)
    two, one = ["P", "Q", "R"] * 2, ["P", "Q", "R"]
    lots = [["lot_header", *titles, "lot_trailer"] for titles in (two, two, one)]
    assert kinds == ["file_header", *chain.from_iterable(lots), "file_trailer"]
    trailers = [line for line, kind in zip(lines, kinds, strict=True) if kind == "lot_trailer"]
    read = [LAYOUTS[code].records["lot_trailer"].decode_one(line) for line in trailers]
    assert [r["totals.amount"] for r in read] == [1 + 2, 3 + 4, 5]
    assert [r["lot.records"] for r in read] == ["000008", "000008", "000005"]
    assert [line[3:7] for line in lines[1:-1]] == ["0001"] * 8 + ["0002"] * 8 + ["0003"] * 5
    assert lines[-1][17:29] == f"000003{len(lines):06d}"


def test_full_file_is_refused_and_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "FILE_RECORDS_MAX", 6)
    owner = account("341-400")
    assert b"".join(write_remittance(owner, FILE, [numbered("341-400", 4)])).count(b"\r\n") == 6
    with pytest.raises(InvalidField, match="split the titles into more files") as refused:
        b"".join(write_remittance(owner, FILE, [numbered("341-400", 5)]))
    assert refused.value.code == "FILE_FULL"


@pytest.mark.parametrize(("most", "fits"), [(18, True), (17, False)])
def test_lots_do_not_outgrow_the_file(
    monkeypatch: pytest.MonkeyPatch, most: int, fits: bool
) -> None:
    monkeypatch.setattr(writer, "LOT_SEGMENTS_MAX", 8)
    monkeypatch.setattr(writer, "FILE_RECORDS_MAX", most)
    code = "756-240"
    some = numbered(code, 4)
    if fits:
        written = b"".join(write_remittance(account(code), FILE, [some]))
        assert written.count(b"\r\n") == 2 + 2 * (2 + 6)
    else:
        with pytest.raises(InvalidField, match="split the titles into more files"):
            b"".join(write_remittance(account(code), FILE, [some]))


def test_value_that_no_policy_foresaw_is_refused_by_its_title(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(writer, "LOT_SEGMENTS_MAX", 6)
    code = "756-240"
    owner, some = account(code), numbered(code, 4)
    amounts = np.array([1, 2, 3, 10**16])
    monkeypatch.setattr(writer, "draft_columns", _with_column("amount", amounts))
    with pytest.raises(TitleRefused, match=r"^Title 4 \(our number 0000004\), amount: at most 15"):
        b"".join(write_remittance(owner, FILE, [some]))


def _with_column(name: str, values: Any) -> Any:
    """Give a policy's columns with one that it did not mean."""
    real = writer.draft_columns

    def draft_columns(draft: Any, fixed: Any) -> Any:
        columns, masks = real(draft, fixed)
        return columns | {name: values}, masks

    return draft_columns


def test_file_without_titles_is_refused() -> None:
    with pytest.raises(InvalidField, match="at least one title"):
        b"".join(write_remittance(account("341-400"), FILE, []))


def test_refusal_counts_titles_from_the_beginning_of_the_file() -> None:
    amounts = np.ones(5, dtype=np.int64)
    amounts[3] = 0
    good, bad = numbered("237-400", 5), numbered("237-400", 5, amount_cents=amounts)
    with pytest.raises(TitleRefused, match=r"^Title 9 \(our number 00000000004\), amount_cents:"):
        b"".join(write_remittance(account("237-400"), FILE, [good, bad]))
    assert [(r.index, r.code) for r in refusals_of(account("237-400"), FILE, bad)] == [
        (3, "AMOUNT_NOT_POSITIVE")
    ]


@pytest.mark.parametrize(("code", "sequence"), [("001-240", 10**6), ("237-400", 10**7)])
def test_sequence_that_does_not_fit_is_refused(code: str, sequence: int) -> None:
    file = RemittanceFile(sequence=sequence, generated_at=FILE.generated_at)
    with pytest.raises(InvalidField) as refused:
        RemittanceWriter(account(code), file).begin()
    assert refused.value.field == "file.seq"


@pytest.mark.parametrize("sequence", [0, -1, 10**8])
def test_sequence_of_no_file_is_refused(sequence: int) -> None:
    with pytest.raises(InvalidField, match="sequence of a file is 1 to"):
        RemittanceFile(sequence=sequence, generated_at=FILE.generated_at)


def test_safra_counts_files_in_three_digits() -> None:
    file = RemittanceFile(sequence=12_345, generated_at=FILE.generated_at)
    written = b"".join(write_remittance(account("422-400"), file, [titles("422-400")]))
    assert {line[391:394] for line in lines_of(LAYOUTS["422-400"], written)} == {"345"}


def test_columns_of_different_lengths_are_a_bug_of_the_caller() -> None:
    with pytest.raises(ValueError, match="column of 2 values"):
        b"".join(write_remittance(account("341-400"), FILE, [titles("341-400", due=[None, None])]))
