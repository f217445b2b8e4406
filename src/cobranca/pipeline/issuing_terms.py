"""Beneficiary and account of an upload, as a snapshot that later changes do not touch."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

import numpy as np
import orjson

from cobranca.domain.boleto import Account, printed_our_numbers
from cobranca.domain.money import AMOUNT_MAX_CENTS
from cobranca.domain.pix import CITY_MAX, NAME_MAX, STATIC_WARNING, TXID_MAX, static_payload
from cobranca.domain.terms import StatedTerms, is_over_legal
from cobranca.infra.db import Connection, fetch_one
from cobranca.infra.settings import BeneficiarySettings
from cobranca.infra.sql import load_queries

if TYPE_CHECKING:
    from datetime import date


QUERIES = load_queries("cobranca.pipeline")
_OVER_LEGAL_WARNING = (
    "A multa ou os juros passam do que a lei permite nas relações de consumo: 2 % e 1 % ao mês."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """Who is paid, and through which account."""

    beneficiary: BeneficiarySettings
    account: Account

    def printed_our_number(self, sequence: int, issued_on: date) -> str:
        """Return one our number as the slip shows it."""
        return printed_our_numbers(self.account, np.array([sequence], np.int64), issued_on)[0]

    def pix_payload(self, debt_id: UUID, amount_cents: int) -> str | None:
        """Return the static Pix code of a debt, when the beneficiary has turned it on.

        The debt's first 25 digits come back in the statement as the transaction's id.

        Raises:
            InvalidField: the beneficiary's key is none.
        """
        beneficiary = self.beneficiary
        if beneficiary.pix_static_key is None:
            return None
        return static_payload(
            key=beneficiary.pix_static_key,
            name=beneficiary.name[:NAME_MAX].strip(),
            city=beneficiary.city[:CITY_MAX].strip(),
            amount_cents=amount_cents,
            txid=debt_id.hex[:TXID_MAX],
        )

    @property
    def terms(self) -> StatedTerms:
        """What the account states of every billing; a row's own terms override it."""
        return self.beneficiary.terms.stated()

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the operator must know about this account, in Portuguese."""
        static = self.beneficiary.pix_static_key is not None
        over = is_over_legal(self.terms, AMOUNT_MAX_CENTS)
        return (
            *self.account.warnings,
            *((STATIC_WARNING,) if static else ()),
            *((_OVER_LEGAL_WARNING,) if over else ()),
        )

    def series(self, issued_on: date) -> str:
        """Name the series that our numbers are taken from: one a bank, whatever account or wallet.

        A number is then never used twice at a bank, also when two wallets share an agreement.
        Where the bank puts the year into the number, each year begins a series.
        """
        return self.series_of(issued_on.year if self.account.plans[0].issue.year else None)

    def series_of(self, year: int | None) -> str:
        """Name the series of a year of issue, or that of a bank whose numbers have no year."""
        return self.account.bank if year is None else f"{self.account.bank}/{year}"


def snapshot(beneficiary: BeneficiarySettings) -> tuple[bytes, bytes]:
    """Return the content of a profile as JSON and the hash that it is known by.

    Raises:
        InvalidField: a parameter of the bank, or the Pix key, is wrong; the field names it.
    """
    profile = Profile(beneficiary=beneficiary, account=_account(beneficiary))
    profile.pix_payload(UUID(int=0), 1)
    said = beneficiary.model_dump(mode="json")
    terms = {name: value for name, value in said.pop("terms").items() if value is not None}
    if terms:  # A beneficiary without terms keeps the profile that it had before there were any.
        said["terms"] = terms
    content = orjson.dumps(said, option=orjson.OPT_SORT_KEYS)
    return content, hashlib.sha256(content).digest()


def profile_of(content: dict[str, object]) -> Profile:
    """Read a stored profile back."""
    beneficiary = BeneficiarySettings.model_validate(content)
    return Profile(beneficiary=beneficiary, account=_account(beneficiary))


def _account(beneficiary: BeneficiarySettings) -> Account:
    return Account(bank=beneficiary.bank, parameters=beneficiary.bank_parameters)


async def get_profile(connection: Connection, profile_id: int) -> Profile:
    """Return a profile that an upload refers to."""
    row = await fetch_one(connection, QUERIES["get_profile"], profile_id=profile_id)
    if row is None:
        raise LookupError(f"profile {profile_id}")
    return profile_of(row["content"])
