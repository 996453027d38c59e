"""One page from its URL to the database: asked for with the validators kept, read and extracted in a child, stored."""

from uuid import UUID

import anyio
from sqlalchemy import Engine

from app.core.clock import utcnow
from app.core.db import read_session, write_session
from app.domain.document import FeedItem
from app.ingest.fetch import Fetcher, NotModified
from app.ingest.urls import url_key
from app.services.extraction import ExtractionService
from app.services.ingest import store_async
from app.store import pages, save


async def ingest_url(
    engine: Engine,
    extraction: ExtractionService,
    fetcher: Fetcher,
    *,
    url: str,
    source_id: UUID | None = None,
    item: FeedItem | None = None,
) -> UUID:
    """The article behind `url`; an unchanged page costs no reading. Raises what fetching, reading and storing raise."""
    now = utcnow()
    known = await anyio.to_thread.run_sync(_known, engine, f"url:{url_key(url)}")
    etag, last_modified = (known.etag, known.last_modified) if known else (None, None)
    page = await fetcher.fetch(url, now=now, etag=etag, last_modified=last_modified)
    if isinstance(page, NotModified):
        assert known is not None  # only an answer to our validators says so

        def touch() -> None:
            with write_session(engine) as session:
                save.touch(session, known.article_id, now)

        await anyio.to_thread.run_sync(touch)
        return known.article_id
    document, findings = await extraction.read_and_extract(page, url=url, item=item)
    done = await store_async(engine, document, findings, now=now, source_id=source_id, raw=page)

    def remember() -> None:
        with write_session(engine) as session:
            pages.remember(session, done.article_id, etag=page.etag, last_modified=page.last_modified)

    if page.etag or page.last_modified or (known and (known.etag or known.last_modified)):
        await anyio.to_thread.run_sync(remember)
    return done.article_id


def _known(engine: Engine, identity: str) -> pages.PageForFetch | None:
    with read_session(engine) as session:
        return pages.for_fetch(session, identity)
