"""Everything a serving process owns: engine, extraction, fetcher and the background task; started and stopped together."""

import time

from sqlalchemy import Engine

from app.core.db import make_engine
from app.core.migrate import require_migrated
from app.core.settings import Settings
from app.ingest.fetch import Fetcher
from app.services.background import Background
from app.services.extraction import ExtractionService
from app.services.queue import PgQueue
from app.services.stream import Stream


class Runtime:
    """`start` raises NotMigrated on a database that is not up to date; `stop` ends within `shutdown_timeout_s` and a little."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.engine: Engine = make_engine(settings)
        self.extraction = ExtractionService(settings)
        self._ingest_extraction: ExtractionService | None = None
        self._fetcher: Fetcher | None = None
        self.queue: Background | None = None
        self.stream = Stream(
            self.engine, clients=settings.stream_clients, queue=settings.stream_queue, poll_s=settings.stream_poll_s
        )
        self._told_to_stop: float | None = None

    async def start(self, *, worker: bool = False) -> None:
        """Ingestion starts only on a migrated database; the API answers 503 until then. With a queue of its own, jobs are
        for workers and the serving process carries no model for them.
        """
        if not worker and (not self.settings.ingest_enabled or self.settings.queue_url):
            return
        require_migrated(self.engine)
        settings = self.settings
        self._fetcher = Fetcher(
            allow_private=settings.fetch_allow_private,
            timeout_s=settings.fetch_timeout_s,
            user_agent=settings.fetch_user_agent,
            robots=settings.fetch_robots,
            rate=settings.fetch_per_host_rate,
        )
        self._ingest_extraction = ExtractionService(settings, patient=True)
        self.queue = Background(self.engine, settings, self._ingest_extraction, self._fetcher, PgQueue(settings))
        await self.queue.start()

    def wake(self) -> None:
        """Look for jobs now rather than at the next sweep."""
        if self.queue is not None:
            self.queue.wake()

    def stop_soon(self) -> None:
        """The process was told to end: streams end now, the time for running jobs begins to count. Harmless twice."""
        self._told_to_stop = self._told_to_stop or time.monotonic()
        self.stream.stop()

    async def stop(self) -> None:
        self.stop_soon()
        spent = time.monotonic() - (self._told_to_stop or time.monotonic())
        if self.queue is not None:
            await self.queue.stop(max(1.0, self.settings.shutdown_timeout_s - spent))
        if self._fetcher is not None:
            await self._fetcher.close()
        if self._ingest_extraction is not None:
            await self._ingest_extraction.close()
        await self.extraction.close()
        self.engine.dispose()
