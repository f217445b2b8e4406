"""Whether a file was read before: the same one, the same records again, or another of its name.

Pure: what was read before is given. Banks make a file available again, under a new sequence; mail
programs change its line ends or its encoding. None of that may post a payment twice.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from cobranca.domain.cnab.returns.lines import Block, Bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Digests:
    """What tells a file from others, in hexadecimal SHA-256.

    Attributes:
        content: of its text, whatever its encoding and line ends were.
        records: of its details without their line numbers; None when it has none.
        identity: bank, width, agreement or account, day of creation and sequence; None when it has
            no sequence, as then two files of a day would be one.
    """

    content: str
    records: str | None
    identity: tuple[str, ...] | None


class RepetitionCode(StrEnum):
    """How a file repeats an earlier one."""

    SAME_CONTENT = "SAME_CONTENT"
    SAME_RECORDS = "SAME_RECORDS"
    SAME_IDENTITY = "SAME_IDENTITY"


@dataclass(frozen=True, slots=True, kw_only=True)
class Repetition:
    """A file that must not be posted by itself.

    Attributes:
        verdict: `repeat`: nothing is posted; `conflict`: the same name, other text: a person says.
        code: how it repeats.
        earlier: the file that it repeats.
    """

    verdict: str
    code: RepetitionCode
    earlier: Digests


def repetition_among(new: Digests, earlier: Iterable[Digests]) -> Repetition | None:
    """Find the earlier file that a file repeats, the surest sign first; None when it is new."""
    found: dict[RepetitionCode, Digests] = {}
    for old in earlier:
        if new.content == old.content:
            found.setdefault(RepetitionCode.SAME_CONTENT, old)
        if new.records is not None and new.records == old.records:
            found.setdefault(RepetitionCode.SAME_RECORDS, old)
        if new.identity is not None and new.identity == old.identity:
            found.setdefault(RepetitionCode.SAME_IDENTITY, old)
    for code in RepetitionCode:
        if code in found:
            verdict = "conflict" if code is RepetitionCode.SAME_IDENTITY else "repeat"
            return Repetition(verdict=verdict, code=code, earlier=found[code])
    return None


def digest(blocks: Iterator[Block], charset: str, identity: tuple[str, ...] | None) -> Digests:
    """Digest the lines of a file that is right."""
    content, records = hashlib.sha256(), hashlib.sha256()
    has_records = False
    for block in blocks:
        content.update(_text(block.rows, charset))
        details = _details(block.rows)
        if len(details):
            has_records = True
            records.update(_text(details, charset))
    return Digests(
        content=content.hexdigest(),
        records=records.hexdigest() if has_records else None,
        identity=identity,
    )


def _details(rows: Bytes) -> Bytes:
    """Give the details without the places that number them."""
    if rows.shape[1] == 240:
        details = rows[rows[:, 7] == ord("3")]
        return np.hstack((details[:, :8], details[:, 13:]))
    return rows[(rows[:, 0] != ord("0")) & (rows[:, 0] != ord("9"))][:, :394]


def _text(rows: Bytes, charset: str) -> bytes:
    """Give lines as UTF-8, each with a line feed."""
    ended = np.pad(rows, ((0, 0), (0, 1)), constant_values=ord("\n")).tobytes()
    if ended.isascii():
        return ended
    return ended.decode(charset, "replace").encode("utf-8")
