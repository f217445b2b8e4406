"""What the reports say of a value of an optional column that is refused, and what to do."""

from __future__ import annotations

from typing import Final

from cobranca.uploads.csv_reader.reject_codes import RejectCode

_TEXT: Final = (
    "passa de {} caracteres, tem letras trocadas pela codificação, caractere invisível ou um erro"
    " da planilha; encurte ou digite de novo."
)
_FORMAT: Final = (
    "não é uma porcentagem nem um valor em reais; escreva 2% ou R$ 2,00 (0 para nenhum)."
)
_AMBIGUOUS: Final = (
    "pode ser lido de dois modos; escreva o sinal: 2% ou R$ 2,00, ou ponha-o no nome da coluna."
)
_TWICE: Final = "a porcentagem e o valor em reais estão ambos preenchidos; deixe só um."
_DISCOUNT_LARGE: Final = "deve ser menor que o valor da cobrança, já tirado o abatimento; corrija."
_DISCOUNT_DATE: Final = (
    "deve ser uma data até o vencimento, diferente das dos outros descontos, e ter o desconto ao"
    " lado; escreva como 10/03/2027."
)

OPTIONAL_MESSAGES: Final[dict[RejectCode, str]] = {
    RejectCode.ADDRESS_FORMAT: _TEXT.format(100),
    RejectCode.ADDRESS_NUMBER_FORMAT: _TEXT.format(10),
    RejectCode.COMPLEMENT_FORMAT: _TEXT.format(30),
    RejectCode.DISTRICT_FORMAT: _TEXT.format(60),
    RejectCode.CITY_FORMAT: _TEXT.format(60),
    RejectCode.STATE_FORMAT: "não é um estado; escreva a sigla, como SP.",
    RejectCode.POSTAL_CODE_FORMAT: (
        "não é um CEP; escreva os oito algarismos, também os zeros à esquerda: 01001-000."
    ),
    RejectCode.PHONE_FORMAT: "não é um telefone com DDD; escreva como (11) 91234-5678.",
    RejectCode.COPY_EMAILS_FORMAT: (
        "tem algo que não é um endereço, ou mais de cinco; separe-os com ponto e vírgula."
    ),
    RejectCode.DOCUMENT_NUMBER_FORMAT: _TEXT.format(40),
    RejectCode.INSTALMENT_FORMAT: (
        "não é uma parcela; escreva como 3/12. Se a planilha fez dela uma data, formate a"
        " coluna como texto."
    ),
    RejectCode.MESSAGE_FORMAT: _TEXT.format(200),
    RejectCode.FINE_FORMAT: _FORMAT,
    RejectCode.FINE_AMBIGUOUS: _AMBIGUOUS,
    RejectCode.FINE_TOO_LARGE: "deve ser menor que o valor da cobrança; corrija.",
    RejectCode.FINE_TWICE: _TWICE,
    RejectCode.INTEREST_FORMAT: (
        "não é uma porcentagem ao mês nem um valor em reais ao dia; escreva 1% ou R$ 0,33 (0 para"
        " nenhum)."
    ),
    RejectCode.INTEREST_AMBIGUOUS: _AMBIGUOUS,
    RejectCode.INTEREST_TOO_LARGE: "os juros de um dia devem ser menores que o valor; corrija.",
    RejectCode.INTEREST_TWICE: _TWICE,
    RejectCode.DISCOUNT_1_FORMAT: _FORMAT,
    RejectCode.DISCOUNT_1_AMBIGUOUS: _AMBIGUOUS,
    RejectCode.DISCOUNT_1_TOO_LARGE: _DISCOUNT_LARGE,
    RejectCode.DISCOUNT_1_TWICE: _TWICE,
    RejectCode.DISCOUNT_1_DATE: _DISCOUNT_DATE,
    RejectCode.DISCOUNT_2_FORMAT: _FORMAT,
    RejectCode.DISCOUNT_2_AMBIGUOUS: _AMBIGUOUS,
    RejectCode.DISCOUNT_2_TOO_LARGE: _DISCOUNT_LARGE,
    RejectCode.DISCOUNT_2_TWICE: _TWICE,
    RejectCode.DISCOUNT_2_DATE: _DISCOUNT_DATE,
    RejectCode.DISCOUNT_3_FORMAT: _FORMAT,
    RejectCode.DISCOUNT_3_AMBIGUOUS: _AMBIGUOUS,
    RejectCode.DISCOUNT_3_TOO_LARGE: _DISCOUNT_LARGE,
    RejectCode.DISCOUNT_3_TWICE: _TWICE,
    RejectCode.DISCOUNT_3_DATE: _DISCOUNT_DATE,
    RejectCode.REBATE_FORMAT: "não é um valor em reais; escreva, por exemplo, 10,00.",
    RejectCode.REBATE_TOO_LARGE: "deve ser menor que o valor da cobrança; corrija.",
    RejectCode.PAYMENT_LIMIT_FORMAT: (
        "não é uma data nem um número de dias após o vencimento; escreva 10/03/2027 ou 30."
    ),
    RejectCode.PAYMENT_LIMIT_EARLY: "é antes do vencimento; corrija a data.",
    RejectCode.PROTEST_DAYS_FORMAT: "não é um número de 0 a 99 dias; corrija.",
    RejectCode.WRITE_OFF_DAYS_FORMAT: "não é um número de 0 a 999 dias; corrija.",
}
