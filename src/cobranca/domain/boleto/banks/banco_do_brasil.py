"""001 Banco do Brasil: the width of the agreement decides the layout."""

from __future__ import annotations

from cobranca.domain.boleto.bank import Bank, Issue, Parameters, Plan, plan
from cobranca.domain.boleto.parameters import digits, is_there
from cobranca.domain.boleto.pieces import OUR_NUMBER, CheckDigit
from cobranca.domain.check_digit import modulo_11

#: Weights 9..2 from the right and the rest itself as digit, 10 as "X", is the same as this.
DIGIT = modulo_11(9, zero="0", one="X")
#: Wallets in which an agreement of six digits numbers its boletos freely, in 17 digits.
FREE_NUMBER_WALLETS = ("16", "18", "21")


def _plans(p: Parameters) -> tuple[Plan, ...]:
    width = len(p["agreement"])
    if width in (7, 8):
        return _without_branch(p)
    if width == 4:
        return _with_branch(p, 7)
    free_numbers = _free_numbers(p) if p["wallet"] in FREE_NUMBER_WALLETS else ()
    if free_numbers and "branch" not in p and "account" not in p:
        return free_numbers
    return _with_branch(p, 5) + free_numbers


def _without_branch(p: Parameters) -> tuple[Plan, ...]:
    # Places 20 to 44, agreements above 1,000,000 (seven digits; eight in the same way, with one
    # digit less of our number):
    # | 20-25 | 6  | zeros                            |
    # | 26-32 | 7  | agreement (or 26-33, 8)          |
    # | 33-42 | 10 | our number (or 34-42, 9)         |
    # | 43-44 | 2  | wallet                           |
    # Agreement and our number are printed together, 17 digits, with no check digit.
    return plan(
        17 - len(p["agreement"]),
        free_field=("000000", p["agreement"], OUR_NUMBER, p["wallet"]),
        printed=(p["agreement"], OUR_NUMBER),
    )


def _with_branch(p: Parameters, number_digits: int) -> tuple[Plan, ...]:
    # Places 20 to 44, agreements of four digits (our number of 7) or six (our number of 5):
    # | 20-30 | 11 | agreement and our number |
    # | 31-34 | 4  | branch                   |
    # | 35-42 | 8  | account                  |
    # | 43-44 | 2  | wallet                   |
    for name in ("branch", "account"):
        is_there(name, p, "by agreements of 4 or 6 digits")
    digit = CheckDigit(rule=DIGIT, over=(p["agreement"], OUR_NUMBER))
    return plan(
        number_digits,
        free_field=(p["agreement"], OUR_NUMBER, p["branch"], p["account"], p["wallet"]),
        printed=(p["agreement"], OUR_NUMBER, "-", digit),
    )


def _free_numbers(p: Parameters) -> tuple[Plan, ...]:
    # Places 20 to 44, agreements of six digits with an our number of 17, wallets 16 and 18:
    # | 20-25 | 6  | agreement                |
    # | 26-42 | 17 | our number               |
    # | 43-44 | 2  | fixed 21 (kind of service) |
    # No check digit is printed.
    return plan(
        17,
        free_field=(p["agreement"], OUR_NUMBER, "21"),
        printed=(OUR_NUMBER,),
        issue=Issue(digits=17, sequence_max=10**17 - 1),
    )


BANK = Bank(
    code="001",
    name="Banco do Brasil",
    printed_digit="9",
    parameters=(
        digits("agreement", 4, 6, 7, 8, about="Convênio"),
        digits("wallet", 2, about="Carteira"),
        digits(
            "branch", 4, about="Agência, sem dígito", needed_when="with agreements of 4 or 6 digits"
        ),
        digits(
            "account", 8, about="Conta, sem dígito", needed_when="with agreements of 4 or 6 digits"
        ),
    ),
    plans=_plans,
    beneficiary=("branch", "account", "agreement"),
    proof="20 whole boletos and 26 our numbers of public test suites",
)
