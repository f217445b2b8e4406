"""Reads one return file and decides over it: refused, shown, a repetition, or posted.

Everything is written in the caller's transaction: a file is posted whole, or not at all.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import orjson

from cobranca.domain.cnab.returns import (
    Digests,
    Refusal,
    RefusalCode,
    ReturnFile,
    read_return,
    repetition_among,
)
from cobranca.domain.cnab.returns import Verdict as ReadVerdict
from cobranca.payments import repository
from cobranca.payments.posting import Posting
from cobranca.payments.repository import Verdict
from cobranca.payments.tally import Tally
from cobranca.payments.whose import Ours, ours_of

if TYPE_CHECKING:
    from datetime import datetime

    from cobranca.domain.cnab.returns import ReturnHeader
    from cobranca.infra.db import Connection
    from cobranca.infra.settings import Settings
    from cobranca.payments.rows import EarlierRow, FileRow

_OTHER_BANK: Final = (
    "nenhuma conta sua é do banco {}: confira de quem é o retorno, ou configure a conta"
)
_OTHER_COMPANY: Final = (
    "o convênio {!r} não é de nenhuma conta sua, e nenhum título é seu: o retorno é de outra"
    " empresa. Se for mesmo seu, envie de novo confirmando (link=true)"
)
_AGAIN: Final = "Este retorno já foi lido: nada foi lançado de novo."
_OTHER_TEXT: Final = (
    "Já há outro retorno com o mesmo convênio, data e sequência, e conteúdo diferente: confira os"
    " dois e lance este se estiver certo."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A file as its bytes tell it, before anything is asked of the database."""

    file: ReturnFile
    digests: Digests | None


class _Foreign(Exception):
    """None of the titles is ours; what was written is rolled back."""


async def read(source: bytes) -> Reading:
    """Read and check a whole file; the event loop is free meanwhile."""
    return await asyncio.to_thread(_read, source)


def _read(source: bytes) -> Reading:
    file = read_return(source)
    accepted = file.verdict is ReadVerdict.ACCEPT
    return Reading(file=file, digests=file.digests() if accepted else None)


async def take_in(
    connection: Connection,
    settings: Settings,
    row: FileRow,
    reading: Reading,
    *,
    at: datetime,
    linked: bool = False,
    wanted: bool = False,
) -> None:
    """Decide over a file, post it where it may be, and keep the verdict.

    The caller has the beneficiary's turn.

    Args:
        connection: in a transaction.
        settings: of the installation.
        row: the file.
        reading: what its bytes say.
        at: since when what it tells is known.
        linked: a person says that it is ours, whatever its header says.
        wanted: a person wants it posted, though it was only shown, or is in conflict.
    """
    told = _told(reading)
    if reading.digests is None or reading.file.header is None:
        await repository.note_verdict(connection, row.id, told)
        return
    ours = ours_of(settings, await repository.list_accounts(connection, row.beneficiary_id))
    bank = reading.file.bank or ""
    if not ours.accounts.get(bank):
        refused = _refused(told, _OTHER_BANK.format(bank))
        await repository.note_verdict(connection, row.id, refused)
        return
    told, is_repeated = await _beside_earlier(connection, row, reading.digests, told)
    if told.verdict == "repeat":
        await repository.note_verdict(connection, row.id, told)
        return
    shown = not wanted and (
        is_repeated or await _is_first(connection, settings, row.beneficiary_id)
    )
    posting = Posting(
        connection=connection,
        beneficiary_id=row.beneficiary_id,
        file_id=row.id,
        at=at,
        accounts=ours.accounts[bank],
        only_shown=shown,
    )
    is_ours = linked or wanted or await _is_ours(connection, row, ours, reading.file)
    if await _posted(posting, reading.file, is_ours=is_ours):
        told = replace(told, tally=_json(posting.tally), shown_only=shown, posted=not shown)
    else:
        told = _refused(told, _OTHER_COMPANY.format(told.agreement))
    await repository.note_verdict(connection, row.id, told)


async def _posted(posting: Posting, file: ReturnFile, *, is_ours: bool) -> bool:
    """Post a file; False, and nothing is written, when it turns out to be another's."""
    try:
        async with posting.connection.transaction():
            await posting.post(file)
            if posting.tally.records and not posting.tally.matched and not is_ours:
                raise _Foreign
    except _Foreign:
        return False
    return True


async def _is_first(connection: Connection, settings: Settings, beneficiary_id: int) -> bool:
    """Whether it is one of the first files of a beneficiary, which are only shown."""
    first = settings.returns.shown_files
    return first > 0 and await repository.count_believed(connection, beneficiary_id, first) < first


async def _is_ours(connection: Connection, row: FileRow, ours: Ours, file: ReturnFile) -> bool:
    header, bank = file.header, file.bank or ""
    if header is None or ours.names(bank, header):
        return header is not None
    return await repository.knows_agreement(
        connection, row.beneficiary_id, bank, agreement_of(header)
    )


async def _beside_earlier(
    connection: Connection, row: FileRow, digests: Digests, told: Verdict
) -> tuple[Verdict, bool]:
    """Hold a file against those before it; say whether it repeats one."""
    records = bytes.fromhex(digests.records) if digests.records else None
    rows = await repository.find_earlier(
        connection,
        beneficiary_id=row.beneficiary_id,
        file_id=row.id,
        content_sha256=bytes.fromhex(digests.content),
        records_sha256=records,
        identity=_identity(digests),
    )
    by_digests = {_digests(earlier): earlier.id for earlier in reversed(rows)}
    repetition = repetition_among(digests, [_digests(earlier) for earlier in rows])
    if repetition is None:
        return told, False
    is_repeat = repetition.verdict == "repeat"
    return replace(
        told,
        verdict=repetition.verdict,
        code=repetition.code,
        message=_AGAIN if is_repeat else _OTHER_TEXT,
        repeats=by_digests[repetition.earlier],
    ), True


def _digests(row: EarlierRow) -> Digests:
    return Digests(
        content=(row.content_sha256 or b"").hex(),
        records=row.records_sha256.hex() if row.records_sha256 else None,
        identity=tuple(row.identity.split("\n")) if row.identity else None,
    )


def _identity(digests: Digests) -> str | None:
    return "\n".join(digests.identity) if digests.identity else None


def agreement_of(header: ReturnHeader) -> str:
    """Give what a header calls its company by."""
    return header.agreement or header.account


def _told(reading: Reading) -> Verdict:
    """Give what the bytes alone tell of a file."""
    file, digests = reading.file, reading.digests
    refusal = file.refusal or Refusal(code=RefusalCode.EMPTY, message="")
    if file.refusal is None and file.report:
        message = "; ".join(f"{line.code} {line.text}".strip() for line in file.report[:20])
        refusal = replace(refusal, message=f"O banco recusou a remessa inteira: {message}")
    header = file.header
    return Verdict(
        verdict=str(file.verdict),
        code=str(refusal.code) if file.refusal else None,
        message=refusal.message or None,
        line=refusal.line,
        first_place=refusal.first,
        last_place=refusal.last,
        bank=file.bank,
        layout=file.layout,
        agreement=agreement_of(header) if header else None,
        created_on=header.created if header else None,
        sequence=header.sequence if header else None,
        content_sha256=bytes.fromhex(digests.content) if digests else None,
        records_sha256=bytes.fromhex(digests.records) if digests and digests.records else None,
        identity=_identity(digests) if digests else None,
        line_count=file.line_count or None,
    )


def _refused(told: Verdict, what: str) -> Verdict:
    return replace(
        told,
        verdict="refuse",
        code=str(RefusalCode.UNKNOWN_AGREEMENT),
        message=f"Linha 1: {what}.",
        line=1,
    )


def _json(tally: Tally) -> str:
    return orjson.dumps(tally.content()).decode()
