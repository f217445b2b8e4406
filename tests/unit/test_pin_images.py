"""`make pin-images` writes each image's digest beside its version, in every file that names it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
FILES = (
    "docker-compose.yml", "docker-compose.proxy.yml", "deploy/Dockerfile",
    "deploy/kubernetes/proxy.yaml",
)  # fmt: skip
_IMAGE = re.compile(r"(?:image:|FROM) ([a-z]+:\d[^\s@]*)(@\S+)?")


def _pin(folder: Path, answer: str) -> subprocess.CompletedProcess[str]:
    tool = folder / "bin" / "skopeo"
    tool.parent.mkdir(exist_ok=True)
    tool.write_text(f"#!/bin/sh\n{answer}\n", encoding="utf-8")
    tool.chmod(0o755)
    return subprocess.run(
        ["bash", ROOT / "scripts" / "pin-images.sh", folder],
        env={"PATH": f"{tool.parent}:{os.environ['PATH']}"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def _copy(folder: Path) -> None:
    for name in FILES:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, folder / name)


def test_every_image_gets_its_digest_and_again_a_newer_one(tmp_path: Path) -> None:
    _copy(tmp_path)
    for number in ("a", "b"):
        digest = f"sha256:{number * 64}"
        assert _pin(tmp_path, f"echo {digest}").returncode == 0
        found = [
            pinned
            for name in FILES
            for _, pinned in _IMAGE.findall((tmp_path / name).read_text(encoding="utf-8"))
        ]
        assert len(found) >= 6
        assert set(found) == {f"@{digest}"}
    assert not list(tmp_path.rglob("*.bak"))


def test_what_is_not_answered_stays_and_is_told(tmp_path: Path) -> None:
    _copy(tmp_path)
    done = _pin(tmp_path, "exit 1")
    assert done.returncode == 1
    assert "postgres:18.6-trixie: no digest" in done.stderr
    for name in FILES:
        assert (tmp_path / name).read_bytes() == (ROOT / name).read_bytes()
