"""Somebody edits, enables or removes a source while it is polled."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from app.core.db import read_session, write_session
from app.core.errors import FetchStatus
from app.domain.document import Page
from app.domain.vocabulary import SourceKind
from app.ingest.fetch import NotModified
from app.models import Article, Source
from app.services import fetching
from app.store import sources
from tests.services.test_polling import AT, FEED, InProcess, Site, add, poll, queued, row


class Editing(Site):
    """Somebody edits the source while its poll waits for the network."""

    def __init__(self, engine: Engine, source_id: UUID, edit: Callable[[Session, Source], object], answer: Any) -> None:
        super().__init__({"https://e.org/feed": answer})
        self.engine, self.source_id, self.edit = engine, source_id, edit

    async def fetch(self, url: str, **more: Any) -> Page | NotModified:
        with write_session(self.engine) as session:
            found = session.get(Source, self.source_id)
            assert found is not None
            self.edit(session, found)
        return await super().fetch(url, **more)


def test_removed_while_it_is_polled(engine: Engine) -> None:
    source_id = add(engine)
    poll(engine, source_id, Editing(engine, source_id, sources.remove, FEED))
    assert queued(engine) == {}


def test_another_kind_while_it_is_polled(engine: Engine) -> None:
    """What was read as a feed says nothing of a sitemap; its validators would answer 304 for ever."""
    source_id = add(engine)

    def edit(session: Session, row: Source) -> None:
        sources.change(session, row, {"kind": SourceKind.SITEMAP.value}, default_interval_s=900, now=AT)

    poll(engine, source_id, Editing(engine, source_id, edit, FEED))
    after = row(engine, source_id)
    assert (after.etag, after.last_polled_at, queued(engine)) == (None, None, {})
    assert after.next_poll_at <= datetime.now(UTC)


def test_enabled_again_while_it_fails(engine: Engine) -> None:
    """The tenth failure in a row would pause it, but somebody just took its failures away."""
    source_id = add(engine)
    with write_session(engine) as session:
        found = session.get(Source, source_id)
        assert found is not None
        found.failure_count = 9

    def edit(session: Session, row: Source) -> None:
        sources.change(session, row, {"enabled": True}, default_interval_s=900, now=AT)

    with pytest.raises(FetchStatus):
        poll(engine, source_id, Editing(engine, source_id, edit, FetchStatus("The site answered 503.")))
    after = row(engine, source_id)
    assert (after.failure_count, after.paused_reason) == (1, None)


def test_removed_while_its_page_is_read(any_engine: Engine) -> None:
    """The page is stored all the same, as nobody's."""
    source_id = add(any_engine)
    page = (
        "<html><body><article><p>" + "Drones struck a substation near the port. " * 5 + "</p></article></body></html>"
    )
    site = Editing(any_engine, source_id, sources.remove, page)
    asyncio.run(
        fetching.ingest_url(any_engine, InProcess(), site, url="https://e.org/feed", source_id=source_id)  # type: ignore[arg-type]
    )
    with read_session(any_engine) as session:
        assert session.exec(select(Article.source_id)).all() == [None]
