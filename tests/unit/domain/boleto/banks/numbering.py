"""One short way to number a boleto in the banks' tests."""

from __future__ import annotations

from datetime import date

import pytest

from cobranca.domain.boleto import Account, BoletoNumbers, make_boleto
from cobranca.domain.errors import InvalidField

DUE_DATE = date(2026, 8, 31)


def number(bank: str, our_number: str, **parameters: str) -> BoletoNumbers:
    """Number a boleto of R$ 1.234,56 due on 2026-08-31."""
    account = Account(bank=bank, parameters=parameters)
    return make_boleto(account, our_number, 123_456, DUE_DATE)


def refused_field(bank: str, our_number: str, **parameters: str) -> str:
    """Give the field that a refusal names."""
    with pytest.raises(InvalidField) as refusal:
        number(bank, our_number, **parameters)
    return refusal.value.field
