"""Live changes for many clients: one reader of the outbox a process, a bounded queue a client, replay from the tables.

The outbox is polled, so it does not matter which process or machine wrote: several API processes may share a database.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

import structlog
from anyio.to_thread import run_sync
from sqlalchemy import Engine

from app.core.db import read_session
from app.core.errors import Busy, SitrepError
from app.store import changes

log = structlog.get_logger()
BATCH = 200
Reason = Literal["too_slow", "shutting_down"]


@dataclass(frozen=True, slots=True)
class ChangeSeen:
    """A row of the outbox as a value."""

    seq: int
    kind: str
    resource: str
    id: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class Ended:
    """The last thing a client hears: why, and the `seq` after which it goes on."""

    reason: Reason
    since: int


class Listener:
    """One client's waiting room: at most `size` changes; a client that lets it fill is cut off."""

    def __init__(self, size: int) -> None:
        self._size, self._waiting, self._signal = size, deque[ChangeSeen](), asyncio.Event()
        self.ended: Reason | None = None

    def offer(self, change: ChangeSeen) -> None:
        if len(self._waiting) < self._size:
            self._waiting.append(change)
            self._signal.set()
        else:
            self.end("too_slow")

    def end(self, reason: Reason) -> None:
        self.ended = self.ended or reason
        self._signal.set()

    def forget(self) -> None:
        """Empty again, to catch up from the tables."""
        self._waiting.clear()
        self.ended = None if self.ended == "too_slow" else self.ended

    async def next(self) -> ChangeSeen | None:
        """The oldest waiting change; None when the client is to be cut off."""
        while not self.ended:
            if self._waiting:
                return self._waiting.popleft()
            self._signal.clear()
            await self._signal.wait()
        return None


class Stream:
    """All listeners of this process. Reads the outbox every `poll_s` seconds, and only while somebody listens."""

    def __init__(self, engine: Engine, *, clients: int, queue: int, poll_s: float) -> None:
        self._engine, self._most, self._queue, self._poll_s = engine, clients, queue, poll_s
        self._listeners: set[Listener] = set()
        self._reader: asyncio.Task[None] | None = None
        self._position = 0
        self._stopping = False

    @property
    def clients(self) -> int:
        return len(self._listeners)

    async def open(self) -> Listener:
        """A place for one client. Busy when all are taken."""
        if self._stopping or len(self._listeners) >= self._most:
            raise Busy("All places of the live stream are taken; try again, or read /v1/changes.")
        listener = Listener(self._queue)
        self._listeners.add(listener)
        try:
            if self._reader is None:
                self._position = await self.latest()
                self._reader = self._reader or asyncio.create_task(self._read_forever())
        except BaseException:
            self._listeners.discard(listener)
            raise
        return listener

    def close(self, listener: Listener) -> None:
        self._listeners.discard(listener)
        if not self._listeners and self._reader:
            self._reader.cancel()
            self._reader = None

    def stop(self) -> None:
        """End every stream; no new one opens."""
        self._stopping = True
        for listener in list(self._listeners):
            listener.end("shutting_down")

    async def latest(self) -> int:
        def read() -> int:
            with read_session(self._engine) as session:
                return changes.latest(session)

        return await run_sync(read)

    async def follow(self, listener: Listener, since: int) -> AsyncIterator[ChangeSeen | Ended]:
        """Every change after `since`, those of the past first; ends with Ended."""
        last = since
        while True:
            while batch := await self._after(last):
                for change in batch:
                    last = change.seq
                    yield change
                    if listener.ended == "shutting_down":
                        yield Ended("shutting_down", last)
                        return
            if listener.ended != "too_slow":
                break
            listener.forget()  # the past was long: what came meanwhile is in the tables as well
        while change_or_end := await listener.next():
            if change_or_end.seq > last:
                last = change_or_end.seq
                yield change_or_end
        yield Ended(listener.ended or "shutting_down", last)

    async def _after(self, since: int) -> list[ChangeSeen]:
        def read() -> list[ChangeSeen]:
            with read_session(self._engine) as session:
                rows = changes.after(session, since, limit=BATCH)
                return [ChangeSeen(r.seq or 0, r.kind, r.resource, r.resource_id, r.at) for r in rows]

        return await run_sync(read)

    async def _read_forever(self) -> None:
        while True:
            try:
                batch = await self._after(self._position)
            except SitrepError as error:  # a database that is away comes back; nothing is skipped
                log.warning("stream_read_failed", error=str(error))
                batch = []
            for change in batch:
                self._position = change.seq
                for listener in self._listeners:
                    listener.offer(change)
            if len(batch) < BATCH:
                await asyncio.sleep(self._poll_s)
            else:
                await asyncio.sleep(0)  # let the clients read between two batches
