"""A file of several pieces: one is made ready before the one in front of it is written."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from cobranca.payments import posting
from cobranca.payments.pieces import pieces_of
from cobranca.payments.settling import settle
from tests.support.people import run
from tests.support.returns import Line, file_of, paid, post_all, send_return

if TYPE_CHECKING:
    import httpx

    from cobranca.infra.resources import Resources

#: More than a block of a file has, of titles that are none of ours.
OTHERS = 2_700


def others(first: int) -> list[Line]:
    return [Line(number=10_000 + first + n, occurrence="02") for n in range(OTHERS)]


async def settlements(resources: Resources) -> list[dict[str, Any]]:
    return await run(resources, "SELECT * FROM settlement ORDER BY billing_id")


@pytest.fixture
def one_piece_a_block(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Make pieces of blocks; return their sizes as they are read."""
    sizes: list[int] = []

    def told(*given: Any) -> Any:
        for piece in partial(pieces_of, rows_max=1)(*given):
            sizes.append(len(piece))
            yield piece

    monkeypatch.setattr(posting, "pieces_of", told)
    return sizes


async def test_payments_of_one_billing_in_several_pieces_are_all_counted(
    client: httpx.AsyncClient, resources: Resources, one_piece_a_block: list[int]
) -> None:
    lines = [
        paid(1, 1000, paid=300), *others(0), paid(1, 1000, paid=300), paid(2, 1000), *others(5000),
        paid(1, 1000, paid=400), paid(3, 1000), paid(3, 1000, occurrence="69"),
    ]  # fmt: skip
    answer = await send_return(client, file_of(*lines))
    await post_all(resources)
    answer = (await client.get(f"/payments/returns/{answer['return_id']}")).json()
    assert len(one_piece_a_block) >= 3
    assert (answer["verdict"], answer["tally"]["posted"]) == ("accept", 5), answer
    made = await settlements(resources)
    assert [(row["paid_cents"], row["state"]) for row in made] == [(1000, 2), (1000, 2), (0, 0)]
    await run(resources, "DELETE FROM settlement")
    async with resources.database.transaction() as connection:
        await settle(connection, [row["billing_id"] for row in made])
    assert await settlements(resources) == made
