"""756 Sicoob."""

from __future__ import annotations

from cobranca.domain.boleto.bank import Bank, Parameters, Plan, plan
from cobranca.domain.boleto.parameters import digits
from cobranca.domain.boleto.pieces import OUR_NUMBER, CheckDigit
from cobranca.domain.check_digit import Modulo11

DIGIT = Modulo11(weights=(3, 1, 9, 7), symbols="00987654321", from_left=True)

_CONTRACT = (
    "Sicoob, carteira 9: no lugar do código do cliente vai o número do contrato, segundo uma só "
    "fonte pública. Valide com a cooperativa antes de emitir."
)


def _plans(p: Parameters) -> tuple[Plan, ...]:
    # Places 20 to 44 of the barcode, as the bank lays them out:
    # | 20    | 1 | wallet                              |
    # | 21-24 | 4 | cooperative                         |
    # | 25-26 | 2 | modality: 01 simple                 |
    # | 27-33 | 7 | client's code with its digit        |
    # | 34-40 | 7 | our number                          |
    # | 41    | 1 | its check digit                     |
    # | 42-44 | 3 | instalment, 001 when there is one   |
    # The digit covers cooperative, client (10 places) and our number, with weights 3, 1, 9, 7 from
    # the left.
    digit = CheckDigit(rule=DIGIT, over=(p["branch"], p["agreement"].zfill(10), OUR_NUMBER))
    head = (p["wallet"], p["branch"], p["modality"], p["agreement"])
    return plan(
        7,
        free_field=(*head, OUR_NUMBER, digit, p["installment"]),
        printed=(OUR_NUMBER, "-", digit),
        warnings=(_CONTRACT,) if p["wallet"] == "9" else (),
    )


BANK = Bank(
    code="756",
    name="Sicoob",
    printed_digit="0",
    parameters=(
        digits("wallet", 1, about="Carteira: 1 simples"),
        digits("branch", 4, about="Cooperativa"),
        digits("modality", 2, about="Modalidade: 01 simples com registro"),
        digits("agreement", 7, about="Código do cliente, com dígito"),
        digits("installment", 3, about="Parcela: 001 quando única"),
    ),
    plans=_plans,
    beneficiary=("branch", "agreement"),
    proof="12 whole boletos and 20 our numbers of public test suites",
)
