"""The columns of an export: billings of one batch, as they are told to people in Portuguese."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

import numpy as np

from cobranca.domain.boleto import digitable_lines_of, printed_our_numbers
from cobranca.domain.text_format import CNPJ_LENGTH, CPF_LENGTH, format_date, format_tax_id
from cobranca.infra.clock import SAO_PAULO
from cobranca.infra.columns import POSTGRES_EPOCH

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from numpy.typing import NDArray

    from cobranca.billings.out.repository import ColumnsRow
    from cobranca.pipeline.issuing_terms import Profile

#: Between the texts of a column.
SEPARATOR: Final = "\x1f"
HEADERS: Final = (
    "Arquivo", "Linha", "Código da dívida", "Pagador", "CPF/CNPJ", "E-mail", "Valor", "Vencimento",
    "Situação", "Motivo", "Enviada em", "Cancelada em", "Nosso número", "Linha digitável",
)  # fmt: skip
#: What a status is called, by the letter that `read_columns` has for it, in their order.
STATUS_NAMES: Final = {
    "A": "Na fila",
    "I": "Boleto emitido",
    "S": "Enviada",
    "F": "E-mail não entregue",
    "U": "Envio incerto",
    "G": "Registrada no banco",
    "W": "Baixada pelo banco",
    "P": "Protestada",
    "J": "Registro recusado",
    "T": "Paga em parte",
    "D": "Paga",
    "O": "Paga a maior",
    "R": "Cancelada",
    "C": "Paga depois de cancelada",
}
_FIXED: Final = np.dtype(
    [("cents", ">i8"), ("due", ">i4"), ("line", ">i4"), ("our_number", ">i8"), ("status", ">i4"),
     ("sent", ">i8"), ("removed", ">i8")]
)  # fmt: skip
_INSTANT_ZERO: Final = datetime(2000, 1, 1, tzinfo=UTC)
#: What stands for no instant: that of Unix, in microseconds from PostgreSQL's.
_NEVER: Final = -946_684_800_000_000
_BARCODE_LENGTH: Final = 44
#: A line as `format_digitable_line` writes it: where its points and its digits stand.
_MASK: Final = "00000.00000 00000.000000 00000.000000 0 00000000000000"
_MASKED_LENGTH: Final = len(_MASK)
_POINTS: Final = [place for place, sign in enumerate(_MASK) if sign == "."]
_DIGITS: Final = [place for place, sign in enumerate(_MASK) if sign == "0"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """Billings in columns of one length. A text column is one text with `SEPARATOR` in it."""

    file_name: str
    lines: list[int]
    codes: str
    names: str
    tax_ids: str
    emails: str
    amount_cents: list[int]
    #: Days from 2000-01-01.
    due_days: list[int]
    #: Letters of `STATUS_NAMES`.
    statuses: list[str]
    details: str
    sent_at: list[datetime | None]
    removed_at: list[datetime | None]
    our_numbers: list[str]
    digitable_lines: list[str]


def columns_of(
    row: ColumnsRow, profile: Profile, *, file_name: str, issued_on: date | None
) -> Columns:
    """Return what was read of a batch as it is told: numbers printed, instants in São Paulo."""
    fixed = np.frombuffer(row.fixed or b"", _FIXED)
    texts = [row.codes, row.names, row.tax_ids, row.emails, row.details]
    codes, names, tax_ids, emails, details = (text or "" for text in texts)
    return Columns(
        file_name=file_name,
        lines=fixed["line"].tolist(),
        codes=codes,
        names=names,
        tax_ids=SEPARATOR.join(map(_tax_id, tax_ids.split(SEPARATOR))),
        emails=emails,
        amount_cents=fixed["cents"].tolist(),
        due_days=fixed["due"].tolist(),
        statuses=[chr(code) for code in fixed["status"].tolist()],
        details=details,
        sent_at=_instants(fixed["sent"]),
        removed_at=_instants(fixed["removed"]),
        our_numbers=_our_numbers(profile, fixed["our_number"].astype(np.int64), issued_on),
        digitable_lines=_digitable_lines(row.barcodes or "", fixed["our_number"] >= 0),
    )


def day_of(days: int) -> date:
    """Return the date of so many days from 2000-01-01."""
    return POSTGRES_EPOCH + timedelta(days=days)


def written_days(days: Sequence[int]) -> list[str]:
    """Write dates as dd/mm/yyyy; each only once, for a file has few."""
    written = {day: format_date(day_of(day)) for day in set(days)}
    return [written[day] for day in days]


def _tax_id(text: str) -> str:
    """Punctuate what is as long as a CPF or CNPJ, so that no spreadsheet takes it for a number."""
    return format_tax_id(text) if len(text) in (CPF_LENGTH, CNPJ_LENGTH) else text


def _instants(micros: NDArray[np.int64]) -> list[datetime | None]:
    """Return instants in São Paulo, whole seconds; a batch has few different ones."""
    seconds = (micros // 1_000_000).tolist()
    known: dict[int, datetime | None] = {
        second: (_INSTANT_ZERO + timedelta(seconds=second)).astimezone(SAO_PAULO)
        for second in set(seconds)
    }
    known[_NEVER // 1_000_000] = None
    return [known[second] for second in seconds]


def _our_numbers(
    profile: Profile, sequences: NDArray[np.int64], issued_on: date | None
) -> list[str]:
    issued = sequences >= 0
    if issued_on is None or not issued.any():
        return [""] * len(sequences)
    printed = printed_our_numbers(profile.account, sequences[issued], issued_on)
    if len(printed) == len(sequences):
        return printed
    found = iter(printed)
    return [next(found) if is_issued else "" for is_issued in issued.tolist()]


def _digitable_lines(barcodes: str, issued: NDArray[np.bool_]) -> list[str]:
    if not len(issued):
        return []
    digits = np.frombuffer(barcodes.encode("ascii"), np.uint8).reshape(-1, _BARCODE_LENGTH)
    masked = np.full((len(digits), _MASKED_LENGTH), ord(" "), np.uint8)
    masked[:, _POINTS] = ord(".")
    masked[:, _DIGITS] = digitable_lines_of(digits)
    text = masked.tobytes().decode("ascii")
    starts = range(0, len(text), _MASKED_LENGTH)
    return [
        text[start : start + _MASKED_LENGTH] if is_issued else ""
        for start, is_issued in zip(starts, issued.tolist(), strict=True)
    ]
