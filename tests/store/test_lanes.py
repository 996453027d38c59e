"""Which jobs may run: the jobs of one host take turns, and doubtful ones wait among their like."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine

from app.core.db import read_session, write_session
from app.domain.vocabulary import JobKind
from app.models import Job
from app.store import jobs, lanes, sources

NOW = datetime(2026, 3, 1, tzinfo=UTC)
PAGE, POLL, HOOK = JobKind.INGEST_URL, JobKind.POLL_SOURCE, JobKind.WEBHOOK


def add(engine: Engine, kind: JobKind, url: str, **known: object) -> None:
    with write_session(engine) as session:
        job = jobs.enqueue(session, kind, url=url, now=NOW)
        for name, value in known.items():
            setattr(job, name, value)


def source(engine: Engine, url: str, **known: object) -> None:
    with write_session(engine) as session:
        data = sources.SourceData(url=url, url_key=url)
        row, _ = sources.add(session, data, default_interval_s=900, now=NOW)
        for name, value in known.items():
            setattr(row, name, value)
        jobs.enqueue(session, POLL, url=url, source_id=row.id, now=NOW)


def found(engine: Engine, *, per_host: int = 1, hosts: set[str] | None = None) -> list[tuple[str | None, str]]:
    with read_session(engine) as session:
        rows = lanes.due(session, NOW, per_host=per_host, hosts=hosts)
        urls = {job.id: job.url for job in session.query(Job)}
        return sorted((urls[one], lane.value) for one, lane in rows)  # type: ignore[type-var]


def test_the_jobs_of_one_host_take_turns(any_engine: Engine) -> None:
    for n in range(3):
        add(any_engine, PAGE, f"https://a.example/{n}", due_at=NOW - timedelta(minutes=n))
    add(any_engine, PAGE, "https://b.example/0")
    add(any_engine, PAGE, "https://B.example:443/0")  # another port is another host, as for the pace
    assert found(any_engine) == [
        ("https://B.example:443/0", "page"),
        ("https://a.example/2", "page"),  # the oldest
        ("https://b.example/0", "page"),
    ]
    assert len(found(any_engine, per_host=2)) == 4
    assert found(any_engine, hosts={"b.example"}) == [("https://b.example/0", "page")]


def test_what_runs_counts(any_engine: Engine) -> None:
    """It is named again, in case that its process is gone; the next one of its host is not."""
    add(any_engine, PAGE, "https://a.example/waits", due_at=NOW - timedelta(hours=1))
    add(any_engine, PAGE, "https://a.example/runs", state="running", attempts=1)
    assert found(any_engine) == [("https://a.example/runs", "page")]


def test_a_poll_does_not_wait_for_the_pages_of_its_host(any_engine: Engine) -> None:
    source(any_engine, "https://a.example/feed", last_polled_at=NOW)
    add(any_engine, PAGE, "https://a.example/1", due_at=NOW - timedelta(hours=1))
    assert found(any_engine) == [("https://a.example/1", "page"), ("https://a.example/feed", "poll")]


def test_doubtful_ones_are_on_trial(any_engine: Engine) -> None:
    source(any_engine, "https://new.example/feed")
    source(any_engine, "https://bad.example/feed", last_polled_at=NOW, failure_count=1)
    source(any_engine, "https://good.example/feed", last_polled_at=NOW)
    later = NOW + timedelta(minutes=1)  # not due yet, but it tells of its host
    add(any_engine, PAGE, "https://down.example/1", state="retrying", attempts=1, due_at=later)
    add(any_engine, PAGE, "https://down.example/2")
    add(any_engine, HOOK, "https://hook.example/", state="retrying", attempts=1)
    add(any_engine, PAGE, "https://hook.example/1")  # a receiver that fails says nothing of a site
    add(any_engine, PAGE, None)  # type: ignore[arg-type]
    with write_session(any_engine) as session:
        session.query(Job).where(Job.url.is_(None)).update({"url": "nowhere"})  # type: ignore[union-attr]
    assert dict(found(any_engine)) == {
        "https://new.example/feed": "trial",
        "https://bad.example/feed": "trial",
        "https://good.example/feed": "poll",
        "https://down.example/2": "trial",
        "https://hook.example/": "webhook",
        "https://hook.example/1": "page",
        "nowhere": "page",
    }
