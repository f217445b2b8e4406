"""Take the README's picture of the page, from an installation of its own with a fictitious file."""

from __future__ import annotations

import datetime as dt
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
from playwright.sync_api import sync_playwright

from cobranca.cli.sample_csv import SampleOptions, generate_csv
from cobranca.infra.settings import Settings
from cobranca.supervisor.stack import running_stack

if TYPE_CHECKING:
    from cobranca.supervisor.stack import Addresses

IMAGES = Path(__file__).parents[1] / "docs" / "images"
_FILES = ("mensalidades-dezembro.csv", "acordos.csv")
_ENDED = {"SENT", "ATTENTION"}


def main() -> None:
    """Bill two files to the outbox, and take the list of billings as a team sees it."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o711)
        settings = Settings(data_dir=Path(folder) / "data", mail="outbox")
        with running_stack(settings, ui=True, say=_say) as addresses:
            _bill(addresses)
            _take(f"{addresses.ui_url}/cobrancas", IMAGES / "page.png")


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")


def _bill(addresses: Addresses) -> None:
    today = dt.datetime.now(tz=dt.UTC).date()
    with httpx.Client(base_url=addresses.api_url, timeout=60) as client:
        for seed, name in enumerate(_FILES):
            options = SampleOptions(
                rows=120,
                seed=seed,
                valid_cpf=True,
                due_from=today + dt.timedelta(days=3),
                due_to=today + dt.timedelta(days=40),
            )
            answer = client.post(
                "/billings/csv/upload",
                params={"name": name},
                content=b"".join(generate_csv(options)),
                headers={"Content-Type": "text/csv"},
            )
            upload_id = answer.raise_for_status().json()["upload_id"]
            while client.get(f"/billings/csv/uploads/{upload_id}").json()["status"] not in _ENDED:
                time.sleep(0.2)


def _take(url: str, path: Path) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("COBRANCA_TEST_CHROMIUM"), args=["--no-sandbox"]
        )
        page = browser.new_page(viewport={"width": 1280, "height": 800}, locale="pt-BR")
        page.goto(url)
        page.get_by_test_id("billing-row").first.wait_for()
        page.screenshot(path=path)
        browser.close()


if __name__ == "__main__":
    main()
