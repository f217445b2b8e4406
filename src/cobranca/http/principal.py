"""Who calls, and what a route asks of whoever calls it. Who that is, the guard finds out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal, get_args

from fastapi import Depends, Request, Security, params
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from cobranca.domain.errors import Forbidden

#: What can be allowed. A route asks for one of them.
Scope = Literal[
    "billings:read",
    "billings:write",
    "bounces:read",
    "bounces:write",
    "installation:read",
    "mails:read",
    "mails:write",
    "payments:read",
    "payments:write",
    "remittances:read",
    "remittances:write",
    "suppressions:read",
    "suppressions:write",
    "uploads:read",
    "uploads:write",
    "webhooks:read",
    "webhooks:write",
]
SCOPES: frozenset[Scope] = frozenset(get_args(Scope))

#: Where an ASGI scope holds the principal.
PRINCIPAL_KEY = "cobranca.principal"


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """Whoever makes a call, and what is theirs."""

    kind: Literal["installation", "anonymous"]
    id: str
    #: Ids of the beneficiaries that it may act for; None = whichever the installation has.
    beneficiaries: frozenset[int] | None
    scopes: frozenset[Scope]

    @classmethod
    def installation(cls) -> Principal:
        """Return who has the installation's key or, where it has none, is on its machine."""
        return cls(kind="installation", id="installation", beneficiaries=None, scopes=SCOPES)

    @classmethod
    def anonymous(cls) -> Principal:
        """Return a caller that nobody asked who it is; it may do what needs no scope."""
        return cls(kind="anonymous", id="anonymous", beneficiaries=frozenset(), scopes=frozenset())

    def acts_for(self, beneficiary_id: int) -> bool:
        """Whether what it does for this beneficiary is its business."""
        return self.beneficiaries is None or beneficiary_id in self.beneficiaries


#: What the OpenAPI document says of the key; whether it is right, the guard knows before.
_BEARER = HTTPBearer(
    scheme_name="key", description="COBRANCA_API_KEY, where one is set", auto_error=False
)
_BearerDep = Annotated[HTTPAuthorizationCredentials | None, Security(_BEARER)]


@dataclass(frozen=True, slots=True)
class ScopeCheck:
    """A dependency that turns away a principal without the scope."""

    scope: Scope

    async def __call__(self, request: Request, _key: _BearerDep) -> None:
        """Let the call pass.

        Raises:
            Forbidden: the principal has not this scope.
        """
        check_scope(principal_of(request), self.scope)


def check_scope(principal: Principal, scope: Scope) -> None:
    """Turn away who may not do what a route does beyond what it declares.

    Raises:
        Forbidden: the principal has not this scope.
    """
    if scope not in principal.scopes:
        raise Forbidden(f"This needs the scope {scope}", code="SCOPE_MISSING")


def needs(scope: Scope) -> params.Depends:
    """Declare what a route asks of its caller; it goes among the route's `dependencies`."""
    return params.Depends(ScopeCheck(scope))


def principal_of(request: Request) -> Principal:
    """Return who makes a call, as the guard found out."""
    return request.scope[PRINCIPAL_KEY]


PrincipalDep = Annotated[Principal, Depends(principal_of)]
