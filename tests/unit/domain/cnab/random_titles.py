"""Random titles that two programs can write: as our columns, and as pycobranca's arguments.

What only one of the two can say, or what each has its own form for, is not drawn: the terms are
interest a day, one discount and a fine in percent, where the layout takes them from the day after
due; texts have no punctuation, which pycobranca takes out and banks do not ask for.
"""

from __future__ import annotations

import random
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
        "our_number": our_number(code, 260_000_000 % 10**8 + number * 7 % 10**5)[-13:],
        "document": f"{chance.randint(1, 10**9):010d}",
        "company_use": "".join(chance.choices(_LETTERS, k=25)),
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
        if limits.fine_bp_max
        else 0,
        "discount": chance.choice((0, chance.randint(1, 900))) if limits.discounts_max else 0,
        "until": due - timedelta(chance.randint(0, 20)),
    }


def _ours(code: str, drawn: list[dict[str, Any]]) -> Titles:
    def column(name: str) -> list[Any]:
        return [each[name] for each in drawn]

    layout = LAYOUTS[code]
    discount = Discount(
        until=np.array(column("until"), dtype="datetime64[D]"),
        cents=np.array(column("discount"), dtype=np.int64),
    )
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
            discounts=(discount,) if layout.limits.discounts_max else (),
        ),
    )  # fmt: skip


def _theirs(code: str, title: dict[str, Any]) -> dict[str, Any]:
    layout = LAYOUTS[code]
    after: date = title["due"] + timedelta(1)
    told = {
        "nosso_numero": title["our_number"],
        "numero": title["document"],
        "documento": title["document"] if layout.has_lots else title["company_use"],
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
        "tipo_mora": "1" if title["interest"] else "3",
        "valor_mora": title["interest"] / 100,
    }
    if title["interest"]:
        told["data_mora"] = after.isoformat()
    if title["fine"]:
        told |= {"codigo_multa": "2", "percentual_multa": title["fine"] / 100}
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
