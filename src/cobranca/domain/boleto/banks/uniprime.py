"""084 Uniprime Norte do Paraná."""

from __future__ import annotations

from cobranca.domain.boleto.bank import Bank, Parameters, Plan
from cobranca.domain.boleto.banks.bradesco import PARAMETERS, bradesco_plans


def _plans(p: Parameters) -> tuple[Plan, ...]:
    # As Bradesco:
    # | 20-23 | 4  | branch     |
    # | 24-25 | 2  | wallet: 09 |
    # | 26-36 | 11 | our number |
    # | 37-43 | 7  | account    |
    # | 44    | 1  | zero       |
    return bradesco_plans(p)


BANK = Bank(
    code="084",
    name="Uniprime",
    printed_digit="1",
    parameters=PARAMETERS,
    plans=_plans,
    beneficiary=("branch", "account"),
    proof="10 whole boletos and 10 our numbers of public test suites",
    wallets=("09",),
)
