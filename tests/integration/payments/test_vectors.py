"""Every return file of the golden ones, read and posted for the account that it is of."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.api_client import api_client
from tests.support.people import run
from tests.support.returns import file_of, paid, send_return
from tests.unit.domain.golden import GOLDEN, examples

if TYPE_CHECKING:
    import httpx

    from cobranca.infra.resources import Resources
    from cobranca.infra.settings import Settings

FILES = [x for x in examples("return_files") if x.get("account") and x["verdict"] == "accept"]
MONEY = {
    "PAID",
    "PAID_PARTIAL",
    "PAID_IN_PROTEST",
    "PAID_AFTER_WRITE_OFF",
    "PAID_UNREGISTERED",
}


def of_account(settings: Settings, bank: str, parameters: dict[str, str]) -> Settings:
    beneficiary = settings.beneficiary.model_copy(
        update={"bank": bank, "bank_parameters": parameters}
    )
    return settings.model_copy(update={"beneficiary": beneficiary})


async def add_profile(resources: Resources, settings: Settings) -> None:
    """Give the beneficiary the account, as its first upload would."""
    from cobranca.pipeline.issuing_terms import snapshot

    content, sha256 = snapshot(settings.beneficiary)
    await run(
        resources,
        "INSERT INTO profile (beneficiary_id, sha256, content)"
        " SELECT id, %s, %s::jsonb FROM beneficiary ON CONFLICT DO NOTHING",
        sha256,
        content.decode(),
    )


@pytest.mark.parametrize("bank", sorted({x["bank"] for x in FILES}))
async def test_files_of_a_bank_are_kept_record_by_record(resources: Resources, bank: str) -> None:
    for example in (x for x in FILES if x["bank"] == bank):
        settings = of_account(resources.settings, bank, example["account"])
        async with api_client(settings) as client:
            await add_profile(resources, settings)
            content = (GOLDEN / "return_files" / Path(example["file"]).name).read_bytes()
            answer = await send_return(client, content, link=True)
            if answer["verdict"] == "repeat":
                continue  # Some hostile files repeat others, which is what they show.
            assert answer["verdict"] in {"accept", "conflict"}, answer
            if answer["verdict"] == "conflict":
                continue
            expected = example["records"]
            tally = answer["tally"]
            assert tally["records"] == len(expected)
            money = sum(r["paid_cents"] for r in expected if r["kind"] in MONEY)
            assert tally["posted_cents"] + tally["suspense_cents"] + tally["held_cents"] == money
            path = f"/payments/returns/{answer['return_id']}/records?limit=500"
            shown = (await client.get(path)).json()["records"]
            assert [
                (r["line"], r["occurrence"], r["kind"], [x["code"] for x in r["reasons"]])
                for r in shown
            ] == [(r["line"], r["occurrence"], r["kind"], list(r["reasons"])) for r in expected]


async def test_file_of_another_company_is_refused_unless_linked(
    resources: Resources,
) -> None:
    example = next(x for x in FILES if x["bank"] == "237")
    settings = of_account(resources.settings, "237", example["account"])
    content = (GOLDEN / "return_files" / "hostil-400-de-outra-empresa.ret").read_bytes()
    async with api_client(settings) as client:
        await add_profile(resources, settings)
        answer = await send_return(client, content)
        assert (answer["verdict"], answer["code"]) == ("refuse", "UNKNOWN_AGREEMENT")
        assert "link=true" in answer["message"]
        assert await run(resources, "SELECT 1 AS one FROM suspense") == []
        linked = await send_return(client, content, link=True)
        assert linked["verdict"] == "accept"
        assert linked["tally"]["suspense"] > 0


async def test_file_of_another_bank_is_refused(client: httpx.AsyncClient) -> None:
    content = (GOLDEN / "return_files" / "feito-inter400.ret").read_bytes()
    answer = await send_return(client, content, link=True)
    assert (answer["verdict"], answer["code"]) == ("refuse", "UNKNOWN_AGREEMENT")


async def test_every_damage_is_refused_and_leaves_nothing(
    client: httpx.AsyncClient, resources: Resources
) -> None:
    content = file_of(paid(1, 1000), paid(2, 1000), paid(3, 1000))
    lines = content.splitlines(keepends=True)
    damaged: dict[str, bytes] = {}
    for place in range(1, len(lines) - 1):
        damaged[f"line {place} cut out"] = b"".join(lines[:place] + lines[place + 1 :])
        damaged[f"line {place} doubled"] = b"".join(lines[: place + 1] + lines[place:])
    damaged["two lines swapped"] = b"".join([lines[0], lines[2], lines[1], *lines[3:]])
    for cut in (1, 400, 402, 700, len(content) - 410):
        damaged[f"cut at {cut}"] = content[:cut]
    damaged["a byte lost"] = content[:500] + content[501:]
    damaged["a digit under the total"] = lines[0] + lines[1].replace(
        b"0000000001000341", b"0000000001001341"
    ) + b"".join(lines[2:])  # fmt: skip
    for name, bytes_ in damaged.items():
        answer = await send_return(client, bytes_)
        assert answer["verdict"] == "refuse", name
        assert answer["message"], name
    counted: list[dict[str, Any]] = await run(
        resources,
        "SELECT (SELECT count(*) FROM return_record) + (SELECT count(*) FROM payment)"
        " + (SELECT count(*) FROM suspense) + (SELECT count(*) FROM settlement) AS n",
    )
    assert counted == [{"n": 0}]
    assert (await send_return(client, content))["verdict"] == "accept"
