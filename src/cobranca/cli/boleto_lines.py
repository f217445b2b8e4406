"""JSON lines of `cobranca boleto numbers`: one line in, one line out; blank lines are none."""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, cast

import orjson

from cobranca.domain.boleto import Account, BoletoNumbers, bank, make_boletos
from cobranca.domain.due_date import parse_due_date
from cobranca.domain.errors import InvalidField
from cobranca.domain.money import check_amount_cents

#: Fields that are no parameters of the account.
TITLE_FIELDS: Final = frozenset({"bank", "our_number", "amount_cents", "due_date", "source"})
#: Beginnings of names that examples carry beside the input, as `source` is too.
PASSED_OVER: Final = "expected_"
#: Accounts kept from chunk to chunk; a file rarely has more than a few.
ACCOUNTS_MAX: Final = 1024

_Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Title:
    """A boleto to be numbered: all its fields have been checked."""

    place: int
    account: Account
    our_number: str
    amount_cents: int
    due_date: date


class LineNumberer:
    """Numbers boletos line by line, and keeps the accounts that it has seen."""

    def __init__(self) -> None:
        """Begin without accounts."""
        self._accounts: dict[tuple[object, str], Account] = {}

    def answers(self, lines: Iterable[bytes]) -> list[bytes]:
        """Give an answer for each line, in order, each ending in a line feed.

        Blank lines and a byte-order mark before the first one are passed over.

        Boletos of one account are numbered together, which is several times faster.
        """
        answers: list[bytes] = []
        groups: dict[tuple[int, int], list[_Title]] = {}
        for line in lines:
            bare = line.removeprefix(codecs.BOM_UTF8).strip()
            if not bare:
                continue
            place = len(answers)
            answers.append(b"")
            try:
                title = self._title(place, _row_of(bare))
            except InvalidField as error:
                answers[place] = _line({"error": _refusal(error)})
            else:
                key = (id(title.account), len(title.our_number))
                groups.setdefault(key, []).append(title)
        for titles in groups.values():
            for title, boleto in zip(titles, _numbered(titles), strict=True):
                answers[title.place] = _line(_facts(boleto))
        if len(self._accounts) > ACCOUNTS_MAX:
            self._accounts.clear()
        return answers

    def _title(self, place: int, row: _Row) -> _Title:
        account = self._account(row)
        our_number = _text(row, "our_number")
        plan = account.plan_of(our_number)
        account.document_number_of(plan)
        amount_cents = _cents(row)
        check_amount_cents(amount_cents)
        due_date = parse_due_date(_text(row, "due_date"))
        return _Title(place, account, our_number, amount_cents, due_date)

    def _account(self, row: _Row) -> Account:
        parameters = {
            name: value
            for name, value in row.items()
            if name not in TITLE_FIELDS and not name.startswith(PASSED_OVER)
        }
        # By its representation, as "1" is right where 1 is wrong and a list cannot be a key.
        key = (str(row.get("bank")), repr(parameters))
        account = self._accounts.get(key)
        if account is None or row.get("bank") != account.bank:
            account = _new_account(_text(row, "bank"), parameters)
            self._accounts[key] = account
        return account


def _numbered(titles: Sequence[_Title]) -> list[BoletoNumbers]:
    return make_boletos(
        titles[0].account,
        [title.our_number for title in titles],
        [title.amount_cents for title in titles],
        [title.due_date for title in titles],
    )


def _new_account(code: str, parameters: dict[str, Any]) -> Account:
    for parameter in bank(code).parameters:
        if parameter.for_issuing and parameter.name in parameters:
            detail = f"{parameter.name} has no place where the our number is given."
            raise InvalidField(parameter.name, detail, code="FIELD_UNKNOWN")
    return Account(bank=code, parameters=parameters)


def _row_of(line: bytes) -> _Row:
    try:
        row: object = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        detail = f"This line is not JSON: {error.msg}."
        raise InvalidField("line", detail, code="JSON_INVALID") from error
    if not isinstance(row, dict):
        raise InvalidField("line", "This line is not a JSON object.", code="JSON_INVALID")
    return cast("_Row", row)


def _text(row: _Row, name: str) -> str:
    value = row.get(name)
    if value is None or value == "":
        raise InvalidField(name, f"The field {name} is missing.", code="FIELD_MISSING")
    if not isinstance(value, str):
        raise InvalidField(name, f"{name} must be text.", code="FIELD_NOT_TEXT")
    return value


def _cents(row: _Row) -> int:
    value = row.get("amount_cents")
    if value is None:
        detail = "The field amount_cents is missing."
        raise InvalidField("amount_cents", detail, code="FIELD_MISSING")
    if type(value) is not int:
        detail = "amount_cents must be a whole number of cents."
        raise InvalidField("amount_cents", detail, code="FIELD_NOT_INTEGER")
    return value


def _refusal(error: InvalidField) -> dict[str, str]:
    return {"field": error.field, "code": error.code, "message": error.detail}


def _line(answer: Mapping[str, object]) -> bytes:
    return orjson.dumps(answer, option=orjson.OPT_APPEND_NEWLINE)


def _facts(boleto: BoletoNumbers) -> dict[str, object]:
    return {
        "barcode": boleto.barcode,
        "digitable_line": boleto.digitable_line,
        "our_number": boleto.our_number,
        "free_field": boleto.free_field,
        "warnings": boleto.warnings,
    }
