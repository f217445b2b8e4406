"""041 Banrisul."""

from __future__ import annotations

from cobranca.domain.boleto.bank import Bank, Parameters, Plan, plan
from cobranca.domain.boleto.parameters import digits
from cobranca.domain.boleto.pieces import OUR_NUMBER, CheckDigit
from cobranca.domain.check_digit import TWO_DIGITS


def _plans(p: Parameters) -> tuple[Plan, ...]:
    # Places 20 to 44 of the barcode, as the bank lays them out:
    # | 20    | 1 | product: 1 printed by the bank, 2 by the beneficiary |
    # | 21    | 1 | fixed 1                                              |
    # | 22-25 | 4 | branch                                               |
    # | 26-32 | 7 | beneficiary's code without check digits              |
    # | 33-40 | 8 | our number without check digits                      |
    # | 41-42 | 2 | fixed 40                                             |
    # | 43-44 | 2 | check digits (NC) of 20-42                           |
    fields = (p["product"], "1", p["branch"], p["agreement"], OUR_NUMBER, "40")
    return plan(
        8,
        free_field=(*fields, CheckDigit(rule=TWO_DIGITS, over=fields)),
        printed=(OUR_NUMBER, "-", CheckDigit(rule=TWO_DIGITS, over=(OUR_NUMBER,))),
    )


BANK = Bank(
    code="041",
    name="Banrisul",
    printed_digit="8",
    parameters=(
        digits("product", 1, about="Produto: 2 cobrança direta", values=("1", "2")),
        digits("branch", 4, about="Agência"),
        digits("agreement", 7, about="Código do beneficiário, sem dígitos"),
    ),
    plans=_plans,
    beneficiary=("branch", "agreement"),
    proof="9 whole boletos and 13 our numbers of public test suites",
)
