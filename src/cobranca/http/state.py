"""What the routers are given: the state of the API process, and parts of it by `Depends`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar

from fastapi import Depends, FastAPI, Request

from cobranca.domain.errors import Forbidden
from cobranca.http.limits import ConcurrencyLimit
from cobranca.http.principal import PrincipalDep
from cobranca.infra.bus import Bus
from cobranca.infra.db import Database
from cobranca.infra.resources import Resources
from cobranca.infra.settings import Settings
from cobranca.infra.storage import Storage

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiState:
    """What one API process holds while it lives."""

    resources: Resources
    #: Connections apart, for what must be answered while every other one is in use.
    watch: Database
    #: Each download keeps a connection for as long as its reader takes.
    downloads: ConcurrencyLimit
    #: Returns the id of the installation's beneficiary.
    beneficiary_id: Callable[[], Awaitable[int]]
    #: What single features hold, each by its own class; only they know it.
    features: tuple[object, ...]

    def of(self, kind: type[T]) -> T:
        """Return what a feature holds.

        Raises:
            LookupError: nobody put it there.
        """
        for held in self.features:
            if isinstance(held, kind):
                return held
        raise LookupError(kind.__name__)


def set_state(app: FastAPI, state: ApiState) -> None:
    """Give the routes of `app` their state."""
    app.state.api = state


def _state(request: Request) -> ApiState:
    return request.app.state.api


StateDep = Annotated[ApiState, Depends(_state)]


def _part(read: Callable[[ApiState], object]) -> Any:
    """Give routes what is read from the state."""

    def part(state: StateDep) -> object:
        return read(state)

    return Depends(part)


async def _beneficiary_id(state: StateDep, principal: PrincipalDep) -> int:
    """Return the beneficiary that a call means: the installation's, the only one that it serves.

    Raises:
        Forbidden: the principal acts for others only.
    """
    beneficiary_id = await state.beneficiary_id()
    if not principal.acts_for(beneficiary_id):
        raise Forbidden("You may not act for this beneficiary", code="BENEFICIARY_REFUSED")
    return beneficiary_id


async def _hold_download(state: StateDep) -> AsyncIterator[None]:
    """Be one of the downloads until the answer has been sent."""
    with state.downloads.held():
        yield


ResourcesDep = Annotated[Resources, _part(lambda state: state.resources)]
SettingsDep = Annotated[Settings, _part(lambda state: state.resources.settings)]
DatabaseDep = Annotated[Database, _part(lambda state: state.resources.database)]
WatchDep = Annotated[Database, _part(lambda state: state.watch)]
StorageDep = Annotated[Storage, _part(lambda state: state.resources.storage)]
BusDep = Annotated[Bus, _part(lambda state: state.resources.bus)]
#: The inner id of the beneficiary that the call means.
BeneficiaryDep = Annotated[int, Depends(_beneficiary_id)]
#: Among a route's `dependencies`: at most so many of them are answered at once.
HoldDownload = Depends(_hold_download)
