"""A source that never answers delays no other one: the rest are polled while it still waits."""

import asyncio
from typing import Any

from sqlalchemy import Engine
from sqlmodel import select

from app.core.clock import utcnow
from app.core.db import read_session, write_session
from app.core.settings import Settings
from app.domain.document import Page
from app.domain.vocabulary import SourceKind
from app.models import Source
from app.services.background import Background
from app.services.queue import PgQueue
from app.store import sources
from tests.services.test_polling import FEED, InProcess


class OneHangs:
    """Answers with a feed, but never for the first source."""

    def __init__(self) -> None:
        self.hung = asyncio.Event()

    async def fetch(self, url: str, **_more: Any) -> Page:
        if url == "https://s0.example/feed":
            self.hung.set()
            await asyncio.Event().wait()
        return Page(FEED.encode(), "application/xml", url=url)


def polled(engine: Engine) -> set[str]:
    with read_session(engine) as session:
        return {row.name for row in session.exec(select(Source)) if row.last_polled_at is not None}


def test_the_others_are_polled_meanwhile(engine: Engine, settings: Settings) -> None:
    with write_session(engine) as session:
        for n in range(6):
            url = f"https://s{n}.example/feed"
            data = sources.SourceData(url=url, url_key=url, kind=SourceKind.FEED, name=f"s{n}")
            sources.add(session, data, default_interval_s=900, now=utcnow())

    async def work() -> None:
        site, quick = OneHangs(), settings.model_copy(update={"sweep_interval_s": 0.05})
        background = Background(engine, quick, InProcess(), site, PgQueue(quick))  # type: ignore[arg-type]
        await background.start()
        await asyncio.wait_for(site.hung.wait(), 30)
        for _ in range(600):
            if len(polled(engine)) == 5:
                break
            await asyncio.sleep(0.05)
        await background.stop(0.1)

    asyncio.run(work())
    assert polled(engine) == {"s1", "s2", "s3", "s4", "s5"}
