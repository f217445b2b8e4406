"""The account that remittances are written for, as a snapshot that an order keeps."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from cobranca.domain.boleto import Account
from cobranca.domain.cnab import RemittanceAccount, parameters_of
from cobranca.domain.errors import LayoutNotSet

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cobranca.infra.settings import Settings
    from cobranca.pipeline.issuing_terms import Profile

#: Records of one file that six places can number, and the most that a title has of them.
_RECORDS_MAX = 999_000


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderAccount:
    """What the files of an order are written with.

    Attributes:
        layout: `341-400`.
        name: the beneficiary's, as the bank knows it.
        tax_id: the beneficiary's.
        bank: three digits.
        bank_parameters: what boletos are numbered with; titles that were issued with others are
            another account's.
        layout_parameters: what the layout asks for beside them.
        species: of every title.
        acceptance: A or N.
        sequence_first: the least number of a file.
        titles_max: of one file.
        file_name: a pattern; None = as the bank wants it.
    """

    layout: str
    name: str
    tax_id: str
    bank: str
    bank_parameters: Mapping[str, str]
    layout_parameters: Mapping[str, str]
    species: str
    acceptance: str
    sequence_first: int
    titles_max: int
    file_name: str | None

    @property
    def series(self) -> str:
        """Name whose files are numbered one after another: the beneficiary's code at the bank."""
        account = Account(bank=self.bank, parameters=self.bank_parameters)
        return f"{self.bank} {account.beneficiary_code}".strip()

    def content(self) -> dict[str, Any]:
        """Give it as plain values, for JSON."""
        return asdict(self)

    def opened(self) -> RemittanceAccount:
        """Check it as the layout does.

        Raises:
            InvalidField: a parameter is missing or wrong.
        """
        return RemittanceAccount(
            layout_code=self.layout,
            beneficiary_name=self.name,
            beneficiary_tax_id=self.tax_id,
            parameters=parameters_of(self.layout, self.bank_parameters, self.layout_parameters),
        )

    def has_issued(self, profile: Profile) -> bool:
        """Whether boletos of a profile are this account's."""
        issued = profile.beneficiary
        return issued.bank == self.bank and issued.bank_parameters == dict(self.bank_parameters)

    def titles_max_of(self, account: RemittanceAccount) -> int:
        """Give how many titles a file takes: as set, or as many as its records can be numbered."""
        return min(self.titles_max, _RECORDS_MAX // len(account.layout.kinds))


def account_of(settings: Settings) -> OrderAccount:
    """Return the account of the settings.

    Raises:
        LayoutNotSet: nothing says which layout the bank wants.
    """
    beneficiary, remittance = settings.beneficiary, settings.remittance
    if remittance.layout is None:
        raise LayoutNotSet
    return OrderAccount(
        layout=remittance.layout,
        name=beneficiary.name,
        tax_id=beneficiary.tax_id,
        bank=beneficiary.bank,
        bank_parameters=beneficiary.bank_parameters,
        layout_parameters=remittance.bank_parameters,
        species=remittance.species,
        acceptance=remittance.acceptance,
        sequence_first=remittance.sequence_first,
        titles_max=remittance.titles_max,
        file_name=remittance.file_name,
    )


def account_from(content: Mapping[str, Any]) -> OrderAccount:
    """Read back what `OrderAccount.content` gave."""
    return OrderAccount(**content)
