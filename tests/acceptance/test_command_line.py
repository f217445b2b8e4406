"""`cobranca bill` and the progress stream, with the real processes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil
import pytest

from cobranca.cli.sample_csv import SampleOptions, generate_csv
from tests.support.product import Product, wait_for

pytestmark = pytest.mark.stack

COBRANCA = Path(sys.executable).with_name("cobranca")


@pytest.fixture
def folder() -> Iterator[Path]:
    """Return a folder that PostgreSQL's account may enter."""
    with tempfile.TemporaryDirectory(prefix="cobranca-bill-") as name:
        Path(name).chmod(0o711)
        yield Path(name)


def write_csv(path: Path, *, rows: int, bad_share: float = 0.0) -> Path:
    """Write a file in the official format."""
    options = SampleOptions(rows=rows, seed=21, bad_share=bad_share)
    path.write_bytes(b"".join(generate_csv(options)))
    return path


def bill(file: Path, data_dir: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Run `cobranca bill` in a data folder of its own."""
    return subprocess.run(
        [COBRANCA, "bill", file, *options],
        env=os.environ | {"COBRANCA_DATA_DIR": str(data_dir)},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )


def test_bill_does_the_whole_job_and_says_what_came_of_it(folder: Path) -> None:
    file = write_csv(folder / "debts.csv", rows=500, bad_share=0.1)
    done = bill(file, folder / "data", "--json")
    assert done.returncode == 0, done.stderr
    summary = json.loads(done.stdout)
    assert summary.keys() >= {
        "upload_id", "records", "accepted", "rejected", "duplicates", "warnings", "statuses",
        "seconds",
    }  # fmt: skip
    assert summary["records"] == 500
    assert summary["rejected"] > 0
    assert summary["statuses"] == {"SENT": summary["accepted"]}
    assert 0 < summary["seconds"]["ingest"] <= summary["seconds"]["total"]

    again = json.loads(bill(file, folder / "data", "--json").stdout)
    assert (again["repeated"], again["upload_id"]) == (True, summary["upload_id"])
    # What was killed last may be seen for a moment more.
    wait_for(lambda: not _left(folder), 10, "every process to be gone")


def test_bill_refuses_what_is_no_csv_in_words(folder: Path) -> None:
    file = folder / "slip.pdf"
    file.write_bytes(b"%PDF-1.7\n")
    done = bill(file, folder / "data")
    assert done.returncode == 1
    assert "PDF" in done.stderr
    assert "NOT_TEXT" in done.stderr


def test_progress_is_streamed_to_the_end(folder: Path) -> None:
    content = write_csv(folder / "debts.csv", rows=3000).read_bytes()
    with Product(folder / "data") as product:
        upload_id = product.upload(content)["upload_id"]
        url = f"{product.api_url}/billings/csv/uploads/{upload_id}/progress"
        with httpx.stream("GET", url, timeout=120) as stream:
            assert stream.headers["content-type"].startswith("text/event-stream")
            lines = [line for line in stream.iter_lines() if line]
        assert lines[-2:] == ["event: end", "data: {}"]
        uploads = [json.loads(line[6:]) for line in lines[:-2] if line.startswith("data: ")]
        assert uploads[-1]["statuses"]["SENT"] == 3000
        progress = [upload["progress"] for upload in uploads]
        assert progress == sorted(progress)

        with httpx.stream("GET", f"{product.api_url}/billings/csv/progress", timeout=60) as stream:
            first = next(line for line in stream.iter_lines() if line.startswith("data: "))
        assert json.loads(first[6:])["records"][0]["id"] == upload_id


def test_simulate_numbers_boletos_and_makes_no_mail(folder: Path) -> None:
    file = write_csv(folder / "debts.csv", rows=200)
    with Product(folder / "data") as product:
        summary = json.loads(bill(file, product.data_dir, "--json", "--mail", "simulate").stdout)
        assert summary["statuses"] == {"SENT": 200}
        page = httpx.get(
            f"{product.api_url}/billings", params={"upload_id": summary["upload_id"]}, timeout=60
        ).json()
        billing = page["records"][0]
        assert len(billing["digitable_line"]) == 47
        pdf = httpx.get(f"{product.api_url}/billings/{billing['debt_id']}/pdf", timeout=60)
        assert (pdf.status_code, pdf.json()["code"]) == (404, "PDF_NOT_FOUND")


def _left(folder: Path) -> list[int]:
    """Return the processes that still work for this folder."""
    commands = {p.pid: p.info["cmdline"] or [] for p in psutil.process_iter(["cmdline"])}
    return [pid for pid, words in commands.items() if any(str(folder) in word for word in words)]
