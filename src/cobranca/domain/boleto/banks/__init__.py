"""The banks, one module each. A new module here is a new bank: nothing else lists them."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from types import MappingProxyType

from cobranca.domain.boleto.bank import Bank


def _find_banks() -> dict[str, Bank]:
    found: dict[str, Bank] = {}
    for module in iter_modules(__path__):
        bank: Bank = import_module(f"{__name__}.{module.name}").BANK
        if bank.code in found:
            raise RuntimeError(f"two modules describe bank {bank.code}")
        found[bank.code] = bank
    return dict(sorted(found.items()))


#: Every bank by its three digits, in order.
BANKS = MappingProxyType(_find_banks())
