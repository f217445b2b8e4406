"""The outbox: mails kept as values in storage, for people to open. Nothing leaves the machine.

An object holds the mails of one chunk as JSON lines. The first line tells the format, the names of
the columns, and the columns that are the same in all mails (sender, beneficiary, ...); each further
line is one mail, an array of the other columns. The PDF is not here: it is stored already, and the
message is composed from both when somebody opens it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import fields
from datetime import date, datetime
from hashlib import blake2b
from operator import attrgetter
from typing import Any, cast

import orjson

from cobranca.domain.errors import InvalidField, NotFound
from cobranca.domain.mail_reply import State
from cobranca.infra.mailer.mail import Mail
from cobranca.infra.mailer.transport import Envelope, Ledger, Outcome

FORMAT = "cobranca.outbox/1"
MAILS_PER_OBJECT = 5000

#: Written for every mail; all else goes to the first line when the whole chunk has it in common.
_ALWAYS_IN_ROW = ("debt_id", "message_id")
_COLUMNS = tuple(field.name for field in fields(Mail))

Put = Callable[[str, bytes], Awaitable[object]]


def encode_mails(mails: Sequence[Mail]) -> bytes:
    """Return the object of a chunk: the same mails in the same order give the same bytes."""
    if not mails:
        return b""
    first = mails[0]
    shared = {
        name: getattr(first, name)
        for name in _COLUMNS
        if name not in _ALWAYS_IN_ROW and _all_same(mails, name)
    }
    columns = [name for name in _COLUMNS if name not in shared]
    head = {"format": FORMAT, "columns": columns, "shared": shared}
    row = attrgetter(*columns)
    lines = [orjson.dumps(head)]
    lines += [orjson.dumps(row(mail)) for mail in mails]
    lines.append(b"")
    return b"\n".join(lines)


def records(content: bytes) -> Iterator[Mail]:
    """Read all mails of an object, in the order they were written.

    Raises:
        InvalidField: it is not such an object.
    """
    if not content:
        return
    head, *lines = content.splitlines()
    columns, shared = _read_head(head)
    for line in lines:
        yield _mail(columns, shared, orjson.loads(line))


def find(content: bytes, debt_id: str) -> Mail:
    """Read the one mail of a debt without reading the others.

    Raises:
        NotFound: the object has no mail of this debt.
        InvalidField: it is not such an object.
    """
    if not content:
        raise NotFound("the outbox has no mail of this debt")
    head_end = content.find(b"\n")
    columns, shared = _read_head(content[: max(head_end, 0)])
    # debt_id is the first column, so its line begins with it.
    mark = b"\n[" + orjson.dumps(debt_id) + b","
    start = content.find(mark, head_end)
    if start < 0:
        raise NotFound("the outbox has no mail of this debt")
    end = content.index(b"\n", start + 1)
    return _mail(columns, shared, orjson.loads(content[start + 1 : end]))


def object_path(prefix: str, key: str, mails: Sequence[Mail]) -> str:
    """Return where a chunk is kept: by the work's key and by which mails it holds.

    Writing the same chunk again meets the same object; a chunk of other mails never does.
    """
    digest = blake2b(digest_size=12)
    for mail in mails:
        digest.update(mail.message_id.encode())
    return f"{prefix}/{key}/{digest.hexdigest()}.jsonl"


class OutboxTransport:
    """Puts each chunk into storage as one object and answers SENT with its path as location."""

    idempotent = True
    reaches_people = False

    def __init__(
        self, put: Put, *, prefix: str = "outbox", mails_per_object: int = MAILS_PER_OBJECT
    ) -> None:
        """Take the function that stores bytes at a path durably, replacing what is there."""
        self._put = put
        self._prefix = prefix
        self._mails_per_object = mails_per_object

    async def deliver(self, envelopes: Sequence[Envelope], ledger: Ledger, *, key: str) -> None:
        """Store the mails, chunk by chunk. What `put` raises is passed on: none is uncertain."""
        for start in range(0, len(envelopes), self._mails_per_object):
            chunk = await ledger.begin(envelopes[start : start + self._mails_per_object])
            mails = [envelope.mail for envelope in chunk.envelopes]
            if mails:
                path = object_path(self._prefix, key, mails)
                await self._put(path, encode_mails(mails))
                sent = Outcome(state=State.SENT, location=path)
                await ledger.settle(chunk, [sent] * len(mails))

    async def aclose(self) -> None:
        """Nothing is held."""


def _all_same(mails: Sequence[Mail], name: str) -> bool:
    value_of = attrgetter(name)
    first = value_of(mails[0])
    return all(value_of(mail) == first for mail in mails)


def _read_head(line: bytes) -> tuple[list[str], dict[str, Any]]:
    try:
        head: Any = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise InvalidField("outbox", "the object is not JSON lines") from error
    if not isinstance(head, dict):
        raise InvalidField("outbox", "the object does not begin with its head")
    known = cast("dict[str, Any]", head)
    if known.get("format") != FORMAT:
        raise InvalidField("outbox", f"the object is not of the format {FORMAT}")
    return known["columns"], known["shared"]


def _mail(columns: list[str], shared: dict[str, Any], values: list[Any]) -> Mail:
    data = {**shared, **dict(zip(columns, values, strict=True))}
    data["date"] = datetime.fromisoformat(data["date"])
    data["copies"] = tuple(data.get("copies") or ())
    data["due_date"] = date.fromisoformat(data["due_date"])
    return Mail(**data)
