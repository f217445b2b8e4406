"""The JSON of `cobranca cnab write`, turned into what the library takes.

One object: `layout`, `beneficiary`, `account`, `file`, `titles`. An unknown key is an error, so
that a slip of the pen is not a fine that never was; keys of examples (`values`, `proof`) are passed
over.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final, TypeVar, cast
from zoneinfo import ZoneInfo

import numpy as np
import orjson

from cobranca.domain.cnab import (
    Discount,
    People,
    RemittanceAccount,
    RemittanceFile,
    Terms,
    Titles,
)
from cobranca.domain.errors import InvalidField

#: What examples carry beside the input.
PASSED_OVER: Final = frozenset(
    {"name", "bank", "format", "line_end", "last_line_ended", "encoding", "values", "records",
     "expected", "proof"}
)  # fmt: skip
_TOP: Final = frozenset({"layout", "beneficiary", "account", "file", "titles"})
#: `email` and `phone` have no place in the layouts of today.
_PERSON: Final = frozenset(
    {"name", "tax_id", "address", "number", "complement", "district", "city", "state",
     "postal_code", "email", "phone"}
)  # fmt: skip
_TITLE: Final = frozenset(
    {"our_number", "document_number", "company_use", "issued", "due", "amount", "species",
     "acceptance", "movement", "rebate", "interest_daily", "interest_monthly", "interest_from",
     "fine_percent", "fine_value", "fine_from", "discounts", "protest_days", "write_off_days",
     "payer", "guarantor", "pix", "messages"}
)  # fmt: skip
_DISCOUNT: Final = frozenset({"until", "value", "percent"})
_PIX: Final = frozenset({"key", "txid"})
_ZONE: Final = ZoneInfo("America/Sao_Paulo")
_ISO_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
#: Sums and products of amounts stay within 64 bits.
INTEGER_MAX: Final = 10**15
DISCOUNTS_MAX: Final = 9
MESSAGES_MAX: Final = 9
TEXT_MAX: Final = 1000

#: What the library calls a field, and what the JSON does.
_FIELD_KEYS: Final = {
    "amount_cents": "amount",
    "rebate_cents": "rebate",
    "pix_key": "pix.key",
    "pix_txid": "pix.txid",
    "terms.interest_daily_cents": "interest_daily",
    "terms.interest_monthly_bp": "interest_monthly",
    "terms.fine_bp": "fine_percent",
    "terms.fine_cents": "fine_value",
}

_Row = Mapping[str, Any]
_T = TypeVar("_T")


def read_remittance(given: bytes) -> tuple[RemittanceAccount, RemittanceFile, Titles]:
    """Read the whole object.

    Raises:
        InvalidField: with the path of what is wrong, `titles[3].payer.name`.
    """
    try:
        top = _object(orjson.loads(given), "input")
    except orjson.JSONDecodeError as error:
        raise InvalidField("input", f"The input is not JSON: {error.msg}.") from error
    _known(top, "", _TOP | PASSED_OVER)
    for name in sorted(_TOP):
        if name not in top:
            raise InvalidField(name, f"The key {name} is missing.", code="FIELD_MISSING")
    rows = top["titles"]
    if not isinstance(rows, list) or not rows:
        raise InvalidField("titles", "titles must be a list with at least one title.")
    beneficiary = _object(top["beneficiary"], "beneficiary")
    account = RemittanceAccount(
        layout_code=_text(top, "layout", ""),
        beneficiary_name=_text(beneficiary, "name", "beneficiary."),
        beneficiary_tax_id=_text(beneficiary, "tax_id", "beneficiary."),
        parameters=_parameters(_object(top["account"], "account")),
    )
    return account, _file(_object(top["file"], "file")), _titles(cast("list[Any]", rows))


def key_of(field: str) -> str:
    """Give the JSON's key of a field of the library."""
    return _FIELD_KEYS.get(field, field.removeprefix("terms."))


def _parameters(given: _Row) -> dict[str, str]:
    return {name: _text(given, name, "account.") for name in given}


def _file(given: _Row) -> RemittanceFile:
    _known(given, "file.", frozenset({"sequence", "generated_at"}))
    written = _text(given, "generated_at", "file.")
    try:
        generated_at = datetime.fromisoformat(written)
    except ValueError as error:
        detail = "file.generated_at must be YYYY-MM-DDThh:mm:ss."
        raise InvalidField("file.generated_at", detail, code="DATE_FORMAT") from error
    if generated_at.tzinfo is not None:
        generated_at = _local(generated_at)
    return RemittanceFile(sequence=_integer(given, "sequence", "file."), generated_at=generated_at)


def _local(instant: datetime) -> datetime:
    """Give an instant by the beneficiary's clock, whose day the file carries."""
    try:
        return instant.astimezone(_ZONE).replace(tzinfo=None)
    except OverflowError as error:
        detail = "file.generated_at must be an instant of this age."
        raise InvalidField("file.generated_at", detail, code="DATE_RANGE") from error


def _titles(given: list[Any]) -> Titles:
    rows = [_object(row, f"titles[{index}]") for index, row in enumerate(given)]
    for index, row in enumerate(rows):
        _known(row, f"titles[{index}].", _TITLE | PASSED_OVER)
    texts = _Columns(rows, "titles[{}].")
    payers = texts.below("payer")
    return Titles(
        our_number=texts.texts("our_number"),
        document_number=texts.texts("document_number"),
        company_use=texts.texts("company_use"),
        issued=texts.days("issued"),
        due=texts.days("due"),
        amount_cents=texts.integers("amount"),
        species=texts.texts("species", "DM"),
        acceptance=texts.texts("acceptance", "N"),
        movement=texts.texts("movement", "01"),
        rebate_cents=texts.integers("rebate"),
        payer=_people(payers),
        guarantor=_guarantors(texts),
        terms=_terms(texts),
        messages=_messages(texts),
        **_pix(texts),
    )


class _Columns:
    """The rows of one list, read key by key."""

    def __init__(self, rows: Sequence[_Row], path: str) -> None:
        self.rows = rows
        self.path = path

    def _each(self, read: Callable[[_Row, str, str], _T], name: str) -> list[_T]:
        return [read(row, name, self.path.format(i)) for i, row in enumerate(self.rows)]

    def texts(self, name: str, default: str = "") -> list[str]:
        return [text or default for text in self._each(_text, name)]

    def integers(self, name: str) -> np.ndarray[Any, np.dtype[np.int64]]:
        return np.array(self._each(_integer, name), dtype=np.int64)

    def days(self, name: str) -> np.ndarray[Any, np.dtype[np.datetime64]]:
        return np.array(self._each(_day, name), dtype="datetime64[D]")

    def below(self, name: str) -> _Columns:
        """Read the objects under a key; {} where there is none."""
        path = f"{self.path}{name}."
        rows = [
            _object(row.get(name) or {}, path.format(index)[:-1])
            for index, row in enumerate(self.rows)
        ]
        return _Columns(rows, path)

    def place(self, name: str, place: int) -> _Columns:
        """Read what stands at a place of the lists under a key; {} where there is none."""
        path = f"{self.path}{name}[{place}]."
        found: list[_Row] = []
        for index, row in enumerate(self.rows):
            items = _items(row, name, self.path.format(index))
            found.append(
                _object(items[place], path.format(index)[:-1]) if place < len(items) else {}
            )
        return _Columns(found, path)

    def longest(self, name: str, most: int) -> int:
        """Say how long the longest list under a key is."""
        longest = 0
        for index, row in enumerate(self.rows):
            path = self.path.format(index)
            count = len(_items(row, name, path))
            if count > most:
                raise InvalidField(f"{path}{name}", f"{path}{name} has more than {most} items.")
            longest = max(longest, count)
        return longest


def _people(columns: _Columns) -> People:
    for index, row in enumerate(columns.rows):
        _known(row, columns.path.format(index), _PERSON)
    streets = columns.texts("address")
    numbers, complements = columns.texts("number"), columns.texts("complement")
    addresses = [
        (f"{street}, {number}" if number else street) + (f" {rest}" if rest else "")
        for street, number, rest in zip(streets, numbers, complements, strict=True)
    ]
    return People(
        name=columns.texts("name"),
        tax_id=columns.texts("tax_id"),
        address=addresses,
        district=columns.texts("district"),
        city=columns.texts("city"),
        state=columns.texts("state"),
        postal_code=columns.texts("postal_code"),
    )


def _guarantors(columns: _Columns) -> People | None:
    if not any(row.get("guarantor") for row in columns.rows):
        return None
    return _people(columns.below("guarantor"))


def _terms(columns: _Columns) -> Terms:
    discounts: list[Discount] = []
    for place in range(columns.longest("discounts", DISCOUNTS_MAX)):
        some = columns.place("discounts", place)
        for index, row in enumerate(some.rows):
            _known(row, some.path.format(index), _DISCOUNT)
        discounts.append(
            Discount(
                until=some.days("until"),
                cents=some.integers("value"),
                basis_points=some.integers("percent"),
            )
        )
    return Terms(
        interest_daily_cents=columns.integers("interest_daily"),
        interest_monthly_bp=columns.integers("interest_monthly"),
        interest_from=columns.days("interest_from"),
        fine_bp=columns.integers("fine_percent"),
        fine_cents=columns.integers("fine_value"),
        fine_from=columns.days("fine_from"),
        discounts=tuple(discounts),
        protest_days=columns.integers("protest_days"),
        write_off_days=columns.integers("write_off_days"),
    )


def _messages(columns: _Columns) -> tuple[list[str], ...]:
    lists: list[list[Any]] = [
        _items(row, "messages", columns.path.format(index))
        for index, row in enumerate(columns.rows)
    ]
    found: list[list[str]] = []
    for place in range(columns.longest("messages", MESSAGES_MAX)):
        keyed = [{f"messages[{place}]": x[place]} if place < len(x) else {} for x in lists]
        found.append(_Columns(keyed, columns.path).texts(f"messages[{place}]"))
    return tuple(found)


def _pix(columns: _Columns) -> dict[str, list[str] | None]:
    if not any(row.get("pix") for row in columns.rows):
        return {"pix_key": None, "pix_txid": None}
    pix = columns.below("pix")
    for index, row in enumerate(pix.rows):
        _known(row, pix.path.format(index), _PIX)
    return {"pix_key": pix.texts("key"), "pix_txid": pix.texts("txid")}


def _object(value: object, path: str) -> _Row:
    if not isinstance(value, dict):
        raise InvalidField(path, f"{path} must be a JSON object.")
    return cast("_Row", value)


def _items(row: _Row, name: str, path: str) -> list[Any]:
    value: object = row.get(name)
    if value is None:
        return []
    if not isinstance(value, list):
        raise InvalidField(f"{path}{name}", f"{path}{name} must be a list.")
    return cast("list[Any]", value)


def _known(row: _Row, path: str, names: frozenset[str]) -> None:
    for name in row:
        if name not in names:
            detail = f"{path}{name} is unknown; there are {', '.join(sorted(names - PASSED_OVER))}."
            raise InvalidField(f"{path}{name}", detail, code="FIELD_UNKNOWN")


def _text(row: _Row, name: str, path: str) -> str:
    value = row.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise InvalidField(f"{path}{name}", f"{path}{name} must be text.", code="FIELD_NOT_TEXT")
    if len(value) > TEXT_MAX:
        detail = f"{path}{name} is longer than {TEXT_MAX} characters."
        raise InvalidField(f"{path}{name}", detail, code="FIELD_LENGTH")
    return value


def _integer(row: _Row, name: str, path: str) -> int:
    value = row.get(name)
    if value is None:
        return 0
    if type(value) is not int:
        detail = f"{path}{name} must be a whole number."
        raise InvalidField(f"{path}{name}", detail, code="FIELD_NOT_INTEGER")
    if abs(value) > INTEGER_MAX:
        raise InvalidField(f"{path}{name}", f"{path}{name} is too large.", code="FIELD_LENGTH")
    return value


def _day(row: _Row, name: str, path: str) -> date | None:
    text = _text(row, name, path)
    if not text:
        return None
    try:
        if _ISO_DATE.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    detail = f"{path}{name} must be a day, YYYY-MM-DD."
    raise InvalidField(f"{path}{name}", detail, code="DATE_FORMAT")
