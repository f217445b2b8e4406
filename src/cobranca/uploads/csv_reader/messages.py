"""What the reports say of a refused record: in Portuguese, with the column as the file calls it.

Each message says what to do. Some speak of the value itself; the rest are one a code and file.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from cobranca.uploads.csv_reader.due_dates import day_of_serial
from cobranca.uploads.csv_reader.optional_columns.messages import OPTIONAL_MESSAGES
from cobranca.uploads.csv_reader.reject_codes import OFFICIAL_COLUMNS, USUAL_NAMES, RejectCode
from cobranca.uploads.csv_reader.tax_ids import with_lost_zeros

MESSAGES: Final[dict[RejectCode, str]] = {
    RejectCode.ACCEPTED: "",
    RejectCode.FIELD_COUNT: (
        "A linha não tem o mesmo número de campos do cabeçalho; ponha entre aspas o campo que"
        " contém o separador, ou complete os que faltam."
    ),
    RejectCode.UNTERMINATED_QUOTE: (
        "Há aspas abertas nesta linha que não se fecham; feche-as ou apague-as."
    ),
    RejectCode.QUOTE_MALFORMED: (
        "Há texto depois das aspas que fecham um campo; dobre as aspas que fazem parte do texto."
    ),
    RejectCode.RECORD_TOO_LONG: "A linha passa de 64 KiB; encurte os textos.",
    RejectCode.NUL_BYTE: (
        "A linha contém um byte nulo; o arquivo pode estar corrompido: salve-o de novo."
    ),
    RejectCode.NAME_MISSING: "está vazio; escreva o nome do pagador.",
    RejectCode.NAME_TOO_LONG: "passa de 140 caracteres; abrevie.",
    RejectCode.NAME_CHARACTER: (
        "contém quebra de linha ou caractere invisível; apague o texto e digite-o de novo."
    ),
    RejectCode.NAME_ENCODING: (
        "tem letras trocadas pela codificação do arquivo (como JoÃ£o por João); salve o original"
        " como CSV UTF-8 e envie de novo."
    ),
    RejectCode.NAME_FORMAT: (
        "não é um nome, e sim um erro da planilha ou um valor vazio (#N/D, NULL, 0); escreva o nome"
        " do pagador."
    ),
    RejectCode.TAX_ID_MISSING: "está vazio; escreva o CPF ou o CNPJ.",
    RejectCode.TAX_ID_FORMAT: (
        "não é um CPF nem um CNPJ; escreva só os algarismos, ou com a máscara: 529.982.247-25."
    ),
    RejectCode.TAX_ID_INVALID: "não é um CPF ou CNPJ válido; confira os algarismos.",
    RejectCode.TAX_ID_NUMBER: (
        "foi alterado pela planilha, que o tratou como número; formate a coluna como texto e"
        " escreva todos os algarismos."
    ),
    RejectCode.TAX_ID_TWICE: "o CPF e o CNPJ estão ambos preenchidos; deixe só um.",
    RejectCode.EMAIL_MISSING: "está vazio; escreva o endereço do pagador.",
    RejectCode.EMAIL_FORMAT: "não é um endereço; escreva na forma nome@dominio.com.br.",
    RejectCode.EMAIL_TOO_LONG: "passa de 254 caracteres, ou de 64 antes da arroba; confira.",
    RejectCode.EMAIL_CHARACTER: (
        "contém quebra de linha ou caractere invisível; apague o endereço e digite-o de novo."
    ),
    RejectCode.EMAIL_NOT_ASCII: (
        "tem acento no domínio, depois da arroba; escreva o domínio na forma xn--."
    ),
    RejectCode.AMOUNT_MISSING: "está vazio; escreva o valor da cobrança.",
    RejectCode.AMOUNT_FORMAT: (
        "não é um número com no máximo duas casas decimais, escrito como os demais do arquivo;"
        " escreva, por exemplo, 1234,56."
    ),
    RejectCode.AMOUNT_AMBIGUOUS: (
        "pode ser lido de dois modos; escreva os centavos: 1.234,00 e não 1.234."
    ),
    RejectCode.AMOUNT_NOT_POSITIVE: "deve ser maior que zero; apague a linha ou corrija o valor.",
    RejectCode.AMOUNT_TOO_LARGE: "passa de R$ 99.999.999,99; divida a cobrança.",
    RejectCode.DUE_DATE_MISSING: "está vazio; escreva a data, como 10/03/2027.",
    RejectCode.DUE_DATE_FORMAT: "deve ser dd/mm/aaaa ou aaaa-mm-dd, como 10/03/2027.",
    RejectCode.DUE_DATE_INVALID: "é uma data que não existe no calendário; corrija-a.",
    RejectCode.DUE_DATE_OUT_OF_RANGE: (
        "deve ficar entre 03/07/2000 e 13/10/2049 (fator de vencimento); corrija a data."
    ),
    RejectCode.DUE_DATE_PAST: "já passou; escreva a nova data.",
    RejectCode.DUE_DATE_ORDER: (
        "tem o mês antes do dia, como mostram outras linhas do arquivo, a hora com AM ou PM ou o"
        " nome da coluna; escreva dd/mm/aaaa em todas as linhas."
    ),
    RejectCode.DUE_DATE_SERIAL: (
        "é o número de série de uma data na planilha; formate a coluna como data."
    ),
    RejectCode.DEBT_ID_MISSING: "está vazio; escreva o código da dívida, de até 40 caracteres.",
    RejectCode.DEBT_ID_FORMAT: (
        "não é um código: parece um UUID com algo a mais ou a menos, ou um erro da planilha;"
        " copie-o do sistema de origem."
    ),
    RejectCode.DEBT_ID_TOO_LONG: "passa de 40 caracteres; use um código mais curto.",
    RejectCode.DEBT_ID_CHARACTER: (
        "contém quebra de linha ou caractere invisível; apague o código e digite-o de novo."
    ),
    RejectCode.DEBT_ID_NUMBER: (
        "foi arredondado pela planilha, que o tratou como número; formate a coluna como texto e"
        " escreva todos os algarismos."
    ),
}


def message_of(
    code: RejectCode,
    column_names: Sequence[str] = USUAL_NAMES,
    values: Sequence[str] | None = None,
    optional_names: Mapping[str, str] | None = None,
) -> str:
    """Say what is wrong with a record and what to do.

    Args:
        code: why it was refused.
        column_names: what the file calls the official columns.
        values: its official columns, where the message may speak of them.
        optional_names: what the file calls its optional columns.
    """
    if not code.column:
        return MESSAGES[code]
    if code in OPTIONAL_MESSAGES:
        name = (optional_names or {}).get(code.column, code.column)
        return f"{name}: {OPTIONAL_MESSAGES[code]}"
    number = OFFICIAL_COLUMNS.index(code.column)
    said = None
    if values is not None and code in _DETAILS:
        said = _DETAILS[code](values[number])
    return f"{column_names[number]}: {said or MESSAGES[code]}"


def _zeros(value: str) -> str | None:
    whole = with_lost_zeros(value)
    if whole is None:
        return None
    return f"faltam zeros à esquerda: {whole} caberia; formate a coluna como texto e confira."


def _address(value: str) -> str | None:
    bare = value.strip()
    if bare.count("@") > 1 and "@@" not in bare:
        return "tem mais de um endereço; deixe só um."
    if "@" in bare and len(bare) <= _FRAMED_MAX and _FRAMED.search(bare):
        return "tem mais do que o endereço; deixe só a parte que é como nome@dominio.com.br."
    if "@" in bare and any(character.isspace() for character in bare):
        return "tem um espaço no meio; apague-o."
    if "@" in bare and "," in bare:
        return "tem uma vírgula; escreva um ponto no lugar dela."
    return None


#: An address that stands in other text, by the signs that begin or end such text.
_FRAMED: Final = re.compile(
    r"(?:[<(\[]|: ?)[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+"
    r"|[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+(?:[>.;,)]| \()",
    re.ASCII,
)
#: Longer texts are not looked at for an address.
_FRAMED_MAX: Final = 400


def _accent(value: str) -> str | None:
    if value.partition("@")[0].isascii():
        return None
    return "tem acento antes da arroba; escreva o endereço sem acentos."


def _serial(value: str) -> str | None:
    day = day_of_serial(value)
    return (
        f"{value.strip()} é o número que a planilha tem para {day:%d/%m/%Y}; formate a coluna como"
        " data e salve de novo."
    )


_DETAILS: Final[dict[RejectCode, Callable[[str], str | None]]] = {
    RejectCode.TAX_ID_INVALID: _zeros,
    RejectCode.TAX_ID_NUMBER: _zeros,
    RejectCode.EMAIL_FORMAT: _address,
    RejectCode.EMAIL_NOT_ASCII: _accent,
    RejectCode.DUE_DATE_SERIAL: _serial,
}
#: Codes whose messages may speak of the value.
SPEAKING_OF_VALUES: Final = [int(code) for code in _DETAILS]
