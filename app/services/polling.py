"""One poll of one source: fetch what it lists, enqueue what is new or changed, record how it went."""

import random
from collections.abc import Mapping, Sequence
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
from app.domain.vocabulary import JobKind, JobState, SourceKind
from app.ingest.fetch import Fetcher, NotModified
from app.ingest.readers.sitemap import Listing
from app.ingest.times import moment
from app.ingest.urls import url_key
from app.services.extraction import ExtractionService
from app.services.listed import Seen, choose, time_of
from app.services.rhythm import PollOutcome, decide_poll
from app.store import jobs, listed, pages, sources
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
        known = sources.for_poll(session, source.id)
        if known is None:
            return  # removed while it was polled
        if (known.kind, known.url) != (source.kind, source.url):
            sources.poll_at(session, source.id, now)  # edited meanwhile: this says nothing of what it is now
            return
        fresh = _enqueue_listed(session, source, items, now)
        times = tuple(item.published_at for item in fresh if item.published_at and item.published_at <= now)
        seen = replace(outcome, fresh=times)
        sources.polled(session, source.id, decide_poll(known, seen, now=now, dice=random.random()))


def _enqueue_listed(
    session: Session, source: SourceForPoll, items: Sequence[FeedItem], now: datetime
) -> list[FeedItem]:
    """Jobs for what is to be read; what was listed is noted. The items listed for the first time. Each URL once."""
    named = {f"url:{url_key(item.url)}": item for item in items if item.url}
    if source.kind in (SourceKind.PAGE, SourceKind.LIVE):  # a page is read at each poll; its validators tell the rest
        for item in named.values():
            _enqueue(session, item, source.id, now)
        return []
    before = listed.of_source(session, source.id)
    marks = {one: listed.mark_of(one) for one in named}
    seen = {one: Seen(row.digest, row.at, row.asked_at) for one, mark in marks.items() if (row := before.get(mark))}
    read_at = _read_at(session, source.id, named)
    choice = choose(named, read_at, seen, now=now)
    late = {one for one in choice.read if not _enqueue(session, named[one], source.id, now) and one in read_at}
    for one in named.keys() - choice.kept - late:
        item, mark, asked = named[one], marks[one], one in choice.read
        at = time_of(item)
        listed.note(session, source.id, before.get(mark), mark=mark, digest=item.digest, at=at, asked=asked, now=now)
    if named:  # a 304 lists nothing, and what was listed before stays
        listed.forget(session, source.id, before.keys() - set(marks.values()))
    return [named[one] for one in choice.fresh]


def _read_at(session: Session, source_id: UUID, named: Mapping[str, FeedItem]) -> dict[str, datetime]:
    """Identity -> when its article was last read; under another address with the same guid counts."""
    read = pages.read_at(session, list(named))
    by_guid = pages.guids(session, source_id, [item.guid for item in named.values() if item.guid])
    return read | {one: by_guid[item.guid] for one, item in named.items() if one not in read and item.guid in by_guid}


def _enqueue(session: Session, item: FeedItem, source_id: UUID, now: datetime) -> bool:
    """False when the same work runs already: it may have read the page before it changed."""
    assert item.url is not None
    job = jobs.enqueue(
        session,
        JobKind.INGEST_URL,
        url=item.url,
        source_id=source_id,
        payload=payload_of(item),
        dedupe_key=f"ingest:{url_key(item.url)}",
        now=now,
    )
    return job.state != JobState.RUNNING.value


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
