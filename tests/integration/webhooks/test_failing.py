"""Endpoints that fail: tried again later, switched off when gone, never waited for long."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from cobranca.infra.hook_settings import HookSettings
from tests.support.hooks import PAID, log_of, run, turn

if TYPE_CHECKING:
    import httpx

    from cobranca.infra.resources import Resources
    from cobranca.infra.settings import Settings
    from tests.support.hook_server import HookServer


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Return settings under which a call takes a second at the most."""
    hooks = HookSettings(private_allowed=True, settle_s=0, timeout_s=1)
    return settings.model_copy(update={"hooks": hooks})


UNKNOWN = "00000000-0000-7000-8000-000000000000"


async def told(
    resources: Resources, client: httpx.AsyncClient, upload: dict[str, Any], webhook: dict[str, Any]
) -> dict[str, Any]:
    """Tell of a payment; return the line of the log."""
    await run(resources, PAID, upload["first_billing_id"])
    await turn(resources)
    (entry,) = await log_of(client, webhook)
    return entry


async def test_server_error_is_tried_again_later_and_then_taken(
    resources: Resources,
    client: httpx.AsyncClient,
    server: HookServer,
    upload: dict[str, Any],
    webhook: dict[str, Any],
) -> None:
    server.answer, server.body = lambda _call: 503, b"x" * 5000
    entry = await told(resources, client, upload, webhook)
    assert (entry["state"], entry["status"], entry["attempts"]) == ("PENDING", 503, 1)
    assert entry["answer"] == "x" * 1024
    (wait,) = await run(
        resources,
        "SELECT extract(epoch FROM not_before - last_tried_at)::float AS s FROM webhook_delivery",
    )
    assert 10 <= wait["s"] <= 12
    server.answer = lambda _call: 200
    await turn(resources)
    (entry,) = await log_of(client, webhook)
    assert (entry["state"], entry["attempts"], entry["error"]) == ("DELIVERED", 2, None)
    path = f"/webhooks/deliveries/{entry['delivery_id']}/attempts"
    attempts = (await client.get(path)).json()["records"]
    assert [(each["number"], each["status"]) for each in attempts] == [(2, 200), (1, 503)]
    assert [each["answer"] for each in attempts] == [entry["answer"], "x" * 1024]
    assert (await client.get(path.replace(entry["delivery_id"], UNKNOWN))).status_code == 404
    first, second = server.calls
    assert first.body == second.body
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    shown = (await client.get(f"/webhooks/{webhook['webhook_id']}")).json()
    assert shown["failing_since"] is None


async def test_gone_is_switched_off_and_on_again_without_a_gap(
    resources: Resources,
    client: httpx.AsyncClient,
    server: HookServer,
    upload: dict[str, Any],
    webhook: dict[str, Any],
) -> None:
    server.answer = lambda _call: 410
    path = f"/webhooks/{webhook['webhook_id']}"
    entry = await told(resources, client, upload, webhook)
    assert (entry["state"], entry["status"]) == ("FAILED", 410)
    shown = (await client.get(path)).json()
    assert (shown["active"], shown["switched_off_why"]) == (False, "it answered 410 Gone")
    assert (await client.post(f"{path}/test")).json()["code"] == "WEBHOOK_SWITCHED_OFF"
    await run(resources, PAID, upload["first_billing_id"] + 1)
    assert not await turn(resources)
    server.answer = lambda _call: 200
    server.calls.clear()
    assert (await client.patch(path, json={"active": True})).json()["active"]
    await turn(resources)
    assert [call.said["type"] for call in server.calls] == ["billing.paid"]
    retried = await client.post(f"/webhooks/deliveries/{entry['delivery_id']}/retry")
    assert retried.status_code == 202
    await turn(resources)
    assert {each["state"] for each in await log_of(client, webhook)} == {"DELIVERED"}


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda server: setattr(server, "hanging", True), "no answer within 1 s"),
        (lambda server: setattr(server, "answer", lambda _call: 302), "it redirects"),
        (lambda server: setattr(server, "answer", lambda _call: 404), "it answers 404"),
    ],
    ids=["slow", "redirect", "not found"],
)
async def test_what_is_no_success_fails(
    resources: Resources,
    client: httpx.AsyncClient,
    server: HookServer,
    upload: dict[str, Any],
    webhook: dict[str, Any],
    spoil: Any,
    said: str,
) -> None:
    server.headers = "Location: http://169.254.169.254/latest\r\n"
    spoil(server)
    entry = await told(resources, client, upload, webhook)
    assert entry["state"] == "PENDING"
    assert entry["error"].startswith(said)
    assert len(server.calls) == 1


async def test_long_failure_gives_up_and_switches_off(
    resources: Resources,
    client: httpx.AsyncClient,
    server: HookServer,
    upload: dict[str, Any],
    webhook: dict[str, Any],
) -> None:
    server.answer = lambda _call: 500
    await told(resources, client, upload, webhook)
    await run(resources, "UPDATE webhook_delivery SET first_tried_at = now() - interval '3 days'")
    await turn(resources)
    (entry,) = await log_of(client, webhook)
    assert entry["state"] == "FAILED"
    await run(resources, "UPDATE webhook_endpoint SET failing_since = now() - interval '5 days'")
    await run(resources, PAID, upload["first_billing_id"] + 1)
    await turn(resources)
    shown = (await client.get(f"/webhooks/{webhook['webhook_id']}")).json()
    assert not shown["active"]
    assert shown["switched_off_why"].startswith("it has taken nothing for")


async def test_secret_changes_with_an_overlap(
    resources: Resources,
    client: httpx.AsyncClient,
    server: HookServer,
    webhook: dict[str, Any],
) -> None:
    path = f"/webhooks/{webhook['webhook_id']}"
    new = (await client.post(f"{path}/secret")).json()["secret"]
    assert new != webhook["secret"]
    assert "secret" not in (await client.get(path)).json()
    assert (await client.post(f"{path}/test")).status_code == 202
    await turn(resources)
    assert len(server.calls[0].headers["webhook-signature"].split()) == 2
    await run(resources, "UPDATE webhook_secret SET ends_at = now() WHERE ends_at IS NOT NULL")
    await client.post(f"{path}/test")
    await turn(resources)
    assert server.calls[1].said["type"] == "webhook.test"
    assert len(server.calls[1].headers["webhook-signature"].split()) == 1


async def test_deleted_endpoint_leaves_nothing(
    resources: Resources,
    client: httpx.AsyncClient,
    upload: dict[str, Any],
    webhook: dict[str, Any],
) -> None:
    await told(resources, client, upload, webhook)
    path = f"/webhooks/{webhook['webhook_id']}"
    assert (await client.delete(path)).status_code == 204
    assert (await client.get(path)).status_code == 404
    await turn(resources)
    for table in ("webhook_endpoint", "webhook_secret", "webhook_delivery"):
        assert await run(resources, f"SELECT 1 FROM {table}") == []  # noqa: S608
    assert not await turn(resources)


async def test_of_many_attempts_the_last_are_kept_and_go_with_their_delivery(
    resources: Resources,
    client: httpx.AsyncClient,
    server: HookServer,
    upload: dict[str, Any],
    webhook: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("cobranca.webhooks.repository.ATTEMPTS_MAX", 2)
    server.answer = lambda _call: 503
    await told(resources, client, upload, webhook)
    for _ in range(3):
        await turn(resources)
    (row,) = await run(
        resources, "SELECT array_agg(number ORDER BY number) AS kept FROM webhook_attempt"
    )
    assert row["kept"] == [3, 4]
    await run(
        resources,
        "UPDATE webhook_delivery SET state = 'FAILED', ended_at = now() - interval '99 days'",
    )
    await turn(resources)
    (left,) = await run(resources, "SELECT count(*) AS attempts FROM webhook_attempt")
    assert left["attempts"] == 0
