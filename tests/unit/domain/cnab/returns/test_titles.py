"""Titles in columns: the same as one by one, and what only a whole account can judge."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from cobranca.domain.boleto import Account
from cobranca.domain.cnab.returns import KINDS, Kind, ReturnRecord, Titles, read_return, records_of
from cobranca.domain.cnab.returns.check_digits import wrong_check_digits
from tests.unit.domain.cnab.returns.golden import (
    accepted,
    file_bytes,
    files,
    joined,
    lines_of,
    with_places,
)

ACCOUNTS = {row["file"]: row["account"] for row in files() if row.get("account")}


def _titles(data: bytes) -> Titles:
    found = read_return(data)
    assert found.refusal is None, found.refusal
    (titles,) = found.titles()
    return titles


def _changed(name: str, line: int, first: int, text: str) -> Titles:
    lines, end = lines_of(name)
    lines[line - 1] = with_places(lines[line - 1], first, text)
    return _titles(joined(lines, end))


@pytest.mark.parametrize("name", [name for name in accepted() if "sem-movimento" not in name])
def test_columns_say_what_records_say(name: str) -> None:
    titles = _titles(file_bytes(name))
    records: list[ReturnRecord] = list(records_of(titles))
    assert [KINDS[kind] for kind in titles.kinds] == [r.kind for r in records]
    assert titles.paid_cents.tolist() == [r.paid_cents or 0 for r in records]
    assert titles.net_cents.tolist() == [r.net_cents or 0 for r in records]
    assert titles.amounts("title_cents").tolist() == [r.title_cents for r in records]
    assert titles.lines.tolist() == [r.line for r in records]
    numbers = ["" if r.is_foreign else r.our_number or "" for r in records]
    assert [number.decode() for number in titles.our_numbers.tolist()] == numbers
    assert titles.days["occurred_on"].tolist() == [r.occurred_on for r in records]


@pytest.mark.parametrize("name", sorted(ACCOUNTS))
def test_check_digits_of_banks_are_those_of_our_engine(name: str) -> None:
    found = read_return(file_bytes(name))
    if found.refusal is not None or found.bank is None:
        return
    account = Account(bank=found.bank, parameters=ACCOUNTS[name])
    for titles in found.titles():
        assert not wrong_check_digits(account, titles).any()


@pytest.mark.parametrize(
    ("name", "line", "digit_at"),
    [
        ("itau400-2013-liquidacoes.ret", 2, 94),
        ("feito-bradesco400-pix-protesto.ret", 11, 82),
        ("feito-santander400-pix.ret", 2, 70),
        ("feito-banrisul400.ret", 2, 72),
        ("sicredi400-2017-multa-e-juros.ret", 2, 56),
        ("feito-sicoob240.ret", 3, 47),
    ],
)
def test_a_wrong_check_digit_is_told(name: str, line: int, digit_at: int) -> None:
    lines, _ = lines_of(name)
    other = "1" if lines[line - 1][digit_at - 1 : digit_at] != b"1" else "2"
    titles = _changed(name, line, digit_at, other)
    account = Account(bank=titles.layout.bank, parameters=ACCOUNTS[name])
    wrong = wrong_check_digits(account, titles)
    assert titles.lines[wrong].tolist() == [line]


def test_an_our_number_of_letters_has_a_wrong_check_digit() -> None:
    titles = _changed("feito-banrisul400.ret", 2, 63, "ABC")
    account = Account(bank="041", parameters=ACCOUNTS["feito-banrisul400.ret"])
    assert wrong_check_digits(account, titles).tolist()[0] is True


def test_a_title_of_another_agreement_matches_none_of_ours() -> None:
    titles = _titles(file_bytes("hostil-240-titulo-de-outro-convenio.ret"))
    assert titles.is_foreign.tolist() == [False, True, False, False]
    assert titles.our_numbers.tolist()[1] == b""
    assert int(titles.paid_cents[1]) == 12292


@pytest.mark.parametrize(
    ("agreement", "number", "digits"), [("001234", "12340000012", 7), ("123456", "12345600012", 5)]
)
def test_the_agreement_of_banco_do_brasil_decides_the_our_number(
    agreement: str, number: str, digits: int
) -> None:
    lines, end = lines_of("bb400-2005-registro1-convenio6.ret")
    lines[0] = with_places(lines[0], 41, agreement)
    lines[1] = with_places(lines[1], 63, number + "0")
    record = next(records_of(_titles(joined(lines, end))))
    assert record.our_number == "12".zfill(digits)
    assert record.our_number_printed == f"{number}-0"
    assert not record.is_foreign


@pytest.mark.parametrize(
    ("agreement", "number", "digits"),
    [("000001234", "12340000012", 7), ("000123456", "12345600012", 5)],
)
def test_the_same_in_240(agreement: str, number: str, digits: int) -> None:
    lines, end = lines_of("feito-bb240-dois-lotes.ret")
    lines[0] = with_places(lines[0], 33, agreement)
    for line in (2, 4, 6, 10):
        lines[line] = with_places(lines[line], 38, (number + "0").ljust(20))
    record = next(records_of(_titles(joined(lines, end))))
    assert (record.our_number, record.our_number_in_file) == ("12".zfill(digits), number + "0")
    assert not record.is_foreign


@pytest.mark.parametrize(
    ("places", "number", "printed"),
    [
        ("000000000019", "00000000001", "00000000001-9"),
        ("12345678901234567890", "12345678901234567890", "12345678901234567890"),
    ],
)
def test_btg_gives_back_what_was_sent_in_twenty_places(
    places: str, number: str, printed: str
) -> None:
    lines, end = lines_of("feito-sicoob240.ret")
    lines = [with_places(line, 1, "208") for line in lines]
    lines[2] = with_places(lines[2], 38, places.ljust(20))
    record = next(records_of(_titles(joined(lines, end))))
    assert (record.our_number, record.our_number_in_file) == (number, places)
    assert record.our_number_printed == printed


@pytest.mark.parametrize(
    ("code", "origin", "kind"),
    [
        ("02", "01", Kind.REGISTERED),
        ("02", "10", Kind.WRITTEN_OFF),
        ("02", "04", Kind.REBATE),
        ("02", "06", Kind.DUE_DATE_CHANGED),
        ("02", "26", Kind.PROTEST_REQUESTED),
        ("02", "25", Kind.PROTEST_WITHDRAWN),
        ("02", "22", Kind.DATA_CHANGED),
        ("02", "77", Kind.OTHER),
        ("03", "01", Kind.REGISTRATION_REJECTED),
        ("03", "06", Kind.INSTRUCTION_REJECTED),
        ("06", "01", Kind.PAID),
    ],
)
def test_unicred_says_elsewhere_what_it_answers(code: str, origin: str, kind: Kind) -> None:
    lines, end = lines_of("feito-unicred400.ret")
    lines[1] = with_places(with_places(lines[1], 109, code), 327, origin)
    assert next(records_of(_titles(joined(lines, end)))).kind is kind


def test_an_unknown_occurrence_is_kept_and_moves_no_money() -> None:
    record = next(records_of(_changed("sicoob400-2016.ret", 2, 109, "Z?")))
    assert (record.occurrence, record.kind, record.paid_cents) == ("Z?", Kind.OTHER, None)
    assert record.amount_field_not_money_cents == 39000


def test_itau_pays_out_less_its_fee() -> None:
    record = next(records_of(_titles(file_bytes("itau400-2016-ciclo-3-liquidacao.ret"))))
    assert (record.paid_cents, record.net_cents, record.fee_cents) == (1200, 810, 390)


def test_banco_do_nordeste_marks_wrong_fields_where_others_have_the_credit_date() -> None:
    lines, end = lines_of("bnb400-2017.ret")
    refused = with_places(with_places(lines[1], 109, "51"), 280, "1".ljust(77, "0"))
    lines[1] = with_places(refused, 299, "1")
    record = next(records_of(_titles(joined(lines, end))))
    assert record.kind is Kind.REGISTRATION_REJECTED
    assert record.reasons == ("280", "299")
    assert (record.credited_on, record.other_credits_cents) == (None, 0)


def test_santander_gives_reasons_beside_a_code_of_ours_only() -> None:
    assert list(records_of(_changed("feito-santander400-pix.ret", 7, 135, "00")))[4].reasons == ()


def test_c6_names_the_fields_it_refuses() -> None:
    record = list(records_of(_changed("feito-c6-400.ret", 4, 366, "110235000000")))[2]
    assert record.wrong_fields == ("110", "235")
    assert record.reasons == ("9003", "9012")


def test_the_first_pix_line_of_a_title_counts() -> None:
    name = "feito-santander400-pix.ret"
    lines, end = lines_of(name)
    second = with_places(lines[2], 3, "other.example".ljust(77))
    whole = [*lines[:3], second, *lines[3:]]
    data = joined([with_places(line, 395, f"{n:06d}") for n, line in enumerate(whole, 1)], end)
    titles = _titles(data)
    assert list(titles.pix) == [0]
    assert titles.pix[0].line == 3


def test_a_payment_is_told_apart_from_its_repetition_by_a_key() -> None:
    records = list(records_of(_titles(file_bytes("hostil-400-pago-duas-vezes.ret"))))
    assert records[0].payment_key == records[1].payment_key
    assert records[0].payment_key != records[2].payment_key


def test_days_are_days() -> None:
    titles = _titles(file_bytes("sicredi400-2017-multa-e-juros.ret"))
    assert titles.days["credited_on"].dtype == np.dtype("datetime64[D]")
    assert titles.days["credited_on"].tolist() == [date(2017, 2, 3)] * 2


@pytest.mark.parametrize(
    ("control", "debt_id"),
    [
        ("1L8ND9OX4A0AYZM0RC57275ZF", "1adb6ccf-ff16-467f-bea7-5f05d494280b"),
        ("0000000000000000000000101", "00000000-0000-0000-0000-000000000511"),
        ("1l8nd9ox4a0ayzm0rc57275zf", None),
        ("0000000000000000000000000", None),
        ("ZZZZZZZZZZZZZZZZZZZZZZZZZ", None),
        ("1L8ND9OX4A0AYZM0RC57275Z", None),
        ("1L8ND9OX4A0AYZM0RC57275Z-", None),
    ],
)
def test_a_control_of_ours_names_the_debt(control: str, debt_id: str | None) -> None:
    titles = _changed("feito-bradesco400-pix-protesto.ret", 2, 38, control.ljust(25))
    found = next(records_of(titles)).debt_id
    assert (str(found) if found else None) == debt_id
