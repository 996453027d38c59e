"""RSS, Atom, RDF and JSON Feed bytes -> items: fastfeedparser first, feedparser for the dialects it does not know."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import fastfeedparser
import feedparser

from app.core.errors import UnreadablePage
from app.domain.document import FeedItem, Page


def read_feed(page: Page) -> list[FeedItem]:
    """Items in the feed's order, [] for an empty feed. Raises UnreadablePage for what is no feed."""
    entries = _json(page.body) if page.body.lstrip()[:1] == b"{" else _fast(page.body)
    if not entries:
        entries = _tolerant(page.body)
    if entries is None:
        raise UnreadablePage("This is not a feed.")
    return [item for entry in entries if (item := _item(entry)) is not None]


def _fast(body: bytes) -> list[Mapping[str, Any]] | None:
    try:
        return list(fastfeedparser.parse(body).entries)
    except Exception:  # noqa: BLE001 - it raises many types on broken XML; the tolerant parser decides
        return None


def _tolerant(body: bytes) -> list[Mapping[str, Any]] | None:
    parsed = feedparser.parse(body)
    return list(parsed.entries) if parsed.get("version") or parsed.entries else None


def _json(body: bytes) -> list[Mapping[str, Any]] | None:
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        return None
    items = data.get("items") if isinstance(data, dict) else None
    return [i for i in items if isinstance(i, dict)] if isinstance(items, list) else None


def _item(entry: Mapping[str, Any]) -> FeedItem | None:
    url = entry.get("link") or entry.get("url")
    guid = entry.get("id") or entry.get("guid")
    if not isinstance(url, str) or not url.startswith(("http://", "https://")):
        url = guid if isinstance(guid, str) and guid.startswith(("http://", "https://")) else None
    if url is None and not guid:
        return None
    title = entry.get("title")
    return FeedItem(
        url=url,
        guid=str(guid) if guid else None,
        title=title if isinstance(title, str) else None,
        published_at=_time(entry),
    )


def _time(entry: Mapping[str, Any]) -> datetime | None:
    parsed = entry.get("published_parsed") or entry.get("updated_parsed")
    if parsed and not isinstance(parsed, str):
        try:
            return datetime(*tuple(parsed)[:6]).replace(tzinfo=UTC)  # noqa: DTZ001
        except (TypeError, ValueError):
            return None
    for name in ("published", "updated", "date_published"):
        value = entry.get(name)
        if isinstance(value, str):
            try:
                at = datetime.fromisoformat(value.replace("Z", "+00:00"))
            except ValueError:
                continue
            return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    return None
