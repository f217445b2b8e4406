"""JSON lines of `cobranca boleto numbers`: one line in, one line out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, cast

import orjson

from cobranca.domain.boleto import Account, BoletoNumbers, bank, make_boleto
from cobranca.domain.due_date import parse_due_date
from cobranca.domain.errors import InvalidField

#: Fields of the boleto itself; all others are parameters of the account.
TITLE_FIELDS: Final = frozenset({"bank", "our_number", "amount_cents", "due_date"})
#: Accounts kept while lines are read; a file rarely has more than a few.
ACCOUNTS_MAX: Final = 1024

_Row = Mapping[str, Any]


class LineNumberer:
    """Numbers boletos line by line, and keeps the accounts that it has seen."""

    def __init__(self) -> None:
        """Begin without accounts."""
        self._accounts: dict[tuple[object, str], Account] = {}

    def answers(self, lines: Iterable[bytes]) -> Iterator[bytes]:
        """Give an answer for each line, in order, each ending in a line feed."""
        for line in lines:
            yield orjson.dumps(self._answer(line)) + b"\n"

    def _answer(self, line: bytes) -> dict[str, object]:
        try:
            return _facts(self._number(_row_of(line)))
        except InvalidField as error:
            body = {"field": error.field, "code": error.code, "message": error.detail}
            return {"error": body}

    def _number(self, row: _Row) -> BoletoNumbers:
        account = self._account(row)
        return make_boleto(
            account,
            our_number=_text(row, "our_number"),
            amount_cents=_cents(row),
            due_date=parse_due_date(_text(row, "due_date")),
        )

    def _account(self, row: _Row) -> Account:
        parameters = {
            name: value
            for name, value in row.items()
            if name not in TITLE_FIELDS and not _passed_over(name)
        }
        # By its representation, as "1" is right where 1 is wrong and a list cannot be a key.
        key = (row.get("bank"), repr(parameters))
        try:
            return self._accounts[key]
        except (KeyError, TypeError):
            account = _new_account(_text(row, "bank"), parameters)
        if len(self._accounts) >= ACCOUNTS_MAX:
            self._accounts.clear()
        self._accounts[key] = account
        return account


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


def _passed_over(name: str) -> bool:
    return name == "source" or name.startswith("expected_")


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


def _facts(boleto: BoletoNumbers) -> dict[str, object]:
    return {
        "barcode": boleto.barcode,
        "digitable_line": boleto.digitable_line,
        "our_number": boleto.our_number,
        "free_field": boleto.free_field,
        "warnings": boleto.warnings,
    }
