"""Random titles that two programs can write: as our columns, and as pycobranca's arguments.

What only one of the two can say, or what each has its own form for, is not drawn: the terms are
interest a day, one discount and a fine in percent, where the layout takes them from the day after
due; texts have no punctuation, which pycobranca takes out and banks do not ask for.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, Final

import numpy as np

from cobranca.domain.cnab import LAYOUTS, Discount, People, Terms, Titles
from tests.unit.domain.cnab.accounts import ISSUED, our_number

_NAMES: Final = ("Antônia", "José", "Luíza", "Caetano", "Ângela", "Ruth", "Conceição", "Øvind")
_SURNAMES: Final = ("da Conceição Araújo", "Guimarães", "Wesley de Souza e Silva Brandão", "Sá")
_STREETS: Final = ("Rua das Acácias", "Avenida Presidente Getúlio Dornelles Vargas Filho", "Beco")
_DISTRICTS: Final = ("Centro", "Jardim das Oliveiras do Sul", "Fé")
_CITIES: Final = ("São Paulo", "Brasília", "Vila Bela da Santíssima Trindade", "Itu")
_STATES: Final = ("SP", "DF", "MT", "RS")
_CPF_WEIGHTS: Final = range(10, 1, -1)
_LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"


#: pycobranca loses the fine, which stands in a record of its own.
_NO_FINE: Final = ("341-400", "001-400")
#: pycobranca writes one number into both places.
_ONE_NUMBER: Final = ("001-400", "041-400")
#: It calls the company's use `numero`, and the document's number `documento`.
_SWAPPED: Final = ("077-400", "422-400")
#: What it does not translate, but writes as its caller says.
_OTHERWISE: Final[dict[str, dict[str, Any]]] = {
    "001-400": {"dias_protesto": "  "},
    "033-240": {"codigo_protesto": "0", "codigo_baixa": "1", "dias_baixa": "30"},
    "136-400": {"codigo_multa": "3", "tipo_mora": "5"},
    "756-240": {"tipo_mora": "0"},
}


def _modulo_11(text: str) -> str:
    total = sum(int(c) * (2 + place % 8) for place, c in enumerate(reversed(text)))
    return str((11 - total % 11) % 11 % 10)


def _sicoob_digit(number: str) -> str:
    text = "4321" + "0001234567" + number
    rest = sum(int(c) * int("3197"[place % 4]) for place, c in enumerate(text)) % 11
    return str(0 if rest < 2 else 11 - rest)


def _no_digit(_number: str) -> str:
    return ""


#: It writes our numbers as they are given, these with their check digits.
_DIGITS: Final[dict[str, Callable[[str], str]]] = {
    "033-400": _modulo_11,
    "748-240": lambda number: _modulo_11("01650200623" + number),
    "756-240": _sicoob_digit,
    "756-400": _sicoob_digit,
}


def random_titles(code: str, count: int, seed: int) -> tuple[Titles, list[dict[str, Any]]]:
    """Draw titles of a layout, and the same ones for pycobranca."""
    chance = random.Random(f"{code}/{seed}")  # noqa: S311 - the same titles in every run.
    drawn = [_title(chance, code, number) for number in range(1, count + 1)]
    return _ours(code, drawn), [_theirs(code, each) for each in drawn]


def _title(chance: random.Random, code: str, number: int) -> dict[str, Any]:
    limits = LAYOUTS[code].limits
    due = ISSUED + timedelta(chance.randint(30, 900))
    amount = chance.choice((chance.randint(10_000, 99_999), chance.randint(100_000, 10**9)))
    step = limits.fine_step_bp
    return {
        "our_number": our_number(code, (26_200_000 if code[:3] == "748" else 0) + number * 7),
        **_references(chance, code),
        "due": due,
        "amount": amount,
        "name": f"{chance.choice(_NAMES)} {chance.choice(_SURNAMES)}",
        "tax_id": _cpf(chance) if chance.random() < 0.7 else _cnpj(chance),
        "address": f"{chance.choice(_STREETS)} {chance.randint(1, 9999)}",
        "district": chance.choice(_DISTRICTS),
        "city": chance.choice(_CITIES),
        "state": chance.choice(_STATES),
        "postal_code": f"{chance.randint(1_000_000, 99_999_999):08d}",
        "interest": chance.choice((0, chance.randint(1, 99))) if limits.interest_daily else 0,
        "fine": chance.choice((0, chance.randint(1, 10) * max(step, 100)))
        if limits.fine_bp_max and code not in _NO_FINE
        else 0,
        "discount": chance.choice((0, chance.randint(1, 900))) if limits.discounts_max else 0,
        "until": due - timedelta(chance.randint(0, 20)),
    }


def _references(chance: random.Random, code: str) -> dict[str, str]:
    """Draw the beneficiary's own numbers; pycobranca has one alone in some layouts."""
    use = "".join(chance.choices(_LETTERS, k=25))
    if LAYOUTS[code].has_lots:
        width = min(LAYOUTS[code].width_of("document_number"), 15)
        return {"document": use[:width], "company_use": use[:11] if code == "104-240" else use}
    number = f"{chance.randint(1, 10**9):010d}"
    return {"document": number, "company_use": number if code in _ONE_NUMBER else use}


def _ours(code: str, drawn: list[dict[str, Any]]) -> Titles:
    def column(name: str) -> list[Any]:
        return [each[name] for each in drawn]

    layout = LAYOUTS[code]
    until = np.array(column("until"), dtype="datetime64[D]")
    cents = np.array(column("discount"), dtype=np.int64)
    until[cents == 0] = np.datetime64("NaT")
    return Titles(
        our_number=np.array(column("our_number"), dtype=np.bytes_),
        document_number=column("document"),
        company_use=column("company_use") if layout.width_of("company_use") else "",
        issued=ISSUED,
        due=np.array(column("due"), dtype="datetime64[D]"),
        amount_cents=np.array(column("amount"), dtype=np.int64),
        species=_species(code),
        payer=People(
            **{name: column(name) for name in ("name", "tax_id", "address", "district", "city",
                                               "state", "postal_code")}
        ),
        terms=Terms(
            interest_daily_cents=np.array(column("interest"), dtype=np.int64),
            fine_bp=np.array(column("fine"), dtype=np.int64),
            discounts=(Discount(until=until, cents=cents),) if layout.limits.discounts_max else (),
        ),
    )  # fmt: skip


def _theirs(code: str, title: dict[str, Any]) -> dict[str, Any]:
    layout = LAYOUTS[code]
    after: date = title["due"] + timedelta(1)
    told = {
        "nosso_numero": title["our_number"] + _DIGITS.get(code, _no_digit)(title["our_number"]),
        "numero": title["document"],
        "documento": title["company_use"],
        "data_emissao": ISSUED.isoformat(),
        "data_vencimento": title["due"].isoformat(),
        "valor": title["amount"] / 100,
        "nome_sacado": title["name"],
        "documento_sacado": title["tax_id"],
        "endereco_sacado": title["address"],
        "bairro_sacado": title["district"],
        "cidade_sacado": title["city"],
        "uf_sacado": title["state"],
        "cep_sacado": title["postal_code"],
        "especie_titulo": layout.species.get(_species(code), ""),
        "tipo_mora": "3",
        "valor_mora": title["interest"] / 100,
    }
    if code in _SWAPPED:
        told["numero"], told["documento"] = told["documento"], told["numero"]
    told |= _OTHERWISE.get(code, {})
    if title["interest"]:
        told["tipo_mora"] = "0" if code == "041-400" else "1"
        told["data_mora"] = after.isoformat()
    if title["fine"]:
        kind = "4" if code == "033-400" else "2"
        told |= {"codigo_multa": kind, "percentual_multa": title["fine"] / 100}
        told["data_multa"] = after.isoformat()
    if title["discount"]:
        told |= {"cod_desconto": "1", "valor_desconto": title["discount"] / 100}
        told["data_desconto"] = title["until"].isoformat()
    return told


def _species(code: str) -> str:
    return next(iter(LAYOUTS[code].species), "DM") if not LAYOUTS[code].has_lots else "DM"


def _cpf(chance: random.Random) -> str:
    digits = [chance.randint(0, 9) for _ in range(9)]
    for first in (10, 11):
        total = sum(d * w for d, w in zip(digits, range(first, 1, -1), strict=True))
        digits.append(-total % 11 % 10 if -total % 11 < 10 else 0)
    return "".join(map(str, digits))


def _cnpj(chance: random.Random) -> str:
    digits = [chance.randint(0, 9) for _ in range(8)] + [0, 0, 0, 1]
    for weights in ((5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2), (6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2)):
        rest = sum(d * w for d, w in zip(digits, weights, strict=True)) % 11
        digits.append(0 if rest < 2 else 11 - rest)
    return "".join(map(str, digits))
