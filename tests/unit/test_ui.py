"""The page's server: files, the API's address, headers, and nothing outside its folder."""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING

import httpx
import pytest

from cobranca.infra.settings import Settings
from cobranca.ui import create_app

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


LARGE = "/assets/large-Ab3dE6g_.js"
FRAME_SCRIPT = "addEventListener('message', show)"


@pytest.fixture
def web(tmp_path: Path) -> Path:
    folder = tmp_path / "web_dist"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text("<title>page</title>", encoding="utf-8")
    (folder / "assets/index-Ab3dE6g_.js").write_text("1", encoding="utf-8")
    (folder / "assets/large-Ab3dE6g_.js").write_bytes(b"plain")
    (folder / "assets/large-Ab3dE6g_.js.br").write_bytes(b"brotli")
    (folder / "assets/large-Ab3dE6g_.js.gz").write_bytes(b"gzip")
    frame = f"<script>{FRAME_SCRIPT}</script>"
    (folder / "mail-frame.html").write_text(frame, encoding="utf-8")
    (tmp_path / "secret.txt").write_text("secret", encoding="utf-8")
    return folder


@pytest.fixture
async def client(web: Path) -> AsyncIterator[httpx.AsyncClient]:
    async with open_client(Settings(), web) as opened:
        yield opened


def open_client(settings: Settings, web: Path) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(create_app(settings, web))
    return httpx.AsyncClient(transport=transport, base_url="http://localhost:8888")


@pytest.mark.parametrize("path", ["/", "/uploads/1", "/index.html"])
async def test_page_answers_at_every_route_of_its_own(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path)
    assert answer.status_code == 200
    assert answer.text == "<title>page</title>"
    assert answer.headers["cache-control"] == "no-cache"


async def test_file_named_by_its_content_is_kept_for_ever(client: httpx.AsyncClient) -> None:
    answer = await client.get("/assets/index-Ab3dE6g_.js")
    assert answer.text == "1"
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"


async def test_file_of_an_earlier_build_is_missing_not_the_page(client: httpx.AsyncClient) -> None:
    assert (await client.get("/assets/index-00000000.js")).status_code == 404


@pytest.mark.parametrize(
    "path", ["/../secret.txt", "/%2e%2e/secret.txt", "/..%2fsecret.txt", "/%00", "/assets/%2e%2e/x"]
)
async def test_nothing_outside_the_folder_is_served(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path)
    assert "secret" not in answer.text
    assert answer.status_code in {200, 404}


@pytest.mark.parametrize(
    "path", [f"/{'a' * 256}", f"/{'%C3%A9' * 200}/x", "/a%00b", f"/{'a/' * 3000}"]
)
async def test_path_that_no_file_can_have_is_the_page(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path)
    assert (answer.status_code, answer.text) == (200, "<title>page</title>")
    missing = await client.get(f"/assets{path}")
    assert missing.status_code == 404


@pytest.mark.parametrize(
    ("accepted", "encoding", "body"),
    [
        ("gzip, deflate, br, zstd", "br", b"brotli"),
        ("gzip, deflate", "gzip", b"gzip"),
        ("br;q=0, gzip;q=0.5", "gzip", b"gzip"),
        ("br;q=0.000, *;q=0.1", "gzip", b"gzip"),
        ("*", "br", b"brotli"),
        ("GZIP;Q=1.0", "gzip", b"gzip"),
        ("identity", None, b"plain"),
        ("br;q=0, gzip; q=0.0", None, b"plain"),
        ("brotli, xgzip", None, b"plain"),
        ("", None, b"plain"),
    ],
)
async def test_smallest_form_that_the_browser_takes_is_sent(
    client: httpx.AsyncClient, accepted: str, encoding: str | None, body: bytes
) -> None:
    async with client.stream("GET", LARGE, headers={"Accept-Encoding": accepted}) as answer:
        raw = b"".join([piece async for piece in answer.aiter_raw()])
    assert raw == body
    assert answer.headers.get("content-encoding") == encoding
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert answer.headers["vary"] == "Accept-Encoding"
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-length"] == str(len(body))


async def test_file_that_the_browser_has_is_not_sent_again(client: httpx.AsyncClient) -> None:
    first = await client.get("/")
    again = await client.get("/", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["cache-control"] == "no-cache"
    assert "style-src 'self';" in again.headers["content-security-policy"]
    other = await client.get("/", headers={"If-None-Match": '"another"'})
    assert other.status_code == 200


async def test_mail_has_a_document_with_a_policy_of_its_own(client: httpx.AsyncClient) -> None:
    policy = (await client.get("/mail-frame.html")).headers["content-security-policy"].split("; ")
    digest = hashlib.sha256(FRAME_SCRIPT.encode()).digest()
    assert f"script-src 'sha256-{base64.b64encode(digest).decode()}'" in policy
    assert "sandbox allow-scripts" in policy
    assert "frame-ancestors 'self'" in policy
    assert not [rule for rule in policy if rule.startswith("connect-src")]


async def test_failure_of_the_server_has_the_security_headers_too(
    web: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr("cobranca.ui._page", fail)
    transport = httpx.ASGITransport(create_app(Settings(), web), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        answer = await client.get("/")
    assert answer.status_code == 500
    assert answer.headers["content-security-policy"].startswith("default-src 'none'; ")
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_every_answer_has_the_security_headers(client: httpx.AsyncClient) -> None:
    for path in ("/", "/config.json", "/assets/missing.js"):
        headers = (await client.get(path)).headers
        policy = headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; script-src 'self'; ")
        assert "connect-src 'self' http://localhost:8000;" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe-inline" not in policy
        assert headers["cross-origin-resource-policy"] == "same-origin"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("localhost:8888", "http://localhost:8000"),
        ("127.0.0.1:8888", "http://127.0.0.1:8000"),
        ("[::1]:8888", "http://[::1]:8000"),
        ("billing.example", "http://billing.example:8000"),
        ("a; script-src *", "http://127.0.0.1:8000"),
    ],
)
async def test_api_is_looked_for_at_the_host_that_served_the_page(
    client: httpx.AsyncClient, host: str, expected: str
) -> None:
    answer = await client.get("/config.json", headers={"Host": host})
    assert answer.json() == {"apiUrl": expected}
    assert answer.headers["cache-control"] == "no-store"
    assert f"connect-src 'self' {expected};" in answer.headers["content-security-policy"]


async def test_public_address_of_the_api_is_used_when_given(web: Path) -> None:
    settings = Settings(public_api_url="https://api.example/")
    async with open_client(settings, web) as client:
        answer = await client.get("/config.json")
    assert answer.json() == {"apiUrl": "https://api.example"}


async def test_missing_page_is_explained(tmp_path: Path) -> None:
    async with open_client(Settings(), tmp_path / "nothing") as client:
        answer = await client.get("/")
    assert answer.status_code == 503
    assert "make setup" in answer.text
