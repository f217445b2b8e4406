"""Mail by SMTP: a bounded pool of lasting connections, each given one small chunk at a time.

Promises, and the test of each in tests/unit/infra/mailer/test_smtp*.py:
  - a mail is SENT only when the server has said so after its final dot;
  - at most one mail per connection can be UNCERTAIN when that connection dies;
  - a mail whose dot was never written is offered again on another connection, or DEFERRED;
  - a server that is down, or that lets nobody in, fails no mail and is not hammered;
  - a recipient's domain that says "not now" gets fewer mails, and no other waits for it.
"""

from __future__ import annotations

import asyncio
import random
import ssl
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial

from cobranca.domain.errors import InputError, Permanent, Transient
from cobranca.domain.mail_reply import Category, State
from cobranca.infra.mailer.domains import Domains, Queue
from cobranca.infra.mailer.smtp_config import Encryption, SmtpConfig
from cobranca.infra.mailer.smtp_session import (
    Letter,
    SessionRefusedError,
    SmtpSession,
    open_session,
)
from cobranca.infra.mailer.smtp_wire import ConnectionLostError
from cobranca.infra.mailer.transport import (
    BeforeEach,
    BeforeHandover,
    Envelope,
    Outcome,
    Report,
    nothing_before,
    nothing_reported,
)
from cobranca.infra.telemetry import MailServerUnavailable, emit

#: Connections that may die under one mail before it is handed over.
LOSSES_MAX = 2


class SmtpTransport:
    """Delivers by SMTP. Give one to a whole process: its pool is the bound on connections."""

    name = "smtp"
    idempotent = False
    leaving = True

    def __init__(self, config: SmtpConfig) -> None:
        """Prepare; the first connection is opened by the first mail."""
        self.config = config
        self._tls = None if config.encryption is Encryption.NONE else _tls_context(config.ca_file)
        self._slots = asyncio.Semaphore(config.connections)
        self._idle: list[SmtpSession] = []
        everything = config.connections * config.chunk_mails
        self.domains = Domains(min(config.domain_mails or everything, everything))

    async def deliver(
        self,
        envelopes: Sequence[Envelope],
        *,
        key: str,
        before_handover: BeforeHandover = nothing_before,
        before_each: BeforeEach | None = None,
        report: Report = nothing_reported,
    ) -> list[Outcome]:
        """Deliver the mails over as many connections as the pool has.

        When `before_handover` or `report` raises, the chunks under way are finished and reported,
        no other is begun, and the first error is raised. When cancelled, the chunks under way
        have `grace_s` to end and be reported; then the connections are cut, and what was under
        way stands as the caller has committed it, SENDING.
        """
        del key
        delivery = _Delivery(self, envelopes, before_handover, before_each, report)
        return await delivery.run()

    async def aclose(self) -> None:
        """Say goodbye on the idle connections."""
        idle, self._idle = self._idle, []
        await asyncio.gather(*(session.quit() for session in idle))

    async def take_session(self) -> SmtpSession:
        """Return an idle connection that is still there, or a new one.

        Raises:
            ConnectionLostError, SessionRefusedError: see `open_session`.
        """
        now_s = asyncio.get_running_loop().time()
        while self._idle:
            session = self._idle.pop()
            if session.wire.lost or not session.wire.quiet:
                session.wire.abort()
            elif now_s - session.idle_since_s > self.config.idle_s:
                await session.quit()
            else:
                return session
        return await open_session(self.config, self._tls)

    def give_back(self, session: SmtpSession) -> None:
        """Keep a connection for the next chunk, if it is still good for one."""
        if session.wire.lost:
            return
        session.idle_since_s = asyncio.get_running_loop().time()
        self._idle.append(session)

    @property
    def slots(self) -> asyncio.Semaphore:
        """What bounds the connections of all deliveries together."""
        return self._slots


@dataclass(slots=True)
class _Chunk:
    """Some envelopes of a delivery, by their places in it, and what is known of them."""

    places: list[int] = field(default_factory=list[int])
    envelopes: list[Envelope] = field(default_factory=list[Envelope])
    letters: list[Letter] = field(default_factory=list[Letter])
    outcomes: list[Outcome | None] = field(default_factory=list[Outcome | None])

    def add(self, place: int, envelope: Envelope, result: Letter | Outcome) -> None:
        """Add a mail that is ready for the wire, or one whose end is known already."""
        self.places.append(place)
        self.envelopes.append(envelope)
        if isinstance(result, Letter):
            self.letters.append(result)
            self.outcomes.append(None)
        else:
            self.outcomes.append(result)

    @property
    def open(self) -> list[int]:
        """Indexes of the mails that have no outcome yet."""
        return [index for index, outcome in enumerate(self.outcomes) if outcome is None]

    def defer_open(self, outcome: Outcome) -> None:
        """Give one outcome to all that have none."""
        for index in self.open:
            self.outcomes[index] = outcome


class _Delivery:
    """One call of `deliver`: chunks, taken by as many tasks as the pool has connections."""

    def __init__(
        self,
        transport: SmtpTransport,
        envelopes: Sequence[Envelope],
        before_handover: BeforeHandover,
        before_each: BeforeEach | None,
        report: Report,
    ) -> None:
        self._transport = transport
        self._config = transport.config
        self._envelopes = envelopes
        self._before_handover = before_handover
        self._before_each = before_each
        self._queue = Queue(transport.domains, [e.mail.recipient_address for e in envelopes])
        self._report = report
        self._outcomes: list[Outcome | None] = [None] * len(envelopes)
        #: Connections in a row that brought no answer to a mail.
        self._failures = 0
        #: Why nothing more is tried.
        self._down: Outcome | None = None
        self._stopped = False

    async def run(self) -> list[Outcome]:
        """Deliver all chunks and return the outcomes in the order of the envelopes."""
        chunks = -(-len(self._envelopes) // self._config.chunk_mails)
        count = min(self._config.connections, chunks)
        tasks = [asyncio.create_task(self._work()) for _ in range(count)]
        failures = await self._wait(tasks) if tasks else []
        for failure in failures:
            raise failure
        return [outcome for outcome in self._outcomes if outcome is not None]

    async def _wait(self, tasks: list[asyncio.Task[None]]) -> list[BaseException]:
        """Wait for all tasks; when cancelled, let the chunks under way come to their end.

        Returns:
            What the tasks have raised.
        """
        try:
            await asyncio.wait(tasks)
        except asyncio.CancelledError:
            self._stop()
            await asyncio.wait(tasks, timeout=self._config.grace_s)
            raise
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)
            raised = [task.exception() for task in tasks if not task.cancelled()]
        return [failure for failure in raised if failure is not None]

    async def _work(self) -> None:
        try:
            while self._queue and not self._stopped:
                async with self._transport.slots:
                    places = self._queue.take(self._config.chunk_mails)
                    if places:
                        await self._deliver_chunk(places)
                if not places and not await self._put_off():
                    await self._queue.changed()
        except BaseException:
            self._stop()
            raise

    def _stop(self) -> None:
        """Begin no further chunk."""
        self._stopped = True
        self._queue.wake()

    async def _put_off(self) -> bool:
        """Report the mails of domains that are left alone now; whether there were any."""
        chunk = _Chunk()
        for place in self._queue.take_resting():
            chunk.add(place, self._envelopes[place], _RESTING)
        if chunk.places:
            await self._tell(chunk)
        return bool(chunk.places)

    async def _deliver_chunk(self, places: Sequence[int]) -> None:
        try:
            ready, refused = self._prepare(places)
            if refused.places:
                await self._tell(refused)
            if ready.places:
                await self._deliver_ready(ready)
        finally:
            self._queue.leave(places, [self._outcomes[place] for place in places])

    async def _deliver_ready(self, ready: _Chunk) -> None:
        session = await self._open()
        if session is not None:
            try:
                withdrawn = await self._before_handover(ready.envelopes)
            except BaseException:
                self._transport.give_back(session)
                raise
            for index in withdrawn:
                ready.outcomes[index] = Outcome(state=State.WITHDRAWN)
            await self._hand_over(ready, session)
        if self._down is not None:
            ready.defer_open(self._down)
        await self._tell(ready)

    async def _tell(self, chunk: _Chunk) -> None:
        """Report a chunk, every mail of which has its outcome."""
        outcomes = [outcome for outcome in chunk.outcomes if outcome is not None]
        for place, outcome in zip(chunk.places, outcomes, strict=True):
            self._outcomes[place] = outcome
        await self._report(chunk.envelopes, outcomes)

    def _prepare(self, places: Sequence[int]) -> tuple[_Chunk, _Chunk]:
        """Compose a chunk before any of it is committed; apart, what cannot be composed."""
        ready, refused = _Chunk(), _Chunk()
        for place in places:
            envelope = self._envelopes[place]
            try:
                letter = self._letter(envelope)
            except (InputError, Permanent) as error:
                outcome = _not_composed(State.FAILED, Category.MESSAGE, error)
                refused.add(place, envelope, outcome)
            except Transient as error:
                outcome = _not_composed(State.DEFERRED, Category.TEMPORARY, error)
                refused.add(place, envelope, outcome)
            else:
                ready.add(place, envelope, letter)
        return ready, refused

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
            before=partial(self._before_each, envelope) if self._before_each else None,
        )

    async def _hand_over(self, chunk: _Chunk, session: SmtpSession | None) -> None:
        """Offer the letters until each has an outcome or nothing more is tried."""
        while indexes := chunk.open:
            if session is None:
                session = await self._open()
                if session is None:
                    return
            was_used = session.used
            letters = [chunk.letters[index] for index in indexes]
            try:
                progress = await session.send(letters)
            except BaseException:
                session.wire.abort()
                raise
            for index, outcome in zip(indexes, progress.outcomes, strict=True):
                chunk.outcomes[index] = outcome
            self._transport.give_back(session)
            if session.wire.lost:
                if not was_used:
                    self._blame(chunk, indexes, progress.offered)
                await self._count_failure(progress.answered, was_used=was_used)
                session = None
            else:
                self._failures = 0

    def _blame(self, chunk: _Chunk, indexes: list[int], offered: int) -> None:
        """Give up a mail under which connections keep dying before it is handed over."""
        if offered >= len(indexes) or chunk.outcomes[indexes[offered]] is not None:
            return
        letter = chunk.letters[indexes[offered]]
        letter.lost += 1
        if letter.lost >= LOSSES_MAX:
            detail = "the connection was lost before the mail was handed over"
            chunk.outcomes[indexes[offered]] = _deferred(detail)

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
                return await self._transport.take_session()
            except ConnectionLostError as error:
                await self._fail(str(error))
            except SessionRefusedError as error:
                if error.temporary:
                    await self._fail(str(error))
                else:
                    self._give_up(str(error), Category.CONFIGURATION)
        return None

    async def _fail(self, detail: str) -> None:
        self._failures += 1
        if self._failures >= self._config.failures_max:
            self._give_up(detail, Category.TEMPORARY)
            return
        ceiling_s = min(
            self._config.backoff_s * 2 ** (self._failures - 1), self._config.backoff_max_s
        )
        # Full jitter, so that many workers do not come back in step.
        await asyncio.sleep(random.uniform(ceiling_s / 2, ceiling_s))  # noqa: S311

    def _give_up(self, detail: str, category: Category) -> None:
        if self._down is None:
            self._down = _deferred(detail, category)
            emit(MailServerUnavailable(category=category.value, detail=detail))


def _deferred(detail: str, category: Category = Category.TEMPORARY) -> Outcome:
    return Outcome(state=State.DEFERRED, category=category, detail=detail)


def _not_composed(state: State, category: Category, error: Exception) -> Outcome:
    return Outcome(state=state, category=category, detail=f"not composed: {error}")


#: Of a mail that was not offered, since its domain wants fewer.
_RESTING = _deferred("the recipient's domain said not now, and is left alone", Category.RATE)


def _tls_context(ca_file: str | None) -> ssl.SSLContext:
    """Return a context that verifies certificate and host name, from TLS 1.2 on."""
    context = ssl.create_default_context(cafile=ca_file)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context
