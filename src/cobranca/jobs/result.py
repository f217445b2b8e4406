"""What a job did and what not, as a CSV: a line for each billing that was meant, piece by piece."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cobranca.billings.listing.repository import match, prefer_own_plans
from cobranca.domain.spreadsheet import BYTE_ORDER_MARK, csv_line
from cobranca.jobs import repository
from cobranca.jobs.acts import Outcome
from cobranca.jobs.meant import sought_again
from cobranca.jobs.wanted import filter_of

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Sequence

    from cobranca.infra.db import Connection, Database
    from cobranca.jobs.repository import JobRow, ResultRow

_HEADERS: Final = ("Arquivo", "Linha", "Código da dívida", "Pagador", "Valor", "Vencimento")
_SAID: Final = ("Resultado", "Motivo")
#: What each outcome is called; who was passed over reads why.
_WHY: Final = {
    Outcome.DONE: "",
    Outcome.CANCELLED: "Já estava cancelada",
    Outcome.PAID: "Já foi paga",
    Outcome.ERASED: "Os dados do pagador foram apagados",
    Outcome.WAITING: "O e-mail ainda está na fila",
    Outcome.DELIVERED: "O e-mail já foi entregue",
    Outcome.IN_DOUBT: "Não se sabe se o e-mail chegou",
    Outcome.BLOCKED: "O endereço está bloqueado",
    Outcome.NO_SLIP: "Não há boleto: ainda não emitido, ou simulado",
    Outcome.CHANGED: "Mudou depois do início",
    Outcome.NOT_REACHED: "A ação parou antes",
}
_PARTS_AT_ONCE: Final = 4
_BATCHES_AT_ONCE: Final = 8
_LINES_AT_ONCE: Final = 5000


async def stream_result(
    database: Database, beneficiary_id: int, row: JobRow
) -> AsyncGenerator[bytes]:
    """Yield a line for each billing that was come to, and then for those that were not."""
    yield BYTE_ORDER_MARK + csv_line((*_HEADERS, *_SAID), delimiter=";")
    after = (-1, "")
    while True:
        async with database.transaction() as connection:
            parts = await repository.list_parts(
                connection, row.id, after=after, rows_max=_PARTS_AT_ONCE
            )
        for part in parts:
            async for piece in _lines(
                database, beneficiary_id, part.billing_ids, Outcome(part.outcome)
            ):
                yield piece
        if len(parts) < _PARTS_AT_ONCE:
            break
        after = (parts[-1].place, parts[-1].outcome)
    async for ids in _unreached(database, beneficiary_id, row):
        async for piece in _lines(database, beneficiary_id, ids, Outcome.NOT_REACHED):
            yield piece


async def _unreached(
    database: Database, beneficiary_id: int, row: JobRow
) -> AsyncGenerator[list[int]]:
    """Yield the billings that are meant of batches that were not come to."""
    wanted, after = filter_of(row.filter), 0
    while True:
        async with database.transaction() as connection:
            rest = await repository.list_unreached(
                connection, row.id, after=after, batches_max=_BATCHES_AT_ONCE
            )
            if rest is None or not rest.batch_ids:
                return
            await prefer_own_plans(connection)
            sought = await sought_again(connection, beneficiary_id, wanted)
            found = await match(connection, sought, batch_ids=rest.batch_ids)
        yield [each.id for each in found]
        after = rest.place + len(rest.batch_ids)


async def _lines(
    database: Database, beneficiary_id: int, billing_ids: Sequence[int], outcome: Outcome
) -> AsyncGenerator[bytes]:
    for first in range(0, len(billing_ids), _LINES_AT_ONCE):
        async with database.transaction() as connection:
            rows = await _read(connection, beneficiary_id, billing_ids[first:][:_LINES_AT_ONCE])
        yield b"".join(_line(row, outcome) for row in rows)


async def _read(
    connection: Connection, beneficiary_id: int, billing_ids: Sequence[int]
) -> list[ResultRow]:
    return await repository.read_billings(
        connection, beneficiary_id=beneficiary_id, billing_ids=billing_ids
    )


def _line(row: ResultRow, outcome: Outcome) -> bytes:
    fields = (
        row.file_name,
        str(row.line_number),
        row.code,
        row.name,
        f"{row.amount_cents // 100},{row.amount_cents % 100:02d}",
        f"{row.due_date:%d/%m/%Y}",
        "Feito" if outcome is Outcome.DONE else "Não feito",
        _WHY[outcome],
    )
    return csv_line(fields, delimiter=";")
