"""104 Caixa, CNAB 240 SIGCB."""

from __future__ import annotations

import numpy as np

from cobranca.domain.cnab import febraban
from cobranca.domain.cnab.columns import Column
from cobranca.domain.cnab.fields import (
    FEBRABAN_SPECIES,
    SITUATION,
    agreement,
    branch,
    digit,
    option,
)
from cobranca.domain.cnab.layout import Draft, Layout
from cobranca.domain.cnab.limits import AccountField, Parameters
from cobranca.domain.cnab.our_numbers import read_our_numbers
from cobranca.domain.errors import InvalidField

_TABLE = """
file_header:
  33-52   Z
  59-65   9  agreement7                # a code of six digits has a zero behind it
  66-71   Z
  72      9  '0'
  103-132 X  'CAIXA ECONOMICA FEDERAL'
  192-211 X  situation                 # REMESSA-PRODUCAO or REMESSA-TESTE
  212-215 B
  216-240 B
lot_header:
  12-13   9  '00'
  34-40   9  agreement7
  41-53   Z
  60-65   9  agreement6                # zeros when the code has seven digits
  66-72   Z                            # model of the slip
  73      9  '0'
P:
  24-30   9  agreement7
  31-37   Z
  38-40   Z
  41-42   9  modality
  43-57   9  our_number15
  62      X  distribution              # 0 the client delivers
  63-73   X  document_number           # 11 places
  74-77   B
  106     9  '0'
R:
  180-229 B                            # e-mail of the payer in newer manuals
  230-240 B
lot_trailer:
  93-240  B
file_trailer:
  30-240  B
"""
#: Days must always be given: without them the title goes on the day after due.
_WRITE_OFF_DAYS = 120
#: Newer codes have a digit more, and versions of their own.
_SHORT_CODE, _LONG_CODE = 6, 7


def _version(name: str, short: str, long: str, about: str) -> AccountField:
    """Ask for a version; by itself it goes with the beneficiary's code."""
    return AccountField(
        name=name,
        width=3,
        about=about,
        default=lambda given: long if len(given["agreement"]) == _LONG_CODE else short,
    )


def _account_values(given: Parameters) -> dict[str, str]:
    code = given["agreement"]
    if len(code) not in (_SHORT_CODE, _LONG_CODE):
        detail = f"account.agreement has {_SHORT_CODE} or {_LONG_CODE} digits, not {len(code)}."
        raise InvalidField("account.agreement", detail, code="FIELD_LENGTH")
    return {
        **febraban.FIXED,
        "agreement6": code if len(code) == _SHORT_CODE else "",
        "agreement7": code.ljust(_LONG_CODE, "0"),
        "wallet_code": "1",
        "registration": "1",
        "document_type": "2",
        "emission": "1" if given["modality"] == "11" else "2",
        "distribution": "0",
    }


def _values(draft: Draft) -> dict[str, Column]:
    terms = draft.terms
    # "Do not write off" is taken only together with a protest.
    kept = terms.protested & (terms.write_off_days == 0)
    days = np.where(terms.write_off_days > 0, terms.write_off_days, _WRITE_OFF_DAYS)
    return {
        **febraban.values(draft),
        "our_number15": read_our_numbers(draft, 15, front=draft.parameter("modality")).number,
        "write_off.code": draft.choose(kept, "2", "1"),
        "write_off_days": np.where(kept, 0, days),
    }


LAYOUT = Layout(
    code="104-240",
    bank_name="Caixa",
    records=febraban.records(_TABLE),
    account=(
        agreement(_LONG_CODE, "Código do beneficiário, de seis ou sete dígitos"),
        branch(5),
        digit("branch_digit", "Dígito da agência"),
        option("modality", 2, "14", "Modalidade: 14 beneficiário emite, 11 banco emite"),
        _version("file_version", "101", "107", "Versão do arquivo"),
        _version("lot_version", "060", "067", "Versão do lote"),
        option("density", 5, "00000", "Densidade"),
        SITUATION,
    ),
    account_values=_account_values,
    limits=febraban.limits(
        protest_days=range(2, 91), write_off_days=range(1, 1000), address_optional=True
    ),
    kinds=febraban.kinds(always_r=True),
    species=FEBRABAN_SPECIES,
    values=_values,
    movements=febraban.MOVEMENTS,
    message_names=febraban.MESSAGE_NAMES,
    proof="three lineages of libraries; manual MO 67.118",
)
