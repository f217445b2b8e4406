"""The sink that other tests count with: what it says was accepted is on disk, and no more."""

from __future__ import annotations

import json
import smtplib
import subprocess
import sys
from pathlib import Path

import aiosmtplib
import pytest

from tests.support.product import first_line
from tests.support.smtp_sink import Answer, Rule, SmtpSink, read_log

ROOT = Path(__file__).parents[3]
MESSAGE = "Message-ID: <m1@x.example>\r\nSubject: s\r\n\r\n.dot\r\nend\r\n"


async def send_with_another_client(port: int, message: str = MESSAGE) -> None:
    async with aiosmtplib.SMTP(hostname="127.0.0.1", port=port, start_tls=False) as client:
        await client.sendmail("a@x.example", ["b@x.example"], message)


async def test_accepted_message_is_in_the_log_with_its_count(tmp_path: Path) -> None:
    log = tmp_path / "log"
    async with SmtpSink(log=log, keep=True) as sink:
        await send_with_another_client(sink.port)
        await send_with_another_client(sink.port)
    assert [record["count"] for record in read_log(log)] == [1, 2]
    assert read_log(log)[0]["message_id"] == "<m1@x.example>"
    assert read_log(log)[0]["recipient"] == "b@x.example"
    assert sink.received[0].content == MESSAGE.encode()


async def test_counts_go_on_after_a_restart_and_a_torn_line_is_no_record(tmp_path: Path) -> None:
    log = tmp_path / "log"
    async with SmtpSink(log=log) as sink:
        await send_with_another_client(sink.port)
    whole = log.read_bytes()
    log.write_bytes(whole + whole[: len(whole) // 2])
    assert len(read_log(log)) == 1
    log.write_bytes(whole)
    async with SmtpSink(log=log) as sink:
        await send_with_another_client(sink.port)
    assert [record["count"] for record in read_log(log)] == [1, 2]


async def test_refused_message_is_not_in_the_log(tmp_path: Path) -> None:
    log = tmp_path / "log"
    rules = [Rule(stage="dot", answer=Answer(reply="451 4.3.0 later"))]
    async with SmtpSink(log=log, rules=rules) as sink:
        with pytest.raises(aiosmtplib.SMTPDataError):
            await send_with_another_client(sink.port)
    assert read_log(log) == []


async def test_commands_out_of_order_are_refused() -> None:
    async with SmtpSink() as sink:
        client = aiosmtplib.SMTP(hostname="127.0.0.1", port=sink.port, start_tls=False)
        await client.connect()
        with pytest.raises(aiosmtplib.SMTPRecipientRefused):
            await client.rcpt("b@x.example")
        await client.quit()


def test_process_logs_what_it_accepted_even_when_it_is_killed(tmp_path: Path) -> None:
    log = tmp_path / "log"
    command = [sys.executable, "-m", "tests.support.smtp_sink", "--log", str(log)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT) as process:
        try:
            port = int(first_line(process))
            with smtplib.SMTP("127.0.0.1", port, timeout=60) as client:
                client.sendmail("a@x.example", ["b@x.example", "c@x.example"], MESSAGE)
                process.kill()
        finally:
            process.kill()
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    assert [line["recipient"] for line in lines] == ["b@x.example", "c@x.example"]
