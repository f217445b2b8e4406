"""Sets the search for the billings of money in suspense going."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cobranca.payments.rematch import repository
from cobranca.pipeline import groups

if TYPE_CHECKING:
    from cobranca.infra.db import Connection

#: The kind of work; its subject is the beneficiary.
MATCH: Final = "match"


async def begin_search(connection: Connection, beneficiary_id: int) -> None:
    """Let money that went to suspense be looked after. The caller has the beneficiary's turn."""
    search = await repository.find_search(connection, beneficiary_id)
    if search is None:
        group_id = await groups.open_group(connection)
        await repository.add_search(connection, beneficiary_id, group_id)
    else:
        group_id = search.group_id
    await groups.add_work(connection, group_id, MATCH, [beneficiary_id])
    await groups.restart(connection, MATCH, [beneficiary_id])
