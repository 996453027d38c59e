"""`Idempotency-Key`: a POST that is sent again gives the first answer again instead of happening twice."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Any

from anyio import CancelScope
from anyio.to_thread import run_sync
from fastapi import Depends, Header, Request
from pydantic import BaseModel
from sqlalchemy import Engine
from starlette.responses import Response

from app.api.deps import RuntimeDep, admin_key, writer_key
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
_KEPT_HEADERS = ("location", "content-type", "etag")
LOCATION = {"Location": {"description": "Where it is.", "schema": {"type": "string"}}}
_REPLAYED = {"Cache-Control": "no-store", "Idempotency-Replayed": "true"}


@dataclass(frozen=True, slots=True)
class Once:
    """Does the work of one POST, unless the client's key says that it was done: then the first answer comes again."""

    engine: Engine
    owner: str
    key: str | None
    address: str

    async def __call__(self, produce: Callable[[], Awaitable[Response]], *, digest: str = "") -> Response:
        """The response of `produce`, or the one that it gave before. `digest`: of the body, where there is one."""
        if self.key is None:
            return await produce()
        known = await run_sync(self._claim, f"{self.address}:{digest}")
        if known is not None:
            return Response(known.body, known.status, known.headers | _REPLAYED)
        try:
            response = await produce()
        except BaseException:
            with CancelScope(shield=True):  # also when the client went away
                await run_sync(self._release)
            raise
        await run_sync(self._finish, response)
        return response

    @property
    def _mine(self) -> dict[str, str]:
        return {"owner": self.owner, "value": self.key or ""}

    def _claim(self, request_hash: str) -> Answer | None:
        with write_session(self.engine) as session:
            return idempotency.claim(session, **self._mine, request_hash=request_hash, now=utcnow())

    def _release(self) -> None:
        with write_session(self.engine) as session:
            idempotency.release(session, **self._mine)

    def _finish(self, response: Response) -> None:
        headers = {name: value for name, value in response.headers.items() if name in _KEPT_HEADERS}
        answer = Answer(response.status_code, headers, bytes(response.body).decode())
        with write_session(self.engine) as session:
            idempotency.finish(session, **self._mine, answer=answer)


def _once(check: Callable[..., str | None]) -> Any:
    def read(
        request: Request,
        runtime: RuntimeDep,
        owner: Annotated[str, Depends(check)],
        idempotency_key: IdempotencyKey = None,
    ) -> Once:
        return Once(runtime.engine, owner, idempotency_key, f"{request.url.path}?{request.url.query}")

    return read


OnceAsWriter = Annotated[Once, Depends(_once(writer_key))]
OnceAsAdmin = Annotated[Once, Depends(_once(admin_key))]


def answer(body: BaseModel, status: int, location: str | None = None) -> Response:
    """The response of a POST; caches keep none."""
    headers = {"Cache-Control": "no-store"} | ({"Location": location} if location else {})
    return Response(body.model_dump_json(exclude_unset=True), status, headers, "application/json")
