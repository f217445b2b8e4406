"""One delivery by SMTP: chunks, taken by as many tasks as the pool has connections."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice
from typing import Protocol

from cobranca.domain.errors import InputError, Permanent, Transient
from cobranca.domain.mail_reply import Category, Fault, Resumption, State
from cobranca.infra.mailer.smtp_config import SmtpConfig
from cobranca.infra.mailer.smtp_open import SessionRefusedError
from cobranca.infra.mailer.smtp_session import Letter, SmtpSession
from cobranca.infra.mailer.smtp_wire import ConnectionLostError
from cobranca.infra.mailer.transport import Chunk, Envelope, Ledger, Outcome, Turn
from cobranca.infra.telemetry import MailServerUnavailable, emit

#: Connections that may die under one mail before it is handed over.
LOSSES_MAX = 2


class Pool(Protocol):
    """The connections of a process, as a delivery sees them."""

    config: SmtpConfig
    slots: asyncio.Semaphore

    async def take_session(self) -> SmtpSession:
        """Return a connection, see `SmtpTransport`."""
        ...

    def give_back(self, session: SmtpSession) -> None:
        """Keep a connection for the next chunk."""
        ...


class SmtpDelivery:
    """Takes chunk after chunk of some envelopes until all are settled or the ledger raises."""

    def __init__(self, pool: Pool, envelopes: Sequence[Envelope], ledger: Ledger) -> None:
        """Prepare; `run` delivers."""
        self._pool = pool
        self._config = pool.config
        self._ledger = ledger
        self._waiting = iter(envelopes)
        self._count = len(envelopes)
        #: Connections in a row that brought no answer to a mail.
        self._failures = 0
        #: Why nothing more is tried.
        self._down: Outcome | None = None
        self._stopped = False

    async def run(self) -> None:
        """Deliver and settle all chunks; when cancelled, those that are under way."""
        chunks = -(-self._count // self._config.chunk_mails)
        tasks = [
            asyncio.create_task(self._work()) for _ in range(min(self._config.connections, chunks))
        ]
        if not tasks:
            return
        try:
            await asyncio.wait(tasks)
        except asyncio.CancelledError:
            self._stopped = True
            await asyncio.wait(tasks, timeout=self._config.grace_s)
            raise
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)
            raised = [task.exception() for task in tasks if not task.cancelled()]
        for failure in raised:
            if failure is not None:
                raise failure

    async def _work(self) -> None:
        try:
            while not self._stopped:
                async with self._pool.slots:
                    down = self._down is not None
                    size = None if down else self._config.chunk_mails
                    envelopes = list(islice(self._waiting, size))
                    if not envelopes:
                        return
                    if down:
                        await self._settle(Chunk(envelopes=envelopes), [None] * len(envelopes))
                    else:
                        await self._deliver(envelopes)
        except BaseException:
            self._stopped = True
            raise

    async def _deliver(self, envelopes: Sequence[Envelope]) -> None:
        letters = await self._compose(envelopes)
        wanted = [envelope for envelope in envelopes if envelope.billing_id in letters]
        if not wanted:
            return
        session = await self._open()
        if session is None:
            await self._settle(Chunk(envelopes=wanted), [None] * len(wanted))
            return
        try:
            chunk = await self._ledger.begin(wanted)
        except BaseException:
            self._pool.give_back(session)
            raise
        chosen = [letters[envelope.billing_id] for envelope in chunk.envelopes]
        await self._settle(chunk, await self._hand_over(chosen, chunk.turn, session))

    async def _settle(self, chunk: Chunk, outcomes: Sequence[Outcome | None]) -> None:
        """Settle a chunk; what has no outcome shares the reason for which nothing is tried."""
        down = self._down or _LOST
        if chunk.envelopes:
            await self._ledger.settle(chunk, [outcome or down for outcome in outcomes])

    async def _compose(self, envelopes: Sequence[Envelope]) -> dict[int, Letter]:
        """Compose a chunk before any of it is committed; settle what cannot be composed."""
        letters: dict[int, Letter] = {}
        refused: list[tuple[Envelope, Outcome]] = []
        for envelope in envelopes:
            try:
                letters[envelope.billing_id] = self._letter(envelope)
            except (InputError, Permanent) as error:
                refused.append((envelope, _not_composed(State.FAILED, Category.MESSAGE, error)))
            except Transient as error:
                refused.append((envelope, _not_composed(State.DEFERRED, Category.TEMPORARY, error)))
        if refused:
            chunk = Chunk(envelopes=[envelope for envelope, _ in refused])
            await self._settle(chunk, [outcome for _, outcome in refused])
        return letters

    def _letter(self, envelope: Envelope) -> Letter:
        mail = envelope.mail
        content = envelope.compose()
        if self._config.idempotency_header is not None:
            # Letters, digits and hyphens: some providers take nothing else.
            key = mail.envelope_id.replace(".", "-")
            content = f"{self._config.idempotency_header}: {key}\r\n".encode() + content
        return Letter(
            sender=self._config.mail_from or mail.sender_address,
            recipient=mail.recipient_address,
            content=content,
            envelope_id=mail.envelope_id,
            copies=mail.copies,
        )

    async def _hand_over(
        self, letters: Sequence[Letter], turn: Turn | None, session: SmtpSession | None
    ) -> list[Outcome | None]:
        """Offer the letters until each has an outcome or nothing more is tried."""
        outcomes: list[Outcome | None] = [None] * len(letters)
        while session is not None:
            open_places = [place for place, outcome in enumerate(outcomes) if outcome is None]
            was_used = session.used
            try:
                progress = await session.send([letters[place] for place in open_places], turn)
            except BaseException:
                session.wire.abort()
                raise
            for place, outcome in zip(open_places, progress.outcomes, strict=True):
                outcomes[place] = outcome
            self._pool.give_back(session)
            if progress.stopping is not None:
                self._give_up(_of_the_others(progress.stopping))
            if not session.wire.lost:
                self._failures = 0
                return outcomes
            if not was_used and progress.offered < len(open_places):
                self._blame(letters, outcomes, open_places[progress.offered])
            await self._count_failure(progress.answered, was_used=was_used)
            session = await self._open() if None in outcomes else None
        return outcomes

    def _blame(self, letters: Sequence[Letter], outcomes: list[Outcome | None], place: int) -> None:
        """Give up a mail under which connections keep dying before it is handed over."""
        if outcomes[place] is None:
            letters[place].lost += 1
            if letters[place].lost >= LOSSES_MAX:
                outcomes[place] = _LOST

    async def _count_failure(self, answered: int, *, was_used: bool) -> None:
        """Tell a server that is going away from one that only closed a connection."""
        if answered:
            self._failures = 0
        elif not was_used:
            await self._fail("connections are lost before any answer")

    async def _open(self) -> SmtpSession | None:
        """Return a connection, or None when nothing more is tried in this delivery."""
        while self._down is None:
            try:
                return await self._pool.take_session()
            except ConnectionLostError as error:
                await self._fail(str(error))
            except SessionRefusedError as error:
                if error.verdict.resumption is Resumption.SOON:
                    await self._fail(str(error))
                else:
                    self._give_up(
                        Outcome(
                            state=State.DEFERRED,
                            fault=error.verdict.fault,
                            category=error.verdict.category,
                            resumption=error.verdict.resumption,
                            detail=str(error),
                        )
                    )
        return None

    async def _fail(self, detail: str) -> None:
        self._failures += 1
        if self._failures >= self._config.failures_max:
            self._give_up(
                Outcome(
                    state=State.DEFERRED,
                    fault=Fault.OURS,
                    category=Category.TEMPORARY,
                    resumption=Resumption.SOON,
                    detail=detail,
                )
            )
            return
        ceiling_s = min(
            self._config.backoff_s * 2 ** (self._failures - 1), self._config.backoff_max_s
        )
        # Full jitter, so that many workers do not come back in step.
        await asyncio.sleep(random.uniform(ceiling_s / 2, ceiling_s))  # noqa: S311

    def _give_up(self, outcome: Outcome) -> None:
        if self._down is None:
            self._down = outcome
            emit(MailServerUnavailable(category=outcome.category.value, detail=outcome.detail))


#: Of a mail under which connections die: it may be to blame, or the server.
_LOST = Outcome(
    state=State.DEFERRED,
    fault=Fault.UNKNOWN,
    category=Category.TEMPORARY,
    resumption=Resumption.SOON,
    detail="the connection was lost before the mail was handed over",
)


def _of_the_others(stopping: Outcome) -> Outcome:
    """Return what an answer about our account means for mails that were not offered."""
    return replace(stopping, reply_code=None, enhanced_code=None, recipient_refused=False)


def _not_composed(state: State, category: Category, error: Exception) -> Outcome:
    return Outcome(
        state=state,
        fault=Fault.OURS,
        category=category,
        resumption=Resumption.SOON if state is State.DEFERRED else Resumption.NEVER,
        detail=f"not composed: {error}",
    )
