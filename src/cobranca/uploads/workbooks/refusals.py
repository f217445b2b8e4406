"""Why a workbook is refused as a whole: the codes, and for each what to do, in Portuguese."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from cobranca.domain.errors import CsvInvalid


class Refusal(StrEnum):
    """What is wrong with a workbook."""

    ENCRYPTED = "WORKBOOK_ENCRYPTED"
    UNREADABLE = "WORKBOOK_UNREADABLE"
    TOO_LARGE = "WORKBOOK_TOO_LARGE"
    KIND = "WORKBOOK_KIND"
    NONE = "NOT_WORKBOOK"


_WORDS: Final = {
    Refusal.ENCRYPTED: (
        "A planilha está protegida por senha; abra-a, retire a senha (Arquivo > Informações),"
        " salve e envie de novo."
    ),
    Refusal.UNREADABLE: (
        "A planilha está danificada, ou não é uma planilha; abra-a, salve de novo como .xlsx e"
        " envie de novo."
    ),
    Refusal.TOO_LARGE: (
        "A planilha ocupa mais memória ou tempo do que se pode; apague as outras abas e as células"
        " soltas longe da tabela, ou salve a aba como CSV, e envie de novo."
    ),
    Refusal.KIND: (
        "O arquivo é uma pasta de trabalho binária (.xlsb), que não é lida; salve-o como .xlsx e"
        " envie de novo."
    ),
    Refusal.NONE: (
        "O arquivo é um .zip ou documento em que não há planilha; envie a planilha, ou o CSV que"
        " está dentro dele."
    ),
}


def refused(refusal: Refusal) -> CsvInvalid:
    """Return the error of a refusal."""
    return CsvInvalid(_WORDS[refusal], code=refusal.value)
