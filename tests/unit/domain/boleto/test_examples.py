"""Every worked example of public suites: whole boletos and printed our numbers."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

import numpy as np
import pytest

from cobranca.domain.boleto import BANKS, Account, make_boleto, read_digitable_line
from cobranca.domain.boleto.banks.banco_do_brasil import DIGIT as BB_DIGIT
from cobranca.domain.boleto.bulk import barcode_columns, line_columns
from cobranca.domain.check_digit import values_of_text
from cobranca.domain.due_date import due_factors
from tests.unit.domain.boleto.accounts import account_of
from tests.unit.domain.golden import examples

BARCODES = examples("barcodes")
RECOVERED = examples("recovered")


@pytest.mark.parametrize("example", BARCODES + RECOVERED, ids=lambda row: row["expected_barcode"])
def test_whole_boleto(example: dict[str, Any]):
    due_date = date.fromisoformat(example["due_date"])
    boleto = make_boleto(
        account_of(example), example["our_number"], example["amount_cents"], due_date
    )
    assert boleto.free_field == example["expected_free_field"]
    assert boleto.barcode == example["expected_barcode"]
    assert boleto.digitable_line == example["expected_digitable_line"]
    read = read_digitable_line(boleto.digitable_line, due_date)
    assert read.wrong_check_digits == ()
    assert (read.barcode, read.due_date) == (boleto.barcode, due_date)


def test_all_examples_in_columns():
    """The bulk form of what all banks share, given the examples' free fields."""
    free_fields = np.array([list(row["expected_free_field"].encode()) for row in BARCODES]) - 48
    columns = [np.ascontiguousarray(c, dtype=np.uint8) for c in free_fields.T]
    amounts = np.array([row["amount_cents"] for row in BARCODES])
    dates = np.array([row["due_date"] for row in BARCODES], dtype="datetime64[D]")
    banks = np.array([list(row["bank"].encode()) for row in BARCODES], dtype=np.uint8) - 48
    barcodes = barcode_columns("000", columns, amounts, due_factors(dates))
    # The bank differs between examples, so its share of the general digit is not in the sum yet.
    assert len(barcodes) == len(values_of_text("0" * 44))
    barcodes[:3] = [np.ascontiguousarray(c) for c in banks.T]
    barcodes[4] = np.array([int(row["expected_barcode"][4]) for row in BARCODES], dtype=np.uint8)
    lines = np.array([np.broadcast_to(c, len(BARCODES)) for c in line_columns(barcodes)]).T + 48
    written = [bytes(line.astype(np.uint8)).decode() for line in lines]
    assert written == [row["expected_digitable_line"] for row in BARCODES]


# --- Printed our numbers: the sources' own parameters, brought to the widths of the rule.

#: Our numbers that the sources print without wallet or check digit.
_BARE = {("237", "00123456789"), ("084", "00123456789")}
#: The client's code with its digit, where a source gives it without.
_SICOOB_CODES = {"17227": "0172278", "229385": "0229385", "153850": "0153850"}
#: Accounts with their digit, where a source gives them without.
_ACCOUNTS = {"231560": "02315602", "0357157": "03571572"}
_POSTS = {"0156": "05", "0710": "65"}


def _ours(row: dict[str, Any]) -> tuple[dict[str, str], str] | None:
    """Give the account's parameters and the our number of a row; None = not this engine's."""
    readings = {"001": _banco_do_brasil, "104": _caixa, "341": _itau, "748": _sicredi}
    return readings.get(row["bank"], _others)(row, str(row["nosso_numero"]))


def _others(row: dict[str, Any], number: str) -> tuple[dict[str, str], str] | None:
    bank, agreement = row["bank"], str(row.get("convenio", ""))
    branch, account = str(row.get("agency", "")), str(row.get("account", ""))
    wallet = row.get("carteira", "")
    parameters: dict[str, str] | None = {
        "004": {"branch": "0016", "account": "00011932", "wallet": "21"},
        "021": {"account": "00014542047", "kind": "2"},
        "033": {"agreement": agreement, "wallet": wallet, "ios": "0"},
        "041": {"product": "2", "branch": "0340", "agreement": "1234560"},
        "070": {
            "increment": "000",
            "wallet": wallet,
            "branch": branch,
            "account": account.zfill(7),
        },
        "077": {"wallet": "110", "agreement": "1234567"},
        "084": {"branch": branch, "wallet": wallet.zfill(2), "account": account.zfill(7)},
        "085": {"agreement": "101104", "account": _ACCOUNTS.get(account, ""), "wallet": "01"},
        "136": {"branch": "3302", "account": "0000002259"},
        "237": {
            "branch": branch.zfill(4),
            "wallet": wallet.zfill(2),
            "account": account.zfill(7),
        },
        "422": {"branch": "12345", "account": "001234567"},
        "707": {"branch": "0001", "wallet": "121", "agreement": "1934436"},
        "756": {
            "wallet": "1",
            "branch": branch,
            "modality": "01",
            "installment": "001",
            "agreement": _SICOOB_CODES.get(agreement, ""),
        },
    }.get(bank)
    if parameters is None:
        return None
    width = Account(bank=bank, parameters=parameters).our_number_digits
    # One source writes a place more in front of Santander's numbers.
    return parameters, number.lstrip("0").zfill(width)


def _banco_do_brasil(row: dict[str, Any], number: str) -> tuple[dict[str, str], str]:
    agreement = str(row["convenio"])
    parameters = {"agreement": agreement, "wallet": row["carteira"]}
    if len(agreement) in (4, 6):
        parameters |= {"branch": row["agency"], "account": row["account"].zfill(8)}
    width = {4: 7, 6: 5, 7: 10, 8: 9}[len(agreement)]
    if len(number) == 17 and len(agreement) == 7:
        number = number[7:] if number.startswith(agreement) else number[-10:]
    return parameters, number.zfill(17 if len(number) == 17 else width)


def _caixa(row: dict[str, Any], number: str) -> tuple[dict[str, str], str] | None:
    if "SICOB" in str(row.get("extra", "")):
        return None
    prefix = "24" if "24" in row["carteira"] else "14"
    return {"agreement": row["convenio"]}, prefix + number.zfill(15)


def _sicredi(row: dict[str, Any], number: str) -> tuple[dict[str, str], str]:
    branch, year = row["agency"], row["document_date"][2:4]
    parameters = {"kind": "1", "wallet": "1", "branch": branch, "post": _POSTS[branch]}
    number = {8: number, 6: year + number}.get(len(number), f"{year}2{number.zfill(5)}")
    return parameters | {"agreement": row["convenio"].zfill(5)}, number


def _itau(row: dict[str, Any], number: str) -> tuple[dict[str, str], str]:
    wallet = row["carteira"]
    parameters = {"wallet": wallet, "branch": row["agency"], "account": row["account"].zfill(5)}
    if wallet in ("107", "143"):
        agreement = str(row["convenio"]).zfill(5)
        parameters |= {"agreement": agreement, "document_number": "0000001"}
    return parameters, number.zfill(8)


def _significant(text: str) -> str:
    """Letters and digits from the first that is not zero: sources pad wallets as they like."""
    return "".join(filter(str.isalnum, text)).lstrip("0")


#: What these rows say is not what is printed here; the tests below say why.
_CONTRADICTED = ("21487805.81", "00000000000000000")
OUR_NUMBERS = [row for row in examples("our_numbers") if _ours(row) is not None]


PRINTED = [
    row
    for row in OUR_NUMBERS
    if "warning" not in row and row.get("expected_nosso_numero_formatted") not in _CONTRADICTED
]


@pytest.mark.parametrize(
    "row",
    PRINTED,
    ids=lambda row: f"{row['bank']}-{row.get('carteira', '')}-{row['nosso_numero']}",
)
def test_printed_our_number(row: dict[str, Any]):
    parameters, number = _ours(row) or ({}, "")
    account = Account(bank=row["bank"], parameters=parameters)
    printed = make_boleto(account, number, 100, date(2026, 1, 1)).our_number
    expected = row.get("expected_nosso_numero_formatted")
    if expected is None or (row["bank"] == "001" and "expected_nosso_numero_dv" in row):
        # Banco do Brasil prints no digit with agreements of 7 and 8 digits, yet it has one.
        agreement = parameters.get("agreement", "")
        digit = BB_DIGIT.of_text(agreement + number) if row["bank"] == "001" else printed[-1]
        assert digit == str(row["expected_nosso_numero_dv"])
    elif (row["bank"], expected) in _BARE:
        assert expected in printed
    else:
        assert _significant(printed) == _significant(expected)


def test_disputed_examples_are_those_of_itau_112():
    disputed = [row for row in OUR_NUMBERS if "warning" in row]
    assert {(row["bank"], row["carteira"]) for row in disputed} <= {("341", "112"), ("341", "168")}
    for row in disputed:
        parameters, number = _ours(row) or ({}, "")
        account = Account(bank="341", parameters=parameters)
        assert "carteira" in make_boleto(account, number, 1, date(2026, 1, 1)).warnings[-1]


def test_one_example_of_banestes_contradicts_the_rule_of_the_field():
    """Weights of the second digit go up to 9; with 10 it would be 1 (docs/decisions/0005)."""
    account = Account(bank="021", parameters={"account": "00001222333", "kind": "2"})
    assert make_boleto(account, "21487805", 1, date(2026, 1, 1)).our_number == "21487805-86"


def test_an_our_number_of_zeros_is_printed_as_any_other():
    """A remittance file writes 17 zeros where the bank is to number; a slip never does."""
    account = Account(bank="001", parameters={"agreement": "1234567", "wallet": "11"})
    boleto = make_boleto(account, "0" * 10, 1, date(2026, 1, 1))
    assert boleto.our_number == "1234567" + "0" * 10


def test_only_dead_or_legacy_layouts_are_left_out():
    left_out = Counter(row["bank"] for row in examples("our_numbers") if _ours(row) is None)
    assert left_out == {"399": 4, "745": 1, "104": 1}


def test_every_bank_with_an_example_is_here():
    assert {row["bank"] for row in BARCODES} <= set(BANKS)
