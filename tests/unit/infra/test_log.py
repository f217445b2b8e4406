"""What a process writes is one JSON object a line, whoever wrote it and however it ended."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

BEGIN = """
import logging, threading, warnings
from cobranca.infra import process
from cobranca.infra.log import get_logger
process.begin("test")

def fail(secret="a payer's name"):
    raise ValueError('two\\nlines, "quotes" and \\\\')
"""


def lines_of(tmp_path: Path, code: str, **settings: str) -> list[dict[str, Any]]:
    """Run a process that begins as all do, and read every line that it wrote."""
    environment = {**os.environ, "COBRANCA_DATA_DIR": str(tmp_path), **settings}
    done = subprocess.run(
        [sys.executable, "-c", BEGIN + code],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.stdout == ""
    return [json.loads(line) for line in done.stderr.splitlines()]


OWN = 'try:\n    fail()\nexcept ValueError:\n    get_logger().exception("own", number=1)'
UVICORN = (
    "try:\n    fail()\nexcept ValueError as error:\n"
    '    logging.getLogger("uvicorn.error").error("Exception in ASGI\\n", exc_info=error)'
)
POOL = """logging.getLogger("psycopg.pool").warning('error "%s"\\nnext', "it's")"""
WARNING = 'warnings.warn("two\\nlines")'
THREAD = "thread = threading.Thread(target=fail); thread.start(); thread.join()"
UNRAISABLE = "class A:\n    def __del__(self): fail()\nA()"
TASK = (
    "import asyncio, gc\n"
    "async def main():\n"
    "    async def bad(): fail()\n"
    "    asyncio.ensure_future(bad())\n"
    "    await asyncio.sleep(0.01)\n"
    "    gc.collect()\n"
    "asyncio.run(main())"
)
STACK = 'logging.getLogger("x").warning("here", stack_info=True)'
ODD = 'get_logger().warning("odd", value=object(), text=b"x", path=__import__("pathlib").Path("a"))'


@pytest.mark.parametrize(
    ("code", "logger", "level", "said"),
    [
        (OWN, None, "error", "own"),
        (UVICORN, "uvicorn.error", "error", "Exception in ASGI\n"),
        (POOL, "psycopg.pool", "warning", 'error "it\'s"\nnext'),
        (WARNING, "py.warnings", "warning", "two\nlines"),
        (THREAD, None, "error", "uncaught"),
        (UNRAISABLE, None, "error", "unraisable"),
        (TASK, "asyncio", "error", "Task exception was never retrieved"),
        (STACK, "x", "warning", "here"),
        (ODD, None, "warning", "odd"),
        ("fail()", None, "error", "uncaught"),
    ],
)
def test_every_line_is_an_object(
    tmp_path: Path, code: str, logger: str | None, level: str, said: str
) -> None:
    (line,) = lines_of(tmp_path, code)
    assert said in line["event"]
    assert line.get("logger") == logger
    assert line["level"] == level
    assert line["process"] == "test"
    assert line["timestamp"]
    if "fail" in code:
        assert line["exception"][0]["exc_type"] == "ValueError"
        assert "payer's" not in json.dumps(line), "values of variables are not written"


def test_an_interrupted_process_writes_no_trace(tmp_path: Path) -> None:
    assert lines_of(tmp_path, "raise KeyboardInterrupt") == []


def test_a_setting_that_is_not_read_is_told_at_the_start(tmp_path: Path) -> None:
    (tmp_path / "cobranca.env").write_text("COBRANCA_LEASES=7\nthis is broken\n")
    lines = lines_of(tmp_path, "", COBRANCA_SMTP_URL="smtp://u:S3CRET@h")
    assert [line["event"] for line in lines] == ["setting_not_read"] * 3
    told = " ".join(line["detail"] for line in lines)
    assert "COBRANCA_SMTP_URL is not read: the setting is SMTP_URL" in told
    assert "S3CRET" not in told
