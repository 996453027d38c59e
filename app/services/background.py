"""The background task: a sweep finds due sources and jobs in the tables and works on them. The tables are the truth."""

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

import anyio
import structlog
from sqlalchemy import Engine
from sqlmodel import Session

from app.core.clock import utcnow
from app.core.db import write_session
from app.core.errors import FetchRefused, SitrepError, Withdrawn
from app.core.settings import Settings
from app.domain.vocabulary import JobKind, JobState
from app.ingest.fetch import Fetcher
from app.models import Job
from app.services import fetching, polling
from app.services.extraction import ExtractionService
from app.store import jobs, sources

log = structlog.get_logger()
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Task:
    """A claimed job as a value: no row is held while the network is waited for."""

    id: UUID
    kind: JobKind
    url: str | None
    source_id: UUID | None
    attempts: int
    payload: dict[str, Any]

    @classmethod
    def of(cls, job: Job) -> "Task":
        return cls(job.id, JobKind(job.kind), job.url, job.source_id, job.attempts, job.payload or {})


class Background:
    """Sweeps until stopped; at most `ingest_concurrency` jobs at once, each in a task of its own."""

    def __init__(self, engine: Engine, settings: Settings, extraction: ExtractionService, fetcher: Fetcher) -> None:
        self._engine, self._settings, self._extraction, self._fetcher = engine, settings, extraction, fetcher
        self._running: set[asyncio.Task[None]] = set()
        self._wake = asyncio.Event()
        self._loop: asyncio.Task[None] | None = None

    async def start(self) -> None:
        again = await self._write(lambda s: jobs.requeue_interrupted(s, utcnow()))
        if again:
            log.info("jobs_requeued", count=again)
        self._loop = asyncio.create_task(self._sweep_forever())

    async def stop(self, timeout_s: float) -> None:
        """Let running jobs finish for a while, then cancel them: they run again at the next start."""
        if self._loop:
            self._loop.cancel()
        if self._running:
            await asyncio.wait(self._running, timeout=timeout_s)
        for task in [*self._running, *([self._loop] if self._loop else [])]:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    def wake(self) -> None:
        self._wake.set()

    async def _write(self, work: Callable[..., T]) -> T:
        def run() -> T:
            with write_session(self._engine) as session:
                return work(session)

        return await anyio.to_thread.run_sync(run)

    async def _sweep_forever(self) -> None:
        while True:
            try:
                await self.sweep()
            except SitrepError as error:  # a full disk or a locked database passes; the next sweep tries again
                log.error("sweep_failed", error=str(error))
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), self._settings.sweep_interval_s)
            self._wake.clear()

    async def sweep(self) -> None:
        """Enqueue due sources, then start due jobs up to the limit."""
        await self._write(_enqueue_polls)
        free = self._settings.ingest_concurrency - len(self._running)
        if free <= 0:
            return
        for task in await self._write(lambda s: [Task.of(j) for j in jobs.claim(s, utcnow(), limit=free)]):
            running = asyncio.create_task(self._run(task))
            self._running.add(running)
            running.add_done_callback(self._ended)

    def _ended(self, task: "asyncio.Task[None]") -> None:
        self._running.discard(task)
        self._wake.set()

    async def _run(self, task: Task) -> None:
        """One job to its end; every failure is recorded in its row."""
        try:
            article_id = await (self._poll(task) if task.kind is JobKind.POLL_SOURCE else self._ingest(task))
            await self._write(
                lambda s: jobs.finish(s, task.id, JobState.SUCCEEDED, now=utcnow(), article_id=article_id)
            )
        except Withdrawn:
            await self._write(
                lambda s: jobs.finish(
                    s, task.id, JobState.SUCCEEDED, now=utcnow(), error="the article was withdrawn and stays so"
                )
            )
        except Exception as error:  # noqa: BLE001 - a job's failure belongs into its row, whatever it is
            await self._failed(task, error)

    async def _failed(self, task: Task, error: Exception) -> None:
        words = (
            str(error) if isinstance(error, SitrepError) else f"{type(error).__name__} (a defect of ours; see the log)"
        )
        if not isinstance(error, SitrepError):
            log.exception("job_failed", job=str(task.id), exc_info=error)
        passing = getattr(error, "retryable", False) or getattr(error, "status", 500) == 503
        if isinstance(error, FetchRefused):
            state = JobState.REFUSED
        else:
            state = (
                JobState.RETRYING
                if passing and task.attempts < self._settings.job_attempts and task.kind is not JobKind.POLL_SOURCE
                else JobState.FAILED
            )
        wait = self._settings.job_backoff_s * 2 ** (task.attempts - 1)
        await self._write(lambda s: jobs.finish(s, task.id, state, now=utcnow(), error=words, retry_in_s=wait))

    async def _ingest(self, task: Task) -> UUID:
        assert task.url is not None
        item = polling.item_of(task.payload)
        return await fetching.ingest_url(
            self._engine, self._extraction, self._fetcher, url=task.url, source_id=task.source_id, item=item
        )

    async def _poll(self, task: Task) -> None:
        if task.source_id is not None:
            await polling.poll(self._engine, self._extraction, self._fetcher, task.source_id)


def _enqueue_polls(session: Session) -> None:
    now = utcnow()
    for source in sources.due(session, now):
        jobs.enqueue(
            session, JobKind.POLL_SOURCE, url=source.url, source_id=source.id, dedupe_key=f"poll:{source.id}", now=now
        )
        sources.schedule(session, source, now)
