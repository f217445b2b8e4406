"""The search over all files: by whatever a person has in hand, each beneficiary for itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx
import pytest

from cobranca.billings.search.repository import QUERIES
from cobranca.billings.search.service import plan_indexing
from cobranca.infra.settings import BeneficiarySettings
from cobranca.retention.service import purge
from tests.integration.uploads.test_upload import send
from tests.support.api_client import api_client
from tests.support.people import run
from tests.support.works import index_uploads, issue_batch

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from cobranca.infra.resources import Resources
    from cobranca.infra.settings import Settings

HEAD = "name,governmentId,email,debtAmount,debtDueDate,debtId\n"
ANA, BIA, FIRM = "52998224725", "11144477735", "12ABC34501DE35"
FIRST = (
    f"Ana Conceição D'Ávila,{ANA},ana@example.com,10.00,2030-01-31,CTR-2026/00001\n"
    f"Bia SOUZA E SILVA,{BIA},Bia@Example.com,20.00,2030-01-31,CTR-2026/00002\n"
    f"Padaria São José Ltda,{FIRM},contas@padaria.example,30.00,2030-01-31,77\n"
)
#: The same person writes herself in another way, and another is called nearly so.
SECOND = (
    f"ANA C. DAVILA,{ANA},ana.nova@example.com,40.00,2030-02-28,CTR-2026/00003\n"
    f"Anabel Souza,{BIA},bia@example.com,50.00,2030-02-28,0b5d7a86-4d3d-4a54-8b9c-1e1f0a6b7c8d\n"
)


@pytest.fixture
async def client(settings: Settings, resources: Resources) -> AsyncIterator[httpx.AsyncClient]:
    """Give an API with two files that were issued and made searchable."""
    async with api_client(settings) as client:
        for body in (FIRST, SECOND):
            answer = await send(client, (HEAD + body).encode())
            assert answer["rejected"] == 0, answer
        await finish(resources)
        yield client


async def finish(resources: Resources) -> None:
    """Issue all, call the files ended, and make them searchable."""
    while await issue_batch(resources):
        pass
    await run(resources, "UPDATE upload SET finished_at = now() WHERE finished_at IS NULL")
    await index_uploads(resources)


async def find(client: httpx.AsyncClient, text: str) -> dict[str, Any]:
    """Return the answer to a search."""
    answer = await client.get("/search", params={"q": text})
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.mark.parametrize(
    ("typed", "people"),
    [
        ("ana conceicao", {ANA}),
        ("CONCEIÇÃO Ana", {ANA}),
        ("ávila", {ANA}),
        ("d'avila", {ANA}),
        ("concei", {ANA}),
        ("souza", {BIA}),
        ("silva souza", {BIA}),
        ("padaria sao jose", {FIRM}),
        ("sao padaria lt", set()),  # Two letters are no beginning.
        ("ana", {ANA, BIA}),  # Anabel begins so.
        ("Ana Souza", set()),
        ("zé ninguém", set()),
        ("!!!", set()),
        ("52998224725", {ANA}),
        ("529.982.247-25", {ANA}),
        ("12.abc.345/01de-35", {FIRM}),
        ("ANA@example.com", {ANA}),
        (" ana.nova@example.com ", {ANA}),
        ("nobody@example.com", set()),
    ],
)
async def test_payers_are_found(client: httpx.AsyncClient, typed: str, people: set[str]) -> None:
    answer = await find(client, typed)
    assert {payer["tax_id"] for payer in answer["payers"]} == people
    assert len(answer["payers"]) == len(people)
    assert not answer["billings"]
    assert answer["pending_uploads"] == 0


async def test_a_person_is_one_over_all_files_and_writings(client: httpx.AsyncClient) -> None:
    (found,) = (await find(client, ANA))["payers"]
    assert (found["name"], found["billings"]) == ("ANA C. DAVILA", 2)
    payer = (await client.get(f"/payers/{found['payer_id']}")).json()
    assert payer["names"] == ["ANA C. DAVILA", "Ana Conceição D'Ávila"]
    assert payer["emails"] == ["ana.nova@example.com", "ana@example.com"]
    assert payer["totals"] == [{"status": "ISSUED", "billings": 2, "amount_cents": 5000}]
    billings = f"/payers/{found['payer_id']}/billings"
    first = (await client.get(billings, params={"limit": 1})).json()
    second = (await client.get(billings, params={"limit": 1, "before": first["next"]})).json()
    codes = [page["records"][0]["code"] for page in (first, second)]
    assert (codes, second["next"]) == (["CTR-2026/00003", "CTR-2026/00001"], None)


async def test_billings_are_found_by_every_number_of_theirs(client: httpx.AsyncClient) -> None:
    one = (await client.get("/billings/CTR-2026%2F00001")).json()
    line, barcode = one["digitable_line"], one["barcode"]
    spaced = f"{line[:5]}.{line[5:10]} {line[10:15]}.{line[15:21]} {line[21:]}"
    for typed in (
        "CTR-2026/00001", one["debt_id"], line, spaced, barcode, one["our_number"],
        one["our_number"].replace("-", " "),
    ):  # fmt: skip
        answer = await find(client, typed)
        assert [found["code"] for found in answer["billings"]] == ["CTR-2026/00001"], typed
        assert answer["payers"] == []
    assert [found["code"] for found in (await find(client, "77"))["billings"]] == ["77"]


@pytest.mark.parametrize("change", ["amount", "digit", "bank", "utility"])
async def test_a_line_that_is_not_ours_finds_nothing(
    client: httpx.AsyncClient, change: str
) -> None:
    one = (await client.get("/billings/CTR-2026%2F00001")).json()
    barcode = one["barcode"]
    typed = {
        "amount": barcode[:18] + "1" + barcode[19:],
        "digit": one["digitable_line"][:-1] + str(9 - int(one["digitable_line"][-1])),
        "bank": "999" + barcode[3:],
        "utility": "8" * 48,
    }[change]
    answer = await find(client, typed)
    assert (answer["tried"], answer["billings"], answer["payers"]) == (["line"], [], [])


async def test_a_file_that_is_not_searchable_yet_is_told(
    settings: Settings, resources: Resources
) -> None:
    async with api_client(settings) as client:
        await send(client, (HEAD + FIRST).encode())
        answer = await find(client, ANA)
        assert (answer["payers"], answer["pending_uploads"]) == ([], 1)
        assert await plan_indexing(resources) == 0  # Its mails come first.
        assert [b["code"] for b in (await find(client, "CTR-2026/00001"))["billings"]]
        await finish(resources)
        answer = await find(client, ANA)
        assert (len(answer["payers"]), answer["pending_uploads"]) == (1, 0)


async def test_another_beneficiary_finds_nothing(
    client: httpx.AsyncClient, settings: Settings
) -> None:
    (found,) = (await find(client, ANA))["payers"]
    one = (await client.get("/billings/CTR-2026%2F00001")).json()
    other = BeneficiarySettings(
        name="Clube Horizonte Ltda",
        tax_id="11444777000161",
        email="cobranca@horizonte.example",
        bank_parameters=settings.beneficiary.bank_parameters,
    )
    async with api_client(settings.model_copy(update={"beneficiary": other})) as theirs:
        for typed in (
            ANA, "conceicao", "ana@example.com", one["debt_id"], one["our_number"],
            one["digitable_line"], one["code"],
        ):  # fmt: skip
            answer = await find(theirs, typed)
            assert (answer["billings"], answer["payers"]) == ([], []), typed
        for path in (f"/payers/{found['payer_id']}", f"/payers/{found['payer_id']}/billings"):
            assert (await theirs.get(path)).status_code == 404


async def test_a_purge_takes_out_who_is_in_no_other_file(
    client: httpx.AsyncClient, resources: Resources
) -> None:
    await run(resources, "UPDATE upload SET finished_at = now() - interval '9 days' WHERE id = 1")
    await purge(resources.database, resources.storage, days=5)
    assert (await find(client, FIRM))["payers"] == []
    (left,) = (await find(client, ANA))["payers"]
    assert (left["name"], left["billings"]) == ("ANA C. DAVILA", 1)
    assert await run(resources, "SELECT count(*) AS n FROM payer") == [{"n": 2}]
    assert await run(resources, "SELECT count(*) AS n FROM payer_billing") == [{"n": 2}]


async def test_a_name_is_looked_for_by_its_words_before_anybody_has_counted(
    client: httpx.AsyncClient, resources: Resources
) -> None:
    assert client
    wanted = {"words": "'ana'", "beneficiary_id": 1, "rows_max": 9}
    async with resources.database.transaction() as c:
        cursor = await c.execute(f"EXPLAIN {QUERIES['find_by_name']}", wanted)
        plan = str(await cursor.fetchall())
    assert "payer_by_name" in plan
    assert "payer_by_tax_id" not in plan


async def test_done_twice_it_has_one_effect(
    client: httpx.AsyncClient, resources: Resources
) -> None:
    before = await run(resources, "SELECT * FROM payer_billing ORDER BY 1, 2")
    await run(resources, "UPDATE upload_search SET last_batch_id = 0, done_at = NULL")
    await run(resources, "UPDATE work SET state = 'READY' WHERE kind = 'index'")
    await run(resources, "UPDATE work_group SET open = true")
    await index_uploads(resources)
    assert await run(resources, "SELECT * FROM payer_billing ORDER BY 1, 2") == before
    assert len((await find(client, ANA))["payers"]) == 1


@pytest.mark.parametrize("typed", ["\0", "", "x" * 321])
async def test_what_is_no_search_is_refused(client: httpx.AsyncClient, typed: str) -> None:
    assert (await client.get("/search", params={"q": typed})).status_code == 422
