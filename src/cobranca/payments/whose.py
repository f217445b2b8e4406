"""Whether a return file is ours, as far as its header tells.

Headers name the beneficiary by numbers that each bank makes its own way, and not always by those
that boletos are numbered with. So a header can say yes; no is only said when none of the titles is
ours either.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from cobranca.domain.boleto import Account
from cobranca.domain.errors import CobrancaError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from cobranca.domain.cnab.returns import ReturnHeader
    from cobranca.infra.settings import Settings
    from cobranca.payments.rows import AccountRow

#: Parameters that only one company has; a branch is many companies'.
_NAMES_A_COMPANY: Final = ("agreement", "account", "company", "beneficiary", "transmission")
#: Shorter numbers stand in headers by chance.
_PLACES_MIN: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Ours:
    """What our accounts are known by.

    Attributes:
        accounts: those that boletos were issued with, by bank.
        numbers: by bank, what names us in headers.
    """

    accounts: Mapping[str, Sequence[Account]]
    numbers: Mapping[str, frozenset[str]]

    def names(self, bank: str, header: ReturnHeader) -> bool:
        """Whether the header has one of our numbers in it."""
        texts = (header.agreement, header.account)
        return any(number in text for number in self.numbers.get(bank, ()) for text in texts)


def ours_of(settings: Settings, rows: Iterable[AccountRow]) -> Ours:
    """Gather what our accounts are known by, those of the settings and those of old boletos."""
    own = settings.beneficiary
    known = [(own.bank, dict(own.bank_parameters)), *((r.bank, r.parameters) for r in rows)]
    accounts: dict[str, list[Account]] = {}
    numbers: dict[str, set[str]] = {}
    for bank, parameters in known:
        numbers.setdefault(bank, set()).update(_numbers(parameters))
        try:
            account = Account(bank=bank, parameters=parameters)
        except CobrancaError:
            continue  # Rules of a bank may have become stricter since its boletos were issued.
        if account not in accounts.setdefault(bank, []):
            accounts[bank].append(account)
    said = {**settings.remittance.bank_parameters}
    numbers[own.bank].update(_numbers(said), _long(settings.returns.agreements))
    return Ours(
        accounts=accounts, numbers={bank: frozenset(found) for bank, found in numbers.items()}
    )


def _numbers(parameters: Mapping[str, str]) -> set[str]:
    return _long(
        value
        for name, value in parameters.items()
        if any(part in name for part in _NAMES_A_COMPANY)
    )


def _long(values: Iterable[str]) -> set[str]:
    return {bare for value in values if len(bare := value.strip().lstrip("0")) >= _PLACES_MIN}
