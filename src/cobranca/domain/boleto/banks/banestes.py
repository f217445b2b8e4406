"""021 Banestes."""

from __future__ import annotations

from cobranca.domain.boleto.bank import Bank, Parameters, Plan, plan
from cobranca.domain.boleto.parameters import digits
from cobranca.domain.boleto.pieces import OUR_NUMBER, CheckDigit
from cobranca.domain.check_digit import TWO_DIGITS, Chain, modulo_11

#: Both digits by weights 2 to 9; whether the second's go up to 10 is disputed.
DIGITS = Chain(first=modulo_11(9, zero="0", one="0"), second=modulo_11(9, zero="0", one="0"))

_DISPUTED = (
    "Banestes: a partir do nosso número 10000000 há duas regras públicas para o segundo dígito "
    "(docs/decisions/0005); ele só é impresso. Confira com um boleto emitido pelo banco."
)


def _plans(p: Parameters) -> tuple[Plan, ...]:
    # Places 20 to 44 of the barcode, as the bank lays them out:
    # | 20-27 | 8  | our number without check digits                      |
    # | 28-38 | 11 | account with its digit                               |
    # | 39    | 1  | kind: 2 unregistered, 3 pledged, 4 to 7 registered   |
    # | 40-42 | 3  | fixed 021                                            |
    # | 43-44 | 2  | check digits (NC, as Banrisul) of 20-42              |
    # The two digits of the our number are printed only: modulo 11 twice, the second over the first
    # as well.
    fields = (OUR_NUMBER, p["account"], p["kind"], "021")
    return plan(
        8,
        free_field=(*fields, CheckDigit(rule=TWO_DIGITS, over=fields)),
        printed=(OUR_NUMBER, "-", CheckDigit(rule=DIGITS, over=(OUR_NUMBER,))),
        warnings=(_DISPUTED,),
    )


BANK = Bank(
    code="021",
    name="Banestes",
    printed_digit="3",
    parameters=(
        digits("account", 11, about="Conta, com dígito"),
        digits("kind", 1, about="Tipo: 4 com registro", values=tuple("234567")),
    ),
    plans=_plans,
    beneficiary=("account",),
    proof="2 whole boletos and 8 our numbers of public test suites; one contradicts (ADR 0005)",
)
