"""What ships is listed, with its licences; what may not ship, or is known to be weak, is found."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "scripts"))
import audit  # noqa: E402 - scripts are no package
import sbom  # noqa: E402

COMPONENTS = sbom.python_components() + sbom.page_components()
NAMES = {component.name for component in COMPONENTS}


def test_nothing_that_may_not_ship_is_among_what_runs() -> None:
    assert sbom.faults(COMPONENTS) == []
    assert not [c for c in COMPONENTS if re.search(r"(?<!L)GPL", c.licence)]


@pytest.mark.parametrize(
    ("licence", "refused"),
    [
        ("GPL-3.0-only", True), ("AGPL-3.0-or-later", True), ("MIT AND GPL-2.0-only", True),
        ("", True), ("UNLICENSED", True), ("SSPL-1.0", True),
        ("MIT OR GPL-2.0-only", False), ("LGPL-3.0-only", False), ("(MIT OR CC0-1.0)", False),
        ("MPL-2.0 AND (Apache-2.0 OR MIT)", False),
    ],
)  # fmt: skip
def test_licence_is_judged(licence: str, refused: bool) -> None:
    component = sbom.Component(kind="pypi", name="x", version="1", licence=licence)
    assert bool(sbom.faults([component])) is refused


def test_what_the_product_asks_for_is_listed_and_its_tools_are_not() -> None:
    declared = re.findall(
        r'^    "([a-z-]+)(?:\[[a-z,]+\])?>=',
        (ROOT / "pyproject.toml").read_text("utf-8"),
        re.MULTILINE,
    )
    runtime = declared[: declared.index("zxing-cpp") + 1]
    assert set(runtime) <= NAMES
    assert {"uvloop", "psycopg-binary", "starlette", "react", "postgresql", "nats-server"} <= NAMES
    assert not {"pytest", "ruff", "pyright", "hypothesis", "vite", "cobranca"} & NAMES


def test_document_is_cyclonedx_and_texts_go_along(tmp_path: Path) -> None:
    sbom.write(tmp_path, COMPONENTS, "1.2.3")
    document: dict[str, Any] = json.loads((tmp_path / "sbom.cdx.json").read_text("utf-8"))
    assert (document["bomFormat"], document["specVersion"]) == ("CycloneDX", "1.6")
    assert document["metadata"]["component"]["version"] == "1.2.3"
    references = [component["bom-ref"] for component in document["components"]]
    assert len(references) == len(set(references)) == len(COMPONENTS)
    assert all(re.fullmatch(r"pkg:(pypi|npm|generic)/\S+@\S+", name) for name in references)
    assert all(component["licenses"][0]["expression"] for component in document["components"])
    for name in ("psycopg", "orjson", "certifi", "reportlab"):
        assert list((tmp_path / "licenses" / name).iterdir()), name
    assert "| psycopg | " in (tmp_path / "LICENSES.md").read_text("utf-8")


@contextmanager
def _service(answer: bytes, status: int = 200) -> Iterator[tuple[str, list[Any]]]:
    asked: list[Any] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(status)
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/", asked
        finally:
            server.shutdown()
            thread.join()


def _audit(url: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, ROOT / "scripts" / "audit.py", "--url", url],
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip


def test_what_is_known_against_a_package_fails_the_audit() -> None:
    asked_about = [c for c in COMPONENTS if c.kind != "generic"]
    results: list[dict[str, Any]] = [{} for _ in asked_about]
    with _service(json.dumps({"results": results}).encode()) as (url, asked):
        assert _audit(url).returncode == 0
    (question,) = asked
    assert {"package": {"purl": asked_about[0].purl}} in question["queries"]
    results[3] = {"vulns": [{"id": "PYSEC-2026-1"}]}
    with _service(json.dumps({"results": results}).encode()) as (url, _):
        done = _audit(url)
    assert done.returncode == 1
    assert f"{asked_about[3].name} {asked_about[3].version}: PYSEC-2026-1" in done.stderr


@pytest.mark.parametrize(("answer", "status"), [(b"no", 200), (b"", 503), (b'{"results":[]}', 200)])
def test_service_that_does_not_answer_is_passed_over_with_a_word(
    answer: bytes, status: int
) -> None:
    with _service(answer, status) as (url, _):
        done = _audit(url)
    assert done.returncode == 0
    assert done.stdout.startswith("Skipped: ")


def test_service_that_hangs_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit, "_PATIENCE_S", 0.2)
    ended = threading.Event()

    def hang(*_: object, **__: object) -> None:
        ended.wait(30)
        raise OSError("ended")

    monkeypatch.setattr("urllib.request.urlopen", hang)
    with pytest.raises(OSError, match="no answer within"):
        audit.ask("http://127.0.0.1/", COMPONENTS[:1])
    ended.set()


def test_weakness_is_passed_over_with_a_reason_only(tmp_path: Path) -> None:
    listed = tmp_path / "audit.ignore"
    listed.write_text("# why\n\nGHSA-1 never called with strangers' bytes\n", encoding="utf-8")
    assert audit.ignored(listed) == {"GHSA-1"}
    listed.write_text("GHSA-1\n", encoding="utf-8")
    with pytest.raises(SystemExit, match="without a reason"):
        audit.ignored(listed)
