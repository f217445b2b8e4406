"""Calls to the users' own systems, as settings."""

from __future__ import annotations

from pydantic import BaseModel, Field

_DAY_S = 86_400.0


class HookSettings(BaseModel):
    """How webhooks are delivered."""

    #: Plain http, and addresses of one's own network, are fine: for tests and closed networks.
    private_allowed: bool = False
    #: What one call may take.
    timeout_s: float = Field(default=10.0, gt=0, le=60)
    #: For how long a delivery is tried again, from its first attempt.
    retry_s: float = Field(default=3 * _DAY_S, ge=0)
    #: An endpoint that has taken nothing for so long is switched off.
    switch_off_s: float = Field(default=5 * _DAY_S, gt=0)
    #: For how long calls are signed with the former secret too, after a change.
    overlap_s: float = Field(default=_DAY_S, ge=0, le=30 * _DAY_S)
    #: How long the log keeps what has ended.
    kept_days: int = Field(default=30, ge=1)
    #: How often it is looked for new facts.
    idle_s: float = Field(default=5.0, gt=0)
    #: Facts are told this long after they were written at the earliest: by so much the clocks of
    #: workers may go wrong.
    settle_s: float = Field(default=10.0, ge=0)
