"""`cobranca bounces` reads messages wherever they lie, and as often as one likes."""

from __future__ import annotations

import asyncio
import io
import mailbox
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from cobranca.cli import app
from cobranca.cli.bounces import _messages
from cobranca.notifications.bounce_reader import BounceReader
from cobranca.notifications.mime_parts import MESSAGE_BYTES_MAX
from tests.integration.notifications.test_bounces import bounce, sent
from tests.support.mailing import WithSmtp, rows_of
from tests.support.smtp_sink import SmtpSink

if TYPE_CHECKING:
    from cobranca.infra.settings import Settings


#: The command has its module's name.
COMMAND = sys.modules["cobranca.cli.bounces"]


def run(settings: Settings, monkeypatch: pytest.MonkeyPatch, *paths: Path) -> str:
    monkeypatch.setattr(COMMAND, "get_settings", lambda: settings)
    monkeypatch.setattr("cobranca.infra.log.set_up_logging", lambda *_: None)
    result = CliRunner().invoke(app, ["bounces", *map(str, paths)])
    assert result.exit_code == 0, result.output
    return result.output


async def test_a_mailbox_is_read_as_often_as_one_likes(
    with_smtp: WithSmtp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with SmtpSink() as sink, with_smtp(sink.port) as resources:
        _, debt_id = await sent(resources)
        box = mailbox.mbox(tmp_path / "box")
        for name in ("postfix_unknown_user", "postfix_delayed", "out_of_office", "qmail"):
            box.add(bounce(name, debt_id))
        box.close()
        told = await asyncio.to_thread(run, resources.settings, monkeypatch, tmp_path / "box")
        expected = "4 messages: 1 bounced, 1 repeated, 1 delayed, 1 ignored, 0 unknown."
        assert expected in told
        again = await asyncio.to_thread(run, resources.settings, monkeypatch, tmp_path / "box")
        assert "0 bounced, 2 repeated" in again
        assert len(await rows_of(resources, "SELECT FROM bounce")) == 1


def test_messages_are_found_in_files_folders_mailboxes_and_input(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "one.eml").write_bytes(b"Subject: one\n\n")
    maildir = mailbox.Maildir(tmp_path / "Maildir")
    maildir.add(b"Subject: two\n\n")
    (tmp_path / "Maildir" / "tmp" / "half").write_bytes(b"Subject: ha")
    box = mailbox.mbox(tmp_path / "box")
    for text in (b"Subject: three\n\n", b"Subject: four\n\n"):
        box.add(text)
    box.close()
    found = {message.split(b"\n")[0] for message in _messages(str(tmp_path), [])}
    assert found == {b"Subject: one", b"Subject: two", b"Subject: three", b"Subject: four"}
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"Subject: five\n\n")))
    assert list(_messages("-", [])) == [b"Subject: five\n\n"]


def test_a_path_that_is_not_there_is_an_error(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(COMMAND, "get_settings", lambda: settings)
    result = CliRunner().invoke(app, ["bounces", str(tmp_path / "none")])
    assert result.exit_code == 1


async def test_a_bad_message_is_in_no_other_ones_way(
    with_smtp: WithSmtp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It comes first in the order of names, kills the process that reads it, and is counted."""
    monkeypatch.setattr(
        "cobranca.notifications.bounce_reader.BounceReader",
        lambda: BounceReader(child="tests.support.stranger_child"),
    )
    async with SmtpSink() as sink, with_smtp(sink.port) as resources:
        _, debt_id = await sent(resources)
        place = tmp_path / "mails"
        place.mkdir()
        (place / "1.eml").write_bytes(b"die")
        (place / "2.eml").write_bytes(b"Content-Type: message/rfc822\n\n" * 2000)
        (place / "3.eml").write_bytes(bounce("postfix_unknown_user", debt_id))
        told = await asyncio.to_thread(run, resources.settings, monkeypatch, place)
        assert "3 messages: 1 bounced, 0 repeated, 0 delayed, 0 ignored, 2 unknown." in told


def test_a_file_that_cannot_be_opened_is_told_and_passed_over(tmp_path: Path) -> None:
    (tmp_path / "b.eml").write_bytes(b"Subject: two\n\n")
    unread: list[str] = []
    found = _messages(str(tmp_path / "gone.eml"), unread)
    assert list(found) == []
    assert unread == [str(tmp_path / "gone.eml")]


def test_of_a_large_message_only_the_beginning_is_read(tmp_path: Path) -> None:
    (tmp_path / "large.eml").write_bytes(b"x" * (MESSAGE_BYTES_MAX + 10))
    box = mailbox.mbox(tmp_path / "box")
    box.add(b"Subject: large\n\n" + b"x\n" * MESSAGE_BYTES_MAX)
    box.close()
    assert [len(one) for one in _messages(str(tmp_path), [])] == [MESSAGE_BYTES_MAX] * 2
