"""The background task: a sweep offers what is due in the tables to the queue, which delivers it. The tables are the truth."""

import asyncio
import contextlib
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

import anyio
import structlog
from sqlalchemy import Engine
from sqlmodel import Session

from app.core.clock import utcnow
from app.core.db import read_session, write_session
from app.core.errors import FetchRefused, PoisonDocument, SitrepError, Unprocessable, Withdrawn, in_words
from app.core.settings import Settings
from app.core.turn import Turn
from app.domain.vocabulary import JobKind, JobState
from app.ingest.fetch import Fetcher
from app.models import Job
from app.services import fetching, polling, posted, webhooks
from app.services.extraction import ExtractionService
from app.services.queue import Queue
from app.store import jobs, lanes, raw_pages, sources
from app.store.lanes import Lane

log = structlog.get_logger()
T = TypeVar("T")
MAX_BACKOFF_S = 86_400


@dataclass(frozen=True, slots=True)
class Task:
    """A taken job as a value: no row is held while the network is waited for."""

    id: UUID
    kind: JobKind
    url: str | None
    source_id: UUID | None
    host: str | None
    attempts: int
    payload: dict[str, Any]

    @classmethod
    def of(cls, job: Job) -> "Task":
        return cls(job.id, JobKind(job.kind), job.url, job.source_id, job.host, job.attempts, job.payload or {})


class Background:
    """Sweeps until stopped: what is due goes to the queue, and what the queue delivers is worked on to its end."""

    def __init__(
        self, engine: Engine, settings: Settings, extraction: ExtractionService, fetcher: Fetcher, queue: Queue
    ) -> None:
        self._engine, self._settings, self._extraction, self._fetcher = engine, settings, extraction, fetcher
        self._queue = queue
        self._wake, self._ended = asyncio.Event(), asyncio.Event()
        self._hosts: set[str] = set()  # of jobs that ended: the next of each may run
        self._loops: list[asyncio.Task[None]] = []
        self._turn = Turn(_lock_of(engine))
        self._handlers: dict[JobKind, Callable[[Task], Awaitable[UUID | None]]] = {
            JobKind.INGEST_URL: self._ingest,
            JobKind.INGEST_TEXT: self._read,
            JobKind.POLL_SOURCE: self._poll,
            JobKind.WEBHOOK: self._send,
        }

    async def start(self) -> None:
        await self._queue.start(self.work)
        sweep = self._forever(self.sweep, self._wake, self._settings.sweep_interval_s)
        self._loops = [asyncio.create_task(one) for one in (sweep, self._forever(self._offer_next, self._ended, None))]

    async def stop(self, timeout_s: float) -> None:
        """Let running jobs finish for a while, then cancel them: they run again at the next start."""
        for loop in self._loops:
            loop.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await loop
        await self._queue.stop(timeout_s)
        self._turn.give_up()

    def wake(self) -> None:
        self._wake.set()

    async def _write(self, work: Callable[..., T]) -> T:
        def run() -> T:
            with write_session(self._engine) as session:
                return work(session)

        return await anyio.to_thread.run_sync(run)

    async def _forever(self, act: Callable[[], Awaitable[int]], when: asyncio.Event, seconds: float | None) -> None:
        while True:
            try:
                await act()
            except SitrepError as error:  # a full disk or a locked database passes; the next sweep tries again
                log.error("sweep_failed", error=str(error))
            except Exception as error:
                log.exception("sweep_failed", exc_info=error)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(when.wait(), seconds)
            when.clear()

    async def sweep(self) -> int:
        """Make jobs of due sources and offer what is due; how many were new to the queue. Nothing while another process does."""
        if not self._turn.taken():
            return 0
        await self._write(_enqueue_polls)
        await anyio.to_thread.run_sync(webhooks.fan_out, self._engine)
        await self._write(lambda s: raw_pages.purge(s, utcnow() - timedelta(days=self._settings.raw_days)))
        await self._queue.tidy()
        return await self._offer(None)

    async def _offer_next(self) -> int:
        """The jobs whose turn came by the end of others on the same host, without waiting for the sweep."""
        hosts, self._hosts = self._hosts, set()
        return await self._offer(hosts) if hosts else 0

    async def _offer(self, hosts: set[str] | None) -> int:
        most = max(1, self._settings.ingest_concurrency // 8)

        def read() -> list[tuple[UUID, Lane]]:
            with read_session(self._engine) as session:
                return lanes.due(session, utcnow(), per_host=most, hosts=hosts)

        found = await anyio.to_thread.run_sync(read)
        return sum([await self._queue.offer([one for one, at in found if at is lane], lane) for lane in Lane])

    async def work(self, job_id: UUID) -> None:
        """One job to its end; every failure is recorded in its row. Delivered twice it does nothing the second time."""
        task = await self._write(lambda s: Task.of(job) if (job := jobs.take(s, job_id, utcnow())) else None)
        if task is None:
            return
        try:
            await self._work(task)
        finally:
            if task.host:
                self._hosts.add(task.host)
                self._ended.set()

    async def _work(self, task: Task) -> None:
        try:
            article_id = await self._handle(task)
            await self._write(
                lambda s: jobs.finish(s, task.id, JobState.SUCCEEDED, now=utcnow(), article_id=article_id)
            )
        except Withdrawn:
            await self._write(
                lambda s: jobs.finish(
                    s, task.id, JobState.SUCCEEDED, now=utcnow(), error="The article was withdrawn and stays so."
                )
            )
        except Exception as error:  # noqa: BLE001 - a job's failure belongs into its row, whatever it is
            await self._failed(task, error)

    async def _handle(self, task: Task) -> UUID | None:
        if task.attempts > self._settings.job_attempts:  # no failure was recorded: the process died each time
            raise PoisonDocument(f"The process ended in the middle of it {task.attempts - 1} times.")
        handler = self._handlers.get(task.kind)
        if handler is None:
            raise Unprocessable(f"This process does not know jobs of the kind {task.kind.value}.")
        return await handler(task)

    async def _send(self, task: Task) -> None:
        last = task.attempts >= self._settings.job_attempts
        after = self._settings.webhook_disable_after
        known = UUID(task.payload["delivery_id"])
        await webhooks.send(self._engine, self._fetcher, known, last=last, disable_after=after)

    async def _failed(self, task: Task, error: Exception) -> None:
        if not isinstance(error, SitrepError):
            log.exception("job_failed", job=str(task.id), exc_info=error)
        state, wait = self._after(task, error)
        await self._write(
            lambda s: jobs.finish(s, task.id, state, now=utcnow(), error=in_words(error), retry_in_s=wait)
        )

    def _after(self, task: Task, error: Exception) -> tuple[JobState, float]:
        """The state that a failure leads to, and the seconds until the next attempt (with jitter: no herd)."""
        if isinstance(error, FetchRefused):
            return JobState.REFUSED, 0
        passing = getattr(error, "retryable", False) or getattr(error, "status", 500) == 503
        if not passing or task.attempts >= self._settings.job_attempts or task.kind is JobKind.POLL_SOURCE:
            return JobState.FAILED, 0
        wait = self._settings.job_backoff_s * 2 ** (task.attempts - 1)
        return JobState.RETRYING, min(wait, MAX_BACKOFF_S) * random.uniform(0.8, 1.2)

    async def _ingest(self, task: Task) -> UUID:
        assert task.url is not None
        item = polling.item_of(task.payload)
        return await fetching.ingest_url(
            self._engine, self._extraction, self._fetcher, url=task.url, source_id=task.source_id, item=item
        )

    async def _read(self, task: Task) -> UUID:
        seconds = self._settings.extract_job_timeout_s
        return await posted.ingest_slowly(self._engine, self._extraction, task.payload, seconds)

    async def _poll(self, task: Task) -> None:
        if task.source_id is not None:
            await polling.poll(self._engine, self._extraction, self._fetcher, task.source_id)


def _lock_of(engine: Engine) -> Path | None:
    """Beside a SQLite file: two processes on one would each take the other's jobs for lost. PostgreSQL has its queue."""
    name = engine.url.database
    return Path(f"{name}.ingesting") if engine.dialect.name == "sqlite" and name else None


def _enqueue_polls(session: Session) -> None:
    now = utcnow()
    if not jobs.only_sweeper(session):
        return
    for source in sources.due(session, now):
        jobs.enqueue(
            session, JobKind.POLL_SOURCE, url=source.url, source_id=source.id, dedupe_key=f"poll:{source.id}", now=now
        )
        sources.schedule(session, source, now)
