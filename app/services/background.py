"""The background task: a sweep finds due sources and jobs in the tables and works on them. The tables are the truth."""

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

import anyio
import structlog
from sqlalchemy import Engine
from sqlmodel import Session

from app.core.clock import utcnow
from app.core.db import read_session, write_session
from app.core.errors import FetchRefused, SitrepError, Withdrawn
from app.core.settings import Settings
from app.domain.document import FeedItem, Page
from app.domain.vocabulary import JobKind, JobState, SourceKind
from app.ingest.fetch import Fetcher, NotModified
from app.ingest.readers.feed import read_feed
from app.ingest.urls import url_key
from app.models import Job, Source
from app.services.extraction import ExtractionService
from app.services.ingest import is_known, store_async
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

    @classmethod
    def of(cls, job: Job) -> "Task":
        return cls(job.id, JobKind(job.kind), job.url, job.source_id, job.attempts)


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
        source_id = task.source_id
        if task.kind is JobKind.POLL_SOURCE and source_id is not None:
            await self._write(lambda s: sources.polled(s, source_id, now=utcnow(), error=words))

    async def _ingest(self, task: Task) -> UUID:
        assert task.url is not None
        now = utcnow()
        page = await self._fetcher.fetch(task.url, now=now)
        assert isinstance(page, Page)
        document, findings = await self._extraction.read_and_extract(page, url=task.url)
        done = await store_async(self._engine, document, findings, now=now, source_id=task.source_id)
        return done.article_id

    async def _poll(self, task: Task) -> None:
        def read() -> Source | None:
            with read_session(self._engine) as session:
                return session.get(Source, task.source_id)

        source = await anyio.to_thread.run_sync(read)
        if source is None:
            return
        if source.kind != SourceKind.FEED.value:
            await self._write(lambda s: _enqueue_url(s, source.url, source.id))
            await self._write(lambda s: sources.polled(s, source.id, now=utcnow()))
            return
        page = await self._fetcher.fetch(
            source.url, kind="feed", now=utcnow(), etag=source.etag, last_modified=source.last_modified
        )
        items = [] if isinstance(page, NotModified) else await anyio.to_thread.run_sync(read_feed, page)
        new = await anyio.to_thread.run_sync(lambda: [i for i in items if i.url and not is_known(self._engine, i.url)])
        etag, modified = (None, None) if isinstance(page, NotModified) else (page.etag, page.last_modified)

        def save(session: Session) -> None:
            for item in new:
                _enqueue_item(session, item, source.id)
            sources.polled(session, source.id, now=utcnow(), etag=etag, last_modified=modified)

        await self._write(save)


def _enqueue_polls(session: Session) -> None:
    now = utcnow()
    for source in sources.due(session, now):
        jobs.enqueue(
            session, JobKind.POLL_SOURCE, url=source.url, source_id=source.id, dedupe_key=f"poll:{source.id}", now=now
        )
        sources.schedule(session, source, now)


def _enqueue_item(session: Session, item: FeedItem, source_id: UUID) -> None:
    if item.url:
        _enqueue_url(session, item.url, source_id)


def _enqueue_url(session: Session, url: str, source_id: UUID) -> None:
    jobs.enqueue(
        session, JobKind.INGEST_URL, url=url, source_id=source_id, dedupe_key=f"ingest:{url_key(url)}", now=utcnow()
    )
