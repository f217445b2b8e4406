"""Ask OSV, the open list of known weaknesses, about the product's packages and its tools'.

Where the service does not answer within 20 s, the audit is skipped and says so: a build must not
depend on it. What it knows fails, but for what scripts/audit.ignore names with a reason.
"""

from __future__ import annotations

import argparse
import json
import queue
import sys
import threading
import urllib.request
from pathlib import Path
from typing import Any

import sbom

_URL = "https://api.osv.dev/v1/querybatch"
_PATIENCE_S = 20.0
_ANSWER_BYTES_MAX = 16 * 1024 * 1024
_IGNORED = Path(__file__).with_name("audit.ignore")


def ask(url: str, components: list[dict[str, Any]]) -> list[list[str]]:
    """Return, for each package, the ids of what is known against its version.

    Raises:
        OSError: the service does not answer in time, or nonsense.
    """
    questions = [{"package": {"purl": component["purl"]}} for component in components]
    request = urllib.request.Request(  # noqa: S310 - the service's address, or a test's
        url,
        data=json.dumps({"queries": questions}).encode(),
        headers={"Content-Type": "application/json"},
    )
    answers: queue.Queue[object] = queue.Queue()

    def call() -> None:
        try:
            with urllib.request.urlopen(request, timeout=_PATIENCE_S) as answer:  # noqa: S310
                answers.put(json.loads(answer.read(_ANSWER_BYTES_MAX))["results"])
        except (OSError, ValueError, KeyError) as error:
            answers.put(error)

    # Looking up a name knows no bound of its own; the thread ends with us.
    threading.Thread(target=call, daemon=True).start()
    try:
        found = answers.get(timeout=_PATIENCE_S)
    except queue.Empty:
        raise TimeoutError(f"no answer within {_PATIENCE_S:.0f} s") from None
    if not isinstance(found, list) or len(found) != len(components):
        raise OSError(str(found)[:200])
    return [[known["id"] for known in (entry or {}).get("vulns", ())] for entry in found]


def ignored(path: Path = _IGNORED) -> set[str]:
    """Return the ids that are not to fail; a line is an id and the reason.

    Raises:
        SystemExit: a line has no reason.
    """
    ids: set[str] = set()
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else ():
        if line.strip() and not line.startswith("#"):
            name, _, reason = line.strip().partition(" ")
            if not reason.strip():
                raise SystemExit(f"{path.name}: {name} is ignored without a reason")
            ids.add(name)
    return ids


def main() -> int:
    """Ask, tell, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", default=_URL)
    url = parser.parse_args().url
    components = sbom.document(sys.executable)["components"]
    try:
        known = ask(url, components)
    except OSError as error:
        sys.stdout.write(f"Skipped: {url} does not answer ({error})\n")
        return 0
    passed_over = ignored()
    wrong = [
        (component, name)
        for component, names in zip(components, known, strict=True)
        for name in names
        if name not in passed_over
    ]
    for component, name in wrong:
        where = f"https://osv.dev/vulnerability/{name}"
        sys.stderr.write(f"{component['name']} {component['version']}: {name}, {where}\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
