"""Jobs to their end: a poison page fails its own job, a passing fault is tried again, a refused address is refused."""

import asyncio
import threading
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
import time_machine
from sqlalchemy import Engine
from sqlmodel import select

from app.core.clock import utcnow
from app.core.db import read_session, write_session
from app.core.errors import FetchRefused, FetchTimeout
from app.core.pool import ChildKilled
from app.core.settings import Settings
from app.domain.document import Document, Page
from app.domain.findings import Findings
from app.domain.vocabulary import JobKind, JobState
from app.models import Article, Job
from app.services.background import Background
from app.services.queue import Handler
from app.store import jobs, lanes


class Fetcher:
    """Answers with a page, or raises what the URL stands for."""

    def __init__(self, wrong: dict[str, Exception]) -> None:
        self.wrong = wrong

    async def fetch(self, url: str, **_more: Any) -> Page:
        if url in self.wrong:
            raise self.wrong[url]
        return Page(url.encode(), "text/plain", url=url)


class Extraction:
    """Dies on poison."""

    async def read_and_extract(self, page: Page, *, url: str, item: object = None) -> tuple[Document, Findings]:
        if b"poison" in page.body:
            raise ChildKilled
        return Document(f"A text from {url}", url=url, language="en"), Findings("test")


class Inline:
    """A queue that delivers at once, one after the other."""

    async def start(self, handler: Handler) -> None:
        self.handler = handler

    async def offer(self, ids: Iterable[UUID], _lane: object = None) -> int:
        found = list(ids)
        for one in found:
            await self.handler(one)
        return len(found)

    async def tidy(self) -> None: ...

    async def stop(self, timeout_s: float) -> None: ...


def run(engine: Engine, settings: Settings, wrong: dict[str, Exception], sweeps: int = 1) -> None:
    async def work() -> None:
        queue = Inline()
        background = Background(engine, settings, Extraction(), Fetcher(wrong), queue)  # type: ignore[arg-type]
        await queue.start(background.work)
        for _ in range(sweeps):
            await background.sweep()
        await background.stop(1)

    asyncio.run(work())


def add(engine: Engine, *urls: str) -> None:
    with write_session(engine) as session:
        for url in urls:
            jobs.enqueue(session, JobKind.INGEST_URL, url=url, dedupe_key=url, now=utcnow())


def states(engine: Engine) -> dict[str | None, tuple[str, str | None]]:
    with read_session(engine) as session:
        return {j.url: (j.state, j.last_error) for j in session.exec(select(Job))}


@pytest.fixture
def quick(settings: Settings) -> Settings:
    return settings.model_copy(update={"job_backoff_s": 0.0, "job_attempts": 2})


def test_each_job_ends_as_it_should(engine: Engine, quick: Settings) -> None:
    add(
        engine,
        "https://e.org/good",
        "https://e.org/poison",
        "https://e.org/private",
        "https://e.org/slow",
        "https://e.org/odd",
    )
    wrong: dict[str, Exception] = {
        "https://e.org/private": FetchRefused(),
        "https://e.org/slow": FetchTimeout("too slow"),
        "https://e.org/odd": KeyError("x"),
    }
    run(engine, quick, wrong, sweeps=5)  # the jobs of one host take turns
    found = states(engine)
    assert found["https://e.org/good"] == ("succeeded", None)
    assert found["https://e.org/poison"][0] == "failed" and found["https://e.org/poison"][1]
    assert found["https://e.org/private"][0] == "refused"
    assert found["https://e.org/slow"][0] in ("retrying", "failed") and found["https://e.org/slow"][1] == "too slow"
    assert found["https://e.org/odd"][0] == "failed"
    with read_session(engine) as session:
        assert [a.url for a in session.exec(select(Article))] == ["https://e.org/good"]  # nothing by half


def test_a_passing_fault_ends_after_its_attempts(engine: Engine, quick: Settings) -> None:
    add(engine, "https://e.org/slow")
    run(engine, quick, {"https://e.org/slow": FetchTimeout("too slow")}, sweeps=4)
    with read_session(engine) as session:
        job = session.exec(select(Job)).one()
    assert (job.state, job.attempts) == ("failed", 2)


def test_a_job_is_enqueued_once_while_it_is_open(engine: Engine) -> None:
    add(engine, "https://e.org/a", "https://e.org/a")
    assert len(states(engine)) == 1


def test_two_at_once_enqueue_one(any_engine: Engine) -> None:
    """The index holds it, whoever comes first."""
    start = threading.Barrier(5)

    def post() -> None:
        start.wait()
        add(any_engine, "https://e.org/a")

    threads = [threading.Thread(target=post) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(states(any_engine)) == 1


def take(engine: Engine, now: datetime) -> list[int]:
    """What a sweep finds and a delivery takes: the attempts of each job taken."""
    with write_session(engine) as session:
        found = lanes.due(session, now, per_host=1)
        return [job.attempts for one, _ in found if (job := jobs.take(session, one, now))]


def test_a_job_that_ran_at_the_crash_runs_again(any_engine: Engine) -> None:
    add(any_engine, "https://e.org/a")
    assert [take(any_engine, utcnow()) for _ in range(3)] == [[1], [2], [3]]  # nobody recorded an end


def test_a_job_that_kills_its_process_each_time_fails(engine: Engine, quick: Settings) -> None:
    add(engine, "https://e.org/good")
    for _ in range(quick.job_attempts):
        take(engine, utcnow())
    run(engine, quick, {})
    state, error = states(engine)["https://e.org/good"]
    assert state == "failed" and error and "2 times" in error


def test_done_stays_done(any_engine: Engine) -> None:
    """A worker whose lease ran out comes late and fails; the other one has finished the job."""
    add(any_engine, "https://e.org/a")
    with write_session(any_engine) as session:
        ((job_id, _lane),) = lanes.due(session, utcnow(), per_host=1)
        jobs.take(session, job_id, utcnow())
        jobs.finish(session, job_id, JobState.SUCCEEDED, now=utcnow())
        jobs.finish(session, job_id, JobState.FAILED, now=utcnow(), error="late")
        assert jobs.take(session, job_id, utcnow()) is None
    assert states(any_engine)["https://e.org/a"] == ("succeeded", None)


def test_a_clock_that_jumps_back_or_ahead_loses_no_job(engine: Engine, quick: Settings) -> None:
    """Enqueued in 2030 by a clock that was wrong, then set right: it is done now, not in 2030."""
    with time_machine.travel(datetime(2030, 1, 1, tzinfo=UTC), tick=False):
        add(engine, "https://e.org/good")
    with time_machine.travel(datetime(2026, 1, 1, tzinfo=UTC), tick=False):
        run(engine, quick, {})
    assert states(engine)["https://e.org/good"][0] == "succeeded"


def test_retry(engine: Engine, quick: Settings) -> None:
    add(engine, "https://e.org/odd", "https://e.org/gone")
    run(engine, quick, {"https://e.org/odd": KeyError("x"), "https://e.org/gone": KeyError("x")})
    add(engine, "https://e.org/gone")  # asked for again since
    with write_session(engine) as session:
        assert jobs.retry_failed(session, utcnow()) == 1
    run(engine, quick, {})
    assert states(engine)["https://e.org/odd"] == ("succeeded", None)


def test_of_two_processes_on_one_file_one_works(engine: Engine, quick: Settings) -> None:
    """The other one has its turn when the first is gone; each would take the jobs of the other for lost."""
    add(engine, "https://e.org/a")

    def process() -> tuple[Background, Inline]:
        queue = Inline()
        return Background(engine, quick, Extraction(), Fetcher({}), queue), queue  # type: ignore[arg-type]

    async def work() -> None:
        (first, one), (second, other) = process(), process()
        await one.start(first.work)
        await other.start(second.work)
        assert await first.sweep() == 1
        add(engine, "https://e.org/b")
        assert await second.sweep() == 0
        await first.stop(1)
        assert await second.sweep() == 1
        await second.stop(1)

    asyncio.run(work())
    assert {state for state, _ in states(engine).values()} == {"succeeded"}
