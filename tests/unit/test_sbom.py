"""What ships is listed, with licences; what may not be used, or is known to be weak, is found."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import threading
import tomllib
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "scripts"))
import audit  # noqa: E402 - scripts are no package
import sbom  # noqa: E402

DOCUMENT = sbom.document(sys.executable)
COMPONENTS: list[dict[str, Any]] = DOCUMENT["components"]


def test_nothing_that_may_not_be_used_is_here() -> None:
    assert sbom.faults(COMPONENTS) == []
    assert not [c for c in COMPONENTS if re.search(r"(?<!L)GPL", json.dumps(c["licenses"][0]))]


@pytest.mark.parametrize(
    ("licence", "refused"),
    [
        ("GPL-3.0-only", True), ("AGPL-3.0-or-later", True), ("MIT AND GPL-2.0-only", True),
        ("UNLICENSED", True), ("SSPL-1.0", True),
        ("License :: OSI Approved :: GNU General Public License v2 or later", True),
        ("GNU Lesser General Public License v3", False),
        ("MIT OR GPL-2.0-only", False), ("LGPL-3.0-only", False), ("(MIT OR CC0-1.0)", False),
        ("MPL-2.0 AND (Apache-2.0 OR MIT)", False),
    ],
)  # fmt: skip
def test_licence_is_judged(licence: str, refused: bool) -> None:
    own_words = {"name": "declared license of 'x'", "text": {"content": licence}}
    for entry in ({"expression": licence}, {"license": {"name": licence}}, {"license": own_words}):
        component = {"name": "x", "version": "1", "licenses": [entry]}
        assert bool(sbom.faults([component])) is refused
        component["licenses"] = [{"expression": "MIT"}, entry]
        assert bool(sbom.faults([component])) is refused


def test_licence_that_nobody_knows_is_refused() -> None:
    component: dict[str, Any] = {"name": "x", "version": "1"}
    assert sbom.faults([component]) == ["x 1: no licence is named"]
    component["licenses"] = [{"license": {"name": "declared license file: LICENSE"}}]
    assert sbom.faults([component]) == ["x 1: no licence is named"]


def test_what_the_product_asks_for_is_listed() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    asked = {re.split(r"[\[>;]", line)[0].strip() for line in project["dependencies"]}
    page = json.loads((ROOT / "web" / "package.json").read_text("utf-8"))
    names = {component["name"].replace("_", "-") for component in COMPONENTS}
    assert asked | page["dependencies"].keys() | {"uvloop", "psycopg-binary", "scheduler"} <= names
    assert not {"vite", "vitest", "typescript", "msw"} & names


def test_only_what_an_environment_has_is_listed(tmp_path: Path) -> None:
    venv.create(tmp_path, with_pip=False)
    found = sbom.document(str(tmp_path / "bin" / "python"))["components"]
    assert found == sbom.page_components()


def test_document_is_cyclonedx_and_has_the_pages_texts(tmp_path: Path) -> None:
    written = tmp_path / "folder" / "sbom.cdx.json"
    subprocess.run([sys.executable, ROOT / "scripts" / "sbom.py", "--out", written], check=True)
    text = written.read_text("utf-8")
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    assert json.loads(text) == DOCUMENT
    for name in ("react", "react-dom", "@mantine/core", "@fontsource/ibm-plex-sans"):
        (component,) = [c for c in COMPONENTS if c["name"] == name]
        assert len(component["evidence"]["licenses"][0]["license"]["text"]["content"]) > 500, name


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
    results: list[dict[str, Any]] = [{} for _ in COMPONENTS]
    with _service(json.dumps({"results": results}).encode()) as (url, asked):
        assert _audit(url).returncode == 0
    (question,) = asked
    assert {"package": {"purl": COMPONENTS[0]["purl"]}} in question["queries"]
    results[3] = {"vulns": [{"id": "PYSEC-2026-1"}]}
    with _service(json.dumps({"results": results}).encode()) as (url, _):
        done = _audit(url)
    assert done.returncode == 1
    assert f"{COMPONENTS[3]['name']} {COMPONENTS[3]['version']}: PYSEC-2026-1" in done.stderr


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
