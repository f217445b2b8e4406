"""Random kill -9 of any part while titles are written, confirmed and paid: recounted to the cent.

What should be there is counted from the file of debts and from what the bank was given and gave,
with none of the product's sums. `make test` kills 5 times over 5,000 titles; `make chaos` 20 times
over a million.
"""

from __future__ import annotations

import hashlib
import os
import random
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

import httpx
import psutil
import psycopg
import pytest

from tests.support import bank
from tests.support.product import Product, wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator

KILLS = int(os.environ.get("COBRANCA_CHAOS_BANK_KILLS", "5"))
TITLES = int(os.environ.get("COBRANCA_CHAOS_BANK_TITLES", "5000"))
SEED = int(os.environ.get("COBRANCA_CHAOS_SEED", "7"))
#: A return file is a worker's from 2 MB on, and the API's below.
PARTS = ("worker-1", "worker-2", "worker-1", "worker-2", "api", "postgres")
WAIT_S = 300 + TITLES / 2000

pytestmark = [pytest.mark.stack, pytest.mark.timeout(600 + TITLES // 250 + 60 * KILLS)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trip:
    """A product on its way to the bank and back, and the chance that kills its parts."""

    product: Product
    chance: random.Random

    def kill_soon(self, within_s: float) -> None:
        """Kill a part after a while; one that is just being started again is waited for."""
        time.sleep(self.chance.uniform(0, within_s))
        wait_for(lambda: self._kill(self.chance.choice(PARTS)), 120, "a part to kill")

    def _kill(self, part: str) -> bool:
        try:
            self.product.kill(part)
        except (ProcessLookupError, LookupError, psutil.NoSuchProcess):
            return False
        return True

    def ask(self, method: str, path: str, **how: Any) -> httpx.Response:
        """Call until there is an answer, as a patient client does."""

        def asked() -> httpx.Response | None:
            try:
                answer = httpx.request(method, self.product.api_url + path, timeout=60, **how)
            except httpx.TransportError:
                return None
            return None if answer.status_code >= 500 else answer

        answer = wait_for(asked, WAIT_S, f"an answer to {method} {path}")
        assert answer.is_success, answer.text
        return answer

    def until(self, path: str, key: str, words: set[str]) -> dict[str, Any]:
        """Ask until a key has one of these words."""

        def found() -> dict[str, Any] | None:
            answer = self.ask("GET", path).json()
            return answer if answer[key] in words else None

        return wait_for(found, WAIT_S, f"{key} of {path} to be one of {words}")


def test_kills_between_order_and_payment_lose_and_double_nothing() -> None:
    with tempfile.TemporaryDirectory(prefix="cobranca-bank-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        settings = {**bank.ENVIRONMENT, "COBRANCA_REMITTANCE__TITLES_MAX": str(TITLES // 10)}
        batch_rows = str(max(250, TITLES // 200))
        with Product(folder / "data", COBRANCA_BATCH_ROWS=batch_rows, **settings) as product:
            trip = Trip(product=product, chance=random.Random(SEED))  # noqa: S311 - no secret.
            content = b"".join(bank.debts_csv(TITLES, seed=SEED))
            answer = product.upload(content, mail="simulate")
            product.wait_until_ended(answer["upload_id"], WAIT_S)
            titles = registered(trip, kills=KILLS // 5)
            debts = debts_in(content)
            assert debts_of(titles) == debts
            confirming = (KILLS - KILLS // 5) // 2
            told(trip, titles, bank.CONFIRMED, kills=confirming)
            told(trip, titles, bank.PAID, kills=KILLS - KILLS // 5 - confirming)
            wait_for(product.is_ready, 120, "the API to be back")
            recount(product.database_url, debts)


def registered(trip: Trip, *, kills: int) -> bank.Titles:
    """Order all titles, killing on the way; return what the bank is given."""
    order = trip.ask(
        "POST", "/remittances", json={"all": True}, headers={"Idempotency-Key": "all"}
    ).json()
    for number in range(kills):
        wanted = 10 * number // kills
        wait_for(lambda n=wanted: len(listed(trip, order)) >= n, WAIT_S, f"{wanted} files")
        trip.kill_soon(1)
    trip.until(f"/remittances/orders/{order['id']}", "state", {"DONE"})
    remittances = listed(trip, order)
    assert sorted(each["sequence"] for each in remittances) == list(range(1, len(remittances) + 1))
    return bank.entered(downloaded(trip, remittances))


def listed(trip: Trip, order: dict[str, Any]) -> list[dict[str, Any]]:
    return trip.ask("GET", "/remittances", params={"order": order["id"], "limit": 100}).json()[
        "records"
    ]


def downloaded(trip: Trip, remittances: list[dict[str, Any]]) -> Iterator[bytes]:
    for each in remittances:
        content = trip.ask("GET", f"/remittances/{each['id']}/file").content
        assert hashlib.sha256(content).hexdigest() == each["sha256"]
        yield content


def told(trip: Trip, titles: bank.Titles, occurrence: str, *, kills: int) -> None:
    """Send return files, one a kill, each until it was posted; then each once more."""
    files: list[bytes] = []
    for number in range(kills):
        part = slice(TITLES * number // kills, TITLES * (number + 1) // kills)
        sequence = int(occurrence) * 1000 + number
        files.append(bank.return_file(titles.part(part), occurrence, sequence=sequence))
        with ThreadPoolExecutor(1) as sender:
            sending = sender.submit(posted, trip, files[-1])
            trip.kill_soon(0.2 + len(files[-1]) / 20_000_000)
            # Who has no answer sends again, and does not know whether the first one was taken.
            assert sending.result()["verdict"] in {"accept", "repeat"}
    assert {posted(trip, content)["verdict"] for content in files} == {"repeat"}


def posted(trip: Trip, content: bytes) -> dict[str, Any]:
    file = trip.ask(
        "POST",
        "/payments/returns",
        content=content,
        headers={"Content-Type": "application/octet-stream"},
    ).json()
    known = {"accept", "repeat", "conflict", "refuse"}
    return trip.until(f"/payments/returns/{file['return_id']}", "verdict", known)


def debts_in(content: bytes) -> dict[UUID, int]:
    """Read what is owed, by debt, from the file of debts itself: whole reais, here."""
    rows = (line.split(",") for line in content.decode().splitlines()[1:])
    return {UUID(row[5]): int(row[3]) * 100 for row in rows}


def debts_of(titles: bank.Titles) -> dict[UUID, int]:
    """Read what the bank was told is owed; a debt that it was told of twice fails."""
    controls = [row.tobytes().decode() for row in titles.controls]
    found = {
        UUID(int=int(control, 36)): cents
        for control, cents in zip(controls, titles.cents.tolist(), strict=True)
    }
    assert len(found) == len(titles)
    return found


def recount(database_url: str, debts: dict[UUID, int]) -> None:
    """Hold every payment, settlement and confirmation against what is owed, debt by debt."""
    owed, count = sum(debts.values()), len(debts)
    with psycopg.connect(database_url) as connection:

        def all_of(query: str) -> list[tuple[Any, ...]]:
            return connection.execute(query.encode()).fetchall()

        assert dict(all_of(_PAID)) == debts
        sums = "SELECT count(*), sum(paid_cents)::bigint, sum(net_cents)::bigint FROM payment"
        assert all_of(sums) == [(count, owed, owed - bank.FEE_CENTS * count)]
        assert all_of(_SETTLED) == [(count, owed, 0, 0, owed - bank.FEE_CENTS * count)]
        told_twice = "SELECT count(*), count(DISTINCT billing_id) FROM registration"
        assert all_of(told_twice) == [(count, count)]
        records = "SELECT kind, count(*), count(DISTINCT billing_id) FROM return_record GROUP BY 1"
        assert [row[1:] for row in all_of(records)] == [(count, count)] * 2
        assert all_of("SELECT count(*) FROM suspense") == [(0,)]
        assert all_of("SELECT status, count(*) FROM billing_status GROUP BY 1") == [("PAID", count)]
        assert all_of("SELECT count(*) FROM return_file WHERE posted_at IS NOT NULL") == [
            (KILLS - KILLS // 5,)
        ]


_PAID = """
SELECT b.debt_id, sum(p.paid_cents)::bigint
  FROM payment p JOIN billing b ON b.id = p.billing_id GROUP BY 1
"""
_SETTLED = """
SELECT count(*), sum(paid_cents)::bigint, sum(receivable_cents)::bigint,
       sum(overpaid_cents)::bigint, sum(cash_cents)::bigint
  FROM settlement WHERE state = 2
"""
