"""Stored objects without one person: a file's lines, a mail of the outbox, a slip of a batch.

Each function makes the new bytes; none stores anything. Lines keep their places, so that the line
numbers of refused records stay true.
"""

from __future__ import annotations

import html
import io
import re
import zipfile
from collections.abc import Callable
from typing import IO, TYPE_CHECKING, TextIO

from cobranca.infra.mailer import outbox

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path
    from uuid import UUID

    from cobranca.privacy.person import Person

#: More than any name, tax id or address takes, with all between.
OVERLAP_BYTES = 2048
#: What is stored in the place of a workbook that named somebody who was erased.
WORKBOOK_ERASED = b"Planilha apagada com os dados de uma pessoa.\n"
#: A longer line is looked at in pieces.
_LINE_CHARACTERS_MAX = 1 << 20
#: A quoted field that goes over more lines is taken for a stray quote, which costs its line only.
_RECORD_LINES_MAX = 100
_DEBT_ID = re.compile(r"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}", re.IGNORECASE)
_LINE_ENDS = "\r\n"

#: Whether the text of a record is to go.
IsTheirs = Callable[[str], bool]


def is_theirs(person: Person, debt_ids: Collection[UUID]) -> IsTheirs:
    """Return what tells a person's records: by their tax id or e-mail, or by one of their debts."""
    known = {debt_id.hex for debt_id in debt_ids}

    def told(text: str) -> bool:
        if person.is_in(text):
            return True
        found = _DEBT_ID.findall(text) if known else ()
        return any(one.replace("-", "").lower() in known for one in found)

    return told


def names_in_workbook(workbook: IO[bytes], told: IsTheirs) -> bool:
    """Tell whether a part of a workbook names somebody; a number of an .xls is none that is told.

    Args:
        workbook: the file, open at its beginning.
        told: what tells the person.
    """
    if not zipfile.is_zipfile(workbook):
        workbook.seek(0)
        return _is_told(workbook, told)
    with zipfile.ZipFile(workbook) as archive:
        for name in archive.namelist():
            with archive.open(name) as part:
                if _is_told(part, told):
                    return True
    return False


def _is_told(part: IO[bytes], told: IsTheirs) -> bool:
    end = b""
    while piece := part.read(_LINE_CHARACTERS_MAX):
        text = (end + piece).replace(b"\0", b"").decode("latin-1")
        if told(html.unescape(text)):
            return True
        end = piece[-OVERLAP_BYTES:]
    return False


def erase_lines(source: Path, target: Path, encoding: str, told: IsTheirs) -> int:
    """Write a CSV without the text of the records that are told; return how many there were.

    Args:
        source: the file as it is stored.
        target: where the new one goes.
        encoding: of the upload. Any but UTF-16 goes through byte by byte.
        told: which records.
    """
    codec = encoding if encoding.startswith("utf-16") else "latin-1"
    erased = 0
    with (
        source.open(encoding=codec, errors="surrogatepass", newline="") as lines,
        target.open("w", encoding=codec, errors="surrogatepass", newline="") as kept,
    ):
        for record in _records(lines):
            if told("".join(record)):
                erased += 1
                kept.writelines(_end_of(line) for line in record)
            else:
                kept.writelines(record)
    return erased


def _records(lines: TextIO) -> Iterator[list[str]]:
    """Yield the lines of one record after another; a quote that nothing closes is its line's."""
    waiting: list[str] = []
    while True:
        record = [waiting.pop(0) if waiting else lines.readline(_LINE_CHARACTERS_MAX)]
        if not record[0]:
            return
        while _is_open(record) and len(record) < _RECORD_LINES_MAX:
            line = waiting.pop(0) if waiting else lines.readline(_LINE_CHARACTERS_MAX)
            if not line:
                break
            record.append(line)
        if _is_open(record):
            waiting, record = [*record[1:], *waiting], record[:1]
        yield record


def _is_open(record: list[str]) -> bool:
    return sum(line.count('"') for line in record) % 2 == 1


def _end_of(line: str) -> str:
    return line[len(line.rstrip(_LINE_ENDS)) :]


def without_mails(content: bytes, debt_ids: Collection[UUID]) -> bytes:
    """Return an object of the outbox without the mails of these debts; empty when none is left.

    It stays where it is: a billing's mails are looked for in all of its batch's objects.
    """
    gone = {str(debt_id) for debt_id in debt_ids}
    return outbox.encode_mails([m for m in outbox.records(content) if m.debt_id not in gone])


def without_slips(content: bytes, debt_ids: Collection[UUID]) -> bytes:
    """Return a batch's zip with zeros in the place of these debts' slips; others stay in theirs."""
    gone = {slip_name(debt_id) for debt_id in debt_ids}
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(packed, "w") as new:
        for entry in old.infolist():
            slip = old.read(entry)
            kept = bytes(len(slip)) if entry.filename in gone else slip
            new.writestr(zipfile.ZipInfo(entry.filename, entry.date_time), kept)
    return packed.getvalue()


def slip_name(debt_id: UUID) -> str:
    """Return what a slip is called in its batch's zip."""
    return f"boleto-{debt_id}.pdf"


def plain(message: bytes) -> str:
    """Return what a kept message says, its soft line ends taken out; what is encoded stays so."""
    return re.sub(rb"=\r?\n", b"", message).decode("latin-1")
