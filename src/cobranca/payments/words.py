"""What is odd about a record, in Portuguese, and what to do about it."""

from __future__ import annotations

from typing import Final

from cobranca.payments.fates import Note

#: One sentence that says what is so, and one that says what to do.
NOTE_WORDS: Final[dict[Note, tuple[str, str]]] = {
    Note.UNKNOWN_TITLE: (
        "O nosso número não é de nenhuma cobrança sua.",
        "Se for dinheiro, ficou em suspenso: indique a cobrança, ou descarte.",
    ),
    Note.OTHER_AGREEMENT: (
        "O nosso número é de outro convênio ou conta.",
        "Confira com o banco; se a cobrança for sua, indique-a em suspensos.",
    ),
    Note.CHECK_DIGIT: (
        "O dígito do nosso número está errado: o título não é desta conta, ou a linha foi"
        " danificada.",
        "Peça o arquivo de novo ao banco; se a cobrança for sua, indique-a em suspensos.",
    ),
    Note.CONTROL_DIFFERS: (
        "O nosso número é de uma cobrança e o controle é de outra.",
        "Confira no banco qual delas foi paga e indique-a em suspensos.",
    ),
    Note.TITLE_DIFFERS: (
        "O valor do título no retorno não é o da cobrança com esse nosso número.",
        "Confira no banco se o título é seu e indique a cobrança em suspensos.",
    ),
    Note.POSSIBLE_REPETITION: (
        "Outro retorno já trouxe um pagamento igual a este.",
        "Confira no extrato: se entrou duas vezes, indique a cobrança; se não, descarte.",
    ),
    Note.PAID_NOTHING: (
        "O banco diz que foi pago, e o valor pago é zero.",
        "Nada foi lançado: confira no extrato e, se foi pago, dê baixa manual.",
    ),
    Note.PARTS_DIFFER: (
        "O valor pago não é a soma de título, juros, multa e descontos do retorno.",
        "Foi lançado o valor pago: confira os encargos com o banco.",
    ),
    Note.UNKNOWN_OCCURRENCE: (
        "O código da ocorrência não é conhecido neste layout.",
        "Nada foi lançado: veja o código no manual do banco.",
    ),
    Note.UNKNOWN_DEBT: (
        "O aviso de pagamento é de uma dívida que não está aqui.",
        "O dinheiro ficou em suspenso: indique a cobrança, ou descarte.",
    ),
}
