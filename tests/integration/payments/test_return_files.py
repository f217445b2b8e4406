"""Return files: believed whole or not at all, and posted once."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.people import debt_id, run
from tests.support.returns import DAY, Line, file_of, paid, send_return

if TYPE_CHECKING:
    import httpx

    from cobranca.infra.resources import Resources


async def status_of(client: httpx.AsyncClient, number: int) -> str:
    """Return where a debt stands."""
    answer = await client.get(f"/billings/{debt_id(number)}")
    return answer.json()["status"]


async def settlements(resources: Resources) -> list[dict[str, Any]]:
    return await run(resources, "SELECT * FROM settlement ORDER BY billing_id")


async def test_paid_titles_are_paid(client: httpx.AsyncClient, resources: Resources) -> None:
    content = file_of(paid(1, 1000), paid(2, 1000, paid=400), paid(3, 1000, interest=7))
    answer = await send_return(client, content)
    assert (answer["verdict"], answer["code"]) == ("accept", None), answer
    assert answer["tally"]["posted"] == 3
    assert answer["tally"]["posted_cents"] == 1000 + 400 + 1007
    assert [await status_of(client, n) for n in (1, 2, 3)] == ["PAID", "PARTIALLY_PAID", "PAID"]
    (first, part, late) = await settlements(resources)
    assert (first["cash_cents"], first["fees_cents"]) == (850, 150)
    assert part["receivable_cents"] == 600
    assert late["extra_cents"] == 7


async def test_same_file_posts_nothing_again(
    client: httpx.AsyncClient, resources: Resources
) -> None:
    first = await send_return(client, file_of(paid(1, 1000)))
    before = await settlements(resources)
    for content in (
        file_of(paid(1, 1000)),
        file_of(paid(1, 1000)).replace(b"\r\n", b"\n"),
        file_of(paid(1, 1000), sequence=2),
    ):
        again = await send_return(client, content)
        assert (again["verdict"], again["repeats"]) == ("repeat", first["return_id"])
    assert await settlements(resources) == before
    assert len(await run(resources, "SELECT 1 FROM payment")) == 1


async def test_unknown_title_goes_to_suspense(
    client: httpx.AsyncClient, resources: Resources
) -> None:
    answer = await send_return(client, file_of(paid(1, 1000), paid(77, 500)))
    assert (answer["tally"]["posted"], answer["tally"]["suspense"]) == (1, 1)
    (row,) = await run(resources, "SELECT why, paid_cents FROM suspense")
    assert row == {"why": "UNKNOWN_TITLE", "paid_cents": 500}


@pytest.mark.parametrize("occurrences", [("06", "76"), ("76", "06")])
async def test_cheque_that_clears_is_not_paid_twice(
    client: httpx.AsyncClient, resources: Resources, occurrences: tuple[str, str]
) -> None:
    """Of a title's 06 and of the clearing of the same cheque, the second is a person's to judge."""
    later = date(2026, 8, 14)
    for place, (occurrence, on) in enumerate(zip(occurrences, (DAY, later), strict=True), 1):
        told = paid(1, 1000, occurrence=occurrence, on=on, credited=on)
        answer = await send_return(client, file_of(told, sequence=place))
        assert answer["tally"]["posted" if place == 1 else "held"] == 1
    assert await status_of(client, 1) == "PAID"
    (row,) = await run(resources, "SELECT why, paid_cents FROM suspense")
    assert row == {"why": "POSSIBLE_REPETITION", "paid_cents": 1000}


async def test_cheque_alone_and_cheques_of_other_amounts_are_paid(
    client: httpx.AsyncClient,
) -> None:
    both = file_of(paid(1, 1000), paid(1, 1000, occurrence="76"), paid(2, 1000, occurrence="76"))
    answer = await send_return(client, both)
    assert (answer["tally"]["posted"], answer["tally"]["held"]) == (2, 1)
    parts = file_of(paid(3, 1000, paid=400), paid(3, 1000, paid=600, occurrence="76"), sequence=2)
    assert (await send_return(client, parts))["tally"]["posted"] == 2
    assert [await status_of(client, n) for n in (1, 2, 3)] == ["PAID"] * 3


@pytest.mark.parametrize("undone_first", [True, False])
async def test_what_is_paid_after_a_cheque_came_back_is_paid(
    client: httpx.AsyncClient, resources: Resources, *, undone_first: bool
) -> None:
    undone = paid(1, 1000, occurrence="69", on=date(2026, 8, 10), credited=None)
    contents = [file_of(undone), file_of(paid(1, 1000), sequence=2)]
    for content in contents if undone_first else reversed(contents):
        await send_return(client, content)
    assert await status_of(client, 1) == "PAID"
    (row,) = await settlements(resources)
    assert (row["paid_cents"], row["unanswered"]) == (1000, 1)


async def test_refused_file_leaves_only_its_refusal(
    client: httpx.AsyncClient, resources: Resources
) -> None:
    lines = file_of(paid(1, 1000), paid(2, 1000)).splitlines(keepends=True)
    answer = await send_return(client, b"".join(lines[:2] + lines[3:]))
    assert (answer["verdict"], answer["code"]) == ("refuse", "SEQUENCE_GAP")
    assert answer["line"] == 3
    assert "Linha 3" in answer["message"]
    for table in ("return_record", "payment", "settlement", "suspense"):
        assert await run(resources, f"SELECT 1 FROM {table}") == []  # noqa: S608


async def test_records_are_shown_with_their_words(client: httpx.AsyncClient) -> None:
    content = file_of(
        Line(number=1, occurrence="02"), Line(number=2, occurrence="03", reasons="37")
    )
    answer = await send_return(client, content)
    assert (await status_of(client, 1), await status_of(client, 2)) == (
        "REGISTERED",
        "REGISTRATION_REJECTED",
    )
    page = (await client.get(f"/payments/returns/{answer['return_id']}/records")).json()
    entered, refused = page["records"]
    assert (entered["kind"], entered["debt_id"]) == ("REGISTERED", debt_id(1))
    assert refused["reasons"][0]["cause"] == "PAYER_TAX_ID"
    assert refused["reasons"][0]["advice"]
