"""RFC 9457 problem documents from every layer: one body, one place that writes it. No input is repeated."""

import logging
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from asgi_correlation_id import correlation_id
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from sqlalchemy.exc import DBAPIError, IntegrityError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response
from starlette.routing import compile_path

from app.core.errors import Conflict, MalformedBody, NotMigrated, SitrepError, Unprocessable

MEDIA_TYPE = "application/problem+json"
log = logging.getLogger("sitrep.api")
_PLAIN_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,63}")
_NO_TABLE = ("no such table", "undefinedtable", "no such column", "undefinedcolumn")


class FieldError(BaseModel):
    """One refused value: where it stood, what is wrong with it, and the kind of fault."""

    loc: list[str | int] = Field(examples=[["query", "limit"]])
    msg: str = Field(examples=["Input should be less than or equal to 200"])
    type: str = Field(examples=["less_than_equal"])


class Problem(BaseModel):
    """What every error looks like (RFC 9457)."""

    type: str = Field(description="Identifies the kind of problem; listed by `GET /v1/vocabulary`.")
    title: str = Field(description="The kind of problem in words.")
    status: int = Field(description="The HTTP status again.")
    detail: str | None = Field(description="What is wrong with this request.")
    instance: str = Field(description="The path that was asked.")
    request_id: str | None = Field(description="Also in `X-Request-ID`; quote it when you report a fault.")
    errors: list[FieldError] | None = Field(None, description="422 only: each refused value.")


def problem_type(slug: str) -> str:
    return f"urn:sitrep:problem:{slug}"


def problem_classes(root: type[SitrepError] = SitrepError) -> Iterator[type[SitrepError]]:
    """`root` and everything below it."""
    yield root
    for child in root.__subclasses__():
        yield from problem_classes(child)


@contextmanager
def blame(*loc: str) -> Iterator[None]:
    """A 422 raised below that names no value is about the value at `loc`."""
    try:
        yield
    except SitrepError as error:
        if error.status == Unprocessable.status and not error.errors:
            error.errors = [{"loc": list(loc), **_fault(error)}]
        raise


def _fault(error: SitrepError) -> dict[str, str]:
    return {"msg": error.detail or error.title, "type": error.slug.replace("-", "_")}


def problem_body(error: SitrepError, path: str) -> dict[str, Any]:
    body: dict[str, Any] = {
        "type": problem_type(error.slug),
        "title": error.title,
        "status": error.status,
        "detail": error.detail or error.title,
        "instance": quote(path[:500], safe="/:@.~-_"),
        "request_id": correlation_id.get(),
    }
    if error.status == Unprocessable.status:
        body["errors"] = error.errors or [{"loc": ["body"], **_fault(error)}]
    return body | error.extra


def problem_response(error: SitrepError, path: str) -> Response:
    """The response of `error`; errors are never kept by caches, a 410 apart."""
    headers = {"Cache-Control": "no-store"} | error.headers
    if error.status == HTTPStatus.SERVICE_UNAVAILABLE:
        headers.setdefault("Retry-After", "5")
    return JSONResponse(problem_body(error, path), error.status, headers=headers, media_type=MEDIA_TYPE)


def as_sitrep_error(error: Exception) -> SitrepError:
    """Any exception as one of ours; what nobody expected becomes a plain 500 without its text."""
    if isinstance(error, SitrepError):
        return error
    if isinstance(error, HTTPException):
        return _from_status(error.status_code, dict(error.headers or {}))
    if isinstance(error, RequestValidationError):
        return Unprocessable("Some values are not acceptable.", errors=field_errors(error.errors()))
    if isinstance(error, IntegrityError):
        return Conflict("Another request changed the same thing at the same moment; try again.")
    if isinstance(error, DBAPIError) and is_missing_table(error):
        return NotMigrated()
    return SitrepError()


def is_missing_table(error: DBAPIError) -> bool:
    words = f"{type(error.orig).__name__} {error.orig}".lower()
    return any(mark in words for mark in _NO_TABLE)


def _from_status(status: int, headers: dict[str, str]) -> SitrepError:
    """The framework's own refusals: unknown route, method, unreadable body."""
    if status == HTTPStatus.BAD_REQUEST:
        return MalformedBody(headers=headers)
    for known in problem_classes():
        if known.status == status:
            return known(headers=headers)
    title = HTTPStatus(status).phrase
    made = type("HttpProblem", (SitrepError,), {"status": status, "slug": f"http-{status}", "title": title})
    error: SitrepError = made(headers=headers)
    return error


def field_errors(found: Sequence[Mapping[str, Any]], *, at: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    """Pydantic's errors as `{loc, msg, type}`: without the input, which their text may also quote."""
    return [
        {"loc": [*at, *map(plain_name, error["loc"])], "msg": _message(error), "type": error["type"]} for error in found
    ]


def plain_name(part: str | int) -> str | int:
    """Names of fields stay; what a client made up (an unknown field) only if it is a harmless word."""
    return part if isinstance(part, int) or _PLAIN_NAME.fullmatch(part) else "?"


def _message(error: Mapping[str, Any]) -> str:
    """Messages of parsers may quote the input after a comma or a colon."""
    text = str(error["msg"]).removeprefix("Value error, ")
    return re.split(r"[,:] ", text)[0] if str(error["type"]).endswith("_parsing") else text


async def _handle(request: Request, error: Exception) -> Response:
    known = as_sitrep_error(error)
    if known.status == HTTPStatus.INTERNAL_SERVER_ERROR:
        log.error("unexpected error", exc_info=error)
    if known.status == HTTPStatus.METHOD_NOT_ALLOWED:
        known.headers["Allow"] = ", ".join(_allowed(request)) or known.headers.get("allow", "")
    return problem_response(known, request.url.path)


def _allowed(request: Request) -> list[str]:
    """All methods of the address: the framework names only those of the first route that has its path."""
    for path, item in request.app.openapi()["paths"].items():
        if compile_path(path)[0].fullmatch(request.url.path):
            methods = {method.upper() for method in item}
            return sorted(methods | ({"HEAD"} if "GET" in methods and path != "/v1/stream" else set()))
    return []


def install(app: FastAPI) -> None:
    """Every exception of a route, of a dependency and of the framework becomes a problem document."""
    for kind in (SitrepError, HTTPException, RequestValidationError, DBAPIError):
        app.add_exception_handler(kind, _handle)
