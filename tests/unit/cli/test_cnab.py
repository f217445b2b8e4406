"""`cobranca cnab write`: bytes on stdout, or one sentence on stderr and nothing else."""

from __future__ import annotations

import json
from typing import Any

import pytest
from typer.testing import CliRunner

from cobranca.cli import app, cnab
from tests.unit.domain.golden import GOLDEN


def example(layout: str, name: str) -> dict[str, Any]:
    """Give one worked file."""
    text = (GOLDEN / "remittance" / f"{layout}.json").read_text(encoding="utf-8")
    return next(each for each in json.loads(text) if each["name"] == name)


def write(given: object) -> tuple[int, bytes, str]:
    """Run the command: exit code, stdout, stderr."""
    text = given if isinstance(given, bytes | str) else json.dumps(given)
    result = CliRunner().invoke(app, ["cnab", "write"], input=text)
    return result.exit_code, result.stdout_bytes, result.stderr


@pytest.mark.parametrize(
    ("layout", "name"),
    [
        ("341-400", "itau400"), ("756-240", "sicoob240_text"), ("033-400", "santander400_pix"),
        ("001-240", "bb240_discounts"),
    ],
)  # fmt: skip
def test_file_is_on_stdout(layout: str, name: str) -> None:
    given = example(layout, name)
    code, out, _ = write(given)
    assert code == 0
    assert out == "".join(f"{line}\r\n" for line in given["expected"]).encode()


def test_layout_that_is_not_proven_says_so() -> None:
    code, out, said = write(example("136-240", "unicred240"))
    assert code == 0
    assert out.startswith(b"13600000")
    assert "warning: layout 136-240 is not proven (one library;" in said


def test_proven_layout_says_nothing() -> None:
    assert write(example("341-400", "itau400"))[2] == ""


def test_odd_things_are_said() -> None:
    given = example("341-400", "itau400")
    given["account"]["ios"] = "0"
    given["titles"][0] |= {"interest_monthly": 1, "amount": 100}
    code, _, said = write(given)
    assert code == 0
    assert said.splitlines() == [
        "warning: 1 title(s) have less than a cent of interest a day: none is asked for.",
        "warning: this layout does not use account.ios.",
    ]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"fine_percent": 150}, "Title 2 (our number 00000000012), fine_percent:"),
        ({"fine_value": 150, "fine_percent": 0}, "fine_value: 237-400 takes a fine as a percent"),
        ({"amount": 0}, "Title 2 (our number 00000000012), amount: it must be positive."),
        ({"due": "05/10/2026"}, "titles[1].due must be a day, YYYY-MM-DD."),
        ({"due": "2026-02-30"}, "titles[1].due must be a day, YYYY-MM-DD."),
        ({"amount": 1.5}, "titles[1].amount must be a whole number."),
        ({"amount": True}, "titles[1].amount must be a whole number."),
        ({"amount": 10**16}, "titles[1].amount is too large."),
        ({"our_number": 12}, "titles[1].our_number must be text."),
        ({"finepercent": 2}, "titles[1].finepercent is unknown; there are acceptance, amount,"),
        ({"payer": []}, "Title 2 (our number 00000000012), payer.name: it is missing."),
        ({"payer": "x"}, "titles[1].payer must be a JSON object."),
        ({"payer": {"nome": "x"}}, "titles[1].payer.nome is unknown"),
        ({"discounts": {}}, "titles[1].discounts must be a list."),
        ({"discounts": [1]}, "titles[1].discounts[0] must be a JSON object."),
        ({"discounts": [{"value": 1}]}, "discounts[0]: it must have a last day"),
        ({"discounts": [{}] * 10}, "titles[1].discounts has more than 9 items."),
        ({"messages": [5]}, "titles[1].messages[0] must be text."),
        ({"pix": {"chave": "x"}}, "titles[1].pix.chave is unknown"),
        ({"pix": {"key": "x@y"}}, "pix.key: 237-400 has no record for a Pix."),
        ({"payer": {"name": "x" * 1001}}, "titles[1].payer.name is longer than 1000 characters."),
    ],
)
def test_error_is_one_sentence_and_nothing_is_written(change: dict[str, Any], said: str) -> None:
    given = example("237-400", "bradesco400")
    layout = "336-400" if change == {"fine_percent": 150} else "237-400"
    if layout == "336-400":
        given |= {"layout": layout, "account": {"agreement": "123456", "wallet": "20"}}
        for title in given["titles"]:
            title["our_number"] = title["our_number"][1:]
        said = said.replace("00000000012", "0000000012")
    given["titles"][1] |= change
    code, out, error = write(given)
    assert (code, out) == (1, b"")
    assert said in error
    assert error.count("\n") == 1


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("{", "The input is not JSON"),
        ("[]", "input must be a JSON object."),
        ("{}", "The key account is missing."),
        ('{"titulos": []}', "titulos is unknown"),
        (b"\xff", "The input is not JSON"),
    ],
)
def test_input_that_is_no_remittance_is_refused(given: bytes | str, said: str) -> None:
    code, out, error = write(given)
    assert (code, out) == (1, b"")
    assert said in error


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        (("layout",), "999-400", "There is no layout '999-400'; there are 001-240, 001-400,"),
        (("titles",), [], "titles must be a list with at least one title."),
        (("file", "sequence"), 0, "The sequence of a file is 1 to"),
        (("file", "generated_at"), "ontem", "file.generated_at must be YYYY-MM-DDThh:mm:ss."),
        (("file", "generated_at"), "0001-01-01T00:00:00Z", "file.generated_at must be an instant"),
        (("file", "day"), "x", "file.day is unknown"),
        (("account", "branch"), "", "account.branch is missing"),
        (("account", "branch"), 57, "account.branch must be text."),
        (("beneficiary", "tax_id"), "1", "Neither a CPF"),
        (("beneficiary", "name"), "", "The beneficiary's name is missing."),
    ],
)
def test_what_is_not_of_a_title_is_refused(path: tuple[str, ...], value: object, said: str) -> None:
    given = example("341-400", "itau400")
    place = given
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    code, out, error = write(given)
    assert (code, out) == (1, b"")
    assert said in error


@pytest.mark.parametrize(
    ("instant", "day", "hour"),
    [
        ("2026-09-01T10:20:30", "01092026", "102030"),
        ("2026-09-02T01:30:00Z", "01092026", "223000"),
        ("2026-09-01T23:30:00-03:00", "01092026", "233000"),
    ],
)
def test_file_carries_the_day_of_the_beneficiarys_clock(instant: str, day: str, hour: str) -> None:
    given = example("001-240", "bb240")
    given["file"]["generated_at"] = instant
    code, out, _ = write(given)
    assert (code, out[143:157].decode()) == (0, day + hour)


def test_input_has_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cnab, "INPUT_MAX_BYTES", 1 << 20)
    code, out, error = write(b" " * ((1 << 20) + 1))
    assert (code, out) == (1, b"")
    assert error == "The input is larger than 1 MB: write more files.\n"


def test_address_is_put_together_of_its_parts() -> None:
    given = example("341-400", "itau400")
    given["titles"] = given["titles"][:1]
    given["titles"][0]["payer"] |= {"address": "Rua A", "number": "25", "complement": "ap 3"}
    given["titles"][0]["guarantor"] = {"name": "José"}
    _, out, _ = write(given)
    detail = out.splitlines()[1].decode()
    assert detail[274:314].rstrip() == "RUA A, 25 AP 3"
    assert detail[351:381].rstrip() == "JOSE"
