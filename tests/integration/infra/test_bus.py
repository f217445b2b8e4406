"""Events over a cluster of three: copies on every node, and none of the nodes is needed."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest
from faststream.nats import NatsRouter
from nats.errors import Error as NatsError

from cobranca.domain.events import WorkEnded
from cobranca.infra.bus import STREAM, Bus, EventBroker, open_broker, work_queue
from cobranca.infra.resources import opened, prepare_resources
from cobranca.supervisor.embedded.nats import EmbeddedNats
from tests.support.nats_cluster import NatsCluster

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Iterator
    from pathlib import Path

    from nats.js.api import PeerInfo

    from cobranca.infra.settings import Settings
    from tests.support.nats_cluster import NatsNode

#: An election takes up to 9 s; a busy machine longer.
_PATIENCE_S = 120


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NatsCluster]:
    with NatsCluster.local(tmp_path_factory.mktemp("nats")) as started:
        yield started


@asynccontextmanager
async def worker(
    cluster: NatsCluster, *, replicas: int, handled: set[int] | None = None
) -> AsyncGenerator[EventBroker]:
    """A worker that notes the events it gets."""
    broker = open_broker(cluster.url, "test", replicas=replicas)
    router = NatsRouter()

    async def handle(message: dict[str, int]) -> None:
        if handled is not None:
            handled.add(message["group_id"])

    router.subscriber(WorkEnded.subject, stream=STREAM, **work_queue("uploads"))(handle)
    broker.include_router(router)
    await eventually(lambda: started(broker))
    try:
        yield broker
    finally:
        await broker.stop()


async def started(broker: EventBroker) -> bool:
    try:
        await broker.start()
    except NatsError:  # The nodes have not chosen a leader yet.
        return False
    return True


async def eventually(ready: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(_PATIENCE_S):
        while not await ready():  # noqa: ASYNC110 - the other side is another process.
            await asyncio.sleep(0.1)


async def kept_by(broker: EventBroker, nodes: int) -> bool:
    """Whether so many nodes keep the stream, and the queue."""
    return await copies(broker) == (nodes, nodes)


async def copies(broker: EventBroker) -> tuple[int, int]:
    """Return how many nodes keep the stream, and how many the queue, up to date."""
    streams = broker.config.connection_state.stream
    try:
        stream = (await streams.stream_info(STREAM.name)).cluster
        queue = (await streams.consumer_info(STREAM.name, "uploads")).cluster
    except (NatsError, TimeoutError):  # Nobody leads at the moment.
        return 0, 0
    assert stream
    assert queue
    return _current(stream.replicas), _current(queue.replicas)


def _current(followers: list[PeerInfo] | None) -> int:
    return 1 + sum(bool(follower.current) for follower in followers or [])


async def leader(broker: EventBroker, cluster: NatsCluster) -> NatsNode:
    """Return the node whose loss needs an election."""
    info = await broker.config.connection_state.stream.stream_info(STREAM.name)
    assert info.cluster
    return next(node for node in cluster.nodes if node.name == info.cluster.leader)


async def tell(broker: EventBroker, batches: Iterable[int]) -> None:
    """Tell events one after another, each until it is taken, as the sweep does."""
    for batch in batches:
        await eventually(lambda batch=batch: published(Bus(broker), batch))


async def published(bus: Bus, batch: int) -> bool:
    return await bus.publish([WorkEnded(group_id=batch)]) == 1


async def test_stream_with_another_number_of_copies_is_changed(cluster: NatsCluster) -> None:
    async with worker(cluster, replicas=1) as broker:
        await eventually(lambda: kept_by(broker, 1))
    async with worker(cluster, replicas=3) as broker:
        await eventually(lambda: kept_by(broker, 3))


async def test_events_outlive_the_loss_of_the_node_that_leads(cluster: NatsCluster) -> None:
    handled: set[int] = set()
    told: set[int] = set()

    async def all_handled() -> bool:
        return handled == told

    async with worker(cluster, replicas=3, handled=handled) as broker:
        for loss, gain in (("kill", "start"), ("freeze", "thaw")):
            await eventually(lambda: kept_by(broker, 3))
            node = await leader(broker, cluster)
            getattr(node, loss)()
            more = range(len(told), len(told) + 3)
            told |= set(more)
            await tell(broker, more)
            await eventually(all_handled)
            getattr(node, gain)()


async def test_start_and_stop_do_not_wait_for_events(tmp_path: Path, settings: Settings) -> None:
    with EmbeddedNats(tmp_path) as server:
        url = server.url
    changed = settings.model_copy(update={"nats_url": url})
    resources = prepare_resources(changed, name="test", connections_max=2)
    async with opened(resources, connect_broker=True):
        assert not await resources.bus.ping()
        with EmbeddedNats(tmp_path):
            await tell(resources.broker, [1])
        await eventually(lambda: is_down(resources.bus))


async def is_down(bus: Bus) -> bool:
    return not await bus.ping()
