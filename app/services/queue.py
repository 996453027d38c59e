"""The transport of jobs: it carries ids of rows in `jobs` and nothing else, so it may forget everything.

In one process it lives in memory. With SITREP_QUEUE_URL it is a table in PostgreSQL which any number of `sitrep worker`
processes share: each id is leased to one of them, and goes to another when its heartbeat stops (kill -9, power).
"""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Iterable
from datetime import timedelta
from typing import Any, Protocol
from uuid import UUID

import psycopg
from pgqueuer import PgQueuer
from pgqueuer.adapters.drivers.psycopg import PsycopgDriver
from pgqueuer.models import Job as Delivery

from app.core.errors import DatabaseUnavailable
from app.core.settings import Settings

Handler = Callable[[UUID], Awaitable[None]]
_ENTRY = "sitrep_job"
_TIDY_S = 600
_INSTALL_LOCK = 0x5174_7265_7001


class Queue(Protocol):
    """What tests/services/test_queue.py holds every adapter to."""

    async def start(self, handler: Handler) -> None:
        """Deliver ids to `handler` from now on, at most `ingest_concurrency` at once."""

    async def offer(self, ids: Iterable[UUID]) -> int:
        """Enqueue ids; one that waits or is worked on is not taken twice. How many were new."""

    async def tidy(self) -> None:
        """Forget what is done; the tables know it."""

    async def stop(self, timeout_s: float) -> None:
        """Let running handlers finish for a while, then cancel them."""


class _TwoConnections(PsycopgDriver):
    """One connection listens, another one works: psycopg holds its connection for a second while it waits for
    notifications, so that on a single one each statement took up to that second (12 short jobs took over 20 s).
    """

    def __init__(self, listens: Any, works: Any) -> None:
        super().__init__(listens)
        self._works = PsycopgDriver(works)

    async def fetch(self, query: str, *args: object) -> list[dict[str, object]]:
        return await self._works.fetch(query, *args)

    async def execute(self, query: str, *args: object) -> str:
        return await self._works.execute(query, *args)


class PgQueue:
    """PgQueuer over memory or over PostgreSQL."""

    def __init__(self, settings: Settings) -> None:
        self._url = settings.queue_url
        self._slots = max(2, settings.ingest_concurrency)
        self._lease = timedelta(seconds=settings.queue_lease_s)
        self._connections: list[psycopg.AsyncConnection[Any]] = []
        self._pgq: PgQueuer | None = None
        self._tidy_at = 0.0
        self._loop: asyncio.Task[None] | None = None

    async def start(self, handler: Handler) -> None:
        self._pgq = await self._open()

        @self._pgq.entrypoint(_ENTRY)
        async def work(delivery: Delivery) -> None:
            await handler(UUID((delivery.payload or b"").decode()))

        self._loop = asyncio.create_task(
            self._pgq.run(
                dequeue_timeout=timedelta(seconds=1),
                batch_size=self._slots // 2,
                max_concurrent_tasks=self._slots,
                heartbeat_timeout=self._lease,
                log_aggregation_interval=timedelta(0),
            )
        )

    async def _open(self) -> PgQueuer:
        if self._url is None:
            return PgQueuer.in_memory()
        try:
            for _ in range(2):
                self._connections.append(await psycopg.AsyncConnection.connect(_plain(self._url), autocommit=True))
        except psycopg.OperationalError as error:
            raise DatabaseUnavailable("The queue's database cannot be reached.") from error
        pgq = PgQueuer(_TwoConnections(*self._connections))
        await self._install(pgq)
        return pgq

    async def _install(self, pgq: PgQueuer) -> None:
        """The queue's own tables, once, by whichever worker comes first."""
        works = self._connections[1]
        await works.execute("SELECT pg_advisory_lock(%s)", [_INSTALL_LOCK])
        try:
            if not await pgq.qm.queries.has_table(pgq.qm.queries.qbe.settings.queue_table):
                await pgq.qm.queries.install()
        finally:
            await works.execute("SELECT pg_advisory_unlock(%s)", [_INSTALL_LOCK])

    async def offer(self, ids: Iterable[UUID]) -> int:
        words = [str(one) for one in ids]
        if not words or self._pgq is None:
            return 0
        self._check()
        made = await self._pgq.qm.queries.enqueue(
            [_ENTRY] * len(words),
            [word.encode() for word in words],
            [0] * len(words),
            dedupe_key=list(words),
            on_conflict="skip",
        )
        return sum(one is not None for one in made)

    def _check(self) -> None:
        """A loop that ended by itself ended by an error: say so rather than wait for ever."""
        if self._loop is not None and self._loop.done():
            raise DatabaseUnavailable("The queue stopped.") from self._loop.exception()

    async def tidy(self) -> None:
        queries: Any = self._pgq.qm.queries if self._pgq else None
        if queries is None or time.monotonic() < self._tidy_at:
            return
        self._tidy_at = time.monotonic() + (_TIDY_S if self._url else 0)
        await queries.clear_queue_log(_ENTRY)  # the library keeps a line for every step of every job

    async def stop(self, timeout_s: float) -> None:
        if self._pgq is not None and self._loop is not None:
            self._pgq.shutdown.set()
            await asyncio.wait([self._loop], timeout=timeout_s)
            self._loop.cancel()
            with contextlib.suppress(asyncio.CancelledError, Exception):
                await self._loop
        for connection in self._connections:
            await connection.close()


def _plain(url: str) -> str:
    """psycopg takes the URL without SQLAlchemy's driver."""
    return url.replace("postgresql+psycopg://", "postgresql://", 1)
