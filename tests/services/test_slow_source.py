"""One bad source never delays another: more of them than slots, on real sockets that accept and then say nothing."""

import asyncio
import socket
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from sqlalchemy import Engine
from sqlmodel import select

from app.core.clock import utcnow
from app.core.db import read_session, write_session
from app.core.settings import Settings
from app.domain.vocabulary import JobKind
from app.ingest.fetch import Fetcher
from app.models import Article, Source
from app.services.background import Background
from app.services.queue import PgQueue
from app.store import jobs, sources
from tests.services.test_polling import FEED, InProcess

SLOTS, BAD, GOOD = 2, 7, 5


@pytest.fixture
def silent() -> Iterator[list[str]]:
    """The addresses of sites that take a connection and never answer; each is a host of its own."""
    doors = [socket.create_server(("127.0.0.1", 0)) for _ in range(BAD)]
    yield [f"http://127.0.0.1:{door.getsockname()[1]}/feed" for door in doors]
    for door in doors:
        door.close()


def add(engine: Engine, url: str, **known: Any) -> None:
    with write_session(engine) as session:
        data = sources.SourceData(url=url, url_key=url, name=url)
        row, _ = sources.add(session, data, default_interval_s=900, now=utcnow())
        for name, value in known.items():
            setattr(row, name, value)


def rows(engine: Engine) -> dict[str, Source]:
    with read_session(engine) as session:
        return {row.url: row for row in session.exec(select(Source))}


def until(engine: Engine, settings: Settings, done: Callable[[], bool]) -> bool:
    """Work until `done`, for at most half of the time that a silent site takes to be given up."""
    quick = settings.model_copy(
        update={"ingest_concurrency": SLOTS, "sweep_interval_s": 0.05, "fetch_allow_private": True}
    )

    async def work() -> bool:
        fetcher = Fetcher(allow_private=True, timeout_s=60, user_agent="test/1", robots=False, rate=1000)
        background = Background(engine, quick, InProcess(), fetcher, PgQueue(quick))  # type: ignore[arg-type]
        await background.start()
        for _ in range(600):
            if done():
                break
            await asyncio.sleep(0.05)
        await background.stop(0.1)
        await fetcher.close()
        return done()

    return asyncio.run(work())


@pytest.mark.parametrize(
    "known",
    [
        {},  # never polled
        {"failure_count": 3, "last_error": "x", "last_polled_at": utcnow()},  # back from its back-off
    ],
)
def test_sources_that_answer_are_polled_meanwhile(
    engine: Engine, settings: Settings, silent: list[str], httpserver: HTTPServer, known: dict[str, Any]
) -> None:
    httpserver.expect_request("/feed").respond_with_data(FEED, content_type="application/rss+xml")
    good = [httpserver.url_for(f"/feed?{n}") for n in range(GOOD)]
    before = utcnow()
    for url in silent:  # due first
        add(engine, url, **known)
    for url in good:
        add(engine, url, last_polled_at=before)
    assert until(engine, settings, lambda: all(rows(engine)[url].last_polled_at > before for url in good))  # type: ignore[operator]
    assert all(rows(engine)[url].last_polled_at == known.get("last_polled_at") for url in silent)  # they still wait


def test_a_site_with_many_pages_leaves_room_for_others(
    engine: Engine, settings: Settings, silent: list[str], httpserver: HTTPServer
) -> None:
    """As many pages of one silent site as would fill every slot many times over; then one of another site."""
    text = (
        "<html><body><article><p>" + "Drones struck a substation near the port. " * 5 + "</p></article></body></html>"
    )
    httpserver.expect_request("/page").respond_with_data(text, content_type="text/html")
    with write_session(engine) as session:
        urls = [silent[0].replace("/feed", f"/{n}") for n in range(40)] + [httpserver.url_for("/page")]
        for url in urls:
            jobs.enqueue(session, JobKind.INGEST_URL, url=url, dedupe_key=url, now=utcnow())

    def stored() -> bool:
        with read_session(engine) as session:
            return session.exec(select(Article.url)).all() == [urls[-1]]

    assert until(engine, settings, stored)
