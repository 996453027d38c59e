"""/v1/stream: changes as they happen, as server-sent events."""

import json
from collections.abc import AsyncIterable, AsyncIterator
from typing import Annotated, Any

import anyio
from fastapi import APIRouter, Depends, Header, Query
from fastapi.sse import EventSourceResponse, ServerSentEvent
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.api.changes import Change
from app.api.deps import READ, RuntimeDep, require_database
from app.api.openapi import errors
from app.domain.vocabulary import ChangeKind, ResourceKind
from app.services.stream import ChangeSeen, Ended, Listener

router = APIRouter(tags=["changes"])
RETRY_MS = 2000
PATH = "/v1/stream"


async def _listener(runtime: RuntimeDep) -> AsyncIterator[Listener]:
    """A place among the clients, given back when the answer ends. Busy when there is none."""
    listener = await runtime.stream.open()
    try:
        yield listener
    finally:
        runtime.stream.close(listener)


@router.get(
    PATH,
    operation_id="streamChanges",
    summary="Changes as they happen",
    response_class=EventSourceResponse,
    response_description="Server-sent events: `id` is the `seq`, `data` a change.",
    responses=errors(401, 403),
    dependencies=[*READ, Depends(require_database)],
)
async def stream_changes(
    runtime: RuntimeDep,
    listener: Annotated[Listener, Depends(_listener)],
    last_event_id: Annotated[
        int | None,
        Header(ge=0, le=2**53, description="The last `id` received: the stream goes on after it.", examples=[41]),
    ] = None,
    since: Annotated[
        int | None,
        Query(ge=0, le=2**53, description="As `Last-Event-ID`, for a first connection.", examples=[41]),
    ] = None,
    kind: Annotated[ChangeKind | None, Query(description="Only this kind of change.", examples=["revised"])] = None,
    resource: Annotated[
        ResourceKind | None, Query(description="Only changes of this kind of resource.", examples=["article"])
    ] = None,
) -> AsyncIterable[Change]:
    """Every change of `GET /v1/changes`, within a second of its commit. Without `Last-Event-ID` or `since` it begins
    now. A comment is sent every 15 s. When the server stops, or a client reads too slowly, the last event is
    `event: end` with the reason; connect again with `Last-Event-ID` and nothing is missed (browsers do so themselves).
    """
    start = next((given for given in (last_event_id, since) if given is not None), None)
    start = await runtime.stream.latest() if start is None else start
    yield _event(comment="connected", id=str(start), retry=RETRY_MS)
    async for one in runtime.stream.follow(listener, start):
        if isinstance(one, Ended):
            yield _event(
                raw_data=json.dumps({"reason": one.reason, "since": one.since}), event="end", id=str(one.since)
            )
        elif kind in (None, one.kind) and resource in (None, one.resource):
            yield _event(raw_data=_change(one), id=str(one.seq))


def _event(**parts: Any) -> Any:
    """Typed as anything: the route is annotated with what `data` holds, for the document."""
    return ServerSentEvent(**parts)


def _change(one: ChangeSeen) -> str:
    return Change(seq=one.seq, kind=one.kind, resource=one.resource, id=one.id, at=one.at).model_dump_json()


class Patience:
    """Cuts off a client of the stream that takes no bytes for `stall_s` seconds: its place goes to another one."""

    def __init__(self, app: ASGIApp, *, stall_s: float) -> None:
        self.app, self.stall_s = app, stall_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] != PATH:
            await self.app(scope, receive, send)
            return
        with anyio.CancelScope() as answer:

            async def patient(message: Message) -> None:
                with anyio.move_on_after(self.stall_s) as waiting:
                    await send(message)
                if waiting.cancelled_caught:
                    answer.cancel()

            await self.app(scope, receive, patient)
