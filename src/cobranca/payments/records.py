"""Records of return files as the API shows them: codes with their words, and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cobranca.domain.cnab.returns import KINDS, MONEY, occurrence_of, reason_of
from cobranca.infra.db import cut_page
from cobranca.payments import repository
from cobranca.payments.fates import Fate, Note
from cobranca.payments.schemas import RecordsPage, ReturnNote, ReturnReason, ReturnRecord
from cobranca.payments.words import NOTE_WORDS

if TYPE_CHECKING:
    from cobranca.infra.db import Connection
    from cobranca.payments.rows import ListedFileRow, RecordRow


async def page(
    connection: Connection, file: ListedFileRow, *, fate: str | None, after: int, limit: int
) -> RecordsPage:
    """Return a page of a file's records by line."""
    rows = await repository.list_records(
        connection,
        file_id=file.id,
        fate=None if fate is None else Fate[fate],
        after=after,
        rows_max=limit + 1,
    )
    some, after_page = cut_page(rows, limit, key="line")
    return RecordsPage(records=[shown_record(file, row) for row in some], next=after_page)


def shown_record(file: ListedFileRow, row: RecordRow) -> ReturnRecord:
    """Show one record."""
    bank, layout, kind = file.bank or "", file.layout or 0, KINDS[row.kind]
    reasons = [reason_of(bank, layout, row.occurrence, code) for code in row.reasons.split()]
    return ReturnRecord(
        line=row.line,
        occurrence=row.occurrence,
        kind=kind,
        text=occurrence_of(bank, layout, row.occurrence).text,
        fate=Fate(row.fate).name,
        note=note_of(row.note),
        reasons=[
            ReturnReason(code=r.code, text=r.text, cause=r.cause, advice=r.advice) for r in reasons
        ],
        our_number=row.our_number,
        debt_id=row.debt_id,
        code=row.code,
        title_cents=row.title_cents,
        paid_cents=row.paid_cents if kind in MONEY else None,
        occurred_on=row.occurred_on,
        credited_on=row.credited_on,
    )


def note_of(code: str) -> ReturnNote | None:
    """Show what is odd; None when nothing is."""
    if not code:
        return None
    text, advice = NOTE_WORDS[Note(code)]
    return ReturnNote(code=code, text=text, advice=advice)
