"""The registering service: an order becomes files, each frozen with its number and its titles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cobranca.domain.cnab import NamedFile, RemittanceFile, file_name
from cobranca.domain.errors import Transient
from cobranca.domain.events import WorkReady
from cobranca.infra import clock
from cobranca.infra.telemetry import OrderEnded, RemittanceFrozen, emit
from cobranca.pipeline import groups, lease
from cobranca.pipeline.crashpoint import crashpoint
from cobranca.remittances import repository
from cobranca.remittances.account import OrderAccount, account_from
from cobranca.remittances.files import StoredFile, Titles, write_file
from cobranca.remittances.gather import Gatherer
from cobranca.remittances.repository import NewRemittance, OrderRow, SeriesRow
from cobranca.remittances.tally import Tally
from cobranca.remittances.titles import TitleMaker

if TYPE_CHECKING:
    from cobranca.infra.db import Connection
    from cobranca.infra.resources import Resources
    from cobranca.pipeline.lease import Work

FOLDER: Final = "remittances"
REGISTER: Final = "register"
DELIVER: Final = "deliver_remittance"
#: How often a file is made anew because another order of the account was faster.
_ATTEMPTS_MAX: Final = 10


class _OvertakenError(Exception):
    """Another order has frozen a file of this account meanwhile, maybe with the same titles."""


async def register(resources: Resources, work: Work) -> None:
    """Make the files of an order. A second try, after a death, makes those that are missing."""
    crashpoint("register-claimed")
    async with resources.database.transaction() as connection:
        await lease.lock(connection, work)
        order = await repository.get_order(connection, work.subject_id)
    for _ in range(_ATTEMPTS_MAX):
        try:
            await _Run(resources, work, order).run()
        except _OvertakenError:
            continue
        return
    raise Transient("Other orders of this account were faster, time and again")


class _Run:
    """One pass over an order."""

    def __init__(self, resources: Resources, work: Work, order: OrderRow) -> None:
        self._resources = resources
        self._work = work
        self._order = order
        self._account = account_from(order.account)
        self._opened = self._account.opened()
        self._tally = Tally()

    async def run(self) -> None:
        """Make file after file until nothing is left, and end the work.

        Raises:
            _OvertakenError: what was read may not be so any more.
        """
        async with self._resources.database.transaction() as connection:
            # Before anything is read: who freezes a file after this has raised the number.
            sequence = (await self._read_series(connection, lock=False)).next_sequence
        chunks = self._gatherer().chunks()
        first = sequence
        try:
            titles = Titles(chunks)
            while await self._make_file(titles, sequence):
                sequence += 1
        finally:
            await chunks.aclose()
        await self._end(files=sequence - first)

    def _gatherer(self) -> Gatherer:
        return Gatherer(
            self._resources.database,
            title_maker(self._account, self._tally),
            beneficiary_id=self._order.beneficiary_id,
            upload_id=self._order.upload_id,
        )

    async def _read_series(self, connection: Connection, *, lock: bool) -> SeriesRow:
        return await repository.read_series(
            connection,
            beneficiary_id=self._order.beneficiary_id,
            account=self._account.series,
            first=self._account.sequence_first,
            day=clock.local_now().date(),
            lock=lock,
        )

    async def _make_file(self, titles: Titles, sequence: int) -> bool:
        """Make the next file; return whether there was anything to be put into it."""
        file = RemittanceFile(sequence=sequence, generated_at=clock.local_now())
        stored = await write_file(
            self._resources,
            self._opened,
            file,
            titles.take(self._account.titles_max_of(self._opened)),
            folder=f"{FOLDER}/{self._order.beneficiary_id}",
        )
        if stored is None:
            return False
        crashpoint("remittance-stored")
        async with self._resources.database.transaction() as connection:
            await self._freeze(connection, file, stored)
            crashpoint("remittance-frozen")
        crashpoint("remittance-committed")
        emit(
            RemittanceFrozen(
                order_id=self._order.id, sequence=sequence, titles=len(stored.billing_ids)
            )
        )
        if self._resources.settings.remittance.delivery_url is not None:
            await self._resources.bus.publish([WorkReady(kind=DELIVER)])
        return True

    async def _freeze(
        self, connection: Connection, file: RemittanceFile, stored: StoredFile
    ) -> None:
        """Write number, digest and titles, if nobody else has frozen a file since."""
        await lease.lock(connection, self._work)
        series = await self._read_series(connection, lock=True)
        if series.next_sequence != file.sequence:
            raise _OvertakenError
        remittance_id = await repository.add_remittance(
            connection, self._remittance(file, stored, series), stored
        )
        if self._resources.settings.remittance.delivery_url is not None:
            await groups.add_work(connection, self._order.group_id, DELIVER, [remittance_id])

    def _remittance(
        self, file: RemittanceFile, stored: StoredFile, series: SeriesRow
    ) -> NewRemittance:
        day = file.generated_at.date()
        named = NamedFile(
            layout_code=self._account.layout,
            sequence=file.sequence,
            day=day,
            number=series.named_today + 1,
            values=self._opened.values,
        )
        return NewRemittance(
            beneficiary_id=self._order.beneficiary_id,
            order_id=self._order.id,
            series_id=series.id,
            sequence=file.sequence,
            layout=self._account.layout,
            name=file_name(named, self._account.file_name),
            sha256=stored.sha256,
            size_bytes=stored.size_bytes,
            titles=len(stored.billing_ids),
            amount_cents=stored.amount_cents,
            storage_path=stored.path,
            generated_on=day,
        )

    async def _end(self, *, files: int) -> None:
        async with self._resources.database.transaction() as connection:
            await lease.lock(connection, self._work)
            await repository.end_order(
                connection, self._order.id, self._tally.content(with_codes=False)
            )
            await lease.finish(connection, self._work)
        held = sum(each.titles for each in self._tally.held.values())
        emit(OrderEnded(order_id=self._order.id, remittances=files, held_back=held))


def title_maker(account: OrderAccount, tally: Tally) -> TitleMaker:
    """Make titles as the account's files would have them now."""
    return TitleMaker(
        order=account,
        account=account.opened(),
        file=RemittanceFile(sequence=1, generated_at=clock.local_now()),
        tally=tally,
    )
