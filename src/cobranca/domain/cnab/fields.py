"""What most layouts ask of an account, and the species that most have."""

from __future__ import annotations

from typing import Final

from cobranca.domain.check_digit import CheckDigitRule
from cobranca.domain.cnab.limits import AccountField, Parameters
from cobranca.domain.errors import InvalidField

#: Where a file goes; only Caixa, Unicred and Cresol write it.
SITUATION: Final = AccountField(
    name="situation",
    width=20,
    about="REMESSA-PRODUCAO ou REMESSA-TESTE",
    letters=True,
    default="REMESSA-PRODUCAO",
)
#: Duplicatas, notes and the rest, as FEBRABAN's CNAB 240 numbers them.
FEBRABAN_SPECIES: Final = {
    "CH": "01", "DM": "02", "DMI": "03", "DS": "04", "DSI": "05", "DR": "06", "LC": "07",
    "NP": "12", "NPR": "13", "NS": "16", "RC": "17", "FAT": "18", "ND": "19", "AP": "20",
    "ME": "21", "PC": "22", "NF": "23", "DD": "24", "OU": "99",
}  # fmt: skip


def branch(width: int = 5) -> AccountField:
    """Ask for the branch."""
    return AccountField(name="branch", width=width, about="Agência, sem dígito")


def account(width: int, about: str = "Conta, sem dígito") -> AccountField:
    """Ask for the account."""
    return AccountField(name="account", width=width, about=about)


def digit(
    name: str, about: str, rule: CheckDigitRule | None = None, over: tuple[str, ...] = ()
) -> AccountField:
    """Ask for a check digit; with a rule it is computed when not given."""
    if rule is None:
        return AccountField(name=name, width=1, about=about, letters=True)

    def computed(given: Parameters) -> str:
        return rule.of_text("".join(given[part] for part in over))

    return AccountField(name=name, width=1, about=about, letters=True, default=computed)


def split_digit(width: int) -> AccountField:
    """Ask for the account's digit; an account of `width` digits has it as its last."""
    about = f"Dígito da conta; sem ele, o último dos {width} da conta"

    def last(given: Parameters) -> str:
        if len(given["account"]) == width:
            return given["account"][-1]
        name = "account.account_digit"
        raise InvalidField(name, f"{name} is missing: {about}.", code="FIELD_MISSING")

    return AccountField(name="account_digit", width=1, about=about, letters=True, default=last)


def without_digit(given: Parameters, width: int) -> str:
    """Give the account without the digit that is the last of `width`.

    Raises:
        InvalidField: the account ends in another digit than it is said to have.
    """
    whole, last = given["account"], given["account_digit"]
    if len(whole) < width:
        return whole
    if whole[-1] == last:
        return whole[:-1]
    if whole[0] == "0":  # Its digit is not in it: a zero fills the place.
        return whole[1:]
    detail = f"account.account ends in {whole[-1]}, but account.account_digit is {last}."
    raise InvalidField("account.account_digit", detail, code="FIELD_NOT_ALLOWED")


def wallet(width: int, default: str | None = None) -> AccountField:
    """Ask for the wallet."""
    return AccountField(name="wallet", width=width, about="Carteira", default=default)


def agreement(width: int, about: str = "Código do beneficiário") -> AccountField:
    """Ask for the agreement."""
    return AccountField(name="agreement", width=width, about=about)


def option(name: str, width: int, default: str, about: str) -> AccountField:
    """Ask for what nearly everybody has alike."""
    return AccountField(name=name, width=width, about=about, default=default, letters=True)
