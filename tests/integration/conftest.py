"""Resources that send mail to a sink."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest
from pydantic import SecretStr

from cobranca.infra.resources import Resources, opened, prepare_resources

if TYPE_CHECKING:
    from cobranca.infra.settings import Settings
    from tests.support.mailing import WithSmtp


@pytest.fixture
def with_smtp(settings: Settings) -> WithSmtp:
    """Return what opens resources that send to the sink on a port."""

    @asynccontextmanager
    async def open_resources(port: int, **changes: object) -> AsyncIterator[Resources]:
        url = SecretStr(f"smtp://127.0.0.1:{port}?starttls=false")
        changed = settings.model_copy(update={"smtp_url": url, "smtp_connections": 2} | changes)
        prepared = prepare_resources(changed, name="test", connections_max=6)
        async with opened(prepared, connect_broker=True):
            yield prepared

    return open_resources
