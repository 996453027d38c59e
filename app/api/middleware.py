"""Pure ASGI layers around the routes: last resort for exceptions, refusal while stopping, headers, ETag, HEAD."""

import hashlib
import logging
import re
from collections.abc import Callable
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.api.problems import as_sitrep_error, problem_response
from app.core.errors import ShuttingDown

log = logging.getLogger("sitrep.api")
_NO_ETAG = ("/healthz", "/metrics", "/v1/stream")
_STRICT = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
_PAGES = (
    "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; font-src 'self'; worker-src blob:; frame-ancestors 'none'; base-uri 'none'"
)
_SAFE = {"x-content-type-options": "nosniff", "referrer-policy": "no-referrer", "x-frame-options": "DENY"}


class Boundary:
    """Outermost: no exception passes, nothing starts while the server stops, each answer has its safety headers."""

    def __init__(self, app: ASGIApp, *, stopping: Callable[[], bool]) -> None:
        self.app = app
        self.stopping = stopping

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = False

        async def guarded(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                _secure(scope["path"], MutableHeaders(scope=message))
            await send(message)

        try:
            if self.stopping() and scope["path"].startswith(("/v1", "/mcp")):
                raise ShuttingDown
            await self.app(scope, receive, guarded)
        except Exception as error:  # the last resort: the client gets a problem document
            if started:
                raise
            await _answer(error, scope, receive, guarded)


async def _answer(error: Exception, scope: Scope, receive: Receive, send: Send) -> None:
    known = as_sitrep_error(error)
    if known.status == 500:
        log.error("unexpected error", exc_info=error)
    await problem_response(known, scope["path"])(scope, receive, send)


def _secure(path: str, headers: MutableHeaders) -> None:
    for name, value in _SAFE.items():
        headers.setdefault(name, value)
    is_page = path == "/" or path.startswith(("/docs", "/redoc"))
    headers.setdefault("content-security-policy", _PAGES if is_page else _STRICT)
    if is_page or path == "/openapi.json":
        headers.setdefault("cache-control", "no-cache")  # the same for everybody; asked again by its ETag


class ConditionalGet:
    """HEAD on every GET, and a weak ETag of the body with 304 on every GET but streams.

    Weak, because the same bytes go out compressed in three ways. The body is held back until it is complete.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
            await self.app(scope, receive, send)
            return
        if scope["path"] == "/v1/stream" or is_export(scope["path"]):  # streamed: nothing to hold back, no HEAD
            await self.app(scope, receive, send)
            return
        answer = _Held(scope, send, etag=scope["path"] not in _NO_ETAG)
        await self.app({**scope, "method": "GET"}, receive, answer)


class _Held:
    """Collects one response, then sends it whole, as 304, or without its body."""

    def __init__(self, scope: Scope, send: Send, *, etag: bool) -> None:
        self.head = scope["method"] == "HEAD"
        self.wanted = Headers(scope=scope).get("if-none-match")
        self.etag = etag
        self.send = send
        self.start: Message = {}
        self.body = bytearray()

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.start = message
            return
        if message["type"] != "http.response.body":
            await self.send(message)
            return
        self.body += message.get("body", b"")
        if not message.get("more_body"):
            await self._finish()

    async def _finish(self) -> None:
        headers = MutableHeaders(scope=self.start)
        headers["content-length"] = headers.get("content-length") or str(len(self.body))
        if self.etag and self.start["status"] == 200:
            self._tag(headers)
        no_body = self.head or self.start["status"] in (204, 304)
        await self.send(self.start)
        await self.send({"type": "http.response.body", "body": b"" if no_body else bytes(self.body)})

    def _tag(self, headers: MutableHeaders) -> None:
        tag = headers.get("etag") or f'W/"{hashlib.sha256(self.body).hexdigest()[:32]}"'
        headers["etag"] = tag
        if self.wanted and matches(self.wanted, tag):
            self.start = {**self.start, "status": 304}
            for name in ("content-length", "content-type"):
                del headers[name]
            self.start["headers"] = headers.raw


def is_export(path: str) -> bool:
    """A file that is streamed and never held back."""
    return path.startswith("/v1/") and path.endswith((".csv", ".jsonl", ".geojson", ".parquet"))


def matches(header: str, tag: str) -> bool:
    """Weak comparison of `If-None-Match` with one tag (RFC 9110 section 13.1.2)."""
    if header.strip() == "*":
        return True
    return tag.removeprefix("W/") in re.findall(r'"[^"]*"', header)


def state_flag(app: Any, name: str) -> Callable[[], bool]:
    """Reads `app.state.<name>` at each call."""
    return lambda: bool(getattr(app.state, name, False))


def is_request_id(value: str) -> bool:
    """A client's own X-Request-ID is taken over when it is a plain word."""
    return re.fullmatch(r"[A-Za-z0-9._-]{8,128}", value) is not None
