"""Events between the features, over NATS JetStream through FastStream.

PostgreSQL is the only truth: an event is a hint that work is there; a lost or doubled one does no
harm.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from faststream import AckPolicy
from faststream.nats import JStream, NatsBroker, PullSub
from nats.errors import Error as NatsError
from nats.js.api import ConsumerConfig, DiscardPolicy, RetentionPolicy
from nats.js.errors import NoStreamResponseError, NotFoundError

from cobranca.domain.errors import Transient
from cobranca.infra.log import get_logger

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cobranca.domain.events import Event

log = get_logger()

_SUBJECTS = ["cobranca.*"]

#: Bounded, and the oldest go first: the sweep tells again what was dropped.
STREAM = JStream(
    name="cobranca",
    subjects=_SUBJECTS,
    retention=RetentionPolicy.WORK_QUEUE,
    discard=DiscardPolicy.OLD,
    max_msgs=1_000_000,
)

#: After this long without an answer an event goes to another worker; the lease lets it in or not.
_ACK_WAIT_S = 120.0


def work_queue(name: str) -> dict[str, Any]:
    """Return the subscription of a service: its workers share one queue."""
    return {
        "durable": name,
        "pull_sub": PullSub(batch_size=1),
        "config": ConsumerConfig(ack_wait=_ACK_WAIT_S, max_ack_pending=10_000),
        "ack_policy": AckPolicy.NACK_ON_ERROR,
    }


def open_broker(url: str, name: str) -> NatsBroker:
    """Prepare a broker that reconnects for ever; nothing is opened before it is started."""
    return NatsBroker(
        url,
        name=name,
        max_reconnect_attempts=-1,
        reconnect_time_wait=1,
        connect_timeout=5,
        logger=None,
    )


class Bus:
    """Publishes events. Failing to publish is logged, not raised: the sweep will tell again."""

    def __init__(self, broker: NatsBroker) -> None:
        """Publish through a broker that its owner starts and stops."""
        self._broker = broker

    async def publish(self, events: Iterable[Event]) -> int:
        """Tell each event once and return how many the stream has taken."""
        published = 0
        for event in events:
            try:
                await self._publish(event)
            except (*_NATS_ERRORS, AssertionError) as error:
                log.warning(
                    "event_not_published", subject=event.subject, error=type(error).__name__
                )
                break
            published += 1
        return published

    async def _publish(self, event: Event) -> None:
        body, subject = asdict(event), event.subject
        try:
            await self._broker.publish(body, subject=subject, stream=STREAM.name, timeout=5)
        except NoStreamResponseError:
            # No worker has started yet, or the event server has lost its files.
            stream = self._broker.config.connection_state.stream
            await stream.add_stream(config=STREAM.config, subjects=_SUBJECTS)
            await self._broker.publish(body, subject=subject, stream=STREAM.name, timeout=5)

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


_NATS_ERRORS = (NatsError, TimeoutError, OSError)


def _unavailable(error: Exception) -> Transient:
    return Transient(f"The event server does not answer: {type(error).__name__}")
