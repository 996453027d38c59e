"""`Idempotency-Key`: a POST that is sent again gives the first answer again instead of happening twice."""

from collections.abc import Awaitable, Callable
from typing import Annotated

from anyio import CancelScope
from anyio.to_thread import run_sync
from fastapi import Header
from sqlalchemy import Engine
from starlette.responses import Response

from app.core.clock import utcnow
from app.core.db import write_session
from app.store import idempotency
from app.store.idempotency import Answer

IdempotencyKey = Annotated[
    str | None,
    Header(
        min_length=1,
        max_length=255,
        pattern=r"^[\x21-\x7e]+$",
        description="Any text of your own. The same request with the same key within 24 hours gives the first answer "
        "again; another body is 422, a request still running 409.",
        examples=["a3f0c1f2-post-night-of-drones"],
    ),
]
_KEPT_HEADERS = ("location", "content-type")


async def once(
    engine: Engine, *, key: str | None, owner: str, request_hash: str, produce: Callable[[], Awaitable[Response]]
) -> Response:
    """The response of `produce`, or the one that it gave before under this key."""
    if key is None:
        return await produce()
    known = await run_sync(_claim, engine, owner, key, request_hash)
    if known is not None:
        return Response(known.body, known.status, {**known.headers, "Idempotency-Replayed": "true"})
    try:
        response = await produce()
    except BaseException:
        with CancelScope(shield=True):  # also when the client went away
            await run_sync(_release, engine, owner, key)
        raise
    await run_sync(_finish, engine, owner, key, response)
    return response


def _claim(engine: Engine, owner: str, key: str, request_hash: str) -> Answer | None:
    with write_session(engine) as session:
        return idempotency.claim(session, owner=owner, value=key, request_hash=request_hash, now=utcnow())


def _release(engine: Engine, owner: str, key: str) -> None:
    with write_session(engine) as session:
        idempotency.release(session, owner=owner, value=key)


def _finish(engine: Engine, owner: str, key: str, response: Response) -> None:
    headers = {name: value for name, value in response.headers.items() if name in _KEPT_HEADERS}
    answer = Answer(response.status_code, headers, bytes(response.body).decode())
    with write_session(engine) as session:
        idempotency.finish(session, owner=owner, value=key, answer=answer)
