"""Who may do what: scopes, whose beneficiary, and the errors that say so. No database is asked."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, cast

import httpx
import pytest
from pydantic import SecretStr

from cobranca.api import create_app
from cobranca.http.limits import ConcurrencyLimit
from cobranca.http.principal import SCOPES, Principal
from cobranca.http.state import ApiState, set_state
from cobranca.infra.db import Database
from cobranca.infra.resources import Resources
from cobranca.infra.settings import Settings

if TYPE_CHECKING:
    from cobranca.http.principal import Scope

KEY = "an-api-key-for-the-tests"
OWN, OTHER = 1, 2


class Untouched:
    """What nobody may ask anything of."""

    def __getattr__(self, name: str) -> object:
        """Return nothing, for FastAPI looks for parts of it."""
        return None


@asynccontextmanager
async def client_of(settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    """Return a client for an API that has neither database nor anything else."""
    app = create_app(settings)

    async def own() -> int:
        return OWN

    set_state(
        app,
        ApiState(
            resources=cast("Resources", Untouched()),
            watch=cast("Database", Untouched()),
            downloads=ConcurrencyLimit(1, code="DOWNLOADS_BUSY", detail=""),
            beneficiary_id=own,
            features=(),
        ),
    )
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        yield client


def call_as(monkeypatch: pytest.MonkeyPatch, principal: Principal) -> None:
    """Let the guard take every caller for this one."""
    monkeypatch.setattr(Principal, "installation", lambda: principal)


def with_scopes(*scopes: Scope, beneficiaries: frozenset[int] | None = None) -> Principal:
    """Return somebody who may do these."""
    return Principal(
        kind="installation", id="a", beneficiaries=beneficiaries, scopes=frozenset(scopes)
    )


@pytest.mark.parametrize(
    ("method", "path", "scope"),
    [
        ("GET", "/about", "installation:read"),
        ("GET", "/billings", "billings:read"),
        ("DELETE", "/billings/0b6a2a5e-6d8c-4a44-9d52-6f3ec07f1b11", "billings:write"),
        ("POST", "/billings/csv/upload", "uploads:write"),
        ("GET", "/suppressions", "suppressions:read"),
        ("DELETE", "/suppressions/1", "suppressions:write"),
    ],
)
async def test_who_has_not_the_scope_is_told_which(
    monkeypatch: pytest.MonkeyPatch, method: str, path: str, scope: Scope
) -> None:
    call_as(monkeypatch, with_scopes(*(SCOPES - {scope})))
    async with client_of(Settings()) as client:
        answer = await client.request(method, path)
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (403, "SCOPE_MISSING")
    assert scope in problem["detail"]
    assert answer.headers["content-type"] == "application/problem+json"


async def test_nobody_acts_for_the_beneficiary_of_others(monkeypatch: pytest.MonkeyPatch) -> None:
    async with client_of(Settings()) as client:
        call_as(monkeypatch, with_scopes(*SCOPES, beneficiaries=frozenset({OTHER})))
        refused = await client.get("/mail/bounces")
        assert (refused.status_code, refused.json()["code"]) == (403, "BENEFICIARY_REFUSED")
        call_as(monkeypatch, with_scopes(*SCOPES, beneficiaries=frozenset({OTHER, OWN})))
        answered = await client.get("/mail/bounces")
        assert (answered.status_code, answered.json()["field"]) == (422, "upload_id")


async def test_without_the_key_only_open_paths_are_answered() -> None:
    settings = Settings(api_key=SecretStr(KEY))
    async with client_of(settings) as client:
        assert (await client.get("/health")).status_code == 200
        refused = await client.get("/about")
        assert (refused.status_code, refused.json()["code"]) == (401, "UNAUTHORIZED")
        wrong = await client.get("/health", headers={"Authorization": "Bearer wrong"})
        assert wrong.status_code == 200
        known = await client.get("/mail/bounces", headers={"Authorization": f"Bearer {KEY}"})
        assert known.status_code == 422


async def test_a_method_that_is_not_there_is_answered_with_those_that_are() -> None:
    async with client_of(Settings()) as client:
        answer = await client.put("/billings")
    assert (answer.status_code, answer.json()["code"]) == (405, "METHOD_NOT_ALLOWED")
    assert answer.headers["allow"] == "GET"


def test_who_is_anonymous_has_nothing() -> None:
    nobody = Principal.anonymous()
    assert not nobody.scopes
    assert not nobody.acts_for(OWN)
