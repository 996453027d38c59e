"""Jobs to their end: a poison page fails its own job, a passing fault is tried again, a refused address is refused."""

import asyncio
from typing import Any

import pytest
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
from app.store import jobs


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


def run(engine: Engine, settings: Settings, wrong: dict[str, Exception], sweeps: int = 1) -> None:
    async def work() -> None:
        background = Background(engine, settings, Extraction(), Fetcher(wrong))  # type: ignore[arg-type]
        for _ in range(sweeps):
            await background.sweep()
            await asyncio.gather(*background._running)
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
    run(engine, quick, wrong, sweeps=2)
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


def test_a_job_that_ran_at_the_crash_runs_again(engine: Engine) -> None:
    add(engine, "https://e.org/a")
    with write_session(engine) as session:
        jobs.claim(session, utcnow(), limit=5)
    with write_session(engine) as session:
        assert jobs.requeue_interrupted(session, utcnow()) == 1
    assert states(engine)["https://e.org/a"][0] == JobState.QUEUED
