"""The account that remittances are written for, checked once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from cobranca.domain.cnab.layout import Layout
from cobranca.domain.cnab.layouts import layout
from cobranca.domain.cnab.limits import AccountField
from cobranca.domain.cnab.text import clean
from cobranca.domain.errors import InvalidField
from cobranca.domain.tax_id import CNPJ_LENGTH, parse_tax_id

_DIGITS: Final = re.compile(r"[0-9]+")
_LETTERS: Final = re.compile(r"[0-9A-Z -]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class RemittanceAccount:
    """A beneficiary's account at a bank, with the layout that was agreed with the bank.

    Constructing it checks it. A parameter named as a place of the layout's tables stands there as
    it is given, instead of what would be worked out. Others that the layout does not ask for are
    passed over, as the account's other uses need more than this one; `not_used` names them.

    Attributes:
        layout_code: `341-400` and the like.
        beneficiary_name: as the bank knows it; cut at the width of the field.
        beneficiary_tax_id: CPF or CNPJ.
        parameters: what `Layout.account` asks for.

    Raises:
        InvalidField: with the field's name.
    """

    layout_code: str
    beneficiary_name: str
    beneficiary_tax_id: str
    parameters: Mapping[str, str]
    layout: Layout = field(init=False, repr=False, compare=False)
    values: Mapping[str, str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Check everything and let the layout work its values out."""
        found = layout(self.layout_code)
        if not clean(self.beneficiary_name):
            raise InvalidField("beneficiary.name", "The beneficiary's name is missing.")
        tax_id = parse_tax_id(self.beneficiary_tax_id, "beneficiary.tax_id")
        asked: dict[str, str] = {}
        for wanted in found.account:
            asked[wanted.name] = _checked(wanted, self.parameters.get(wanted.name), asked)
        person = "2" if len(tax_id) == CNPJ_LENGTH else "1"
        told = {
            name: _checked(_place(found, name), text, asked)
            for name, text in self.parameters.items()
            if name not in asked and name in found.names
        }
        values = {
            "bank": found.bank,
            "ben.name": self.beneficiary_name,
            "ben.tax_id": tax_id,
            "ben.type": person,
            "ben.type2": f"0{person}",
            **asked,
            **found.account_values(asked),
            **told,
        }
        object.__setattr__(self, "layout", found)
        object.__setattr__(self, "values", MappingProxyType(values))

    @property
    def not_used(self) -> list[str]:
        """Name the parameters that the layout does not ask for."""
        asked = {wanted.name for wanted in self.layout.account} | self.layout.names
        return sorted(name for name in self.parameters if name not in asked)


def parameters_of(
    layout_code: str, bank_parameters: Mapping[str, str], others: Mapping[str, str]
) -> dict[str, str]:
    """Put together what a layout is given of an account that issues boletos.

    Args:
        layout_code: `341-400` and the like.
        bank_parameters: what boletos are numbered with; what the layout does not ask for by the
            same name is left out, for a place of its tables may bear that name by chance.
        others: what is said for the layout alone, which wins.

    Raises:
        InvalidField: there is no such layout.
    """
    asked = {wanted.name for wanted in layout(layout_code).account}
    shared = {name: text for name, text in bank_parameters.items() if name in asked}
    return {**shared, **others}


def _place(layout: Layout, name: str) -> AccountField:
    """Describe a parameter by the place that it stands in."""
    places = (record.places(name) for record in layout.records.values() if name in record.names)
    narrowest = min(places, key=lambda place: place.width)
    return AccountField(
        name=name, width=narrowest.width, about=name, letters=narrowest.picture in "XR", default=""
    )


def _checked(wanted: AccountField, given: str | None, before: Mapping[str, str]) -> str:
    name = f"account.{wanted.name}"
    if given is None or given == "":
        if wanted.default is None:
            raise InvalidField(name, f"{name} is missing: {wanted.about}.", code="FIELD_MISSING")
        return wanted.default if isinstance(wanted.default, str) else wanted.default(before)
    form = _LETTERS if wanted.letters else _DIGITS
    if not form.fullmatch(given):
        what = "digits and capitals" if wanted.letters else "digits"
        raise InvalidField(name, f"{name} must be {what} only.", code="FIELD_NOT_DIGITS")
    if len(given) > wanted.width:
        detail = f"{name} has at most {wanted.width} places, not {len(given)}."
        raise InvalidField(name, detail, code="FIELD_LENGTH")
    return given
