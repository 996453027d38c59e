"""Bytes -> Document, by content type. A source type is one file here and one line in READERS."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from app.core.errors import UnreadablePage
from app.domain.document import Document, FeedItem, Page
from app.ingest.readers.html import read_html
from app.ingest.readers.text import read_text

Reader = Callable[..., Document]

READERS: dict[str, Reader] = {
    "text/html": read_html,
    "application/xhtml+xml": read_html,
    "text/plain": read_text,
}


def read(
    page: Page, *, title: str | None = None, published_at: datetime | None = None, url: str | None = None
) -> Document:
    """The Document of a page; what the caller knows (title, time, URL) goes before what the page says.

    Raises EmptyText when nothing readable is left, UnreadablePage for a type without a reader.
    """
    reader = READERS.get(page.content_type)
    if reader is None:
        raise UnreadablePage("There is no reader for this content type.")
    return reader(page, title=title, published_at=published_at, url=url or page.url)


def with_item(document: Document, item: FeedItem | None) -> Document:
    """Title, byline and time from the feed where the page has none, the feed's guid, and whether it is a live page."""
    if item is None:
        return document
    lacks_time = document.published_at is None and item.published_at is not None
    return replace(
        document,
        title=document.title or item.title,
        byline=document.byline or item.byline,
        published_at=item.published_at if lacks_time else document.published_at,
        published_at_rule="feed" if lacks_time else document.published_at_rule,
        guid=document.guid or item.guid,
        live=document.live or item.live,
    )
