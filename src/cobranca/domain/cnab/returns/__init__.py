"""Return files of banks (retorno): what became of the titles that were sent to them.

`read_return` recognises a file by its bytes, checks all of it, and gives its titles, in columns or
one by one; a file that is wrong anywhere is refused whole, with the line and the places.
"""

from __future__ import annotations

from cobranca.domain.cnab.returns.check_digits import wrong_check_digits
from cobranca.domain.cnab.returns.controls import debt_ids_in
from cobranca.domain.cnab.returns.history import Digests, Repetition, repetition_among
from cobranca.domain.cnab.returns.meanings import (
    CHEQUE_CLEARED,
    KINDS,
    MONEY,
    Kind,
    Occurrence,
    Reason,
    occurrence_of,
    reason_of,
)
from cobranca.domain.cnab.returns.read import ReturnFile, Verdict, read_return
from cobranca.domain.cnab.returns.reader import ReturnHeader
from cobranca.domain.cnab.returns.records import Pix, ReturnRecord, Settlement
from cobranca.domain.cnab.returns.refusal import Refusal, RefusalCode
from cobranca.domain.cnab.returns.row import reasons_in, records_of
from cobranca.domain.cnab.returns.titles import Titles

__all__ = [
    "CHEQUE_CLEARED",
    "KINDS",
    "MONEY",
    "Digests",
    "Kind",
    "Occurrence",
    "Pix",
    "Reason",
    "Refusal",
    "RefusalCode",
    "Repetition",
    "ReturnFile",
    "ReturnHeader",
    "ReturnRecord",
    "Settlement",
    "Titles",
    "Verdict",
    "debt_ids_in",
    "occurrence_of",
    "read_return",
    "reason_of",
    "reasons_in",
    "records_of",
    "repetition_among",
    "wrong_check_digits",
]
