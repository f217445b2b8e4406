"""097 CrediSIS."""

from __future__ import annotations

from cobranca.domain.boleto.bank import Bank, Parameters, Plan, plan
from cobranca.domain.boleto.parameters import digits
from cobranca.domain.boleto.pieces import OUR_NUMBER


def _plans(p: Parameters) -> tuple[Plan, ...]:
    # Places 20 to 44 of the barcode, as the bank lays them out:
    # | 20-24 | 5 | zeros                                                       |
    # | 25-27 | 3 | fixed 097                                                   |
    # | 28    | 1 | check digit of the beneficiary's CPF or CNPJ                |
    # | 29-32 | 4 | branch                                                      |
    # | 33-38 | 6 | agreement                                                   |
    # | 39-44 | 6 | our number                                                  |
    # 25-44 are printed as our number. Public sources disagree on place 28 for a CNPJ, so it is a
    # parameter: it is the same in all boletos of a beneficiary (docs/decisions/0004).
    number = ("097", p["tax_id_digit"], p["branch"], p["agreement"], OUR_NUMBER)
    return plan(6, free_field=("00000", *number), printed=number)


BANK = Bank(
    code="097",
    name="CrediSIS",
    printed_digit="3",
    parameters=(
        digits("tax_id_digit", 1, about="Dígito do CPF/CNPJ do beneficiário, dado pelo banco"),
        digits("branch", 4, about="Agência"),
        digits("agreement", 6, about="Convênio"),
    ),
    plans=_plans,
    beneficiary=("branch", "agreement"),
    proof="2 whole boletos of a public test suite; three public implementations agree but for "
    "one digit, which is a parameter (ADR 0004)",
)
