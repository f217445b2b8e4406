"""341 Itaú."""

from __future__ import annotations

from cobranca.domain.boleto.bank import Bank, Parameters, Plan, plan
from cobranca.domain.boleto.parameters import digits, is_there
from cobranca.domain.boleto.pieces import DOCUMENT_NUMBER, OUR_NUMBER, CheckDigit, Piece
from cobranca.domain.check_digit import MODULO_10

#: The check digit of their our numbers covers wallet and our number only (docs/decisions/0002).
SHORT_WALLETS = ("112", "126", "131", "145", "146", "150", "168")
#: Their free field carries the document number and the client's code instead of the account.
SPECIAL_WALLETS = ("106", "107", "122", "142", "143", "195", "196", "198")

_DISPUTED = (
    "Itaú, carteira {}: o dígito do nosso número cobre só carteira e número, como nas segundas "
    "vias do banco; algumas bibliotecas incluem agência e conta. Confira com um boleto do banco."
)
_ACCOUNT_DIGIT = "O dígito da conta é {}, mas o cálculo dá {}: confira a conta."
_NO_DIGIT = (
    "Sem agência e conta, o dígito do nosso número não é calculado: imprime-se o número sem ele."
)


def _plans(p: Parameters) -> tuple[Plan, ...]:
    if p["wallet"] in SPECIAL_WALLETS:
        return _special(p)
    for name in ("branch", "account"):
        is_there(name, p, "by this wallet")
    computed = MODULO_10.of_text(p["branch"] + p["account"])
    given = p.get("account_digit", computed)
    warnings = () if given == computed else (_ACCOUNT_DIGIT.format(given, computed),)
    if p["wallet"] in SHORT_WALLETS:
        warnings += (_DISPUTED.format(p["wallet"]),)
    dac = _our_number_digit(p)
    # Places 20 to 44 of the barcode, as the bank lays them out:
    # | 20-22 | 3 | wallet                                        |
    # | 23-30 | 8 | our number                                    |
    # | 31    | 1 | its check digit (DAC)                         |
    # | 32-35 | 4 | branch                                        |
    # | 36-40 | 5 | account                                       |
    # | 41    | 1 | check digit of branch and account, modulo 10  |
    # | 42-44 | 3 | zeros                                         |
    free_field = (p["wallet"], OUR_NUMBER, dac, p["branch"], p["account"], given, "000")
    printed = (p["wallet"], "/", OUR_NUMBER, "-", dac)
    return plan(8, free_field=free_field, printed=printed, warnings=warnings)


def _our_number_digit(p: Parameters) -> CheckDigit:
    """DAC: modulo 10 of branch, account, wallet and our number; short wallets leave out two."""
    over: tuple[Piece, ...] = (p["wallet"], OUR_NUMBER)
    if p["wallet"] not in SHORT_WALLETS:
        over = (p["branch"], p["account"], *over)
    return CheckDigit(rule=MODULO_10, over=over)


def _special(p: Parameters) -> tuple[Plan, ...]:
    is_there("agreement", p, "by this wallet")
    # Places 20 to 44 of the special wallets:
    # | 20-22 | 3 | wallet                              |
    # | 23-30 | 8 | our number                          |
    # | 31-37 | 7 | document number ("seu número")      |
    # | 38-42 | 5 | client's code                       |
    # | 43    | 1 | check digit of 20-42, modulo 10     |
    # | 44    | 1 | zero                                |
    fields = (p["wallet"], OUR_NUMBER, DOCUMENT_NUMBER, p["agreement"])
    free_field = (*fields, CheckDigit(rule=MODULO_10, over=fields), "0")
    printed: tuple[Piece, ...] = (p["wallet"], "/", OUR_NUMBER)
    complete = "branch" in p and "account" in p
    if complete:
        printed = (*printed, "-", _our_number_digit(p))
    return plan(
        8,
        free_field=free_field,
        printed=printed,
        warnings=() if complete else (_NO_DIGIT,),
        document_number_digits=7,
    )


BANK = Bank(
    code="341",
    name="Itaú",
    printed_digit="7",
    parameters=(
        digits("wallet", 3, about="Carteira"),
        digits("branch", 4, about="Agência", needed_when="by all but the special wallets"),
        digits(
            "account", 5, about="Conta, sem dígito", needed_when="by all but the special wallets"
        ),
        digits(
            "account_digit",
            1,
            about="Dígito da conta",
            needed_when="never: it is computed, and compared when given",
        ),
        digits("document_number", 7, about="Seu número", needed_when="by the special wallets"),
        digits("agreement", 5, about="Código do cliente", needed_when="by the special wallets"),
    ),
    plans=_plans,
    beneficiary=("branch", "account", "account_digit", "agreement"),
    proof="19 whole boletos and 16 our numbers of public test suites",
)
