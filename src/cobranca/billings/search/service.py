"""The search over all files, what fills it, and one payer over all files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cobranca.billings.found import read_billings
from cobranca.billings.search import repository
from cobranca.billings.search.asked import Asked, asked_for
from cobranca.billings.search.schemas import (
    FoundPayer,
    Payer,
    PayerBillings,
    SearchAnswer,
    StatusTotal,
)
from cobranca.domain.billing import BillingStatus
from cobranca.domain.boleto.written import sequence_in_free_field, sequences_of_our_number
from cobranca.domain.errors import InputError, NotFound, Transient
from cobranca.domain.events import WorkReady
from cobranca.infra.db import is_timeout
from cobranca.pipeline import groups, lease
from cobranca.pipeline.crashpoint import crashpoint
from cobranca.pipeline.issuing_terms import profile_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from cobranca.billings.search.repository import PayerRow
    from cobranca.billings.search.schemas import Meant
    from cobranca.domain.boleto.written import WrittenSequence
    from cobranca.infra.db import Connection, Database
    from cobranca.infra.resources import Resources
    from cobranca.pipeline.issuing_terms import Profile
    from cobranca.pipeline.lease import Work

#: The kind of work that makes a file searchable.
INDEX: Final = "index"
#: A file whose mails take longer than this is made searchable beside them.
_PATIENCE_S: Final = 300.0
#: Writings of payers that are looked at, and people who are told.
_WRITINGS_MAX: Final = 200
_PEOPLE_MAX: Final = 20
_BILLINGS_MAX: Final = 20
#: A person's billings are counted up to here, and summed up to there.
_COUNTED_MAX: Final = 1000
_SUMMED_MAX: Final = 10_000
_BARCODE_HEAD: Final = 19


async def plan_indexing(resources: Resources) -> int:
    """Add work for files that are to be made searchable, and tell of it; return for how many."""
    async with resources.database.transaction() as connection:
        upload_ids = await repository.plan_uploads(connection, patience_s=_PATIENCE_S)
        for upload_id in upload_ids:
            group_id = await groups.open_group(connection)
            await groups.add_work(connection, group_id, INDEX, [upload_id])
    await resources.bus.publish([WorkReady(kind=INDEX)] * len(upload_ids))
    return len(upload_ids)


async def index_upload(resources: Resources, work: Work) -> None:
    """Make a file's billings searchable, some batches a transaction; who takes over goes on."""
    while True:
        async with resources.database.transaction() as connection:
            await lease.lock(connection, work)
            if not await repository.index_next(connection, upload_id=work.subject_id):
                await repository.note_done(connection, upload_id=work.subject_id)
                await lease.finish(connection, work)
                return
        crashpoint("batches-searchable")


async def search(
    database: Database, beneficiary_id: int, *, text: str, debt_id: UUID | None
) -> SearchAnswer:
    """Find billings and payers of a beneficiary by whatever the text may be of.

    Raises:
        InputError: SEARCH_TOO_WIDE: too many are called so for an answer in time.
    """
    asked = asked_for(text)
    try:
        async with database.transaction() as connection:
            await repository.bound_search(connection)
            return await _Search(connection, beneficiary_id, asked, debt_id).answer()
    except Transient as error:
        if is_timeout(error):
            detail = "Too many fit for an answer in time: add a word"
            raise InputError(detail, code="SEARCH_TOO_WIDE") from error
        raise


class _Search:
    """One search: what is tried, in order, until something is found."""

    def __init__(
        self, connection: Connection, beneficiary_id: int, asked: Asked, debt_id: UUID | None
    ) -> None:
        self._connection, self._beneficiary_id = connection, beneficiary_id
        self._asked, self._debt_id = asked, debt_id
        self._tried: list[Meant] = []

    async def answer(self) -> SearchAnswer:
        billing_ids = await self._billings()
        payers: list[PayerRow] = []
        if not billing_ids and not self._asked.is_line:
            payers = await self._payers()
        billings = await read_billings(
            self._connection, self._beneficiary_id, billing_ids[:_BILLINGS_MAX]
        )
        people = _people(payers)
        return SearchAnswer(
            tried=self._tried,
            billings=billings,
            payers=await self._told(people[:_PEOPLE_MAX]),
            more=len(billing_ids) > _BILLINGS_MAX
            or len(people) > _PEOPLE_MAX
            or len(payers) == _WRITINGS_MAX,
            pending_uploads=await repository.count_pending(
                self._connection, beneficiary_id=self._beneficiary_id
            ),
        )

    async def _billings(self) -> list[int]:
        if self._asked.is_line:
            self._tried.append("line")
            return await self._by_number() if self._asked.barcode else []
        found: list[int] = []
        if self._debt_id is not None and self._asked.email is None:
            self._tried.append("code")
            found = await repository.find_by_debt(
                self._connection,
                beneficiary_id=self._beneficiary_id,
                debt_id=self._debt_id,
                rows_max=_BILLINGS_MAX + 1,
            )
        if not found and self._asked.tax_id is None and any(map(str.isdigit, self._asked.text)):
            self._tried.append("our_number")
            found = await self._by_number()
        return found

    async def _by_number(self) -> list[int]:
        """Look the number up in each series of the beneficiary that may have it."""
        rows = await repository.list_profiles(self._connection, beneficiary_id=self._beneficiary_id)
        meant = dict.fromkeys(
            each for row in rows for each in _meant_by(self._asked, profile_of(row.content))
        )
        return await repository.find_by_our_number(
            self._connection,
            beneficiary_id=self._beneficiary_id,
            meant=list(meant),
            barcode=self._asked.barcode,
            rows_max=_BILLINGS_MAX + 1,
        )

    async def _payers(self) -> list[PayerRow]:
        asked, whose = self._asked, {"beneficiary_id": self._beneficiary_id}
        if asked.email is not None:
            self._tried.append("email")
            return await repository.find_by_email(
                self._connection, **whose, email=asked.email, rows_max=_WRITINGS_MAX
            )
        if asked.tax_id is not None:
            self._tried.append("tax_id")
            found = await repository.find_by_tax_id(
                self._connection, **whose, tax_id=asked.tax_id, rows_max=_WRITINGS_MAX
            )
            if found:
                return found
        self._tried.append("name")
        return await repository.find_by_name(
            self._connection, **whose, text=asked.text, rows_max=_WRITINGS_MAX
        )

    async def _told(self, people: list[list[PayerRow]]) -> list[FoundPayer]:
        counts = await repository.count_billings(
            self._connection,
            payers=[row for writings in people for row in writings],
            rows_max=_COUNTED_MAX,
        )
        return [
            FoundPayer(
                payer_id=writings[-1].fingerprint,
                tax_id=writings[-1].tax_id,
                name=writings[-1].name,
                email=writings[-1].email,
                billings=counts[writings[-1].tax_id],
            )
            for writings in people
        ]


async def get_payer(database: Database, beneficiary_id: int, payer_id: UUID) -> Payer:
    """Return one person over all files, under whatever names and addresses.

    Raises:
        NotFound: the beneficiary has no such payer.
    """
    async with database.transaction() as connection:
        writings = await _writings(connection, beneficiary_id, payer_id)
        totals = await repository.sum_of_payers(
            connection,
            beneficiary_id=beneficiary_id,
            payer_ids=[row.id for row in writings],
            rows_max=_SUMMED_MAX,
        )
    newest = sorted(writings, key=lambda row: -row.id)
    return Payer(
        payer_id=payer_id,
        tax_id=newest[0].tax_id,
        names=list(dict.fromkeys(row.name for row in newest)),
        emails=list(dict.fromkeys(row.email for row in newest)),
        totals=[
            StatusTotal(
                status=BillingStatus(total.status),
                billings=total.billings,
                amount_cents=total.amount_cents,
            )
            for total in totals
        ],
    )


async def list_payer_billings(
    database: Database, beneficiary_id: int, payer_id: UUID, *, before: int, limit: int
) -> PayerBillings:
    """Return a page of one person's billings over all files, newest first.

    Raises:
        NotFound: the beneficiary has no such payer.
    """
    async with database.transaction() as connection:
        writings = await _writings(connection, beneficiary_id, payer_id)
        ids = await repository.list_of_payers(
            connection,
            payer_ids=[row.id for row in writings],
            before=before,
            rows_max=limit + 1,
        )
        records = await read_billings(connection, beneficiary_id, ids[:limit])
    return PayerBillings(records=records, next=str(ids[limit - 1]) if len(ids) > limit else None)


async def _writings(connection: Connection, beneficiary_id: int, payer_id: UUID) -> list[PayerRow]:
    """Return every writing of the person that one writing names."""
    named = await repository.find_payer(
        connection, beneficiary_id=beneficiary_id, fingerprint=payer_id
    )
    if named is None:
        raise NotFound(f"There is no payer {payer_id}")
    return await repository.find_by_tax_id(
        connection, beneficiary_id=beneficiary_id, tax_id=named.tax_id, rows_max=_COUNTED_MAX
    )


def _meant_by(asked: Asked, profile: Profile) -> list[tuple[str, WrittenSequence]]:
    """Return what a number may be at an account: a series, and a number in it."""
    account = profile.account
    if asked.barcode is None:
        found: Sequence[WrittenSequence | None] = sequences_of_our_number(account, asked.text)
    else:
        found = [sequence_in_free_field(account, asked.barcode[_BARCODE_HEAD:])]
    return [(profile.series_of(each.year), each) for each in found if each is not None]


def _people(payers: list[PayerRow]) -> list[list[PayerRow]]:
    """Put the writings of one person together, by tax id."""
    people: dict[str, list[PayerRow]] = {}
    for row in payers:
        people.setdefault(row.tax_id, []).append(row)
    return [sorted(writings, key=lambda row: row.id) for writings in people.values()]
