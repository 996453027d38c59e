"""`sitrep ingest`: many items through one extraction process, so the model is loaded once."""

import asyncio
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine

from app.core.clock import utcnow
from app.core.db import read_session
from app.core.errors import SitrepError
from app.core.settings import Settings
from app.domain.document import Page
from app.ingest.fetch import Fetcher
from app.ingest.urls import url_key
from app.services.extraction import ExtractionService
from app.services.ingest import store_async
from app.store import save


@dataclass(frozen=True, slots=True)
class Item:
    """A page, or (page None) a URL to fetch."""

    name: str
    page: Page | None
    title: str | None = None
    url: str | None = None
    published_at: datetime | None = None


def samples(folder: Path) -> list[Item]:
    """The shipped briefings: JSON files {url, title, published_at, text}."""
    found = []
    for path in sorted(folder.glob("*.json")):
        data = json.loads(path.read_text(encoding="utf-8"))
        page = Page(data["text"].encode(), "text/plain", url=data["url"], charset="utf-8", fetched_at=utcnow())
        at = datetime.fromisoformat(data["published_at"]).astimezone(UTC)
        found.append(Item(path.stem, page, title=data["title"], url=data["url"], published_at=at))
    return found


def ingest(engine: Engine, settings: Settings, items: list[Item]) -> Iterator[str]:
    """One line an item; the first failure raises after what came before it is stored. Known samples cost no model."""
    fresh = [item for item in items if not _same(engine, item)]
    yield from (f"unchanged  {item.name}" for item in items if item not in fresh)
    if fresh:
        yield from asyncio.run(_ingest(engine, settings, fresh))


def _same(engine: Engine, item: Item) -> bool:
    """A shipped text under its own URL that is stored already: an unchanged page costs no NLP."""
    from app.domain.document import content_hash
    from app.ingest.clean import clean_text

    if item.page is None or item.url is None or item.page.content_type != "text/plain":
        return False
    with read_session(engine) as session:
        known = save.known(session, f"url:{url_key(item.url)}")
    return known is not None and known.content_hash == content_hash(
        clean_text(item.page.body.decode("utf-8", "replace"))
    )


async def _ingest(engine: Engine, settings: Settings, items: list[Item]) -> list[str]:
    extraction, lines = ExtractionService(settings, patient=True), []
    fetcher = Fetcher(
        allow_private=settings.fetch_allow_private,
        timeout_s=settings.fetch_timeout_s,
        user_agent=settings.fetch_user_agent,
        robots=settings.fetch_robots,
    )
    try:
        for item in items:
            page = item.page or await _fetched(fetcher, item.name)
            url = item.url or (page.url if item.page is None else None)
            document, findings = await extraction.read_and_extract(
                page, title=item.title, published_at=item.published_at, url=url
            )
            done = await store_async(engine, document, findings, now=utcnow())
            counts = f"{len(findings.entities)} entities, {len(findings.quotes)} quotes, {len(findings.attack_reports)} attack reports"
            lines.append(f"{done.decision.value:<9}  {item.name}  {done.article_id}  {counts}")
    finally:
        await extraction.close()
        await fetcher.close()
    return lines


async def _fetched(fetcher: Fetcher, url: str) -> Page:
    page = await fetcher.fetch(url, now=utcnow())
    if not isinstance(page, Page):
        raise SitrepError(f"{url}: nothing came back")
    return page
