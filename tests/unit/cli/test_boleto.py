"""`cobranca boleto`: lines in order, answers exact, refusals by name."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from cobranca.cli.boleto import app
from cobranca.cli.boleto_lines import ACCOUNTS_MAX, LineNumberer
from cobranca.domain.boleto import BANKS
from tests.unit.domain.golden import examples

BARCODES = examples("barcodes")
GOOD = {
    "bank": "237",
    "branch": "4042",
    "wallet": "09",
    "account": "0061900",
    "our_number": "00777700168",
    "amount_cents": 123456,
    "due_date": "2026-08-31",
}


def _numbers(lines: str) -> list[dict[str, Any]]:
    result = CliRunner().invoke(app, ["numbers"], input=lines)
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_every_public_example_in_order():
    answers = _numbers("".join(json.dumps(row) + "\n" for row in BARCODES))
    assert [
        (answer["barcode"], answer["digitable_line"], answer["free_field"]) for answer in answers
    ] == [
        (row["expected_barcode"], row["expected_digitable_line"], row["expected_free_field"])
        for row in BARCODES
    ]


def test_an_answer_has_exactly_these_fields():
    assert _numbers(json.dumps(GOOD)) == [
        {
            "barcode": "23796155500001234564042090077770016800619000",
            "digitable_line": "23794042019007777001568006190000615550000123456",
            "our_number": "09/00777700168-7",
            "free_field": "4042090077770016800619000",
            "warnings": [],
        }
    ]


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"bank": None}, "bank", "FIELD_MISSING"),
        ({"bank": "999"}, "bank", "FIELD_NOT_ALLOWED"),
        ({"bank": 237}, "bank", "FIELD_NOT_TEXT"),
        ({"bank": ["237"]}, "bank", "FIELD_NOT_TEXT"),
        ({"branch": "57"}, "branch", "FIELD_LENGTH"),
        ({"branch": "40420"}, "branch", "FIELD_LENGTH"),
        ({"branch": "404A"}, "branch", "FIELD_NOT_DIGITS"),
        ({"branch": 4042}, "branch", "FIELD_NOT_DIGITS"),
        ({"branch": None}, "branch", "FIELD_MISSING"),
        ({"convenio": "1"}, "convenio", "FIELD_UNKNOWN"),
        ({"convenio": None}, "convenio", "FIELD_UNKNOWN"),
        ({"expected": "1"}, "expected", "FIELD_UNKNOWN"),
        ({"our_number": "777700168"}, "our_number", "FIELD_LENGTH"),
        ({"our_number": "0077770016P"}, "our_number", "FIELD_NOT_DIGITS"),
        ({"our_number": None}, "our_number", "FIELD_MISSING"),
        ({"our_number": 777700168}, "our_number", "FIELD_NOT_TEXT"),
        ({"amount_cents": None}, "amount_cents", "FIELD_MISSING"),
        ({"amount_cents": 1.0}, "amount_cents", "FIELD_NOT_INTEGER"),
        ({"amount_cents": True}, "amount_cents", "FIELD_NOT_INTEGER"),
        ({"amount_cents": "1"}, "amount_cents", "FIELD_NOT_INTEGER"),
        ({"amount_cents": 0}, "amount_cents", "AMOUNT_NOT_POSITIVE"),
        ({"amount_cents": 10**10}, "amount_cents", "AMOUNT_TOO_LARGE"),
        ({"due_date": "2000-07-02"}, "due_date", "DUE_DATE_TOO_EARLY"),
        ({"due_date": "31/08/2026"}, "due_date", "DATE_FORMAT"),
        ({"due_date": "2026-02-30"}, "due_date", "DATE_FORMAT"),
        ({"due_date": None}, "due_date", "FIELD_MISSING"),
        ({"due_date": 20260831}, "due_date", "FIELD_NOT_TEXT"),
    ],
)
def test_a_bad_field_is_answered_by_name(changes: dict[str, Any], field: str, code: str):
    [answer] = _numbers(json.dumps(GOOD | changes))
    assert list(answer) == ["error"]
    assert (answer["error"]["field"], answer["error"]["code"]) == (field, code)
    assert answer["error"]["message"]


def test_what_only_makes_our_numbers_has_no_place_here():
    row = next(row for row in BARCODES if row["bank"] == "104") | {"our_number_prefix": "14"}
    [answer] = _numbers(json.dumps(row))
    assert (answer["error"]["field"], answer["error"]["code"]) == (
        "our_number_prefix",
        "FIELD_UNKNOWN",
    )


def test_a_bad_line_does_not_move_the_others():
    good = json.dumps(GOOD)
    answers = _numbers(f'{good}\nnot json\n\n[1]\n{{"bank": NaN}}\n{good}')
    assert [answer.get("error", {}).get("code") for answer in answers] == [
        None,
        "JSON_INVALID",
        "JSON_INVALID",
        "JSON_INVALID",
        None,
    ]


def test_a_byte_order_mark_and_blank_lines_are_passed_over():
    good = json.dumps(GOOD)
    answers = _numbers(f"\ufeff{good}\r\n\r\n  \n{good}\n")
    assert [answer["barcode"] for answer in answers] == [answers[0]["barcode"]] * 2


def test_expectations_and_source_are_passed_over():
    [answer] = _numbers(json.dumps(GOOD | {"source": 1, "expected_barcode": [], "expected_": 0}))
    assert answer["barcode"]


def test_equal_looking_parameters_of_other_types_stay_apart():
    answers = _numbers("\n".join(json.dumps(GOOD | {"branch": b}) for b in ("4042", 4042, "4042")))
    assert ["error" in answer for answer in answers] == [False, True, False]


def test_accounts_and_widths_may_alternate():
    short = {
        "bank": "001",
        "agreement": "123456",
        "wallet": "18",
        "branch": "1545",
        "account": "10403005",
        "our_number": "00001",
        "amount_cents": 1050,
        "due_date": "2013-01-01",
    }
    rows = [short, GOOD, short | {"our_number": "12345678901234567"}, short, GOOD]
    numbers = [answer["our_number"] for answer in _numbers("\n".join(map(json.dumps, rows)))]
    assert numbers[0] == numbers[3] == "12345600001-7"
    assert numbers[1] == numbers[4] == "09/00777700168-7"
    assert numbers[2] == "12345678901234567"


def test_a_special_wallet_without_its_document_number_is_answered():
    row = GOOD | {"bank": "341", "wallet": "107", "agreement": "66677", "account": "12345"}
    [answer] = _numbers(json.dumps(row | {"our_number": "12345678"}))
    assert answer["error"]["field"] == "document_number"


def test_more_accounts_than_are_kept():
    numberer = LineNumberer()
    rows = [GOOD | {"branch": f"{branch:04d}"} for branch in range(ACCOUNTS_MAX + 5)]
    lines = [json.dumps(row).encode() for row in rows]
    for _ in range(2):
        answers = [json.loads(answer) for answer in numberer.answers(lines)]
        assert [answer["free_field"][:4] for answer in answers] == [row["branch"] for row in rows]


def test_a_warning_is_part_of_the_answer():
    [answer] = _numbers(json.dumps(GOOD | {"bank": "208", "wallet": "01"}))
    assert "BTG" in answer["warnings"][0]


def test_a_file_is_read_too(tmp_path: Path):
    file = tmp_path / "boletos.jsonl"
    file.write_text(json.dumps(GOOD) + "\n", encoding="utf-8")
    result = CliRunner().invoke(app, ["numbers", str(file)])
    assert json.loads(result.stdout)["free_field"] == "4042090077770016800619000"


def _good_line() -> str:
    return _numbers(json.dumps(GOOD))[0]["digitable_line"]


def test_a_line_is_read():
    result = CliRunner().invoke(app, ["read", _good_line(), "--today", "2026-08-01"])
    assert result.exit_code == 0
    for text in ("237 Bradesco", "2026-08-31", "R$ 1.234,56", "4042090077770016800619000"):
        assert text in result.stdout
    assert "all right" in result.stdout


def test_a_masked_line_may_come_in_pieces_and_as_json():
    masked = "23794.04201 90077.770015 68006.190000 6 15550000123456"
    arguments = ["read", *masked.split(), "--today", "2026-08-01", "--json"]
    facts = json.loads(CliRunner().invoke(app, arguments).stdout)
    assert (facts["bank"], facts["due_date"], facts["amount_cents"]) == (
        "237",
        "2026-08-31",
        123456,
    )
    assert facts["wrong_check_digits"] == []


def test_a_wrong_check_digit_is_named_and_fails():
    line = _good_line()
    wrong = line[:9] + str((int(line[9]) + 1) % 10) + line[10:]
    result = CliRunner().invoke(app, ["read", wrong])
    assert result.exit_code == 1
    assert "WRONG: field_1" in result.stdout


@pytest.mark.parametrize("as_json", [[], ["--json"]])
def test_a_utility_bill_is_told_apart(as_json: list[str]):
    bill = "846700000017435900240209024050002435842210108119"
    result = CliRunner().invoke(app, ["read", bill, *as_json])
    assert result.exit_code == 1
    assert "UTILITY_BILL" in result.output


def test_a_factor_without_meaning_and_none_at_all_are_told():
    far = CliRunner().invoke(app, ["read", _good_line(), "--today", "2035-08-01"])
    assert "outside the window" in far.stdout
    none = "00190000090000000000000000000000" + "0" + "0" * 14
    assert "open: the payer fills it in" in CliRunner().invoke(app, ["read", none]).stdout


def test_a_bad_day_is_refused():
    result = CliRunner().invoke(app, ["read", _good_line(), "--today", "tomorrow"])
    assert result.exit_code == 2


def test_banks_are_listed_with_their_parameters():
    text = CliRunner().invoke(app, ["banks"]).stdout
    facts = json.loads(CliRunner().invoke(app, ["banks", "--json"]).stdout)
    assert [bank["code"] for bank in facts] == list(BANKS)
    for bank in facts:
        assert f"{bank['printed_code']} {bank['name']}" in text
        declared = [parameter.name for parameter in BANKS[bank["code"]].parameters]
        assert [parameter["name"] for parameter in bank["parameters"]] == declared
