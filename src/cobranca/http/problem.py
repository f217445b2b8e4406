"""Errors as HTTP says them: RFC 9457, one status a kind of error, in one place."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from cobranca.domain import errors
from cobranca.infra.log import get_logger

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fastapi import FastAPI, Request

log = get_logger()

#: The first class of an error's line that is listed here gives its HTTP status.
STATUS_BY_ERROR: dict[type[errors.CobrancaError], int] = {
    errors.UploadCutOff: 408,
    errors.UploadTooLarge: 413,
    errors.MediaTypeInvalid: 415,
    errors.CsvInvalid: 422,
    errors.InputError: 422,
    errors.Unauthorized: 401,
    errors.Forbidden: 403,
    errors.FileGone: 410,
    errors.NotFound: 404,
    errors.Conflict: 409,
    errors.StorageFull: 507,
    errors.Transient: 503,
    errors.Permanent: 409,
    errors.CobrancaError: 500,
}
#: Spread, so that callers who were turned away together do not come back together. Seconds.
_RETRY_AFTER_S = range(3, 9)
_CODES = {404: "NOT_FOUND", 405: "METHOD_NOT_ALLOWED"}


class Problem(BaseModel):
    """An error (RFC 9457). `code` is stable; `detail` is for people and says what to do."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    field: str | None = None


def problem(error: errors.CobrancaError) -> JSONResponse:
    """Answer with an error of ours."""
    status = next(STATUS_BY_ERROR[kind] for kind in type(error).__mro__ if kind in STATUS_BY_ERROR)
    field = error.field if isinstance(error, errors.InvalidField) else None
    return problem_response(status, error.code, error.detail, field=field)


def problem_response(
    status: int,
    code: str,
    detail: str,
    *,
    field: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    """Answer with problem+json; `field` is left out when there is none to name."""
    content: dict[str, object] = {
        "type": f"urn:cobranca:error:{code.lower()}",
        "title": code.replace("_", " ").capitalize(),
        "status": status,
        "detail": detail,
        "code": code,
    }
    if field is not None:
        content["field"] = field
    return JSONResponse(
        content,
        status_code=status,
        media_type="application/problem+json",
        headers={**(headers or {}), **_headers(status)},
    )


def add_error_handlers(app: FastAPI) -> None:
    """Have `app` answer with problem+json whatever goes wrong."""

    @app.exception_handler(errors.CobrancaError)
    async def on_error(request: Request, error: errors.CobrancaError) -> JSONResponse:
        del request
        return problem(error)

    @app.exception_handler(RequestValidationError)
    async def on_invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        del request
        first = error.errors()[0]
        field = str(first["loc"][-1])
        return problem_response(422, "FIELD_INVALID", f"{field}: {first['msg']}", field=field)

    @app.exception_handler(HTTPException)
    async def on_http(request: Request, error: HTTPException) -> JSONResponse:
        del request
        code = _CODES.get(error.status_code, "HTTP_ERROR")
        # `Allow` of a 405, which says what may be called instead, is among its headers.
        return problem_response(error.status_code, code, str(error.detail), headers=error.headers)

    @app.exception_handler(ClientDisconnect)
    async def on_leaving(request: Request, error: ClientDisconnect) -> JSONResponse:
        """Let go of a caller who has left; nobody reads the answer, and nothing is wrong."""
        del request, error
        return problem(errors.UploadCutOff())

    @app.exception_handler(Exception)
    async def on_bug(request: Request, error: Exception) -> JSONResponse:
        # The template, never the path: a path may hold what somebody searched for.
        path = getattr(request.scope.get("route"), "path", "none")
        log.error("request_failed", path=path, exc_info=error)
        return problem_response(500, "ERROR", "Something went wrong; the log has the details")


def _headers(status: int) -> dict[str, str]:
    if status == 503:
        return {"Retry-After": str(random.choice(_RETRY_AFTER_S))}  # noqa: S311
    if status == 408:
        return {"Connection": "close"}  # What is still to come of the body is not waited for.
    if status == 401:
        return {"WWW-Authenticate": "Bearer"}
    return {}
