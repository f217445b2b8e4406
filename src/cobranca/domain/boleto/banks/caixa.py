"""104 Caixa Econômica Federal, SIGCB."""

from __future__ import annotations

from cobranca.domain.boleto.bank import Bank, Issue, Parameters, Plan, plan
from cobranca.domain.boleto.parameters import digits, refuse
from cobranca.domain.boleto.pieces import OUR_NUMBER, CheckDigit, our_number
from cobranca.domain.check_digit import modulo_11

DIGIT = modulo_11(9, zero="0", one="0")
#: First digit: 1 registered, 2 unregistered. Second: 1 issued by the bank, 4 by the beneficiary.
PREFIXES = ("11", "14", "21", "24")
#: Codes up to here are written with six digits and a check digit.
SHORT_CODES_MAX = 1_100_000


def _plans(p: Parameters) -> tuple[Plan, ...]:
    # Places 20 to 44 of the barcode, as the bank lays them out:
    # | 20-25 | 6 | beneficiary's code (or 20-26, 7, for codes above 1,100,000)    |
    # | 26    | 1 | its check digit, modulo 11 (not with 7 digits)                 |
    # | 27-29 | 3 | our number, places 3-5                                         |
    # | 30    | 1 | our number, place 1 (kind: 1 registered, 2 unregistered)       |
    # | 31-33 | 3 | our number, places 6-8                                         |
    # | 34    | 1 | our number, place 2 (who issues: 1 bank, 4 beneficiary)        |
    # | 35-43 | 9 | our number, places 9-17                                        |
    # | 44    | 1 | check digit of 20-43, modulo 11                                |
    fields = (
        _beneficiary(p["agreement"]),
        our_number(3, 5),
        our_number(1, 1),
        our_number(6, 8),
        our_number(2, 2),
        our_number(9, 17),
    )
    return plan(
        17,
        free_field=(*fields, CheckDigit(rule=DIGIT, over=fields)),
        printed=(OUR_NUMBER, "-", CheckDigit(rule=DIGIT, over=(OUR_NUMBER,))),
        issue=Issue(digits=15, prefix=p.get("our_number_prefix", "14")),
        check=_check,
    )


def _beneficiary(code: str) -> str:
    if len(code) == 6:
        return code + DIGIT.of_text(code)
    if int(code) <= SHORT_CODES_MAX:
        raise refuse("agreement", "Codes up to 1,100,000 are written with six digits.")
    return code


def _check(number: str) -> None:
    if number[:2] not in PREFIXES:
        raise refuse("our_number", f"The our number must begin with {', '.join(PREFIXES)}.")


BANK = Bank(
    code="104",
    name="Caixa Econômica Federal",
    printed_digit="0",
    parameters=(
        digits("agreement", 6, 7, about="Código do beneficiário, sem dígito"),
        digits(
            "our_number_prefix",
            2,
            about="Início do nosso número: 14 registrada (padrão), 24 sem registro",
            values=PREFIXES,
            for_issuing=True,
        ),
    ),
    plans=_plans,
    beneficiary=("agreement",),
    proof="12 whole boletos and 11 our numbers of public test suites",
)
