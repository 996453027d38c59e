"""RSS, Atom, RDF and JSON Feed bytes -> items: fastfeedparser first, feedparser for the dialects it does not know."""

import hashlib
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urljoin

import fastfeedparser
import feedparser

from app.core.errors import UnreadablePage
from app.domain.document import FeedItem, Page
from app.ingest.times import moment
from app.ingest.urls import MAX_URL

MAX_ITEMS = 1_000
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
_MAX_TEXT = 500
_PUBLISHED = ("published", "date_published", "issued", "pubDate")
_SHOWN = ("title", "summary", "description", "content_text", "content_html")
_UPDATED = ("updated", "date_modified", "modified")
_CHANNEL = re.compile(rb"<(?:\w+:)?(?:rss|feed|RDF|channel|rdf)\b", re.IGNORECASE)


def read_feed(page: Page) -> list[FeedItem]:
    """Items in the feed's order, [] for an empty feed. Raises UnreadablePage for what is no feed."""
    found = entries(page.body)
    if found is None:
        raise UnreadablePage("This is not a feed.")
    items = [item for entry in found if (item := _item(entry, page.url)) is not None]
    return items if len(items) <= MAX_ITEMS else _newest(items)


def _newest(items: list[FeedItem]) -> list[FeedItem]:
    """As many as are read, in the feed's order; those without a date go by their place, the first before the last."""
    dated = [(item.updated_at or item.published_at or _LONG_AGO, -place) for place, item in enumerate(items)]
    kept = sorted(dated, reverse=True)[:MAX_ITEMS]
    return [items[place] for place in sorted(-minus for _, minus in kept)]


def entries(body: bytes) -> list[Mapping[str, Any]] | None:
    """The raw entries of a feed, None for what is none; some may lack an address and become no item."""
    if body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{":
        return _json(body)
    return _fast(body) or _tolerant(body)


def _fast(body: bytes) -> list[Mapping[str, Any]] | None:
    try:
        return list(fastfeedparser.parse(body).entries)
    except Exception:  # noqa: BLE001 - it raises many types on broken XML; the tolerant parser decides
        return None


def _tolerant(body: bytes) -> list[Mapping[str, Any]] | None:
    """None for what is no feed; an empty feed has its element, if no entries."""
    try:
        parsed = feedparser.parse(body)
    except Exception:  # noqa: BLE001 - defects of the parser itself (on broken encodings, doctypes) end no poll
        return [] if _CHANNEL.search(body[:5_000]) else None
    if parsed.entries or parsed.get("version"):
        return list(parsed.entries)
    return [] if _CHANNEL.search(body[:5_000]) else None


def _json(body: bytes) -> list[Mapping[str, Any]] | None:
    try:
        data = json.loads(body.lstrip(b"\xef\xbb\xbf"))
    except (ValueError, RecursionError):
        return None
    items = data.get("items") if isinstance(data, dict) else None
    return [i for i in items if isinstance(i, dict)] if isinstance(items, list) else None


def _item(entry: Mapping[str, Any], base: str | None) -> FeedItem | None:
    guid = _text(entry.get("id") or entry.get("guid"), MAX_URL)
    url = _address(entry.get("link") or entry.get("url") or entry.get("external_url"), base) or _address(guid, None)
    if url is None and guid is None:
        return None
    return FeedItem(
        url=url,
        guid=guid,
        title=_text(entry.get("title")),
        published_at=_time(entry, "published_parsed", _PUBLISHED) or _time(entry, "updated_parsed", _UPDATED),
        updated_at=_time(entry, "updated_parsed", _UPDATED),
        byline=_byline(entry),
        digest=_digest(entry),
    )


def _address(value: object, base: str | None) -> str | None:
    """An absolute http(s) URL, or None. A relative link belongs to the feed's own address."""
    if not isinstance(value, str) or not value.strip():
        return None
    try:
        url = urljoin(base, value.strip()) if base else value.strip()
    except ValueError:
        return None
    return (
        url if url.startswith(("http://", "https://")) and len(url) <= MAX_URL and not re.search(r"\s", url) else None
    )


def _text(value: object, limit: int = _MAX_TEXT) -> str | None:
    """One line without what a database cannot hold."""
    if not isinstance(value, str):
        return None
    return " ".join(re.sub("[\\x00-\\x1f\\x7f\\ud800-\\udfff]", " ", value).split())[:limit] or None


def _digest(entry: Mapping[str, Any]) -> str | None:
    """Of the words of title, summary and content; a counter or nonce in the markup makes no other."""
    content = entry.get("content")
    parts = [one.get("value") for one in content if isinstance(one, Mapping)] if isinstance(content, list) else []
    words = [one for one in (*(entry.get(name) for name in _SHOWN), *parts) if isinstance(one, str)]
    shown = " ".join(re.sub(r"<[^<>]*>", " ", " ".join(words)).split())
    return hashlib.sha256(shown.encode("utf-8", "replace")).hexdigest() if shown else None


def _byline(entry: Mapping[str, Any]) -> str | None:
    authors = entry.get("authors")
    first = authors[0] if isinstance(authors, list) and authors else entry.get("author")
    return _text(first.get("name") if isinstance(first, Mapping) else first)


def _time(entry: Mapping[str, Any], parsed_name: str, names: tuple[str, ...]) -> datetime | None:
    parsed = entry.get(parsed_name)
    if parsed and not isinstance(parsed, str):
        try:
            return datetime(*tuple(parsed)[:6]).replace(tzinfo=UTC)  # noqa: DTZ001
        except (TypeError, ValueError):
            pass  # the text may be readable all the same
    return next((at for name in names if (at := moment(entry.get(name))) is not None), None)
