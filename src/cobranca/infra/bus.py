"""Events between the features, over NATS JetStream through FastStream.

PostgreSQL is the only truth: an event is a hint that work is there; a lost or doubled one does no
harm.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from faststream import AckPolicy
from faststream.exceptions import IncorrectState
from faststream.nats import JStream, NatsBroker, NatsRouter, PullSub
from faststream.nats.security import NatsSecurity, NatsToken, NatsUserPassword
from nats.errors import ConnectionClosedError
from nats.errors import Error as NatsError
from nats.errors import TimeoutError as NatsTimeoutError
from nats.js.api import ConsumerConfig, DiscardPolicy, RetentionPolicy
from nats.js.errors import (
    BadRequestError,
    NoStreamResponseError,
    NotFoundError,
    ServiceUnavailableError,
)

from cobranca.domain.errors import Transient
from cobranca.infra.telemetry import EventNotPublished, emit

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable
    from types import TracebackType

    from cobranca.domain.events import Event


_SUBJECTS = ["cobranca.*"]

#: Bounded, and the oldest go first: the sweep tells again what was dropped.
#: The broker makes it, not FastStream, which cannot change the number of its copies.
STREAM = JStream(
    name="cobranca",
    subjects=_SUBJECTS,
    retention=RetentionPolicy.WORK_QUEUE,
    discard=DiscardPolicy.OLD,
    max_msgs=1_000_000,
    declare=False,
)

#: After this long without an answer an event goes to another worker; the lease lets it in or not.
_ACK_WAIT_S = 120.0
#: A server that was cut off without a word is left after three of these.
_PING_S = 2
#: How long to try to tell an event: the nodes of a cluster take up to 9 s to elect one of them.
_PUBLISH_S = 12.0
_PUBLISH_PAUSE_S = 0.5
_ANSWER_S = 3.0
_NAME_IN_USE = 10058
#: How long a batch may go on when the process is told to stop.
_END_S = 15.0


def work_queue(name: str) -> dict[str, Any]:
    """Return the subscription of a service: its workers share one queue."""
    return {
        "durable": name,
        "pull_sub": PullSub(batch_size=1),
        "config": ConsumerConfig(ack_wait=_ACK_WAIT_S, max_ack_pending=10_000),
        "ack_policy": AckPolicy.NACK_ON_ERROR,
    }


class WorkQueue:
    """A subscription whose events wake a poll, which does one piece of work at a time."""

    def __init__(self, subject: str, *, queue: str, poll: Callable[[], Awaitable[bool]]) -> None:
        """Listen to a subject, in a queue that all workers share.

        `poll` does one piece of work and returns whether there was any, so that there may be more.
        """
        self.queue = queue
        self._subject, self._poll = subject, poll
        self._turn = asyncio.Lock()

    def router(self) -> NatsRouter:
        """Return the subscriber that polls once an event."""
        router = NatsRouter()

        async def on_event(_: dict[str, Any]) -> None:
            await self.poll()

        router.subscriber(self._subject, stream=STREAM, **work_queue(self.queue))(on_event)
        return router

    async def poll(self) -> bool:
        """Do one piece of work; return whether there was any."""
        async with self._turn:
            return await self._poll()

    async def close(self) -> None:
        """Let nothing more in; what is being worked has a while to end."""
        with suppress(TimeoutError):
            async with asyncio.timeout(_END_S):
                await self._turn.acquire()


class EventBroker(NatsBroker):
    """A broker whose stream has as many copies as were asked for before anybody subscribes."""

    replicas: int = 1

    @property
    def is_connected(self) -> bool:
        """Whether there is a connection now."""
        return self._connection is not None and self._connection.is_connected

    async def start(self) -> None:
        """Connect, make or change the stream, then start the subscribers."""
        await self.connect()
        while True:
            try:
                await self.declare()
                break
            except (ServiceUnavailableError, NatsTimeoutError):
                # The nodes have not chosen a leader yet, or the connection is lost again.
                await asyncio.sleep(_PUBLISH_PAUSE_S)
        await super().start()

    async def stop(
        self,
        exc_type: type[BaseException] | None = None,
        exc_val: BaseException | None = None,
        exc_tb: TracebackType | None = None,
    ) -> None:
        """Stop the subscribers and leave; a server that is not there is not waited for."""
        try:
            await super().stop(exc_type, exc_val, exc_tb)
        except NatsError:
            await self.connection.close()
            self._connection = None
            self.config.disconnect()

    async def declare(self) -> None:
        """Make the stream; the consumers have as many copies as it has.

        Raises:
            nats.js.errors.APIError: the cluster has fewer nodes than copies, or none leads now.
        """
        streams = self.config.connection_state.stream
        config = replace(STREAM.config, subjects=_SUBJECTS, num_replicas=self.replicas)
        try:
            await streams.add_stream(config)
        except BadRequestError as error:
            if error.err_code != _NAME_IN_USE:
                raise
            await streams.update_stream(config)


def open_broker(url: str, name: str, *, replicas: int = 1) -> EventBroker:
    """Prepare a broker that reconnects for ever; nothing is opened before it is started.

    `url` may name several servers with commas between. What the first has before its `@` holds for
    all of them, and for those that they tell of.
    """
    addresses = [urlsplit(server.strip()) for server in url.split(",")]
    broker = EventBroker(
        [
            address._replace(netloc=address.netloc.rpartition("@")[2]).geturl()
            for address in addresses
        ],
        name=name,
        security=_security(addresses[0].username, addresses[0].password),
        max_reconnect_attempts=-1,
        reconnect_time_wait=1,
        connect_timeout=2,
        ping_interval=_PING_S,
        logger=None,
    )
    broker.replicas = replicas
    return broker


def _security(user: str | None, password: str | None) -> NatsSecurity | None:
    if user is None:
        return None
    if password is None:
        return NatsToken(unquote(user))
    return NatsUserPassword(unquote(user), unquote(password))


class Bus:
    """Publishes events. Failing to publish is logged, not raised: the sweep will tell again."""

    def __init__(self, broker: EventBroker) -> None:
        """Publish through a broker that its owner starts and stops."""
        self._broker = broker
        #: Whether the server answered last. One that did not is not waited for.
        self._answers = True

    async def publish(self, events: Iterable[Event]) -> int:
        """Publish each event once and return how many the stream has taken."""
        published = 0
        for event in events:
            try:
                await self._publish(event)
            except _NATS_ERRORS as error:
                self._answers = False
                emit(EventNotPublished(name=type(event).__name__, error=type(error).__name__))
                break
            self._answers = True
            published += 1
        return published

    async def _publish(self, event: Event) -> None:
        """Tell an event, again and again while the server may be there again in a moment."""
        began = time.monotonic()
        while True:
            try:
                return await self._publish_once(event)
            except _NATS_ERRORS:
                if not self._answers or time.monotonic() - began > _PUBLISH_S:
                    raise
            await asyncio.sleep(_PUBLISH_PAUSE_S)

    async def _publish_once(self, event: Event) -> None:
        if not (self._answers or self._broker.is_connected):
            raise ConnectionClosedError
        body, subject = asdict(event), event.subject
        try:
            await self._broker.publish(body, subject, stream=STREAM.name, timeout=_ANSWER_S)
        except NoStreamResponseError:
            # No worker has started yet, or the event server has lost its files.
            await self._broker.declare()
            await self._broker.publish(body, subject, stream=STREAM.name, timeout=_ANSWER_S)

    async def has_queue(self, name: str) -> bool:
        """Whether a service's queue is still there; it is gone when the server lost its files.

        Raises:
            Transient: the server does not answer.
        """
        try:
            await self._broker.config.connection_state.stream.consumer_info(STREAM.name, name)
        except NotFoundError:
            return False
        except _NATS_ERRORS as error:
            self._answers = False
            raise _unavailable(error) from error
        return True

    async def ping(self) -> bool:
        """Whether the event server answers now.

        Raises:
            Transient: it does not.
        """
        try:
            return await self._broker.ping(timeout=2)
        except _NATS_ERRORS as error:
            raise _unavailable(error) from error


_NATS_ERRORS = (NatsError, IncorrectState, TimeoutError, OSError)


def _unavailable(error: Exception) -> Transient:
    return Transient(f"The event server does not answer: {type(error).__name__}")
