"""What the routers are given: the process's resources. FastAPI `Depends` only."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends, Request

from cobranca.infra.bus import Bus
from cobranca.infra.db import Database
from cobranca.infra.resources import Resources
from cobranca.infra.settings import Settings
from cobranca.infra.storage import Storage


def _resources(request: Request) -> Resources:
    return request.app.state.resources


def _settings(resources: Annotated[Resources, Depends(_resources)]) -> Settings:
    return resources.settings


def _database(resources: Annotated[Resources, Depends(_resources)]) -> Database:
    return resources.database


def _watch(request: Request) -> Database:
    return request.app.state.watch


def _storage(resources: Annotated[Resources, Depends(_resources)]) -> Storage:
    return resources.storage


def _bus(resources: Annotated[Resources, Depends(_resources)]) -> Bus:
    return resources.bus


async def _hold_download(request: Request) -> AsyncIterator[None]:
    """Hold a place until the answer has been sent: a slow reader keeps a connection for so long."""
    with request.app.state.downloads.taken():
        yield


ResourcesDep = Annotated[Resources, Depends(_resources)]
SettingsDep = Annotated[Settings, Depends(_settings)]
DatabaseDep = Annotated[Database, Depends(_database)]
#: Connections apart, for what must be answered while every other one is in use.
WatchDep = Annotated[Database, Depends(_watch)]
StorageDep = Annotated[Storage, Depends(_storage)]
BusDep = Annotated[Bus, Depends(_bus)]
#: Among a route's `dependencies`: at most so many of them are answered at once.
HoldDownload = Depends(_hold_download)
