"""What the containers start with: secrets are made for their readers, and empty ones refused."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
from pathlib import Path

import pytest

from cobranca.infra.settings import API_KEY_CHARACTERS_MIN

ROOT = Path(__file__).parents[2]
ENTRYPOINT = ROOT / "deploy" / "entrypoint.sh"
MAKE_SECRETS = ROOT / "deploy" / "make-secrets.sh"
FILES = {"postgres_password": "p" * 20, "nats_token": "n" * 20, "api_key": "k" * 20}

needs_root = pytest.mark.skipif(
    os.geteuid() != 0 or shutil.which("openssl") is None,
    reason="only root gives files to other accounts; openssl makes the certificate",
)


def _run(script: Path, folder: Path, *words: str, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["/bin/sh", script, *words],
        env={"PATH": os.environ["PATH"], "SECRETS": str(folder), **env},
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip


@pytest.fixture
def secrets(tmp_path: Path) -> Path:
    for name, content in FILES.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    return tmp_path


def test_secrets_become_settings(secrets: Path) -> None:
    done = _run(
        ENTRYPOINT, secrets, "env", COBRANCA_DATABASE_HOST="db:5432", COBRANCA_NATS_HOST="nats:4222"
    )
    assert done.returncode == 0, done.stderr
    given = dict(line.split("=", 1) for line in done.stdout.splitlines())
    assert given["DATABASE_URL"] == f"postgresql://cobranca:{'p' * 20}@db:5432/cobranca"
    assert given["NATS_URL"] == f"nats://{'n' * 20}@nats:4222"
    assert given["COBRANCA_API_KEY"] == "k" * 20
    assert not {"COBRANCA_DATABASE_HOST", "COBRANCA_NATS_HOST", "word"} & given.keys()


@pytest.mark.parametrize("name", sorted(FILES))
@pytest.mark.parametrize("content", ["", "\n", " \t\n"])
def test_secret_that_is_empty_is_refused_in_a_sentence(
    secrets: Path, name: str, content: str
) -> None:
    (secrets / name).write_text(content, encoding="utf-8")
    done = _run(ENTRYPOINT, secrets, "env", COBRANCA_DATABASE_HOST="x", COBRANCA_NATS_HOST="x")
    assert done.returncode != 0
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"{secrets / name} is empty")


@pytest.mark.parametrize("name", ["postgres_password", "nats_token"])
def test_secret_that_is_missing_is_refused_in_a_sentence(secrets: Path, name: str) -> None:
    (secrets / name).unlink()
    done = _run(ENTRYPOINT, secrets, "env", COBRANCA_DATABASE_HOST="x", COBRANCA_NATS_HOST="x")
    assert done.returncode != 0
    assert str(secrets / name) in done.stderr


def test_what_the_environment_gives_is_left_to_the_product(secrets: Path) -> None:
    done = _run(ENTRYPOINT, secrets, "env", COBRANCA_API_KEY="", SMTP_URL="")
    assert "COBRANCA_API_KEY=\n" in done.stdout
    assert "SMTP_URL=\n" in done.stdout


@needs_root
def test_each_secret_is_for_its_reader_alone(tmp_path: Path) -> None:
    for _ in range(2):  # Again is harmless, and changes nothing.
        done = _run(MAKE_SECRETS, tmp_path)
        assert done.returncode == 0, done.stderr
    owners = {"product": 10001, "migrate": 10001, "postgresql": 999, "nats": 10002, "tls": 99}
    found = {folder: _owner_of(tmp_path / folder) for folder in owners}
    assert found == owners
    names = {
        folder: sorted(path.name for path in (tmp_path / folder).iterdir()) for folder in owners
    }
    assert names == {
        "product": ["api_key", "nats_token", "postgres_password"],
        "migrate": ["postgres_password"],
        "postgresql": ["postgres_password"],
        "nats": ["nats.conf"],
        "tls": ["tls.crt", "tls.key"],
    }
    key = (tmp_path / "product" / "api_key").read_text(encoding="ascii")
    assert len(key) >= API_KEY_CHARACTERS_MIN
    assert (tmp_path / "made" / "api_key").read_text(encoding="ascii") == key


def _owner_of(folder: Path) -> int:
    """Return whose a folder is, all its files being that account's alone."""
    owner = folder.stat().st_uid
    assert stat.S_IMODE(folder.stat().st_mode) == 0o500
    for path in folder.iterdir():
        assert path.stat().st_uid == owner
        assert stat.S_IMODE(path.stat().st_mode) == 0o400
    return owner


@needs_root
def test_key_and_certificate_of_ones_own_are_kept(tmp_path: Path) -> None:
    (tmp_path / "tls").mkdir()
    (tmp_path / "tls" / "tls.crt").write_text("a real one", encoding="ascii")
    assert _run(MAKE_SECRETS, tmp_path, COBRANCA_API_KEY="k" * 24).returncode == 0
    assert (tmp_path / "product" / "api_key").read_text(encoding="ascii") == "k" * 24
    assert (tmp_path / "tls" / "tls.crt").read_text(encoding="ascii") == "a real one"


@needs_root
def test_empty_secret_is_not_given_to_anybody(tmp_path: Path) -> None:
    done = _run(MAKE_SECRETS, tmp_path, COBRANCA_API_KEY=" ")
    assert done.returncode != 0
    assert "COBRANCA_API_KEY is set and empty" in done.stderr
    (tmp_path / "made" / "nats_token").write_text("\n", encoding="ascii")
    done = _run(MAKE_SECRETS, tmp_path)
    assert done.returncode != 0
    assert "nats_token is empty" in done.stderr
    assert not (tmp_path / "nats").exists()
