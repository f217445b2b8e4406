"""Uploads through the API into the real PostgreSQL: every record is counted, whatever the bytes."""

from __future__ import annotations

import asyncio
import re
import uuid
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from cobranca.api import create_app
from cobranca.domain.errors import Transient
from cobranca.uploads.ingest_pool import IngestPool
from tests.support.api_client import api_client

if TYPE_CHECKING:
    from cobranca.infra.settings import Settings

CSV = {"Content-Type": "text/csv"}
HEADER = "name,governmentId,email,debtAmount,debtDueDate,debtId"


def row(number: int = 0, **values: str) -> str:
    """Return one good line of the official file, with what the test wants to be otherwise."""
    fields = {
        "name": "Ana",
        "governmentId": "1234",
        "email": f"ana{number}@example.com",
        "debtAmount": "10.50",
        "debtDueDate": "2030-01-31",
        "debtId": str(uuid.UUID(int=number + 1)),
    } | values
    return ",".join(fields.values())


def csv_of(*rows: str) -> bytes:
    """Return a file with the official header."""
    return "\n".join([HEADER, *rows, ""]).encode()


@pytest.fixture
async def client(settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    """Return a client of an API of its own."""
    async with api_client(settings) as client:
        yield client


async def send(client: httpx.AsyncClient, content: bytes, **query: str) -> dict[str, Any]:
    """Upload a file as multipart and return the answer."""
    answer = await client.post(
        "/billings/csv/upload", files={"file": ("debts.csv", content, "text/csv")}, params=query
    )
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["accepted"] + body["rejected"] + body["duplicates"] == body["records"]
    return body


async def test_multipart_and_raw_bodies_are_the_same_upload(client: httpx.AsyncClient) -> None:
    content = csv_of(row(1), row(2))
    first = await send(client, content)
    raw = await client.post(
        "/billings/csv/upload?name=other.csv", content=content, headers={"Content-Type": "text/csv"}
    )
    assert (first["accepted"], first["repeated"]) == (2, False)
    assert raw.json()["upload_id"] == first["upload_id"]
    assert raw.json()["repeated"] is True


async def test_the_same_file_twenty_times_at_once_is_one_upload(client: httpx.AsyncClient) -> None:
    content = csv_of(*map(row, range(50)))
    answers = await asyncio.gather(*(send(client, content) for _ in range(20)))
    assert len({answer["upload_id"] for answer in answers}) == 1
    assert sum(not answer["repeated"] for answer in answers) == 1
    uploads = (await client.get("/billings/csv/uploads")).json()["records"]
    assert [upload["accepted"] for upload in uploads] == [50]


async def test_overlapping_files_at_once_make_each_billing_once(client: httpx.AsyncClient) -> None:
    files = [csv_of(*map(row, range(start, start + 60))) for start in range(0, 200, 20)]
    answers = await asyncio.gather(*(send(client, content) for content in files))
    assert sum(answer["accepted"] for answer in answers) == 240
    assert sum(answer["duplicates"] for answer in answers) == 600 - 240


async def test_a_debt_sent_again_is_a_duplicate_and_with_other_values_a_conflict(
    client: httpx.AsyncClient,
) -> None:
    first = await send(client, csv_of(row(1), row(2)))
    second = await send(client, csv_of(row(1), row(2, debtAmount="99.00"), row(3)))
    assert (second["accepted"], second["duplicates"], second["conflicts"]) == (1, 2, 1)
    url = f"/billings/csv/uploads/{second['upload_id']}/rejects?duplicates=true"
    lines = (await client.get(url)).content.decode("utf-8-sig").splitlines()
    assert "DUPLICATE" in lines[1]
    assert "CONFLICT" in lines[2]
    assert first["upload_id"] in lines[1]


async def test_a_debt_twice_in_one_file_counts_the_first(client: httpx.AsyncClient) -> None:
    answer = await send(client, csv_of(row(1), row(2), row(1, name="Bia")))
    assert (answer["accepted"], answer["duplicates"]) == (2, 1)
    billings = (await client.get("/billings", params={"upload_id": answer["upload_id"]})).json()
    assert {b["name"] for b in billings["records"]} == {"Ana"}


@pytest.mark.parametrize("delimiter", [",", ";"])
async def test_rejects_can_be_mended_and_sent_again(
    client: httpx.AsyncClient, delimiter: str
) -> None:
    bad = row(2, debtAmount="-1", name='"=cmd()"')
    answer = await send(client, csv_of(row(1), bad, row(3, debtDueDate="2023-02-30")))
    assert (answer["accepted"], answer["rejected"]) == (1, 2)
    url = f"/billings/csv/uploads/{answer['upload_id']}/rejects"
    answered = await client.get(url, params={"delimiter": delimiter})
    text = answered.content.decode("utf-8-sig")
    assert f"{delimiter}'=cmd(){delimiter}" in text
    mended = text.replace("-1", "1.00").replace("2023-02-30", "2030-02-28")
    again = await send(client, mended.encode())
    assert (again["accepted"], again["rejected"]) == (2, 0)


async def test_rejects_beyond_the_bound_are_counted_and_not_kept(settings: Settings) -> None:
    bounded = settings.model_copy(update={"rejects_max": 3})
    async with api_client(bounded) as client:
        bad = [row(n, debtAmount="-1") for n in range(2, 6)]
        answer = await send(client, csv_of(row(1), row(1), *bad))
        assert (answer["accepted"], answer["rejected"], answer["duplicates"]) == (1, 4, 1)
        assert answer["warnings"]["REJECTS_NOT_KEPT"] == 2
        url = f"/billings/csv/uploads/{answer['upload_id']}/rejects?duplicates=true"
        lines = (await client.get(url)).content.decode("utf-8-sig").splitlines()
        assert len(lines) == 1 + 3


async def test_the_list_has_the_fields_of_the_first_solution(client: httpx.AsyncClient) -> None:
    await send(client, csv_of(row(1)))
    (upload,) = (await client.get("/billings/csv/uploads")).json()["records"]
    assert {"id", "name", "createdat", "updatedat", "status"} <= upload.keys()
    assert upload["name"] == "debts.csv"
    assert upload["statuses"]["ACKNOWLEDGED"] == 1


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "EMPTY_FILE"),
        (HEADER.encode(), "NO_ROWS"),
        (b"a,b,c\n1,2,3\n", "NO_HEADER"),
        (b"name,email\nAna,a@b.co\n", "MISSING_COLUMNS"),
        (b"%PDF-1.7\x00\x00\xff\xfe", "NOT_TEXT"),
    ],
)
async def test_a_file_that_is_none_is_a_clear_error_and_leaves_nothing(
    client: httpx.AsyncClient, settings: Settings, content: bytes, code: str
) -> None:
    answer = await client.post(
        "/billings/csv/upload", content=content, headers={"Content-Type": "text/csv"}
    )
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == code
    assert (await client.get("/billings/csv/uploads")).json()["records"] == []
    left = list(settings.data_dir.rglob("*.csv"))
    assert left == []


async def test_bodies_that_cannot_be_taken_are_refused_by_name(
    client: httpx.AsyncClient, settings: Settings
) -> None:
    url = "/billings/csv/upload"
    json = await client.post(url, json={})
    assert (json.status_code, json.json()["code"]) == (415, "MEDIA_TYPE_INVALID")
    zipped = await client.post(
        url, content=b"x", headers={"Content-Type": "text/csv", "Content-Encoding": "gzip"}
    )
    assert zipped.status_code == 415
    other = await client.post(url, files={"other": ("a.csv", csv_of(row(1)), "text/csv")})
    assert (other.status_code, other.json()["code"]) == (422, "FILE_MISSING")
    broken = await client.post(
        url, content=b"no parts", headers={"Content-Type": "multipart/form-data; boundary=x"}
    )
    assert (broken.status_code, broken.json()["code"]) == (422, "MULTIPART_INVALID")
    smtp = await client.post(url + "?mail=smtp", files={"file": ("a.csv", csv_of(row(1)))})
    assert (smtp.status_code, smtp.json()["code"]) == (409, "SMTP_NOT_CONFIGURED")


async def test_a_body_over_the_limit_is_refused_with_and_without_its_length(
    settings: Settings,
) -> None:
    small = settings.model_copy(update={"upload_bytes_max": 1000})
    content = csv_of(*map(row, range(2000)))

    async def chunks() -> AsyncIterator[bytes]:
        yield content

    async with api_client(small) as client:
        headers = {"Content-Type": "text/csv"}
        for body in (content, chunks()):
            answer = await client.post("/billings/csv/upload", content=body, headers=headers)
            assert (answer.status_code, answer.json()["code"]) == (413, "UPLOAD_TOO_LARGE")
    assert list((settings.data_dir / "incoming").iterdir()) == []


async def test_a_full_disk_refuses_before_it_is_fuller(settings: Settings) -> None:
    full = settings.model_copy(update={"disk_free_bytes_min": 2**60})
    async with api_client(full) as client:
        answer = await client.post("/billings/csv/upload", files={"file": ("a.csv", b"x")})
    assert (answer.status_code, answer.json()["code"]) == (507, "STORAGE_FULL")


async def test_an_upload_that_is_cut_off_leaves_the_file_of_an_earlier_one(
    client: httpx.AsyncClient, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def cut_off(*_: object) -> None:
        raise Transient

    await send(client, csv_of(row()))
    monkeypatch.setattr(IngestPool, "run", cut_off)
    answer = await client.post("/billings/csv/upload", content=csv_of(row()), headers=CSV)
    assert answer.status_code == 503
    (stored,) = (settings.data_dir / "storage" / "uploads").iterdir()
    assert stored.read_bytes() == csv_of(row())


async def test_a_database_that_is_down_is_a_matter_of_trying_again(settings: Settings) -> None:
    down = settings.model_copy(update={"database_url": "postgresql://127.0.0.1:1/none"})
    async with api_client(down) as client:
        answer = await client.post("/billings/csv/upload", content=csv_of(row()), headers=CSV)
    assert (answer.status_code, answer.json()["code"]) == (503, "UNAVAILABLE")


async def test_policies_turn_warnings_into_rejections(settings: Settings) -> None:
    content = csv_of(row(1), row(2, governmentId="12345678909"), row(3, debtDueDate="2020-01-01"))
    async with api_client(settings) as client:
        lenient = await send(client, content)
    assert lenient["accepted"] == 3
    assert lenient["warnings"] == {"TAX_ID_INVALID": 2, "DUE_DATE_PAST": 1}
    strict = settings.model_copy(update={"tax_id_invalid": "reject", "due_date_past": "reject"})
    async with api_client(strict) as client:
        answer = await send(client, content + b"\n")
    assert answer["rejects_by_code"] == {"TAX_ID_INVALID": 2}
    assert answer["duplicates"] == 1


async def test_removed_things_stay_listed_and_are_gone_from_the_counts(
    client: httpx.AsyncClient,
) -> None:
    answer = await send(client, csv_of(row(1), row(2), row(3)))
    one = str(uuid.UUID(int=2))
    for _ in range(2):
        assert (await client.delete(f"/billings/{one}")).status_code == 204
    billing = (await client.get(f"/billings/{one}")).json()
    assert billing["status"] == "REMOVED"
    assert [entry["status"] for entry in billing["history"]] == ["ACKNOWLEDGED", "REMOVED"]
    url = f"/billings/csv/uploads/{answer['upload_id']}"
    counts = (await client.get(url)).json()["statuses"]
    assert (counts["ACKNOWLEDGED"], counts["REMOVED"]) == (2, 1)
    assert (await client.delete(url)).status_code == 204
    upload = (await client.get(url)).json()
    assert (upload["status"], upload["statuses"]["REMOVED"]) == ("REMOVED", 3)
    assert upload["removedat"]
    assert upload["mailed"] == 0


async def test_a_file_says_who_was_paid_when_it_was_taken_in(settings: Settings) -> None:
    async with api_client(settings) as client:
        first = await send(client, csv_of(row(1)))
    renamed = settings.beneficiary.model_copy(update={"name": "Escola Nova"})
    async with api_client(settings.model_copy(update={"beneficiary": renamed})) as client:
        second = await send(client, csv_of(row(2)))
        listed = (await client.get("/billings/csv/uploads")).json()["records"]
    told = {upload["id"]: upload["beneficiary"] for upload in listed}
    assert told[first["upload_id"]] == settings.beneficiary.name
    assert told[second["upload_id"]] == "Escola Nova"
    assert {upload["beneficiary_tax_id"] for upload in listed} == {settings.beneficiary.tax_id}


async def test_listing_pages_filters_and_searches(client: httpx.AsyncClient) -> None:
    content = csv_of(*map(row, range(7)), row(8, email="Bia@Example.com", governmentId="99"))
    answer = await send(client, content)
    wanted = {"upload_id": answer["upload_id"]}
    seen: list[str] = []
    after = "0"
    while after:
        page = (await client.get("/billings", params=wanted | {"limit": 3, "after": after})).json()
        seen += [b["debt_id"] for b in page["records"]]
        after = page["next"]
    assert len(seen) == len(set(seen)) == 8
    for search in ("bia@example.com", "99", str(uuid.UUID(int=9))):
        found = (await client.get("/billings", params=wanted | {"search": search})).json()
        assert [b["email"] for b in found["records"]] == ["Bia@Example.com"]
    sent = (await client.get("/billings", params=wanted | {"status": "SENT"})).json()
    assert sent["records"] == []
    everything = (await client.get("/billings")).json()
    assert len(everything["records"]) == 8  # Of the only file.


async def test_unknown_things_are_404_with_a_code(client: httpx.AsyncClient) -> None:
    unknown = uuid.uuid4()
    for method, path in (
        ("GET", f"/billings/{unknown}"),
        ("DELETE", f"/billings/{unknown}"),
        ("GET", "/billings/no/such/code"),
        ("GET", f"/billings/{unknown}/pdf"),
        ("GET", f"/billings/csv/uploads/{unknown}"),
        ("DELETE", f"/billings/csv/uploads/{unknown}"),
        ("GET", f"/billings/csv/uploads/{unknown}/rejects"),
        ("GET", f"/billings/csv/uploads/{unknown}/progress"),
        ("GET", f"/mailbox/{unknown}"),
        ("GET", f"/mailbox?upload_id={unknown}"),
        ("GET", f"/mail/bounces.csv?upload_id={unknown}"),
        ("GET", "/nothing"),
    ):
        answer = await client.request(method, path)
        assert answer.status_code == 404, path
        assert answer.headers["content-type"] == "application/problem+json"
    for path in (
        f"/billings/{'x' * 41}",
        "/billings?limit=0",
        "/mailbox?after=9223372036854775808",
    ):
        assert (await client.get(path)).status_code == 422


async def test_strange_pages_and_hosts_are_refused(client: httpx.AsyncClient) -> None:
    url = "/billings/csv/upload"
    files = {"file": ("a.csv", csv_of(row(1)))}
    strange = await client.post(url, files=files, headers={"Origin": "https://evil.example"})
    assert (strange.status_code, strange.json()["code"]) == (403, "ORIGIN_REFUSED")
    rebound = await client.get("/billings/csv/uploads", headers={"Host": "evil.example"})
    assert rebound.status_code == 403
    page = await client.post(url, files=files, headers={"Origin": "http://127.0.0.1:8888"})
    assert page.status_code == 200
    assert page.headers["access-control-allow-origin"] == "http://127.0.0.1:8888"


async def test_with_a_key_every_call_needs_it_before_its_body_is_read(settings: Settings) -> None:
    from pydantic import SecretStr

    key = "k3y-of-twenty-letters"
    keyed = settings.model_copy(update={"api_key": SecretStr(key), "host": "0.0.0.0"})  # noqa: S104
    read = False

    async def body() -> AsyncIterator[bytes]:
        nonlocal read
        read = True
        yield b"x"

    async with api_client(keyed) as client:
        refused = await client.post("/billings/csv/upload", content=body())
        assert (refused.status_code, refused.json()["code"]) == (401, "UNAUTHORIZED")
        assert not read
        assert (await client.get("/billings/csv/uploads")).status_code == 401
        assert (await client.get("/docs")).status_code == 200, (
            "it holds no data, and asks for a key"
        )
        assert (await client.get("/health")).status_code == 200
        good = {"Authorization": f"Bearer {key}"}
        assert (await client.get("/billings/csv/uploads", headers=good)).status_code == 200


@pytest.mark.parametrize(
    ("peer", "headers"),
    [
        (("10.0.0.7", 5), {}),
        (("10.0.0.7", 5), {"X-Forwarded-For": "127.0.0.1"}),
        (("127.0.0.1", 5), {"X-Forwarded-For": "10.0.0.7"}),
        (("::ffff:10.0.0.7", 5), {}),
    ],
)
async def test_without_a_key_only_this_machine_is_served_whatever_the_headers_say(
    settings: Settings, peer: tuple[str, int], headers: dict[str, str]
) -> None:
    transport = httpx.ASGITransport(create_app(settings), client=peer)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as stranger:
        for path in ("/billings/csv/uploads", "/health"):
            refused = await stranger.get(path, headers=headers)
            assert (refused.status_code, refused.json()["code"]) == (403, "PEER_REFUSED")


def test_beyond_loopback_it_does_not_start_without_a_key(settings: Settings) -> None:
    from cobranca.domain.errors import Permanent

    with pytest.raises(Permanent, match="COBRANCA_API_KEY"):
        create_app(settings.model_copy(update={"host": "0.0.0.0"}))  # noqa: S104


async def test_any_bytes_keep_the_invariant(client: httpx.AsyncClient) -> None:
    fields = st.sampled_from(
        ["Ana", "1", "a@b.co", "10", "2030-01-01", "2023-02-30", "", '"', '"a\nb"', "NaN", "1e309",
         "\x00", "é", str(uuid.UUID(int=7)), str(uuid.UUID(int=8)), "٣"]
    )  # fmt: skip
    lines = st.lists(st.lists(fields, min_size=1, max_size=8).map(",".join), max_size=30)
    loop = asyncio.get_running_loop()

    @hypothesis_settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
    @given(lines)
    def check(lines: list[str]) -> None:
        content = csv_of(*lines)
        post = client.post(
            "/billings/csv/upload", content=content, headers={"Content-Type": "text/csv"}
        )
        answer = asyncio.run_coroutine_threadsafe(post, loop).result(60)
        body = answer.json()
        assert answer.status_code == 200 or body["code"] == "NO_ROWS", body
        if answer.status_code == 200:
            assert body["accepted"] + body["rejected"] + body["duplicates"] == body["records"]

    await asyncio.to_thread(check)


async def test_the_documentation_needs_no_other_machine(client: httpx.AsyncClient) -> None:
    page = (await client.get("/docs")).text
    sources = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert any(source.endswith(".js") for source in sources)
    for source in sources:
        assert not source.startswith(("http:", "https:", "//"))
        assert (await client.get(source)).status_code == 200
