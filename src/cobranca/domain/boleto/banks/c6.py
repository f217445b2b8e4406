"""336 C6 Bank."""

from __future__ import annotations

from cobranca.domain.boleto.bank import Bank, Parameters, Plan, plan
from cobranca.domain.boleto.parameters import digits
from cobranca.domain.boleto.pieces import OUR_NUMBER, CheckDigit
from cobranca.domain.check_digit import modulo_11

DIGIT = modulo_11(7, zero="0", one="P")
#: Who issues in each wallet: 3 the bank, 4 the beneficiary.
EMISSION_OF = {"10": "3", "30": "3", "60": "3", "21": "3", "24": "3", "20": "4", "40": "4"}

_EMISSION = "C6, carteira {}: o indicador de emissão conhecido é {}, não {}. Confira o contrato."


def _plans(p: Parameters) -> tuple[Plan, ...]:
    # Places 20 to 44 of the barcode, as the bank lays them out:
    # | 20-31 | 12 | beneficiary's code                       |
    # | 32-41 | 10 | our number                               |
    # | 42-43 | 2  | wallet                                   |
    # | 44    | 1  | issued by: 3 the bank, 4 the beneficiary |
    # The check digit of the our number is printed only.
    digit = CheckDigit(rule=DIGIT, over=(p["wallet"], OUR_NUMBER))
    known = EMISSION_OF.get(p["wallet"], p["emission"])
    warning = _EMISSION.format(p["wallet"], known, p["emission"])
    return plan(
        10,
        free_field=(p["agreement"], OUR_NUMBER, p["wallet"], p["emission"]),
        printed=(OUR_NUMBER, "-", digit),
        warnings=() if known == p["emission"] else (warning,),
    )


BANK = Bank(
    code="336",
    name="C6 Bank",
    printed_digit="0",
    parameters=(
        digits("agreement", 12, about="Código do beneficiário"),
        digits("wallet", 2, about="Carteira: 10, 20, 21, 24, 30, 40 ou 60"),
        digits("emission", 1, about="Emissão: 3 banco, 4 beneficiário", values=("3", "4")),
    ),
    plans=_plans,
    beneficiary=("agreement",),
    proof="2 whole boletos of a public test suite",
    wallets=tuple(EMISSION_OF),
)
