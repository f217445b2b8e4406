"""208 BTG Pactual."""

from __future__ import annotations

from cobranca.domain.boleto.bank import Bank, Parameters, Plan
from cobranca.domain.boleto.banks.bradesco import PARAMETERS, bradesco_plans

_DISPUTED = (
    "BTG: há duas regras públicas para o dígito do nosso número (docs/decisions/0003); ele só é "
    "impresso, não entra no código de barras. Confira com um boleto emitido pelo banco."
)


def _plans(p: Parameters) -> tuple[Plan, ...]:
    # As Bradesco:
    # | 20-23 | 4  | branch     |
    # | 24-25 | 2  | wallet     |
    # | 26-36 | 11 | our number |
    # | 37-43 | 7  | account    |
    # | 44    | 1  | zero       |
    return bradesco_plans(p, warnings=(_DISPUTED,))


BANK = Bank(
    code="208",
    name="BTG Pactual",
    printed_digit="1",
    parameters=PARAMETERS,
    plans=_plans,
    beneficiary=("branch", "account"),
    proof="1 whole boleto of a public test suite; check digit disputed (ADR 0003)",
    wallets=("01", "02", "03", "04", "05", "06"),
)
