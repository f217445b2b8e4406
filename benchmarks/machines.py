"""Billings a second by the number of workers, each part of the product on a host of its own.

    python -m benchmarks.machines [WORKERS ...]

Hosts are network namespaces of this machine (root is needed), so all of them share its cores: the
figures say what the parts cost one another, not what more machines would give.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from pathlib import Path

from tests.support.installation import Installation
from tests.support.machines import Network, why_not
from tests.support.product import wait_for

from cobranca.cli.sample_csv import SampleOptions, generate_csv

#: Numbers of hosts of each role, when none are given.
WORKERS = ("1", "2", "4")
#: What becomes of the mails, and how many rows of it are enough to measure.
ROWS = {"outbox": 40_000, "simulate": 400_000}
REPEAT = 3


def main() -> None:
    """Measure each mode with each number of workers, and print medians."""
    if reason := why_not():
        sys.exit(reason)
    for workers in map(int, sys.argv[1:] or WORKERS):
        with tempfile.TemporaryDirectory(prefix="cobranca-hosts-") as name:
            folder = Path(name)
            folder.chmod(0o711)
            network = Network(folder)
            with network, Installation(network, issuers=workers, notifiers=workers) as installed:
                for mail, rows in ROWS.items():
                    before = _cpu_s(installed)
                    runs = [_measure(installed, mail, rows, run) for run in range(REPEAT)]
                    after = _cpu_s(installed)
                    median = statistics.median(runs)
                    sys.stdout.write(
                        f"{mail:10} {workers} issuers, {workers} notifiers:"
                        f" {median:,.0f} /s, of {min(runs):,.0f} to {max(runs):,.0f}\n"
                    )
                    millions = rows * REPEAT / 1_000_000
                    for part, used in after.items():
                        spent = (used - before[part]) / millions
                        sys.stdout.write(f"    {part:10} {spent:6.1f} s of a core a million\n")
                    sys.stdout.flush()


def _cpu_s(installation: Installation) -> dict[str, float]:
    return {part: sum(host.cpu_s() for host in hosts) for part, hosts in installation.parts.items()}


def _measure(installation: Installation, mail: str, rows: int, seed: int) -> float:
    """Return rows a second, from the API's answer to the last row SENT."""
    content = b"".join(generate_csv(SampleOptions(rows=rows, seed=rows + seed)))
    upload_id = installation.client.upload(content, mail=mail)["upload_id"]
    began = time.perf_counter()

    def sent() -> bool:
        upload = installation.client.get_upload(upload_id)
        return upload is not None and upload["statuses"]["SENT"] == rows

    wait_for(sent, 300, "all rows to be SENT")
    return rows / (time.perf_counter() - began)


if __name__ == "__main__":
    main()
