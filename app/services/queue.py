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
import structlog
from pgqueuer.adapters.drivers.psycopg import PsycopgDriver
from pgqueuer.adapters.inmemory import InMemoryDriver, InMemoryQueries
from pgqueuer.adapters.persistence.queries import Queries
from pgqueuer.core.qm import QueueManager
from pgqueuer.models import Job as Delivery
from psycopg import sql

from app.core.errors import DatabaseUnavailable
from app.core.settings import Settings
from app.store.lanes import Lane

log = structlog.get_logger()
Handler = Callable[[UUID], Awaitable[None]]
_ENTRIES = {lane: f"sitrep_{lane.value}" for lane in Lane}
_TIDY_S = 600
_INSTALL_LOCK = 0x5174_7265_7001


class Queue(Protocol):
    """What tests/services/test_queue.py holds every adapter to."""

    async def start(self, handler: Handler) -> None:
        """Deliver ids to `handler` from now on, in each lane at most `ingest_concurrency` at once."""

    async def offer(self, ids: Iterable[UUID], lane: Lane = Lane.PAGE) -> int:
        """Enqueue ids; one that waits or is worked on, in whichever lane, is not taken twice. How many were new."""

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
    """PgQueuer over memory or over PostgreSQL: one queue, and a manager a lane which takes from it for this process."""

    def __init__(self, settings: Settings) -> None:
        self._url = settings.queue_url
        self._slots = max(2, settings.ingest_concurrency)
        self._lease = timedelta(seconds=settings.queue_lease_s)
        self._connections: list[psycopg.AsyncConnection[Any]] = []
        self._queries: Any = None
        self._lanes: list[QueueManager] = []
        self._loops: list[asyncio.Task[None]] = []
        self._tidy_at = 0.0
        self._handler: Handler | None = None

    async def start(self, handler: Handler) -> None:
        self._handler = handler
        self._queries = await self._open()

        async def work(delivery: Delivery) -> None:
            await handler(UUID((delivery.payload or b"").decode()))

        for entry in _ENTRIES.values():
            manager = QueueManager(self._queries)
            manager.entrypoint(entry)(work)
            self._lanes.append(manager)
            self._loops.append(asyncio.create_task(self._run(manager)))

    async def _run(self, manager: QueueManager) -> None:
        await manager.run(
            dequeue_timeout=timedelta(seconds=1),
            batch_size=self._slots // 2,
            max_concurrent_tasks=self._slots,
            heartbeat_timeout=self._lease,
            log_aggregation_interval=timedelta(0),
        )

    async def _open(self) -> Any:
        if self._url is None:
            return InMemoryQueries(driver=InMemoryDriver())
        try:
            for _ in range(2):
                self._connections.append(await psycopg.AsyncConnection.connect(_plain(self._url), autocommit=True))
        except psycopg.OperationalError as error:
            raise DatabaseUnavailable("The queue's database cannot be reached.") from error
        queries = Queries(_TwoConnections(*self._connections))
        await self._install(queries)
        return queries

    async def _install(self, queries: Queries) -> None:
        """The queue's own tables, once, by whichever worker comes first."""
        works = self._connections[1]
        await works.execute("SELECT pg_advisory_lock(%s)", [_INSTALL_LOCK])
        try:
            if not await queries.has_table(queries.qbe.settings.queue_table):
                await queries.install()
            # of an earlier version, which nobody takes any more: they would keep their jobs from being offered
            table = sql.Identifier(queries.qbe.settings.queue_table)
            foreign = sql.SQL("DELETE FROM {} WHERE entrypoint <> ALL(%s)").format(table)
            await works.execute(foreign, [list(_ENTRIES.values())])
        finally:
            await works.execute("SELECT pg_advisory_unlock(%s)", [_INSTALL_LOCK])

    async def offer(self, ids: Iterable[UUID], lane: Lane = Lane.PAGE) -> int:
        words = [str(one) for one in ids]
        if not words or self._handler is None:
            return 0
        await self._heal()
        made = await self._queries.enqueue(
            [_ENTRIES[lane]] * len(words),
            [word.encode() for word in words],
            [0] * len(words),
            dedupe_key=list(words),
            on_conflict="skip",
        )
        return sum(one is not None for one in made)

    async def _heal(self) -> None:
        """A loop that ended by itself ended by an error, as when the database was started anew: begin again."""
        ended = [loop.exception() for loop in self._loops if loop.done()]
        if self._handler is None or (self._queries is not None and not ended):
            return
        if ended:
            log.warning("queue_stopped", error=str(ended[0]))
        await self.stop(0)
        self._lanes, self._loops, self._connections, self._queries = [], [], [], None
        try:
            await self.start(self._handler)
        except psycopg.Error as error:
            raise DatabaseUnavailable("The queue's database cannot be reached.") from error

    async def tidy(self) -> None:
        if self._handler is None or time.monotonic() < self._tidy_at:
            return
        await self._heal()
        self._tidy_at = time.monotonic() + (_TIDY_S if self._url else 0)
        # the library keeps a line for every step of every job
        await self._queries.clear_queue_log(list(_ENTRIES.values()))

    async def stop(self, timeout_s: float) -> None:
        for manager in self._lanes:
            manager.shutdown.set()
        if self._loops:
            await asyncio.wait(self._loops, timeout=timeout_s)
        for loop in self._loops:
            loop.cancel()
            with contextlib.suppress(asyncio.CancelledError, Exception):
                await loop
        for connection in self._connections:
            await connection.close()


def _plain(url: str) -> str:
    """psycopg takes the URL without SQLAlchemy's driver."""
    return url.replace("postgresql+psycopg://", "postgresql://", 1)
