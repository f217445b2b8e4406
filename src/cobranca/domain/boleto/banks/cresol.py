"""133 Cresol."""

from __future__ import annotations

from cobranca.domain.boleto.bank import Bank, Parameters, Plan
from cobranca.domain.boleto.banks.bradesco import PARAMETERS, bradesco_plans

_UNPROVEN = (
    "Cresol: três fontes públicas concordam sobre a regra, mas nenhum boleto real a confirmou "
    "aqui. Valide com o banco antes de emitir."
)


def _plans(p: Parameters) -> tuple[Plan, ...]:
    # As Bradesco:
    # | 20-23 | 4  | branch     |
    # | 24-25 | 2  | wallet: 09 |
    # | 26-36 | 11 | our number |
    # | 37-43 | 7  | account    |
    # | 44    | 1  | zero       |
    return bradesco_plans(p, warnings=(_UNPROVEN,))


BANK = Bank(
    code="133",
    name="Cresol",
    printed_digit="3",
    parameters=PARAMETERS,
    plans=_plans,
    beneficiary=("branch", "account"),
    proof="no example; three public implementations agree",
    wallets=("09",),
)
