"""One poll of one source: fetch what it lists, enqueue what is new or changed, record how it went."""

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from uuid import UUID

import anyio
from sqlalchemy import Engine
from sqlmodel import Session

from app.core.clock import utcnow
from app.core.db import read_session, write_session
from app.core.errors import FetchError, in_words
from app.domain.document import FeedItem
from app.domain.vocabulary import JobKind, SourceKind
from app.ingest.fetch import Fetcher, NotModified
from app.ingest.readers.sitemap import Listing
from app.ingest.times import moment
from app.ingest.urls import url_key
from app.services.extraction import ExtractionService
from app.services.rhythm import PollOutcome, decide_poll
from app.store import jobs, pages, sources
from app.store.sources import SourceForPoll


async def poll(engine: Engine, extraction: ExtractionService, fetcher: Fetcher, source_id: UUID) -> None:
    """Raises what fetching and reading raise, after the source's row says so; nothing when it was removed."""
    source = await anyio.to_thread.run_sync(_known, engine, source_id)
    if source is None:
        return
    try:
        if source.kind in (SourceKind.PAGE, SourceKind.LIVE):
            outcome, items = await anyio.to_thread.run_sync(_itself, engine, source)
        else:
            outcome, items = await _look(source, extraction, fetcher)
    except Exception as error:
        await anyio.to_thread.run_sync(_record, engine, source, failure(error, utcnow()), ())
        raise
    await anyio.to_thread.run_sync(_record, engine, source, outcome, items)


def _known(engine: Engine, source_id: UUID) -> SourceForPoll | None:
    with read_session(engine) as session:
        return sources.for_poll(session, source_id)


def _itself(engine: Engine, source: SourceForPoll) -> tuple[PollOutcome, Sequence[FeedItem]]:
    """A page lists itself; its own job asks whether it changed, so its rhythm goes by what the last one found."""
    with read_session(engine) as session:
        changed = pages.changed_at(session, f"url:{url_key(source.url)}")
    item = FeedItem(source.url, None, None, None, live=source.kind is SourceKind.LIVE, updated_at=utcnow())
    return PollOutcome(modified=changed is None or source.last_polled_at is None or changed > source.last_polled_at), [
        item
    ]


async def _look(
    source: SourceForPoll, extraction: ExtractionService, fetcher: Fetcher
) -> tuple[PollOutcome, Sequence[FeedItem]]:
    """What a feed or sitemap lists now."""
    page = await fetcher.fetch(
        source.url, kind="feed", now=utcnow(), etag=source.etag, last_modified=source.last_modified
    )
    if isinstance(page, NotModified):
        return PollOutcome(modified=False), ()
    listing = await extraction.read_listing(page, source.kind)
    items = [*listing.items, *await _children(listing, source, extraction, fetcher)]
    times = tuple(item.published_at or item.updated_at for item in items)
    return PollOutcome(
        times=tuple(at for at in times if at is not None),
        etag=None if listing.children else page.etag,  # an index that did not change may name a map that did
        last_modified=None if listing.children else page.last_modified,
    ), items


async def _children(
    listing: Listing, source: SourceForPoll, extraction: ExtractionService, fetcher: Fetcher
) -> list[FeedItem]:
    """The items of the maps that an index names, one level deep."""
    found: list[FeedItem] = []
    for url in listing.children:
        page = await fetcher.fetch(url, kind="feed", now=utcnow())
        if not isinstance(page, NotModified):
            found += (await extraction.read_listing(page, source.kind)).items
    return found


def failure(error: Exception, now: datetime) -> PollOutcome:
    """What a failed poll means for its source."""
    words = in_words(error)
    asked = error.headers.get("Retry-After") if isinstance(error, FetchError) else None
    gone = isinstance(error, FetchError) and "answered 410" in words
    return PollOutcome(error=words, retry_after_s=retry_after(asked, now), gone=gone)


def retry_after(value: str | None, now: datetime) -> float | None:
    """Seconds from a `Retry-After` header: a number or a date. None for what is neither or lies behind us."""
    if value is None:
        return None
    if value.strip().isascii() and value.strip().isdecimal():
        return float(value.strip()[:9])
    try:
        at = parsedate_to_datetime(value)
        seconds = ((at if at.tzinfo else at.replace(tzinfo=UTC)) - now).total_seconds()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return seconds if seconds > 0 else None


def _record(engine: Engine, source: SourceForPoll, outcome: PollOutcome, items: Sequence[FeedItem]) -> None:
    """Jobs for what is new or changed, and the source's next state, in one transaction."""
    now = utcnow()
    with write_session(engine) as session:
        wanted, fresh = _wanted(session, source.id, items)
        for item in wanted:
            _enqueue(session, item, source.id, now)
        times = tuple(item.published_at for item in fresh if item.published_at and item.published_at <= now)
        seen = replace(outcome, fresh=times)
        sources.polled(session, source.id, decide_poll(source, seen, now=now, dice=random.random()))


def _wanted(session: Session, source_id: UUID, items: Sequence[FeedItem]) -> tuple[list[FeedItem], list[FeedItem]]:
    """(items to read: unknown ones and those changed since; the unknown ones). Each URL once."""
    named = {f"url:{url_key(item.url)}": item for item in items if item.url}
    read = pages.read_at(session, list(named))
    by_guid = pages.guids(session, source_id, [item.guid for item in named.values() if item.guid])
    wanted, fresh = [], []
    for identity, item in named.items():
        at = read.get(identity) or by_guid.get(item.guid or "")
        if at is None:
            fresh.append(item)
        if at is None or (item.updated_at is not None and item.updated_at > at):
            wanted.append(item)
    return wanted, fresh


def _enqueue(session: Session, item: FeedItem, source_id: UUID, now: datetime) -> None:
    assert item.url is not None
    jobs.enqueue(
        session,
        JobKind.INGEST_URL,
        url=item.url,
        source_id=source_id,
        payload=payload_of(item),
        dedupe_key=f"ingest:{url_key(item.url)}",
        now=now,
    )


def payload_of(item: FeedItem) -> dict[str, Any]:
    """What the feed says of a page, for the job that reads it."""
    at = item.published_at.isoformat() if item.published_at else None
    facts = {"guid": item.guid, "title": item.title, "byline": item.byline, "published_at": at, "live": item.live}
    return {name: value for name, value in facts.items() if value}


def item_of(payload: dict[str, Any]) -> FeedItem | None:
    """The inverse; None when a job was not made from a feed."""
    names = ("guid", "title", "byline", "published_at", "live")
    if not any(name in payload for name in names):
        return None
    return FeedItem(
        url=None,
        guid=payload.get("guid"),
        title=payload.get("title"),
        byline=payload.get("byline"),
        published_at=moment(payload.get("published_at")),
        live=bool(payload.get("live")),
    )
