"""/mcp: the door for AI assistants, by the official SDK over streamable HTTP; its tools are in mcp_tools.py.

The SDK takes half a second to import, so it is loaded with the first request: a server that nobody asks starts as fast.
It runs stateless: any process may answer any request. Which hosts are served is checked by our own layer, for all paths.
"""

import asyncio
import contextlib
from typing import Any

from anyio.to_thread import run_sync
from fastapi import FastAPI
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.api.problems import problem_response
from app.core.db import read_session
from app.core.errors import MethodNotAllowed, NotAcceptable, SitrepError, TooLarge, Unauthorized, UnsupportedMediaType
from app.core.migrate import require_migrated
from app.domain.vocabulary import Scope as KeyScope
from app.services import keys
from app.services.runtime import Runtime

PATH = "/mcp"
_NOT_ACCEPTED = NotAcceptable("Send `Accept: application/json, text/event-stream`.")
_TOO_LARGE = TooLarge("The message is larger than SITREP_MAX_JSON_BYTES.")
_REFUSALS: dict[int, SitrepError] = {406: _NOT_ACCEPTED, 413: _TOO_LARGE}


class Mcp:
    """The SDK's application and the task that its session manager lives in, from the first request to the end."""

    def __init__(self, app: FastAPI) -> None:
        self._app = app
        self._lock, self._ended = asyncio.Lock(), asyncio.Event()
        self._served: ASGIApp | None = None
        self._task: asyncio.Task[None] | None = None

    async def served(self) -> ASGIApp:
        """Ready to answer."""
        async with self._lock:
            if self._served is None:
                made = await run_sync(_make, self._app)
                ready = asyncio.Event()
                self._task = asyncio.create_task(self._run(made, ready))
                await ready.wait()
        assert self._served is not None
        return self._served

    async def _run(self, made: Any, ready: asyncio.Event) -> None:
        served = _asgi(made, limit=self._app.state.settings.max_json_bytes)
        async with made.session_manager.run():
            self._served = served
            ready.set()
            await self._ended.wait()

    async def stop(self) -> None:
        self._ended.set()
        if self._task is not None:
            with contextlib.suppress(asyncio.CancelledError):
                await self._task


def _make(app: FastAPI) -> Any:
    from app.api.mcp_tools import server

    return server(app)


def _asgi(made: Any, *, limit: int) -> ASGIApp:
    from mcp.server.transport_security import TransportSecuritySettings

    served: ASGIApp = made.streamable_http_app(
        streamable_http_path=PATH,
        json_response=True,
        stateless_http=True,
        max_request_body_size=limit,
        transport_security=TransportSecuritySettings(enable_dns_rebinding_protection=False),
    )
    return served


def _in_problems(scope: Scope, receive: Receive, send: Send) -> Send:
    """The transport's own refusals as problem documents. What the protocol says, it says as JSON-RPC, whatever the status:
    its clients read nothing else.
    """
    replaced = False

    async def passed(message: Message) -> None:
        nonlocal replaced
        if message["type"] == "http.response.start" and message["status"] in _REFUSALS:
            replaced = True
            await problem_response(_REFUSALS[message["status"]], PATH)(scope, receive, send)
        elif not replaced:
            await send(message)

    return passed


def _check_form(method: str, headers: Headers) -> None:
    """Without sessions nothing is sent unasked: a GET would be a stream that stays empty and open for ever."""
    if method != "POST":
        raise MethodNotAllowed("MCP is spoken by POST here, without sessions.", headers={"Allow": "POST"})
    if headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise UnsupportedMediaType("Send application/json.", headers={"Accept-Post": "application/json"})


class Door:
    """Serves PATH: as closed as the reads of the REST API, and only on a migrated database."""

    def __init__(self, app: ASGIApp, *, owner: FastAPI) -> None:
        self.app, self.owner = app, owner

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] != PATH:
            await self.app(scope, receive, send)
            return
        try:
            headers = Headers(scope=scope)
            await run_sync(self._check, headers.get("authorization", ""))
            _check_form(scope["method"], headers)
        except SitrepError as error:
            await problem_response(error, PATH)(scope, receive, send)
            return
        await (await self.owner.state.mcp.served())(scope, receive, _in_problems(scope, receive, send))

    def _check(self, authorization: str) -> None:
        runtime: Runtime = self.owner.state.runtime
        if not self.owner.state.migrated:
            require_migrated(runtime.engine)
        if runtime.settings.public_reads:
            return
        kind, _, token = authorization.partition(" ")
        if kind.lower() != "bearer" or not token:
            raise Unauthorized("Send `Authorization: Bearer <key>`.")
        with read_session(runtime.engine) as session:
            key = keys.verify(session, token, KeyScope.READ)
        keys.remember_use(runtime.engine, key)
